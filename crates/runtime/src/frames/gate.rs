//! Something that many wait for, and that happens once.

use std::convert::Infallible;

/// A gate that opens when it is dropped.
pub(super) struct Gate {
    _sender: async_channel::Sender<Infallible>,
    receiver: async_channel::Receiver<Infallible>,
}

/// Waits for a gate to open.
pub(super) struct Opening(async_channel::Receiver<Infallible>);

impl Default for Gate {
    fn default() -> Self {
        let (_sender, receiver) = async_channel::bounded(1);
        Self { _sender, receiver }
    }
}

impl Gate {
    /// What waits for this gate, without holding it shut.
    pub(super) fn opening(&self) -> Opening {
        Opening(self.receiver.clone())
    }
}

impl Opening {
    /// Waits.
    pub(super) async fn wait(&self) {
        // Nothing is ever sent: what comes is that the sender is gone.
        let _ = self.0.recv().await;
    }
}
