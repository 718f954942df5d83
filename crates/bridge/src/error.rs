//! The exceptions that a page sees.

use serde::{Deserialize, Serialize};

/// The names of web exceptions that the runtime raises: `TypeError`, and the `DOMException` names of Web IDL,
/// section 2.8.1 "`DOMException`".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[non_exhaustive]
#[expect(missing_docs, reason = "the specification's own names")]
pub enum DomErrorName {
    TypeError,
    AbortError,
    DataError,
    InvalidAccessError,
    InvalidStateError,
    NetworkError,
    NoModificationAllowedError,
    NotAllowedError,
    NotFoundError,
    NotSupportedError,
    OperationError,
    QuotaExceededError,
    SecurityError,
    TimeoutError,
    UnknownError,
}

/// An exception for the page: which one, and a sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[error("{name:?}: {message}")]
pub struct DomError {
    /// Which exception.
    pub name: DomErrorName,
    /// What went wrong, for the app's developer.
    pub message: String,
}

impl DomError {
    /// An exception with a message.
    pub fn new(name: DomErrorName, message: impl Into<String>) -> Self {
        Self {
            name,
            message: message.into(),
        }
    }
}
