//! A short moment of looking for bytes before waiting for them.
//!
//! Waiting means a turn of the page's main loop, which looks after everything else of the page on the way: with small
//! messages that is most of a round trip, and in a stream it is a pause at every chunk. Who expects bytes soon looks
//! again and again for a moment, and gives the processor to whoever wants it in between. Who has looked in vain some
//! times in a row, because the other side takes longer, hardly looks any more.

use rustix::io::{Errno, Result};
use std::cell::Cell;
use std::thread;
use std::time::{Duration, Instant};

/// How long the page may be held up: longer than a peer that is awake takes to answer, and nothing that anybody sees.
const MOMENT: Duration = Duration::from_micros(50);

/// How many looks in vain make a peer a slow one.
const PATIENCE: u32 = 4;

/// Of a slow peer's answers, one in so many is looked for: it may have become a quick one.
const RETRY: u32 = 64;

/// How a peer has answered so far.
#[derive(Default)]
pub(crate) struct Eager {
    /// How often nothing had come within the moment, since something last did.
    in_vain: Cell<u32>,
}

impl Eager {
    /// Tries until the operation would no longer block, or the moment has passed; a slow peer's mostly once.
    pub(crate) fn until_ready<T>(&self, mut operation: impl FnMut() -> Result<T>) -> Result<T> {
        let in_vain = self.in_vain.get();
        let moment = match in_vain < PATIENCE || in_vain.is_multiple_of(RETRY) {
            true => MOMENT,
            false => Duration::ZERO,
        };
        let start = Instant::now();
        let mut result = operation();
        while matches!(result, Err(Errno::AGAIN)) && start.elapsed() < moment {
            thread::yield_now();
            result = operation();
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

    #[test]
    fn what_comes_within_the_moment_is_taken() {
        let mut looks = 0;
        let operation = || {
            looks += 1;
            if looks < 3 { Err(Errno::AGAIN) } else { Ok(looks) }
        };
        assert_eq!(Eager::default().until_ready(operation), Ok(3));
    }

    #[test]
    fn a_slow_peer_is_looked_for_once_and_now_and_then_again() {
        let eager = Eager::default();
        let looks = || {
            let mut looks = 0;
            let operation = || {
                looks += 1;
                Err::<(), _>(Errno::AGAIN)
            };
            assert_eq!(eager.until_ready(operation), Err(Errno::AGAIN));
            looks
        };
        let tries: Vec<bool> = (0..=RETRY).map(|_| looks() > 1).collect();
        assert!(tries[..PATIENCE as usize].iter().all(|&is_long| is_long));
        assert!(tries[PATIENCE as usize..RETRY as usize].iter().all(|&is_long| !is_long));
        assert!(tries[RETRY as usize]);
        eager.until_ready(|| Ok(())).unwrap();
        assert!(looks() > 1, "it has answered at once");
    }

    #[test]
    fn an_error_is_told_at_once() {
        let mut looks = 0;
        let operation = || {
            looks += 1;
            Err::<(), _>(Errno::PIPE)
        };
        assert_eq!(Eager::default().until_ready(operation), Err(Errno::PIPE));
        assert_eq!(looks, 1);
    }
}
