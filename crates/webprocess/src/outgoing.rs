//! Bytes that a page has written and the kernel has not taken yet.

use rustix::io::{Errno, Result};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How long one turn of the main loop may go on sending.
const TURN: Duration = Duration::from_millis(2);

/// How much is sent at once: as much as the broker reads at once.
const PIECE: usize = 256 * 1024;

/// How much one allocation holds. Each is given back once it is sent.
const SEGMENT: usize = 1024 * 1024;

/// A queue of bytes.
#[derive(Default)]
pub(crate) struct Outgoing {
    segments: VecDeque<Vec<u8>>,
    /// How much of the first segment has been sent.
    sent: usize,
}

impl Outgoing {
    pub(crate) fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// Appends bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        match self.segments.back_mut() {
            Some(last) if last.capacity() - last.len() >= bytes.len() => last.extend_from_slice(bytes),
            _ => {
                // What a page still holds back after one piece is often all that there is.
                let capacity = if self.is_empty() {
                    bytes.len()
                } else {
                    SEGMENT.max(bytes.len())
                };
                let mut segment = Vec::with_capacity(capacity);
                segment.extend_from_slice(bytes);
                self.segments.push_back(segment);
            }
        }
    }

    /// Sends one piece, if there is one.
    ///
    /// # Errors
    /// Those of `send`, which is given the piece and answers how much of it was taken.
    pub(crate) fn send_piece(&mut self, send: impl FnOnce(&[u8]) -> Result<usize>) -> Result<()> {
        let Some(first) = self.segments.front() else {
            return Ok(());
        };
        let end = first.len().min(self.sent + PIECE);
        self.sent += send(&first[self.sent..end])?;
        if self.sent == first.len() {
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
            outgoing.push(part);
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
        outgoing.push(&[0; PIECE]);
        let start = Instant::now();
        outgoing.send(|_| Ok(0)).unwrap();
        assert!(!outgoing.is_empty() && start.elapsed() >= TURN);
    }

    #[test]
    fn an_error_is_told() {
        let mut outgoing = Outgoing::default();
        outgoing.push(b"lost");
        assert_eq!(outgoing.send(|_| Err(Errno::PIPE)), Err(Errno::PIPE));
    }
}
