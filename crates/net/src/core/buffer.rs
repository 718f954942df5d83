//! Buffers that exist only while bytes are in them.
//!
//! An idle connection holds no buffer: it waits for readability first, then borrows one. The relay
//! threads keep the few that are in use hot, so 2,000 idle connections cost no memory and a busy
//! one reads and writes through the same cache lines each time.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

use crate::limits::CHUNK;

/// Buffers that a thread keeps for the next user.
const KEPT: usize = 4;

thread_local! {
    static SPARE: RefCell<Vec<Box<[u8]>>> = const { RefCell::new(Vec::new()) };
}

/// [`CHUNK`] bytes, returned to the thread when dropped.
#[derive(Debug)]
pub(crate) struct Buffer(Box<[u8]>);

impl Buffer {
    pub(crate) fn take() -> Self {
        let spare = SPARE.with_borrow_mut(Vec::pop);
        Self(spare.unwrap_or_else(|| vec![0; CHUNK].into_boxed_slice()))
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.0);
        // While a thread ends there is nothing to return it to.
        let _ = SPARE.try_with(|spare| {
            let mut spare = spare.borrow_mut();
            if spare.len() < KEPT {
                spare.push(bytes);
            }
        });
    }
}
