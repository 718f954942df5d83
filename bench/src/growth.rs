//! What grows while frames come, go, move and speak.

use anyhow::Result;
use insula_testkit::{ProcessTree, process};
use std::collections::BTreeMap;

use crate::app::{Engine, OpenApp};
use crate::suites::Bench;
use crate::table::{self, Goal};

const MIB: f64 = (1 << 20) as f64;
/// What is worth telling of one process, in MiB.
const TELLING: f64 = 0.5;

/// What the app uses at one moment.
struct Use {
    /// What each of its processes has to itself, in MiB, by its number. What it shares with others changes when one of those
    /// ends.
    memory: BTreeMap<u32, f64>,
    runtime: u32,
    descriptors: usize,
}

impl Use {
    fn of(app: &OpenApp) -> Self {
        let runtime = app.running.id();
        let own = |id| (id, process::private_memory_of(id) as f64 / MIB);
        Self {
            memory: app.tree().ids.into_iter().map(own).collect(),
            runtime,
            descriptors: ProcessTree { ids: vec![runtime] }.descriptors(),
        }
    }

    /// How much more a process has than before.
    fn more(&self, before: &Self, id: u32) -> f64 {
        let of = |it: &Self| it.memory.get(&id).copied();
        of(self).zip(of(before)).map_or(0.0, |(now, before)| now - before)
    }

    /// The same of all that were there before.
    fn all_more(&self, before: &Self) -> f64 {
        self.memory.keys().map(|id| self.more(before, *id)).sum()
    }

    /// The same, process by process.
    fn by_process(&self, before: &Self) -> String {
        let of = |id: &u32| {
            let more = self.more(before, *id);
            (more.abs() >= TELLING).then(|| format!("{} {more:.1}", process::name_of(*id)))
        };
        let all: Vec<String> = self.memory.keys().filter_map(of).collect();
        all.join(", ")
    }
}

pub(crate) fn measure(bench: &Bench<'_>) -> Result<()> {
    let app = bench.insula.open("/?suite=growth")?;
    for (name, what) in [
        ("navigations", "1,000 navigations"),
        ("cycles", "500 frames made and removed"),
        ("events", "10,000 events"),
    ] {
        let mut uses = Vec::new();
        for moment in ["warm", "once", "twice"] {
            app.figures_until(&format!("{moment} {name}"))?;
            uses.push(Use::of(&app));
        }
        let [warm, once, twice] = &uses[..] else { continue };
        let (runtime, all) = (twice.more(once, twice.runtime), twice.all_more(once));
        table::row(&format!("{what}: the runtime"), runtime, "MiB more", Goal::AtMost(2.0));
        table::row(&format!("{what}: all"), all, "MiB more", Goal::None);
        table::remark(&format!("of these {}", twice.by_process(once)));
        table::remark(&format!(
            "the time before {:.1} and {:.1}; processes {} and {}, descriptors of the runtime {} and {}",
            once.more(warm, once.runtime),
            once.all_more(warm),
            warm.memory.len(),
            twice.memory.len(),
            warm.descriptors,
            twice.descriptors,
        ));
    }
    Ok(())
}
