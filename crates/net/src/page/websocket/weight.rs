//! What messages weigh that have not come whole, or that a page has not taken.
//!
//! A message is handed over whole, so a server decides how much is held of it, and an app has many WebSockets. Each holds
//! a little as it likes; what is more comes from what the app has for all of them.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::OwnedSemaphorePermit;

use crate::core::error::Error;
use crate::core::quota::Quota;
use crate::limits::MESSAGES_UNIT;
use crate::lock;

/// What a short frame has before its bytes (RFC 6455 §5.2).
const FRAME: usize = 2;

/// What one WebSocket holds.
pub(super) struct Weight {
    quota: Arc<Quota>,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    bytes: usize,
    permits: Option<OwnedSemaphorePermit>,
}

impl Weight {
    pub(super) fn new(quota: Arc<Quota>) -> Arc<Self> {
        Arc::new(Self {
            quota,
            held: Mutex::default(),
        })
    }

    /// So much more has come.
    ///
    /// # Errors
    /// [`Error::TooManyMessages`].
    fn add(&self, bytes: usize) -> Result<(), Error> {
        let mut held = lock(&self.held);
        held.bytes += bytes;
        let has = held.permits.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        // The first unit is free.
        let wanted = (held.bytes / MESSAGES_UNIT).saturating_sub(has);
        if wanted > 0 {
            let more = self.quota.messages(wanted)?;
            match &mut held.permits {
                Some(permits) => permits.merge(more),
                none => *none = Some(more),
            }
        }
        Ok(())
    }

    /// A frame of so many bytes came that nobody waits for, in the middle of a message perhaps.
    pub(super) fn forget(&self, bytes: usize) {
        let mut held = lock(&self.held);
        held.bytes = held.bytes.saturating_sub(FRAME + bytes);
    }

    /// The page has taken all of it.
    pub(super) fn clear(&self) {
        *lock(&self.held) = Held::default();
    }
}

/// A connection that weighs what is read from it.
pub(super) struct Weighed<Io> {
    pub(super) io: Io,
    weight: Arc<Weight>,
}

impl<Io> Weighed<Io> {
    pub(super) fn new(io: Io, weight: &Arc<Weight>) -> Self {
        Self {
            io,
            weight: weight.clone(),
        }
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Weighed<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(context, buffer))?;
        let read = buffer.filled().len() - before;
        Poll::Ready(self.weight.add(read).map_err(io::Error::other))
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Weighed<Io> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::MESSAGES_PER_APP;

    #[test]
    fn one_that_holds_much_leaves_the_others_little_until_it_is_taken() {
        let quota: Arc<Quota> = Arc::default();
        let (greedy, other) = (Weight::new(quota.clone()), Weight::new(quota));
        for _ in 0..MESSAGES_PER_APP / MESSAGES_UNIT {
            greedy.add(MESSAGES_UNIT).unwrap();
        }
        assert_eq!(greedy.add(MESSAGES_UNIT), Err(Error::TooManyMessages));
        other.add(MESSAGES_UNIT - 1).unwrap();
        assert_eq!(other.add(1), Err(Error::TooManyMessages));
        greedy.clear();
        other.add(1).unwrap();
    }
}
