//! The socketpair between the broker and a page.
//!
//! The page never gets a network socket: its process could reconnect one to anywhere
//! (`connect` with `AF_UNSPEC`). A socketpair's end can only ever talk to its other end.

use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use socket2::SockRef;
use tokio::time::interval;

use crate::core::error::Error;
use crate::limits::PAIR_BUFFER;

/// A pair: the page's end and the broker's. Both are non-blocking and close on exec.
pub(crate) fn pair() -> Result<(OwnedFd, UnixStream), Error> {
    let open = || {
        let (page, ours) = UnixStream::pair()?;
        for end in [&page, &ours] {
            end.set_nonblocking(true)?;
            // A UNIX stream charges the sender: only the send buffer matters.
            SockRef::from(end).set_send_buffer_size(PAIR_BUFFER)?;
        }
        Ok((page.into(), ours))
    };
    open().map_err(|error| Error::system("no descriptors for the page", &error))
}

/// How often a page that has shut down writing is looked at for having gone altogether: nothing
/// else tells while there is nothing to send to it.
const HANG_UP_CHECK: Duration = Duration::from_secs(1);

/// Waits until the page has closed its end altogether, rather than only its writing half.
pub(crate) async fn hung_up(ours: &impl AsFd) {
    let mut checks = interval(HANG_UP_CHECK);
    loop {
        // The first tick is immediate.
        checks.tick().await;
        if is_hung_up(ours) {
            return;
        }
    }
}

/// Whether the page has closed its end altogether, rather than only its writing half.
pub(crate) fn is_hung_up(ours: &impl AsFd) -> bool {
    let mut polled = [PollFd::new(ours, PollFlags::empty())];
    // An interrupted poll knows nothing; the caller asks again.
    poll(&mut polled, Some(&Timespec::default())).is_ok() && polled[0].revents().contains(PollFlags::HUP)
}
