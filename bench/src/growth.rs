//! What grows while frames come, go, move and speak.

use anyhow::Result;
use insula_testkit::ProcessTree;

use crate::app::{Engine, OpenApp};
use crate::suites::Bench;
use crate::table::{self, Goal};

const MIB: f64 = (1 << 20) as f64;

/// What the app uses at one moment.
struct Use {
    /// The memory of its main process, in MiB.
    runtime: f64,
    /// That of all its processes.
    all: f64,
    processes: usize,
    descriptors: usize,
}

impl Use {
    fn of(app: &OpenApp) -> Self {
        let tree = app.tree();
        let runtime = ProcessTree {
            ids: vec![app.running.id()],
        };
        Self {
            runtime: runtime.memory() as f64 / MIB,
            all: tree.memory() as f64 / MIB,
            processes: tree.ids.len(),
            descriptors: runtime.descriptors(),
        }
    }
}

pub(crate) fn measure(bench: &Bench<'_>) -> Result<()> {
    let app = bench.insula.open("/?suite=growth")?;
    for (name, what) in [
        ("navigations", "1,000 navigations"),
        ("cycles", "500 frames made and removed"),
        ("events", "10,000 events"),
    ] {
        app.figures_until(&format!("warm {name}"))?;
        let before = Use::of(&app);
        app.figures_until(&format!("done {name}"))?;
        let after = Use::of(&app);
        let (runtime, all) = (after.runtime - before.runtime, after.all - before.all);
        table::row(&format!("{what}: the runtime"), runtime, "MiB more", Goal::AtMost(2.0));
        table::row(&format!("{what}: all"), all, "MiB more", Goal::None);
        table::remark(&format!(
            "of {:.0} and {:.0} MiB; processes {} and {}, descriptors of the runtime {} and {}",
            before.runtime, before.all, before.processes, after.processes, before.descriptors, after.descriptors,
        ));
    }
    Ok(())
}
