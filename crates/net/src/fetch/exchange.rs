//! One request and its response, over a pooled connection or a new one.

use std::error::Error;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderMap, HeaderValue, Method, Request, Response, Version};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use tokio::time::timeout;

use super::link::Link;
use super::opening::open;
use super::pool::{Kept, Origin, Pool, Pooled, Ready};
use super::request::Head;
use super::upload::{BodyKind, RequestBody, WireBody};
use crate::document::Inner;
use crate::error::NetError;
use crate::lifetime::Life;
use crate::limits::RESPONSE_HEADER_BYTES;
use crate::operation::Operation;

/// Sends the request and waits for the response's head. `None`: it is to be sent once more, and the page
/// has to give its body again. `retries` counts how often that was, and the like.
///
/// # Errors
/// [`NetError`] of every kind that happens between here and there.
pub(crate) async fn exchange(
    inner: &Arc<Inner>,
    head: &Head,
    body: &mut RequestBody,
    operation: &Operation,
    retries: &mut usize,
) -> Result<Option<Exchanged>, NetError> {
    let exchanged = exchange_unchecked(inner, head, body, operation, retries).await?;
    if let Some(exchanged) = &exchanged {
        check_size(exchanged.response.headers())?;
    }
    Ok(exchanged)
}

/// A response whose body is still to be read.
pub(crate) struct Exchanged {
    pub(crate) response: Response<Incoming>,
    /// Fires once the connection can be used again.
    pub(crate) kept: Kept,
}

/// hyper bounds its buffer, which may hold more than the headers that are too many.
fn check_size(headers: &HeaderMap) -> Result<(), NetError> {
    let size: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if size > RESPONSE_HEADER_BYTES {
        Err(headers_too_large())
    } else {
        Ok(())
    }
}

fn headers_too_large() -> NetError {
    NetError::Protocol {
        reason: format!("its headers are larger than {} KiB", RESPONSE_HEADER_BYTES / 1024),
    }
}

async fn exchange_unchecked(
    inner: &Arc<Inner>,
    head: &Head,
    body: &mut RequestBody,
    operation: &Operation,
    retries: &mut usize,
) -> Result<Option<Exchanged>, NetError> {
    let (pool, life) = inner.pool()?;
    let origin = Origin {
        https: head.is_https(),
        host: head.host().to_owned(),
        port: head.port(),
    };
    loop {
        let (pooled, is_new) = connection(inner, &pool, &life, &origin, operation).await?;
        match send(&pool, &origin, pooled, head, body, operation).await {
            Ok(exchanged) => return Ok(Some(exchanged)),
            // The server may have closed a reused connection just now. Trying again is bounded by how
            // many there are: one that has closed is not taken again.
            Err(Failure::Stale(_)) if !is_new && !body.is_spent() => {}
            Err(Failure::Stale(error)) if is_new => return Err(error),
            Err(Failure::Stale(_) | Failure::Unprocessed(_)) if *retries < RETRIES => {
                *retries += 1;
                if body.is_spent() {
                    return Ok(None);
                }
            }
            Err(Failure::Stale(error) | Failure::Unprocessed(error) | Failure::Final(error)) => return Err(error),
        }
    }
}

/// How often a request is sent again that a server has sent back, or whose body the page has to give again.
const RETRIES: usize = 2;

/// A connection for a request to `origin`, and whether it is a new one.
async fn connection(
    inner: &Arc<Inner>,
    pool: &Arc<Pool>,
    life: &Life,
    origin: &Origin,
    operation: &Operation,
) -> Result<(Pooled, bool), NetError> {
    let pooled = match pool.take(origin) {
        Some(pooled) => pooled,
        None => {
            let opening = pool.opening(origin);
            let _slot = opening.slot().await?;
            // Another request's connection may have become idle while this one waited.
            match pool.take(origin) {
                Some(pooled) => pooled,
                None => return Ok((open(inner, pool, life, origin, operation).await?, true)),
            }
        }
    };
    operation.pass(pooled.destination()).await?;
    Ok((pooled, false))
}

/// Why a request was not answered.
enum Failure {
    /// The connection was closed under it, and it can be sent over another one.
    Stale(NetError),
    /// The server says that it has done nothing about it, and it can be sent again.
    Unprocessed(NetError),
    Final(NetError),
}

async fn send(
    pool: &Arc<Pool>,
    origin: &Origin,
    pooled: Pooled,
    head: &Head,
    body: &mut RequestBody,
    operation: &Operation,
) -> Result<Exchanged, Failure> {
    operation.carried_by(pooled.link());
    match pooled {
        Pooled::Http1(mut ready) => {
            let request = http1_request(head, body).map_err(Failure::Final)?;
            let sent = ready.sender.try_send_request(request);
            let response = answer(sent, &ready.link, head, body).await?;
            let kept = pool.keep(origin.clone(), ready);
            Ok(Exchanged { response, kept })
        }
        Pooled::Http2(Ready { mut sender, link, .. }) => {
            let request = http2_request(head, body).map_err(Failure::Final)?;
            let sent = sender.try_send_request(request);
            // A request that the connection could not take any more comes back with the last sender.
            drop(sender);
            let response = answer(sent, &link, head, body).await?;
            Ok(Exchanged {
                response,
                kept: Kept::always(),
            })
        }
    }
}

/// Waits for the answer to a request that was handed to its connection.
async fn answer(
    sent: impl Future<Output = Sent>,
    link: &Link,
    head: &Head,
    body: &mut RequestBody,
) -> Result<Response<Incoming>, Failure> {
    let mut sent = pin!(sent);
    let result = tokio::select! {
        biased;
        result = &mut sent => Some(result),
        // A request that is handed over in the very moment in which its connection closes may end
        // up in a queue that nobody reads: hyper would never answer.
        () = link.closed() => timeout(LAST_WORDS, sent).await.ok(),
    };
    match result {
        Some(Ok(response)) => Ok(response),
        Some(Err(error)) => Err(failure(error, link, head, body)),
        None => Err(unanswered(NetError::Reset, head, body)),
    }
}

type Sent = Result<Response<Incoming>, TrySendError<Request<WireBody>>>;

/// How long a connection that has closed may take to tell each of its requests so.
const LAST_WORDS: Duration = Duration::from_secs(1);

fn failure(mut error: TrySendError<Request<WireBody>>, link: &Link, head: &Head, body: &mut RequestBody) -> Failure {
    let unsent = error.take_message();
    let error = error.into_error();
    if let Some(request) = unsent {
        // Not a byte of it was sent.
        body.put_back(request.into_body());
        return Failure::Stale(explain(&error));
    }
    if link.is_cut() {
        // Another request's revocation took the connection with it: hyper knows of nothing.
        return unanswered(NetError::Reset, head, body);
    }
    if cause(&error).is_some_and(is_unprocessed) && body.kind() != BodyKind::Streamed {
        return Failure::Unprocessed(explain(&error));
    }
    // Closed before any answer.
    let is_broken = cause(&error).is_some_and(is_broken);
    if error.is_incomplete_message() || error.is_closed() || error.is_canceled() || is_broken {
        return unanswered(explain(&error), head, body);
    }
    Failure::Final(explain(&error))
}

/// Whether the other end closed while something was sent to it.
fn is_broken(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset)
}

/// Whether the server vouches that it has not acted on a request: it refused it, or went away without
/// counting it among those that it took (RFC 9113 §8.7).
fn is_unprocessed(error: &h2::Error) -> bool {
    let is_refused = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
    let is_left_out = error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR);
    error.is_remote() && (is_refused || is_left_out)
}

/// It does no harm to send an idempotent request again even if the server has acted
/// on it (RFC 9110 §9.2.2), provided that its body is still there.
fn unanswered(error: NetError, head: &Head, body: &RequestBody) -> Failure {
    if head.method.is_idempotent() && body.kind() != BodyKind::Streamed {
        Failure::Stale(error)
    } else {
        Failure::Final(error)
    }
}

fn http1_request(head: &Head, body: &mut RequestBody) -> Result<Request<WireBody>, NetError> {
    let uri = head.path()?;
    // `Host` first, as RFC 9110 §7.2 recommends.
    let mut headers = HeaderMap::with_capacity(head.headers.len() + 2);
    headers.insert(HOST, head.authority()?);
    headers.extend(head.headers.clone());
    add_empty_length(&mut headers, head, body);
    let mut request = Request::new(body.send());
    *request.method_mut() = head.method.clone();
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok(request)
}

fn http2_request(head: &Head, body: &mut RequestBody) -> Result<Request<WireBody>, NetError> {
    let uri = head.target()?;
    let mut headers = head.headers.clone();
    add_empty_length(&mut headers, head, body);
    let mut request = Request::new(body.send());
    *request.method_mut() = head.method.clone();
    *request.uri_mut() = uri;
    *request.version_mut() = Version::HTTP_2;
    *request.headers_mut() = headers;
    Ok(request)
}

/// hyper says nothing about an empty body; Fetch does, and some servers insist (HTTP-network-or-cache
/// fetch, step 8.7).
fn add_empty_length(headers: &mut HeaderMap, head: &Head, body: &RequestBody) {
    let is_said = match body {
        RequestBody::None => matches!(head.method, Method::POST | Method::PUT),
        RequestBody::Bytes(bytes) => bytes.is_empty(),
        RequestBody::Stream { .. } | RequestBody::Spent { .. } => false,
    };
    if is_said {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
}

/// What a failure of hyper's means to the page.
pub(crate) fn explain(error: &hyper::Error) -> NetError {
    // Our own, from a request's body.
    if let Some(error) = cause::<NetError>(error) {
        return error.clone();
    }
    if let Some(error) = cause::<io::Error>(error) {
        return NetError::broken(error);
    }
    if let Some(error) = cause::<h2::Error>(error).filter(|error| error.is_remote() && error.reason().is_some()) {
        let reason = format!("it ended the request: {error}");
        return NetError::Protocol { reason };
    }
    // The only kind that hyper does not let one ask for.
    if error.is_parse() && error.to_string().contains("too large") {
        return headers_too_large();
    }
    if error.is_incomplete_message() {
        let reason = "it closed the connection before the end of the headers".to_owned();
        return NetError::Protocol { reason };
    }
    if error.is_closed() || error.is_canceled() {
        return NetError::Reset;
    }
    if error.is_timeout() {
        // HTTP/2's pings: the only thing that hyper is given a time for.
        let reason = "the server has stopped answering".to_owned();
        return NetError::Connection { reason };
    }
    NetError::Protocol {
        reason: error.to_string(),
    }
}

/// What lies behind an error, if it is of this type.
pub(crate) fn cause<E: Error + 'static>(error: &hyper::Error) -> Option<&E> {
    std::iter::successors(error.source(), |error| (*error).source()).find_map(|error| error.downcast_ref())
}
