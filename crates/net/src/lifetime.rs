//! How long anything may stay open, and why it ended.
//!
//! Every task of the broker runs under a [`Life`], so ending one stops resolving, asking,
//! connecting, reading and blocked writing alike, wherever they are waiting. A document has a life
//! with everything in it, and each of its operations a part of that: a permission that is taken back
//! ends the operations that it carried, and no others.

use std::future::Future;
use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;

use crate::error::NetError;

/// The life of a document, or a part of it that can also end by itself.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    token: CancellationToken,
    /// Why this part ended, unless that was only the page's wish.
    own: Arc<OnceLock<NetError>>,
    /// Why the document ended.
    document: Arc<OnceLock<NetError>>,
}

impl Life {
    /// The life of a whole document.
    pub(crate) fn of_document() -> Self {
        let reason = Arc::default();
        Self {
            token: CancellationToken::new(),
            own: Arc::clone(&reason),
            document: reason,
        }
    }

    /// Ends with its parent, or before.
    pub(crate) fn child(&self) -> Self {
        Self {
            token: self.token.child_token(),
            own: Arc::default(),
            document: self.document.clone(),
        }
    }

    /// Fires when this life ends. Firing it ends nothing else.
    pub(crate) fn token(&self) -> CancellationToken {
        self.token.child_token()
    }

    /// Ends the document that this life is a part of. Only called on the document's own life.
    pub(crate) fn close(&self) {
        self.end(NetError::DocumentClosed);
    }

    /// Ends this life and its children: what allowed them was taken back.
    pub(crate) fn revoke(&self) {
        self.end(NetError::Revoked);
    }

    /// Ends this life and its children.
    pub(crate) fn abort(&self) {
        self.token.cancel();
    }

    fn end(&self, reason: NetError) {
        // The reason first: whoever is woken by the token reads it.
        let _ = self.own.set(reason);
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

    /// An end reaches its parts one after the other. What fails because another part has already
    /// gone failed because of the end.
    fn blame(&self, error: NetError) -> NetError {
        let reason = self.own.get().or_else(|| self.document.get());
        reason.cloned().unwrap_or(error)
    }
}
