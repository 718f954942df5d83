//! A short moment of trying again before waiting.
//!
//! Waiting means a turn of the page's main loop, which looks after everything else of the page on the way: with small
//! messages that is most of a round trip, and in a stream it is a pause at every chunk. Who expects bytes, or room for
//! bytes, in a moment tries again until then. Who has done so in vain some times in a row, because the other side takes
//! longer, hardly does it any more.

use rustix::io::{Errno, Result};
use std::cell::Cell;
use std::time::{Duration, Instant};

/// How many tries in vain make the other side a slow one.
const PATIENCE: u32 = 4;

/// With a slow side, one in so many operations tries again: it may have become a quick one.
const RETRY: u32 = 64;

/// How quick the other side has been so far.
#[derive(Default)]
pub(crate) struct Eager {
    /// How often the moment passed, since it last sufficed.
    in_vain: Cell<u32>,
}

impl Eager {
    /// Tries until the operation would no longer block, or the moment has passed; with a slow side mostly once. Between
    /// two tries it pauses, and tells for how long at most.
    pub(crate) fn until<T>(
        &self,
        moment: Duration,
        pause: impl Fn(Duration),
        mut attempt: impl FnMut() -> Result<T>,
    ) -> Result<T> {
        let in_vain = self.in_vain.get();
        let is_quick = in_vain < PATIENCE || in_vain.is_multiple_of(RETRY);
        let start = Instant::now();
        let mut result = attempt();
        while matches!(result, Err(Errno::AGAIN)) && is_quick {
            let Some(rest) = moment.checked_sub(start.elapsed()) else {
                break;
            };
            pause(rest);
            result = attempt();
        }
        self.in_vain.set(match result {
            Err(Errno::AGAIN) => in_vain.wrapping_add(1),
            _ => 0,
        });
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    /// A moment that no busy machine lets pass between two lines.
    fn until_ready<T>(eager: &Eager, attempt: impl FnMut() -> Result<T>) -> Result<T> {
        eager.until(Duration::from_millis(50), thread::sleep, attempt)
    }

    #[test]
    fn what_comes_within_the_moment_is_taken() {
        let mut tries = 0;
        let attempt = || {
            tries += 1;
            if tries < 3 { Err(Errno::AGAIN) } else { Ok(tries) }
        };
        let eager = Eager::default();
        assert_eq!(eager.until(Duration::MAX, |_| thread::yield_now(), attempt), Ok(3));
    }

    #[test]
    fn with_a_slow_side_there_is_one_try_and_now_and_then_more() {
        let eager = Eager::default();
        let tries = || {
            let mut tries = 0;
            let attempt = || {
                tries += 1;
                Err::<(), _>(Errno::AGAIN)
            };
            assert_eq!(until_ready(&eager, attempt), Err(Errno::AGAIN));
            tries
        };
        let are_more: Vec<bool> = (0..=RETRY).map(|_| tries() > 1).collect();
        let (first, later) = are_more.split_at(PATIENCE as usize);
        assert!(first.iter().all(|&more| more));
        let (last, between) = later.split_last().unwrap();
        assert!(*last && between.iter().all(|&more| !more));
        until_ready(&eager, || Ok(())).unwrap();
        assert!(tries() > 1, "it was quick");
    }

    #[test]
    fn an_error_is_told_at_once() {
        let mut tries = 0;
        let attempt = || {
            tries += 1;
            Err::<(), _>(Errno::PIPE)
        };
        assert_eq!(until_ready(&Eager::default(), attempt), Err(Errno::PIPE));
        assert_eq!(tries, 1);
    }
}
