//! A short moment of looking for bytes before waiting for them.
//!
//! Waiting means a turn of the page's main loop, which looks after everything else of the page on the way: with small
//! messages that is most of a round trip, and in a stream it is a pause at every chunk. Who expects bytes soon looks
//! again and again for a moment, and gives the processor to whoever wants it in between.

use rustix::io::{Errno, Result};
use std::thread;
use std::time::{Duration, Instant};

/// How long the page may be held up: longer than a peer that is awake takes to answer, and nothing that anybody sees.
const MOMENT: Duration = Duration::from_micros(50);

/// Tries until the operation would no longer block, or the moment has passed.
pub(crate) fn until_ready<T>(mut operation: impl FnMut() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    loop {
        match operation() {
            Err(Errno::AGAIN) if start.elapsed() < MOMENT => thread::yield_now(),
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_within_the_moment_is_taken() {
        let mut looks = 0;
        let operation = || {
            looks += 1;
            if looks < 3 { Err(Errno::AGAIN) } else { Ok(looks) }
        };
        assert_eq!(until_ready(operation), Ok(3));
    }

    #[test]
    fn nobody_looks_for_longer_than_the_moment() {
        let start = Instant::now();
        assert_eq!(until_ready(|| Err::<(), _>(Errno::AGAIN)), Err(Errno::AGAIN));
        assert!(start.elapsed() >= MOMENT);
    }

    #[test]
    fn an_error_is_told_at_once() {
        let mut looks = 0;
        let operation = || {
            looks += 1;
            Err::<(), _>(Errno::PIPE)
        };
        assert_eq!(until_ready(operation), Err(Errno::PIPE));
        assert_eq!(looks, 1);
    }
}
