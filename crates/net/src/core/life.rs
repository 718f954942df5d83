//! How long anything may stay open, and why it ended.
//!
//! Every task of the broker runs under a [`Life`], so ending one stops resolving, asking,
//! connecting, reading and blocked writing alike, wherever they are waiting. A scope has a life
//! with everything in it, and each of its resources a part of that: a permission that is taken back
//! ends the resources that it carried, and no others.

use std::future::Future;
use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;

use super::error::Error;

/// The life of a scope, or a part of it that can also end by itself.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    token: CancellationToken,
    /// Why this part ended, unless that was only the page's wish.
    own: Arc<OnceLock<Error>>,
    /// Why the scope ended.
    scope: Arc<OnceLock<Error>>,
}

impl Life {
    /// The life of a whole scope.
    pub(crate) fn of_scope() -> Self {
        let reason = Arc::default();
        Self {
            token: CancellationToken::new(),
            own: Arc::clone(&reason),
            scope: reason,
        }
    }

    /// Ends with its parent, or before.
    pub(crate) fn child(&self) -> Self {
        Self {
            token: self.token.child_token(),
            own: Arc::default(),
            scope: self.scope.clone(),
        }
    }

    /// Fires when this life ends. Firing it ends nothing else.
    pub(crate) fn token(&self) -> CancellationToken {
        self.token.child_token()
    }

    /// Ends the scope that this life is a part of. Only called on the scope's own life.
    pub(crate) fn close(&self) {
        self.end(Error::Closed);
    }

    /// Ends this life and its children: what allowed them was taken back.
    pub(crate) fn revoke(&self) {
        self.end(Error::Revoked);
    }

    /// Ends this life and its children.
    pub(crate) fn abort(&self) {
        self.token.cancel();
    }

    fn end(&self, reason: Error) {
        // The reason first: whoever is woken by the token reads it.
        let _ = self.own.set(reason);
        self.token.cancel();
    }

    pub(crate) fn is_over(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Waits for the end and tells why.
    pub(crate) async fn over(&self) -> Error {
        self.token.cancelled().await;
        self.blame(Error::Aborted)
    }

    /// Does `work` for as long as this life lasts.
    pub(crate) async fn run<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        tokio::select! {
            // An ended life wins over work that is ready: nothing starts after a revocation.
            biased;
            error = self.over() => Err(error),
            result = work => result.map_err(|error| self.blame(error)),
        }
    }

    /// An end reaches its parts one after the other. What fails because another part has already
    /// gone failed because of the end.
    fn blame(&self, error: Error) -> Error {
        let reason = self.own.get().or_else(|| self.scope.get());
        reason.cloned().unwrap_or(error)
    }
}
