//! Bytes that a page has written and the kernel has not taken yet.

use memmap2::{Advice, MmapMut};
use rustix::io::{Errno, Result};
use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

/// How long one turn of the main loop may go on sending.
const TURN: Duration = Duration::from_millis(2);

/// How much is sent at once: as much as the broker reads at once.
const PIECE: usize = 256 * 1024;

/// How much memory is taken at once when there is much to hold. Each part is given back once it is sent.
const SEGMENT: usize = 8 * 1024 * 1024;

/// A queue of bytes.
#[derive(Default)]
pub(crate) struct Outgoing {
    segments: VecDeque<Segment>,
    /// How much of the first segment has been sent.
    sent: usize,
}

struct Segment {
    memory: MmapMut,
    filled: usize,
}

impl Segment {
    /// Memory of the system's own and in large pages where it has some: to be given a page at a time takes as long as to
    /// fill it.
    fn new(capacity: usize) -> io::Result<Self> {
        let memory = MmapMut::map_anon(capacity)?;
        if capacity >= SEGMENT {
            // It works as well without.
            let _ = memory.advise(Advice::HugePage);
        }
        Ok(Self { memory, filled: 0 })
    }

    fn room(&self) -> usize {
        self.memory.len() - self.filled
    }

    fn push(&mut self, bytes: &[u8]) {
        self.memory[self.filled..][..bytes.len()].copy_from_slice(bytes);
        self.filled += bytes.len();
    }
}

impl Outgoing {
    pub(crate) fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// There is no memory for them.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        // One piece is often all that a page has left.
        let capacity = if self.is_empty() {
            bytes.len()
        } else {
            SEGMENT.max(bytes.len())
        };
        match self.segments.back_mut().filter(|last| last.room() >= bytes.len()) {
            Some(last) => last.push(bytes),
            None => {
                let mut segment = Segment::new(capacity)?;
                segment.push(bytes);
                self.segments.push_back(segment);
            }
        }
        Ok(())
    }

    /// Sends one piece, if there is one.
    ///
    /// # Errors
    /// Those of `send`, which is given the piece and answers how much of it was taken.
    pub(crate) fn send_piece(&mut self, send: impl FnOnce(&[u8]) -> Result<usize>) -> Result<()> {
        let Some(first) = self.segments.front() else {
            return Ok(());
        };
        let end = first.filled.min(self.sent + PIECE);
        self.sent += send(&first.memory[self.sent..end])?;
        if self.sent == first.filled {
            self.segments.pop_front();
            self.sent = 0;
        }
        Ok(())
    }

    /// Sends pieces until none is left, no more is taken, or the turn is over.
    ///
    /// # Errors
    /// Those of `send`, but for that it would block.
    pub(crate) fn send(&mut self, mut send: impl FnMut(&[u8]) -> Result<usize>) -> Result<()> {
        let start = Instant::now();
        while !self.is_empty() && start.elapsed() < TURN {
            match self.send_piece(&mut send) {
                Err(Errno::AGAIN) => break,
                result => result?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_piece_by_piece_comes_in_order() {
        let mut outgoing = Outgoing::default();
        let bytes: Vec<u8> = (0..3 * SEGMENT / 2).map(|at| (at % 251) as u8).collect();
        for part in bytes.chunks(PIECE - 1) {
            outgoing.push(part).unwrap();
        }
        let mut taken = Vec::new();
        let mut is_full = false;
        while !outgoing.is_empty() {
            let send = |piece: &[u8]| {
                is_full = !is_full;
                if is_full {
                    return Err(Errno::AGAIN);
                }
                let count = piece.len().min(1000);
                taken.extend_from_slice(&piece[..count]);
                Ok(count)
            };
            outgoing.send(send).unwrap();
        }
        assert!(taken == bytes);
    }

    #[test]
    fn one_turn_does_not_go_on_for_ever() {
        let mut outgoing = Outgoing::default();
        outgoing.push(&[0; PIECE]).unwrap();
        let start = Instant::now();
        outgoing.send(|_| Ok(0)).unwrap();
        assert!(!outgoing.is_empty() && start.elapsed() >= TURN);
    }

    #[test]
    fn an_error_is_told() {
        let mut outgoing = Outgoing::default();
        outgoing.push(b"lost").unwrap();
        assert_eq!(outgoing.send(|_| Err(Errno::PIPE)), Err(Errno::PIPE));
    }
}
