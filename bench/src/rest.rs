//! What an app costs that nobody touches: memory and processor time of all its processes.

use insula_testkit::process;
use std::thread;
use std::time::Duration;

use crate::app::OpenApp;

/// How long an app that has reported that it is ready is left alone before it is measured.
const SETTLING: Duration = Duration::from_secs(5);

/// The same for its memory: longer than a view that no frame uses is kept.
const AT_REST: Duration = Duration::from_secs(25);

/// How long it is watched then.
const WATCHED: Duration = Duration::from_secs(10);

/// The memory of a whole tree.
pub(crate) struct Memory {
    /// The proportional set size, in MiB.
    pub(crate) size: f64,
    /// How many other processes use WebKit. They share the pages of its libraries with the app, whose size is too small
    /// then.
    pub(crate) strangers: usize,
}

/// What the tree needs now.
pub(crate) fn memory(app: &OpenApp) -> Memory {
    thread::sleep(AT_REST);
    let tree = app.tree();
    let mut users = process::with_library("libwebkitgtk-6.0.so");
    users.retain(|id| !tree.ids.contains(id));
    Memory {
        size: tree.memory() as f64 / f64::from(1 << 20),
        strangers: users.len(),
    }
}

/// How much of one core the whole tree uses, in per cent.
pub(crate) fn processor(app: &OpenApp) -> f64 {
    thread::sleep(SETTLING);
    let before = app.tree().processor_times();
    thread::sleep(WATCHED);
    let after = app.tree().processor_times();
    let spent = after
        .iter()
        .map(|(id, time)| time.saturating_sub(before.get(id).copied().unwrap_or_default()));
    100.0 * spent.sum::<Duration>().as_secs_f64() / WATCHED.as_secs_f64()
}
