//! Reads from a connection in large pieces for somebody who reads in small ones.
//!
//! rustls asks a connection for 4 KiB at a time, a system call each. What is read ahead lies in a buffer that exists only while
//! bytes are in it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::buffer::Buffer;

/// The most that is read ahead, in bytes: four records of TLS.
const AHEAD: usize = 64 * 1024;

/// A connection that is read in large pieces.
#[derive(Debug)]
pub struct ReadAhead<Io> {
    io: Io,
    ahead: Option<Ahead>,
}

/// What was read and nobody has taken.
#[derive(Debug)]
struct Ahead {
    buffer: Buffer,
    from: usize,
    to: usize,
}

impl<Io> ReadAhead<Io> {
    pub(crate) fn new(io: Io) -> Self {
        Self { io, ahead: None }
    }

    /// The connection. Who reads from it misses what was read ahead.
    pub(crate) fn get_ref(&self) -> &Io {
        &self.io
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for ReadAhead<Io> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.ahead.is_none() {
            if into.remaining() >= AHEAD {
                return Pin::new(&mut self.io).poll_read(context, into);
            }
            let mut buffer = Buffer::take();
            let mut read = ReadBuf::new(&mut buffer[..AHEAD]);
            ready!(Pin::new(&mut self.io).poll_read(context, &mut read))?;
            let to = read.filled().len();
            self.ahead = Some(Ahead { buffer, from: 0, to });
        }
        if let Some(ahead) = &mut self.ahead {
            let taken = into.remaining().min(ahead.to - ahead.from);
            into.put_slice(&ahead.buffer[ahead.from..ahead.from + taken]);
            ahead.from += taken;
            if ahead.from == ahead.to {
                self.ahead = None;
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for ReadAhead<Io> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    #[tokio::test]
    async fn every_byte_comes_once_whatever_is_asked_for() {
        let sent: Vec<u8> = (0..300_000_u32).map(|index| (index % 251) as u8).collect();
        for size in [1000, 4096, AHEAD, 100_000] {
            let mut reader = ReadAhead::new(&sent[..]);
            let (mut received, mut part) = (Vec::new(), vec![0; size]);
            loop {
                match reader.read(&mut part).await.expect("a slice does not fail") {
                    0 => break,
                    read => received.extend_from_slice(&part[..read]),
                }
            }
            assert!(received == sent, "in parts of {size} bytes");
            assert!(reader.ahead.is_none(), "nothing is kept at the end");
        }
    }
}
