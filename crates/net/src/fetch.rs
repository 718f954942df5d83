//! Fetch without CORS: from a page's request to a response whose body streams to it.
//!
//! The steps of one request, each a module: [`request`] checks what the page asked for,
//! [`upload`] holds its body, [`exchange`] sends it over a connection from the [`pool`] or one that
//! [`opening`] makes, [`redirect`] decides where to go next, [`body`] delivers what came back,
//! with its [`coding`] undone.

pub(crate) mod bad_port;
pub(crate) mod body;
pub(crate) mod coding;
pub(crate) mod exchange;
pub(crate) mod link;
pub(crate) mod opening;
pub(crate) mod pool;
pub(crate) mod redirect;
pub(crate) mod request;
pub(crate) mod tls;
pub(crate) mod upload;

use std::future::Future;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method, StatusCode, Version};
use hyper::body::{Body as _, Incoming};
use hyper::ext::ReasonPhrase;
use tokio::net::UnixStream;
use url::Url;

use crate::connection::ConnectionId;
use crate::document::Inner;
use crate::error::NetError;
use crate::lifetime::Life;
use crate::lock;
use crate::operation::Operation;
use crate::pair::pair;
use body::End;
use coding::Coding;
use request::Head;
use upload::{RequestBody, Taken, UploadId};

/// What a page calls one of its fetches, to be able to abort it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// What to do with a redirect: Fetch's redirect mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RedirectMode {
    /// Go there, 20 times at most.
    #[default]
    Follow,
    /// Fail.
    Error,
    /// Return the redirect itself, readable.
    Manual,
}

/// A request body that the page writes into an [`Upload`](upload::Upload).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchBody {
    /// Where it is written.
    pub upload: UploadId,
    /// Its length in bytes, where the page knows it: sent as `Content-Length`. Without it, HTTP/1.1
    /// sends the body in chunks, which some servers do not take.
    pub length: Option<u64>,
}

/// What to fetch. Strings are as in JavaScript: header values hold one byte in each character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchRequest {
    /// Its name within the document.
    pub request: RequestId,
    /// An absolute http or https URL without credentials.
    pub url: String,
    /// The method, any but `CONNECT`, `TRACE` and `TRACK`.
    pub method: String,
    /// The request's headers, in order.
    pub headers: Vec<(String, String)>,
    /// What to do with redirects.
    pub redirect: RedirectMode,
    /// The request's body.
    pub body: Option<FetchBody>,
    /// What [`Fetched::Again`] said, for a fetch that goes on.
    pub progress: Progress,
}

/// How far a fetch has come that is called again, with its body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Redirects that it has followed.
    pub redirects: usize,
    /// How often it was sent again because it was not answered.
    pub retries: usize,
}

impl FetchRequest {
    /// The bytes of its strings.
    pub(crate) fn size(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.len() + value.len());
        self.url.len() + self.method.len() + headers.sum::<usize>()
    }
}

/// What comes of a fetch.
#[derive(Debug)]
pub enum Fetched {
    /// The response.
    Response(FetchResponse),
    /// It goes on, but its body is needed again, which the page alone has: another server is to have it, or
    /// the connection was closed under it. This is the request that is to be made, with a body of the same
    /// length; only its `body` is missing.
    Again(FetchRequest),
}

/// A response's head, and the way to its body.
#[derive(Debug)]
pub struct FetchResponse {
    /// The last URL, without a fragment.
    pub url: String,
    /// Whether a redirect was followed.
    pub redirected: bool,
    /// The status code.
    pub status: u16,
    /// The reason phrase; empty in HTTP/2.
    pub status_text: String,
    /// All headers, `Set-Cookie` too, with one byte in each character of a value.
    pub headers: Vec<(String, String)>,
    /// What follows the head.
    pub body: ResponseBody,
}

/// What a response has for a body.
#[derive(Debug)]
pub enum ResponseBody {
    /// None: this kind of response has no body (Fetch, "null body status").
    Null,
    /// One in which there is nothing.
    Empty,
    /// One that may have something in it.
    Stream {
        /// Names the body within the document: `end` tells whether it arrived whole.
        connection: ConnectionId,
        /// The page's end: non-blocking, close-on-exec.
        descriptor: OwnedFd,
    },
}

/// The request's name and its upload are taken now, not when the future first runs: an abort that comes
/// next finds the fetch, and whatever ends it before it begins closes the upload, for which the page waits.
pub(crate) fn fetch(
    inner: Arc<Inner>,
    operation: Arc<Operation>,
    request: FetchRequest,
) -> impl Future<Output = Result<Fetched, NetError>> {
    let registered = Registered::new(inner.clone(), request.request, operation.life.clone());
    let upload = request.body.map(|body| inner.uploads.take(body)).transpose();
    async move {
        let work = perform(&inner, &operation, request, upload?, registered?);
        // Boxed: the largest future of the crate, and the only one held by value elsewhere.
        operation.life.run(Box::pin(work)).await
    }
}

async fn perform(
    inner: &Arc<Inner>,
    operation: &Arc<Operation>,
    request: FetchRequest,
    upload: Option<Taken>,
    registered: Registered,
) -> Result<Fetched, NetError> {
    let mut head = Head::new(&request)?;
    let mut body = match upload {
        Some(upload) => RequestBody::of(upload, operation).await?,
        None => RequestBody::None,
    };
    let mut progress = request.progress;
    loop {
        let exchanging = exchange::exchange(inner, &head, &mut body, operation, &mut progress.retries);
        let Some(exchanged) = exchanging.await? else {
            return Ok(again(&request, &head, progress));
        };
        let response = &exchanged.response;
        let next = redirect::next(request.redirect, response, &head, body.kind(), progress.redirects)?;
        let Some(next) = next else {
            let response = exchanged.response;
            let is_redirected = progress.redirects > 0;
            let response = deliver(inner, operation, &head, is_redirected, response, registered).await?;
            return Ok(Fetched::Response(response));
        };
        progress.redirects += 1;
        head = next.head;
        if !next.keep_body {
            body = RequestBody::None;
        }
        body::discard(exchanged).await;
        if body.is_spent() {
            return Ok(again(&request, &head, progress));
        }
    }
}

/// Gives a request back whose body is gone.
fn again(request: &FetchRequest, head: &Head, progress: Progress) -> Fetched {
    Fetched::Again(FetchRequest {
        request: request.request,
        url: head.url.to_string(),
        method: head.method.to_string(),
        headers: headers(&head.headers),
        redirect: request.redirect,
        body: None,
        progress,
    })
}

async fn deliver(
    inner: &Arc<Inner>,
    operation: &Arc<Operation>,
    head: &Head,
    redirected: bool,
    response: http::Response<Incoming>,
    registered: Registered,
) -> Result<FetchResponse, NetError> {
    let status = response.status();
    if status == StatusCode::SWITCHING_PROTOCOLS {
        let reason = "it switched protocols without being asked to".to_owned();
        return Err(NetError::Protocol { reason });
    }
    let status_text = status_text(&response);
    let (mut parts, incoming) = response.into_parts();
    let end = End::of(&parts);
    let codings = Coding::of(&parts.headers);
    let has_body = has_body(&head.method, status);
    if has_body && !codings.is_empty() {
        // It counts bytes that the page never sees.
        parts.headers.remove(CONTENT_LENGTH);
    }
    let body = match has_body {
        false => ResponseBody::Null,
        true if incoming.is_end_stream() => ResponseBody::Empty,
        true => stream(inner, operation, incoming, end, codings, registered).await?,
    };
    Ok(FetchResponse {
        url: without_fragment(&head.url),
        redirected,
        status: status.as_u16(),
        status_text,
        headers: headers(&parts.headers),
        body,
    })
}

async fn stream(
    inner: &Inner,
    operation: &Arc<Operation>,
    incoming: Incoming,
    end: End,
    codings: Vec<Coding>,
    registered: Registered,
) -> Result<ResponseBody, NetError> {
    let permit = inner.app.socket().await?;
    let (descriptor, ours) = pair()?;
    let ours = UnixStream::from_std(ours).map_err(|error| NetError::system("no room for a response body", &error))?;
    let open = inner.connections.open(operation.clone(), permit);
    let connection = open.id;
    tokio::spawn(async move {
        body::deliver(incoming, end, &codings, ours, open).await;
        drop(registered);
    });
    Ok(ResponseBody::Stream { connection, descriptor })
}

/// Fetch's null body statuses, and `HEAD`.
fn has_body(method: &Method, status: StatusCode) -> bool {
    *method != Method::HEAD && !matches!(status.as_u16(), 101 | 103 | 204 | 205 | 304)
}

fn status_text(response: &http::Response<Incoming>) -> String {
    if response.version() >= Version::HTTP_2 {
        return String::new();
    }
    match response.extensions().get::<ReasonPhrase>() {
        Some(phrase) => latin1(phrase.as_bytes()),
        // Not recorded when it is the usual one.
        None => response.status().canonical_reason().unwrap_or_default().to_owned(),
    }
}

fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), latin1(value.as_bytes())))
        .collect()
}

fn without_fragment(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    url.into()
}

/// WebIDL's `ByteString`: a character for each byte.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// A fetch under the name by which the page can abort it, from its start to the end of its body.
struct Registered {
    inner: Arc<Inner>,
    request: RequestId,
}

impl Registered {
    fn new(inner: Arc<Inner>, request: RequestId, life: Life) -> Result<Self, NetError> {
        let mut requests = lock(&inner.requests);
        if requests.contains_key(&request) {
            let message = format!("request {} is already under way", request.0);
            return Err(NetError::InvalidArgument(message));
        }
        requests.insert(request, life);
        drop(requests);
        Ok(Self { inner, request })
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        lock(&self.inner.requests).remove(&self.request);
    }
}
