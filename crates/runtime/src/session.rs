//! One running app from its start to its end: the order of things, the one instance, what ends it, and what it watches.

mod automation;
mod console;
mod instance;
mod launch;
mod leftovers;
mod signals;
mod watch;

pub use launch::{Options, RunError, run};
