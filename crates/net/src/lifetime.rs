//! How long anything may stay open, and why it ended.
//!
//! A document lives through one *epoch* after another: taking the permission back ends the epoch
//! with everything in it, and the next operation, if the gate lets it pass, belongs to a new one.
//! Every task of the broker runs under a [`Life`], so ending an epoch stops resolving, asking,
//! connecting, reading and blocked writing alike, wherever they are waiting.

use std::future::Future;
use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;

use crate::error::NetError;

/// Why an epoch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndReason {
    /// The permission was taken back.
    Revoked,
    /// The document went away.
    DocumentClosed,
}

impl EndReason {
    fn error(self) -> NetError {
        match self {
            Self::Revoked => NetError::Revoked,
            Self::DocumentClosed => NetError::DocumentClosed,
        }
    }
}

/// A part of an epoch that can also end by itself.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    token: CancellationToken,
    epoch: Arc<OnceLock<EndReason>>,
}

impl Life {
    /// The life of a whole epoch.
    pub(crate) fn epoch() -> Self {
        Self {
            token: CancellationToken::new(),
            epoch: Arc::default(),
        }
    }

    /// Ends with its parent, or before.
    pub(crate) fn child(&self) -> Self {
        Self {
            token: self.token.child_token(),
            epoch: self.epoch.clone(),
        }
    }

    /// Ends the epoch that this life is a part of. Only called on the epoch's own life.
    pub(crate) fn end_epoch(&self, reason: EndReason) {
        // The reason first: whoever is woken by the token reads it.
        let _ = self.epoch.set(reason);
        self.token.cancel();
    }

    /// Ends this life and its children.
    pub(crate) fn abort(&self) {
        self.token.cancel();
    }

    pub(crate) fn is_over(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Waits for the end and tells why.
    pub(crate) async fn over(&self) -> NetError {
        self.token.cancelled().await;
        self.blame(NetError::Aborted)
    }

    /// Does `work` for as long as this life lasts.
    pub(crate) async fn run<T>(&self, work: impl Future<Output = Result<T, NetError>>) -> Result<T, NetError> {
        tokio::select! {
            // An ended life wins over work that is ready: nothing starts after a revocation.
            biased;
            error = self.over() => Err(error),
            result = work => result.map_err(|error| self.blame(error)),
        }
    }

    /// The end of an epoch reaches its parts one after the other. What fails because another part
    /// has already gone failed because of the end.
    fn blame(&self, error: NetError) -> NetError {
        match self.epoch.get() {
            Some(reason) => reason.error(),
            None => error,
        }
    }
}
