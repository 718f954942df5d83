//! One request and its response, over a pooled connection or a new one.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use http::header::{CONTENT_LENGTH, HOST, PROXY_AUTHORIZATION};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use tokio::time::timeout;

use super::failure::{cause, explain, headers_too_large};
use super::link::Link;
use super::opening::{Connections, Opened};
use super::pool::{Back, Claim, Http1, Http2, Origin, Slot};
use super::request::{BodyKind, Request, RequestBody, WireBody};
use crate::core::error::Error;
use crate::core::proxy::Proxy;
use crate::core::resource::Resource;
use crate::limits::RESPONSE_HEADER_BYTES;

/// A request as hyper sends it.
type WireRequest = http::Request<WireBody>;

/// Sends the request and waits for the response's head. `None`: it is to be sent once more, and whoever
/// made it has to give its body again. `retries` counts how often that was, and the like.
///
/// # Errors
/// [`Error`] of every kind that happens between here and there.
pub(crate) async fn exchange(
    connections: &Connections,
    request: &Request,
    body: &mut RequestBody,
    resource: &Resource,
    retries: &mut usize,
) -> Result<Option<Exchanged>, Error> {
    let exchanged = exchange_unchecked(connections, request, body, resource, retries).await?;
    if let Some(exchanged) = &exchanged {
        check_size(exchanged.response.headers())?;
    }
    Ok(exchanged)
}

/// A response whose body is still to be read.
pub(crate) struct Exchanged {
    pub(crate) response: Response<Incoming>,
    /// Fires once the connection can be used again.
    pub(crate) back: Back,
}

/// hyper bounds its buffer, which may hold more than the headers that are too many.
fn check_size(headers: &HeaderMap) -> Result<(), Error> {
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

async fn exchange_unchecked(
    connections: &Connections,
    request: &Request,
    body: &mut RequestBody,
    resource: &Resource,
    retries: &mut usize,
) -> Result<Option<Exchanged>, Error> {
    let origin = Origin {
        https: request.is_https(),
        host: request.host().to_owned(),
        port: request.port(),
    };
    loop {
        let (connection, is_new) = connection(connections, &origin, resource).await?;
        let sent = match connection {
            Opened::Http1(ready, slot) => send_http1(connections, &origin, ready, slot, request, body, resource).await,
            Opened::Http2(ready) => send_http2(ready, request, body, resource).await,
        };
        match sent {
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

/// How often a request is sent again that a server has sent back, or whose body has to be given again.
const RETRIES: usize = 2;

/// A connection for a request to `origin`, and whether it is a new one.
async fn connection(connections: &Connections, origin: &Origin, resource: &Resource) -> Result<(Opened, bool), Error> {
    let connection = match connections.pool.claim(origin).await? {
        Claim::New(opening) => return Ok((connections.open(opening, origin, resource).await?, true)),
        Claim::Idle(ready, slot) => {
            resource.pass(&ready.destination).await?;
            Opened::Http1(ready, slot)
        }
        Claim::Shared(ready) => {
            resource.pass(&ready.destination).await?;
            Opened::Http2(ready)
        }
    };
    Ok((connection, false))
}

/// Why a request was not answered.
enum Failure {
    /// The connection was closed under it, and it can be sent over another one.
    Stale(Error),
    /// The server says that it has done nothing about it, and it can be sent again.
    Unprocessed(Error),
    Final(Error),
}

async fn send_http1(
    connections: &Connections,
    origin: &Origin,
    mut ready: Http1,
    slot: Slot,
    request: &Request,
    body: &mut RequestBody,
    resource: &Resource,
) -> Result<Exchanged, Failure> {
    resource.carried_by(ready.link.close());
    let forwarder = ready.forwarder.clone();
    let wire = http1_request(request, body, forwarder.as_deref()).map_err(Failure::Final)?;
    let sent = ready.sender.try_send_request(wire);
    let response = answer(sent, &ready.link, request, body).await?;
    if let Some(proxy) = forwarder
        && response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED
    {
        return Err(Failure::Final(proxy.wants_credentials()));
    }
    let back = connections.pool.keep(origin.clone(), ready, slot);
    Ok(Exchanged { response, back })
}

async fn send_http2(
    ready: Http2,
    request: &Request,
    body: &mut RequestBody,
    resource: &Resource,
) -> Result<Exchanged, Failure> {
    resource.carried_by(ready.link.close());
    let (mut sender, link) = (ready.sender, ready.link);
    let wire = http2_request(request, body).map_err(Failure::Final)?;
    let sent = sender.try_send_request(wire);
    // A request that the connection could not take any more comes back with the last sender.
    drop(sender);
    let response = answer(sent, &link, request, body).await?;
    Ok(Exchanged {
        response,
        back: Back::always(),
    })
}

/// Waits for the answer to a request that was handed to its connection.
async fn answer(
    sent: impl Future<Output = Sent>,
    link: &Link,
    request: &Request,
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
        Some(Err(error)) => Err(failure(error, link, request, body)),
        None => Err(unanswered(Error::Reset, request, body)),
    }
}

type Sent = Result<Response<Incoming>, TrySendError<WireRequest>>;

/// How long a connection that has closed may take to tell each of its requests so.
const LAST_WORDS: Duration = Duration::from_secs(1);

fn failure(mut error: TrySendError<WireRequest>, link: &Link, request: &Request, body: &mut RequestBody) -> Failure {
    let unsent = error.take_message();
    let error = error.into_error();
    if let Some(wire) = unsent {
        // Not a byte of it was sent.
        body.put_back(wire.into_body());
        return Failure::Stale(explain(&error));
    }
    if link.is_cut() {
        // Another request's revocation took the connection with it: hyper knows of nothing.
        return unanswered(Error::Reset, request, body);
    }
    if cause(&error).is_some_and(is_unprocessed) && body.kind() != BodyKind::Streamed {
        return Failure::Unprocessed(explain(&error));
    }
    // Closed before any answer.
    let is_broken = cause(&error).is_some_and(is_broken);
    if error.is_incomplete_message() || error.is_closed() || error.is_canceled() || is_broken {
        return unanswered(explain(&error), request, body);
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
fn unanswered(error: Error, request: &Request, body: &RequestBody) -> Failure {
    if request.method.is_idempotent() && body.kind() != BodyKind::Streamed {
        Failure::Stale(error)
    } else {
        Failure::Final(error)
    }
}

fn http1_request(request: &Request, body: &mut RequestBody, forwarder: Option<&Proxy>) -> Result<WireRequest, Error> {
    // A proxy is told the whole URL (RFC 9112 §3.2.2).
    let uri = if forwarder.is_some() {
        request.target()?
    } else {
        request.path()?
    };
    // `Host` first, as RFC 9110 §7.2 recommends.
    let mut headers = HeaderMap::with_capacity(request.headers.len() + 3);
    headers.insert(HOST, request.authority()?);
    headers.extend(request.headers.clone());
    if let Some(authorization) = forwarder.and_then(Proxy::authorization) {
        let value = HeaderValue::try_from(authorization).map_err(|_| Error::invalid("bad proxy credentials"))?;
        headers.insert(PROXY_AUTHORIZATION, value);
    }
    add_empty_length(&mut headers, request, body);
    let mut wire = http::Request::new(body.send());
    *wire.method_mut() = request.method.clone();
    *wire.uri_mut() = uri;
    *wire.headers_mut() = headers;
    Ok(wire)
}

fn http2_request(request: &Request, body: &mut RequestBody) -> Result<WireRequest, Error> {
    let uri = request.target()?;
    let mut headers = request.headers.clone();
    add_empty_length(&mut headers, request, body);
    let mut wire = http::Request::new(body.send());
    *wire.method_mut() = request.method.clone();
    *wire.uri_mut() = uri;
    *wire.version_mut() = Version::HTTP_2;
    *wire.headers_mut() = headers;
    Ok(wire)
}

/// hyper says nothing about an empty body; Fetch does, and some servers insist (HTTP-network-or-cache
/// fetch, step 8.7).
fn add_empty_length(headers: &mut HeaderMap, request: &Request, body: &RequestBody) {
    let is_said = match body {
        RequestBody::None => matches!(request.method, Method::POST | Method::PUT),
        RequestBody::Bytes(bytes) => bytes.is_empty(),
        RequestBody::Stream { .. } | RequestBody::Spent { .. } => false,
    };
    if is_said {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
}
