//! What failures of the HTTP library mean.

use std::error::Error as StdError;
use std::io;

use crate::core::error::Error;
use crate::limits::RESPONSE_HEADER_BYTES;

/// What a failure of hyper's means to the page.
pub(crate) fn explain(error: &hyper::Error) -> Error {
    // Our own, from a request's body.
    if let Some(error) = cause::<Error>(error) {
        return error.clone();
    }
    if let Some(error) = cause::<io::Error>(error) {
        return Error::broken(error);
    }
    if let Some(error) = cause::<h2::Error>(error).filter(|error| error.is_remote() && error.reason().is_some()) {
        let reason = format!("it ended the request: {error}");
        return Error::Protocol { reason };
    }
    // The only kind that hyper does not let one ask for.
    if error.is_parse() && error.to_string().contains("too large") {
        return headers_too_large();
    }
    if error.is_incomplete_message() {
        let reason = "it closed the connection before the end of the headers".to_owned();
        return Error::Protocol { reason };
    }
    if error.is_closed() || error.is_canceled() {
        return Error::Reset;
    }
    if error.is_timeout() {
        // HTTP/2's pings: the only thing that hyper is given a time for.
        let reason = "the server has stopped answering".to_owned();
        return Error::Connection { reason };
    }
    Error::Protocol {
        reason: error.to_string(),
    }
}

/// What lies behind an error, if it is of this type.
pub(crate) fn cause<E: StdError + 'static>(error: &hyper::Error) -> Option<&E> {
    std::iter::successors(error.source(), |error| (*error).source()).find_map(|error| error.downcast_ref())
}

pub(crate) fn headers_too_large() -> Error {
    Error::Protocol {
        reason: format!("its headers are larger than {} KiB", RESPONSE_HEADER_BYTES / 1024),
    }
}
