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
use hyper::client::conn::{TrySendError, http1, http2};
use hyper::rt::{Read, Write};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::pool::{Kept, Origin, Pool, Pooled, Ready};
use super::request::Head;
use super::tls;
use super::upload::{BodyKind, RequestBody, WireBody};
use crate::destination;
use crate::document::Inner;
use crate::error::NetError;
use crate::gate::Destination;
use crate::lifetime::Life;
use crate::limits::RESPONSE_HEADER_BYTES;
use crate::operation::Operation;
use crate::resolver::Host;
use crate::tcp::TcpOptions;

/// Headers in a response.
const HEADERS: usize = 1_000;

/// HTTP/2's flow control: what a stream, and a connection, may send ahead of its readers. A stream
/// whose page does not read holds that much, not more, and the connection has room for others.
const STREAM_WINDOW: u32 = 1024 * 1024;
const CONNECTION_WINDOW: u32 = 16 * STREAM_WINDOW;

/// Sends the request and waits for the response's head.
///
/// # Errors
/// [`NetError`] of every kind that happens between here and there.
pub(crate) async fn exchange(
    inner: &Arc<Inner>,
    head: &Head,
    body: &mut RequestBody,
    operation: &Operation,
) -> Result<Exchanged, NetError> {
    let exchanged = exchange_unchecked(inner, head, body, operation).await?;
    check_size(exchanged.response.headers())?;
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
) -> Result<Exchanged, NetError> {
    let (pool, life) = inner.pool()?;
    let origin = Origin {
        https: head.is_https(),
        host: head.host().to_owned(),
        port: head.port(),
    };
    let opening = pool.opening(&origin);
    // A reused connection may have been closed by the server just now. Trying a few is bounded by
    // how many there are: a dead one is not returned to the pool.
    while let Some(pooled) = pool.take(&origin) {
        operation.pass(pooled.destination()).await?;
        match send(&pool, &origin, pooled, head, body, operation).await {
            Err(Failure::Stale) => {}
            Err(Failure::Final(error)) => return Err(error),
            Ok(exchanged) => return Ok(exchanged),
        }
    }
    // The semaphore is never closed.
    let slot = opening.acquire().await.map_err(|_| NetError::DocumentClosed)?;
    // Another request's connection may have become idle while this one waited.
    let ready = match pool.take(&origin) {
        Some(pooled) => {
            operation.pass(pooled.destination()).await?;
            pooled
        }
        None => open(inner, &pool, &life, &origin, operation).await?,
    };
    drop(slot);
    match send(&pool, &origin, ready, head, body, operation).await {
        Ok(exchanged) => Ok(exchanged),
        Err(Failure::Final(error)) => Err(error),
        Err(Failure::Stale) => Err(NetError::Reset),
    }
}

/// Why a request was not answered.
enum Failure {
    /// The connection was closed under it, and it can be sent over another one.
    Stale,
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
    operation.carried_by(pooled.closed());
    match pooled {
        Pooled::Http1(mut ready) => {
            let request = http1_request(head, body).map_err(Failure::Final)?;
            let sent = ready.sender.try_send_request(request);
            let response = answer(sent, &ready.closed, head, body).await?;
            let kept = pool.keep(origin.clone(), ready);
            Ok(Exchanged { response, kept })
        }
        Pooled::Http2(mut ready) => {
            let request = http2_request(head, body).map_err(Failure::Final)?;
            let sent = ready.sender.try_send_request(request);
            let response = answer(sent, &ready.closed, head, body).await?;
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
    closed: &CancellationToken,
    head: &Head,
    body: &mut RequestBody,
) -> Result<Response<Incoming>, Failure> {
    let mut sent = pin!(sent);
    let result = tokio::select! {
        biased;
        result = &mut sent => Some(result),
        // A request that is handed over in the very moment in which its connection closes may end
        // up in a queue that nobody reads: hyper would never answer.
        () = closed.cancelled() => timeout(LAST_WORDS, sent).await.ok(),
    };
    match result {
        Some(Ok(response)) => Ok(response),
        Some(Err(error)) => Err(failure(error, head, body)),
        None if can_repeat(head, body) => Err(Failure::Stale),
        None => Err(Failure::Final(NetError::Reset)),
    }
}

type Sent = Result<Response<Incoming>, TrySendError<Request<WireBody>>>;

/// How long a connection that has closed may take to tell each of its requests so.
const LAST_WORDS: Duration = Duration::from_secs(1);

fn failure(mut error: TrySendError<Request<WireBody>>, head: &Head, body: &mut RequestBody) -> Failure {
    if let Some(request) = error.take_message() {
        // Not a byte of it was sent.
        body.put_back(request.into_body());
        return Failure::Stale;
    }
    let error = error.into_error();
    // Closed before any answer.
    let is_closed = error.is_incomplete_message() || error.is_closed() || error.is_canceled();
    if is_closed && can_repeat(head, body) {
        return Failure::Stale;
    }
    Failure::Final(explain(&error))
}

/// Whether the request does no harm if the server has already acted on it (RFC 9110 §9.2.2), and
/// its body is still there.
fn can_repeat(head: &Head, body: &RequestBody) -> bool {
    head.method.is_idempotent() && body.kind() != BodyKind::Streamed
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
        RequestBody::Stream(_) | RequestBody::Spent => false,
    };
    if is_said {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
}

/// Connects, secures and greets.
async fn open(
    inner: &Arc<Inner>,
    pool: &Pool,
    life: &Life,
    origin: &Origin,
    operation: &Operation,
) -> Result<Pooled, NetError> {
    let permit = inner.app.socket()?;
    let host = Host::parse(&origin.host)?;
    let destination = destination::check(inner, &host, origin.port, None, operation).await?;
    // Requests are written whole: waiting to fill a segment only delays them.
    let options = TcpOptions {
        no_delay: true,
        ..TcpOptions::default()
    };
    let stream = destination::connect(inner, &destination, &options).await?;
    let guard = Guard {
        life: life.clone(),
        _permit: permit,
    };
    let destination = Arc::new(destination);
    if !origin.https {
        return http1(TokioIo::new(stream), destination, guard).await;
    }
    load_tls(inner).await;
    let stream = inner.shared.tls().connect(&destination.host, stream).await?;
    if !tls::is_http2(&stream) {
        return http1(TokioIo::new(stream), destination, guard).await;
    }
    let ready = http2(TokioIo::new(stream), destination, guard).await?;
    pool.share(origin.clone(), ready.clone());
    Ok(Pooled::Http2(ready))
}

/// Reads the system's certificates where waiting for a disk holds nobody up.
async fn load_tls(inner: &Inner) {
    let shared = inner.shared.clone();
    // Fails only when the broker stops; then so does the caller.
    let _ = tokio::task::spawn_blocking(move || {
        shared.tls();
    })
    .await;
}

/// What a connection is held by: the document's life, and its share of the app's sockets.
struct Guard {
    life: Life,
    _permit: OwnedSemaphorePermit,
}

impl Guard {
    /// Serves the connection until it closes or its document does. The token fires then.
    fn drive(self, connection: impl Future<Output = hyper::Result<()>> + Send + 'static) -> CancellationToken {
        let closed = CancellationToken::new();
        let asked = closed.clone();
        let closing = closed.clone().drop_guard();
        tokio::spawn(async move {
            tokio::select! {
                // Requests and bodies get their errors themselves.
                _ = connection => {}
                _ = self.life.over() => {}
                () = asked.cancelled() => {}
            }
            // The connection itself is gone already.
            drop(closing);
        });
        closed
    }
}

async fn http1<Io>(io: Io, destination: Arc<Destination>, guard: Guard) -> Result<Pooled, NetError>
where
    Io: Read + Write + Unpin + Send + 'static,
{
    let (sender, connection) = http1::Builder::new()
        // Some servers know headers only as browsers write them.
        .title_case_headers(true)
        .max_headers(HEADERS)
        .max_buf_size(RESPONSE_HEADER_BYTES)
        .handshake(io)
        .await
        .map_err(|error| explain(&error))?;
    let closed = guard.drive(connection);
    Ok(Pooled::Http1(Ready {
        sender,
        closed,
        destination,
    }))
}

async fn http2<Io>(
    io: Io,
    destination: Arc<Destination>,
    guard: Guard,
) -> Result<Ready<http2::SendRequest<WireBody>>, NetError>
where
    Io: Read + Write + Unpin + Send + 'static,
{
    let (sender, connection) = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_header_list_size(RESPONSE_HEADER_BYTES as u32)
        .handshake(io)
        .await
        .map_err(|error| explain(&error))?;
    let closed = guard.drive(connection);
    Ok(Ready {
        sender,
        closed,
        destination,
    })
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
    NetError::Protocol {
        reason: error.to_string(),
    }
}

/// What lies behind an error, if it is of this type.
pub(crate) fn cause<E: Error + 'static>(error: &hyper::Error) -> Option<&E> {
    std::iter::successors(error.source(), |error| (*error).source()).find_map(|error| error.downcast_ref())
}
