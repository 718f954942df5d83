//! Waiting for something to become true.

use std::thread;
use std::time::{Duration, Instant};

/// Longer than anything here should ever take, on a busy machine too.
pub const LONG: Duration = Duration::from_secs(30);

/// How often to look again.
const PAUSE: Duration = Duration::from_millis(20);

/// Waits until `condition` gives a value. Panics with `what` when it has not after [`LONG`].
pub fn until<T>(what: &str, condition: impl FnMut() -> Option<T>) -> T {
    within(LONG, condition).unwrap_or_else(|| panic!("this did not happen in {LONG:?}: {what}"))
}

/// Waits until `condition` holds. Panics with `what` when it does not after [`LONG`].
pub fn until_true(what: &str, mut condition: impl FnMut() -> bool) {
    until(what, || condition().then_some(()));
}

/// Waits until `condition` gives a value, or the time is over.
pub fn within<T>(time: Duration, mut condition: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        if let Some(value) = condition() {
            return Some(value);
        }
        if start.elapsed() > time {
            return None;
        }
        thread::sleep(PAUSE);
    }
}

/// Whether `condition` holds all through this time.
pub fn holds_for(time: Duration, mut condition: impl FnMut() -> bool) -> bool {
    within(time, || (!condition()).then_some(())).is_none()
}
