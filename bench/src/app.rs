//! The benchmark app while it runs, in whatever runs it, and what it reports.

use anyhow::{Context, Result, anyhow, bail};
use insula_testkit::{ProcessTree, process::Running, wait};
use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;

/// How long one suite may take.
const PATIENCE: Duration = Duration::from_secs(180);

/// What runs the app: Insula, or what it is compared with.
pub(crate) trait Engine {
    /// Opens the app at a path.
    fn open(&self, path: &str) -> Result<OpenApp>;

    /// Runs a suite of the app to its end.
    fn run(&self, suite: &str) -> Result<Figures> {
        self.open(&format!("/?suite={suite}"))?.figures_until("done")
    }

    /// Opens the app with so many frames, and waits until they have settled. `arrangement` says how they share: see
    /// `stay` in `app/bench.js`.
    fn with_frames(&self, frames: usize, arrangement: &str) -> Result<OpenApp> {
        let app = self.open(&format!("/?suite=stay&frames={frames}&arrangement={arrangement}"))?;
        app.figures_until("ready")?;
        Ok(app)
    }
}

/// The app, open. It ends with this value.
pub(crate) struct OpenApp {
    pub(crate) running: Running,
    /// The file that the app's console is written into.
    pub(crate) console: PathBuf,
    /// What stands before and after a message in it is not the same for everybody.
    pub(crate) message: fn(&str) -> Option<String>,
}

/// What a suite reported.
pub(crate) struct Figures(Vec<Value>);

impl OpenApp {
    /// All its processes.
    pub(crate) fn tree(&self) -> ProcessTree {
        self.running.tree()
    }

    /// What the app has reported once it reports `last`.
    pub(crate) fn figures_until(&self, last: &str) -> Result<Figures> {
        let finished = wait::within(PATIENCE, || {
            let figures = self.reported();
            let is_end = |figure: &Value| figure["name"] == last || figure["name"] == "failed";
            figures.iter().any(is_end).then_some(figures)
        });
        let figures = finished.ok_or_else(|| anyhow!("the app did not finish: {}", self.console()))?;
        match figures.iter().find(|figure| figure["name"] == "failed") {
            Some(failed) => bail!("the app failed: {}", failed["value"]),
            None => Ok(Figures(figures)),
        }
    }

    /// Whether the app has reported something of that name.
    pub(crate) fn has_reported(&self, name: &str) -> bool {
        self.reported().iter().any(|figure| figure["name"] == name)
    }

    /// The figures among the console's messages.
    fn reported(&self) -> Vec<Value> {
        let messages = self.console();
        let messages = messages.lines().filter_map(self.message);
        messages
            .filter_map(|message| serde_json::from_str(&message).ok())
            .collect()
    }

    fn console(&self) -> String {
        std::fs::read_to_string(&self.console).unwrap_or_default()
    }
}

impl Figures {
    /// One of them.
    pub(crate) fn value(&self, name: &str) -> Result<f64> {
        let figure = self.0.iter().find(|figure| figure["name"] == name);
        figure
            .and_then(|figure| figure["value"].as_f64())
            .with_context(|| format!("the app did not report {name:?}"))
    }
}

/// The one in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
