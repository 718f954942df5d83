//! Pipes for `splice(2)`, which moves bytes between sockets without copying them.
//!
//! As with [`Buffer`](crate::core::buffer::Buffer): a connection has one only while bytes are in it, and
//! each relay thread keeps a few for the next user. Only so many may be held by connections whose
//! sink does not take them, because each costs two descriptors and unswappable memory; beyond that,
//! and where the system has none left, connections copy.

use std::cell::{Cell, RefCell};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::io::{Errno, retry_on_intr};
use rustix::pipe::{PipeFlags, SpliceFlags, fcntl_setpipe_size, pipe_with, splice};

use crate::limits::CHUNK;

/// Empty pipes that a thread keeps.
const KEPT: usize = 4;

/// Pipes that a thread's connections may hold at once.
const HELD: usize = 64;

thread_local! {
    static SPARE: RefCell<Vec<Ends>> = const { RefCell::new(Vec::new()) };
    static TAKEN: Cell<usize> = const { Cell::new(0) };
}

/// Some systems cannot splice some sockets. Asking once is enough.
static UNSUPPORTED: AtomicBool = AtomicBool::new(false);

#[derive(Debug)]
struct Ends {
    reader: OwnedFd,
    writer: OwnedFd,
}

/// A pipe that is empty when taken.
#[derive(Debug)]
pub(crate) struct Pipe {
    /// `None` only while it is dropped.
    ends: Option<Ends>,
    filled: usize,
}

impl Pipe {
    /// A pipe, if this connection may have one now.
    pub(crate) fn take() -> Option<Self> {
        if TAKEN.get() >= HELD || UNSUPPORTED.load(Ordering::Relaxed) {
            return None;
        }
        let ends = SPARE.with_borrow_mut(Vec::pop).or_else(|| Ends::open().ok())?;
        TAKEN.set(TAKEN.get() + 1);
        Some(Self {
            ends: Some(ends),
            filled: 0,
        })
    }

    /// Moves what `source` has into the empty pipe; 0 at the end of the stream.
    pub(crate) fn fill(&mut self, source: impl AsFd) -> io::Result<usize> {
        let Some(ends) = &self.ends else { return Ok(0) };
        let flags = SpliceFlags::NONBLOCK | SpliceFlags::MOVE;
        let moved = retry_on_intr(|| splice(source.as_fd(), None, &ends.writer, None, CHUNK, flags));
        self.filled += supported(moved)?;
        Ok(self.filled)
    }

    /// Moves what it can of the pipe's bytes into `sink`.
    pub(crate) fn drain(&mut self, sink: impl AsFd) -> io::Result<()> {
        let Some(ends) = &self.ends else { return Ok(()) };
        let flags = SpliceFlags::NONBLOCK | SpliceFlags::MOVE;
        let moved = retry_on_intr(|| splice(&ends.reader, None, sink.as_fd(), None, self.filled, flags));
        self.filled -= moved?;
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.filled == 0
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        // While a thread ends there is nothing to return it to.
        let _ = TAKEN.try_with(|taken| taken.set(taken.get().saturating_sub(1)));
        // With bytes in it, it is of use to nobody.
        let Some(ends) = self.ends.take().filter(|_| self.filled == 0) else {
            return;
        };
        let _ = SPARE.try_with(|spare| {
            let mut spare = spare.borrow_mut();
            if spare.len() < KEPT {
                spare.push(ends);
            }
        });
    }
}

impl Ends {
    fn open() -> io::Result<Self> {
        let (reader, writer) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        // An unprivileged user's share of large pipes may be used up; a small one works as well.
        let _ = fcntl_setpipe_size(&writer, CHUNK);
        Ok(Self { reader, writer })
    }
}

fn supported(moved: Result<usize, Errno>) -> io::Result<usize> {
    if moved == Err(Errno::INVAL) || moved == Err(Errno::NOSYS) {
        UNSUPPORTED.store(true, Ordering::Relaxed);
        // The bytes are still where they were: the caller comes back and copies them.
        return Err(io::ErrorKind::Unsupported.into());
    }
    Ok(moved?)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn bytes_pass_through_and_only_an_empty_pipe_is_used_again() {
        let (mut far_source, source) = UnixStream::pair().unwrap();
        let (mut far_sink, sink) = UnixStream::pair().unwrap();
        far_source.write_all(b"through").unwrap();
        let mut pipe = Pipe::take().unwrap();
        assert_eq!(pipe.fill(&source).unwrap(), 7);
        while !pipe.is_empty() {
            pipe.drain(&sink).unwrap();
        }
        let mut bytes = [0; 7];
        far_sink.read_exact(&mut bytes).unwrap();
        assert_eq!(&bytes, b"through");
        drop(pipe);
        assert_eq!(SPARE.with_borrow(Vec::len), 1);

        far_source.write_all(b"stuck").unwrap();
        let mut pipe = Pipe::take().unwrap();
        pipe.fill(&source).unwrap();
        drop(pipe);
        assert_eq!(
            SPARE.with_borrow(Vec::len),
            0,
            "it would give its bytes to somebody else"
        );
        assert_eq!(TAKEN.get(), 0);
    }

    #[test]
    fn a_thread_hands_out_only_so_many() {
        let taken: Vec<_> = std::iter::from_fn(Pipe::take).take(2 * HELD).collect();
        assert_eq!(taken.len(), HELD);
        drop(taken);
        assert!(Pipe::take().is_some());
    }
}
