//! A short moment of not going to sleep.
//!
//! In a conversation of small messages, most of the time goes into waking sleeping threads, and
//! the relay adds two of them to a round trip. So for a moment after a small message the relay
//! looks for the next one again and again, and gives the processor to whoever wants it in between.
//! A direction that has looked in vain some times in a row, because its peer takes longer, hardly
//! looks any more.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

/// How long the moment is: longer than a peer that is awake takes to answer, and cheap even if
/// every message is a connection's last.
const MOMENT: Duration = Duration::from_micros(50);

/// How many moments in vain make a peer a slow one.
const PATIENCE: u32 = 4;

/// With a slow peer, one message in so many is looked for: it may have become a quick one.
const RETRY: u32 = 64;

/// How many of a thread's connections may do so at once. With more, the thread has work anyway.
const AT_ONCE: usize = 4;

/// How quick the peer of one direction has been so far.
#[derive(Debug, Default)]
pub(crate) struct Eager {
    /// How often the moment passed, since it last sufficed.
    in_vain: u32,
}

impl Eager {
    /// Waits for `ready`, at first without sleeping.
    ///
    /// While one direction of a connection waits like this, its task is polled again and again, and
    /// with it the other direction.
    pub(crate) async fn wait<T>(&mut self, ready: impl Future<Output = T>) -> T {
        let mut ready = pin!(ready);
        let is_quick = self.in_vain < PATIENCE || self.in_vain.is_multiple_of(RETRY);
        if is_quick && let Some(_awake) = Awake::start() {
            let start = Instant::now();
            while start.elapsed() < MOMENT {
                let poll = poll_fn(|context| Poll::Ready(ready.as_mut().poll(context))).await;
                if let Poll::Ready(output) = poll {
                    self.in_vain = 0;
                    return output;
                }
                thread::yield_now();
                // Lets the reactor look for events, without waiting for them.
                tokio::task::yield_now().await;
            }
        }
        self.in_vain = self.in_vain.wrapping_add(1);
        ready.await
    }
}

thread_local! {
    static AWAKE: Cell<usize> = const { Cell::new(0) };
}

/// One of the places for connections that stay awake. Held across `await`s, so it counts on the
/// relay's tasks never leaving their thread; if one did, only the count would be off.
struct Awake;

impl Awake {
    fn start() -> Option<Self> {
        let awake = AWAKE.get();
        (awake < AT_ONCE).then(|| {
            AWAKE.set(awake + 1);
            Self
        })
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        // While the thread ends there is nothing to count.
        let _ = AWAKE.try_with(|awake| awake.set(awake.get().saturating_sub(1)));
    }
}
