//! What carries requests to a server: a socket, and the tasks that serve it.
//!
//! hyper spreads an HTTP/2 connection over tasks: one has the socket, one hands out requests, and each
//! request has one for its body and one for its answer. They end together, by one token, or dropping one
//! of them would leave the others sending. What is asked whether a connection is there is its socket.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::rt::{Executor, Read, ReadBufCursor, Write};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::core::life::Life;
use crate::core::quota::Share;

/// The handle of a connection; hyper's executor for the connection's tasks.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    close: CancellationToken,
    closed: CancellationToken,
}

impl Link {
    /// For a connection that is about to be made; it ends with its scope at the latest.
    pub(crate) fn new(life: &Life) -> Self {
        Self {
            close: life.token(),
            closed: CancellationToken::new(),
        }
    }

    /// The connection's socket from now on, which counts as one of the app's for as long as it is open.
    pub(crate) fn socket<Io>(&self, io: Io, share: Share) -> Socket<Io> {
        Socket {
            io,
            _closed: self.closed.clone().drop_guard(),
            _share: share,
        }
    }

    /// Closes the connection when it fires, whatever is under way on it.
    pub(crate) fn close(&self) -> &CancellationToken {
        &self.close
    }

    /// Whether [`close`](Self::close) has fired, or the scope has ended.
    pub(crate) fn is_cut(&self) -> bool {
        self.close.is_cancelled()
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.is_cancelled()
    }

    /// Waits until the socket is closed.
    pub(crate) async fn closed(&self) {
        self.closed.cancelled().await;
    }
}

impl<Task> Executor<Task> for Link
where
    Task: Future + Send + 'static,
    Task::Output: Send,
{
    fn execute(&self, task: Task) {
        tokio::spawn(self.close.clone().run_until_cancelled_owned(task));
    }
}

/// A connection's socket. Dropping it closes it.
pub(crate) struct Socket<Io> {
    // The fields are dropped in this order: whoever is told that it is closed can count on that.
    io: Io,
    _share: Share,
    _closed: DropGuard,
}

impl<Io: Read + Unpin> Read for Socket<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

impl<Io: Write + Unpin> Write for Socket<Io> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}
