//! Fetch without CORS: from a page's request to a response whose body streams to it.

use std::fmt;
use std::future::Future;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use tokio::io::AsyncBufReadExt;
use tokio::net::UnixStream;
use url::Url;

use super::connection::{ConnectionId, Connections, Ends, Open};
use super::pair::{hung_up, pair};
use super::requests::{Registered, RequestId, Requests};
use super::upload::{FetchBody, Taken, Uploads};
use crate::core::clock::Clock;
use crate::core::error::Error;
use crate::core::resource::Resource;
use crate::core::scope::{Scope, Shared};
use crate::http::{self as client, Body, Client, CookieJar, Progress, RedirectMode, Request, RequestBody};

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
    /// Whether it has the cookies of the app's jar; none otherwise.
    pub with_cookies: bool,
    /// How long the page waits: for the head of the response, and after that for each next part of its body.
    pub timeout: Option<Duration>,
    /// The request's body.
    pub body: Option<FetchBody>,
    /// What [`Fetched::Again`] said, for a fetch that goes on.
    pub progress: Progress,
}

impl FetchRequest {
    /// The bytes of its strings.
    pub(crate) fn size(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.len() + value.len());
        self.url.len() + self.method.len() + headers.sum::<usize>()
    }

    fn check(&self) -> Result<Request, Error> {
        let request = Request::new(&self.method, &self.url, &self.headers)?;
        if self.body.is_some() && matches!(request.method().as_str(), "GET" | "HEAD") {
            let message = format!("a {} request cannot have a body", request.method());
            return Err(Error::invalid(message));
        }
        Ok(request)
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

impl Fetched {
    /// Notes how much of its time a fetch that goes on has spent.
    fn spending(mut self, spent: Duration) -> Self {
        if let Self::Again(request) = &mut self {
            request.progress.spent = spent;
        }
        self
    }
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
        /// Names the body within the document.
        connection: ConnectionId,
        /// The page's end: non-blocking, close-on-exec.
        descriptor: OwnedFd,
        /// Whether it arrives whole.
        ends: Ends,
    },
}

/// The fetches of a document, and what they need.
pub(crate) struct Fetches {
    client: Client,
    cookies: Arc<CookieJar>,
    scope: Arc<Shared>,
    connections: Arc<Connections>,
    uploads: Arc<Uploads>,
    /// By which they can be aborted, until their bodies end.
    requests: Arc<Requests>,
}

impl Fetches {
    pub(crate) fn new(
        scope: &Scope,
        connections: &Arc<Connections>,
        uploads: &Arc<Uploads>,
        requests: &Arc<Requests>,
        cookies: &Arc<CookieJar>,
    ) -> Self {
        Self {
            client: Client::new(scope),
            cookies: cookies.clone(),
            scope: scope.shared().clone(),
            connections: connections.clone(),
            uploads: uploads.clone(),
            requests: requests.clone(),
        }
    }

    /// The request's name and its upload are taken now, not when the future first runs: an abort that comes
    /// next finds the fetch, and whatever ends it before it begins closes the upload, for which the page waits.
    pub(crate) fn fetch(
        self: &Arc<Self>,
        resource: Arc<Resource>,
        request: FetchRequest,
    ) -> impl Future<Output = Result<Fetched, Error>> + use<> {
        let registered = self.requests.register(request.request, &resource);
        let upload = request.body.map(|body| self.uploads.take(body)).transpose();
        let fetches = self.clone();
        async move {
            let clock = Clock::start(&resource.asking, request.progress.spent);
            let timeout = request.timeout;
            let work = resource.run(Box::pin(fetches.perform(&resource, request, upload?, registered?)));
            let Some(limit) = timeout else {
                return work.await;
            };
            tokio::select! {
                biased;
                fetched = work => fetched.map(|fetched| fetched.spending(clock.spent())),
                () = clock.reaches(limit) => Err(Error::OutOfTime { what: "no answer", after: limit }),
            }
        }
    }

    async fn perform(
        &self,
        resource: &Arc<Resource>,
        asked: FetchRequest,
        upload: Option<Taken>,
        registered: Registered,
    ) -> Result<Fetched, Error> {
        let request = asked.check()?;
        let body = match upload {
            Some(upload) => upload.body(resource).await?,
            None => RequestBody::None,
        };
        let jar = asked.with_cookies.then_some(&self.cookies);
        let fetching = self
            .client
            .fetch_with(jar, resource, request, body, asked.redirect, asked.progress);
        match fetching.await? {
            client::Fetched::Response(response) => {
                let response = self.deliver(resource, response, registered, asked.timeout).await?;
                Ok(Fetched::Response(response))
            }
            client::Fetched::Again(request, progress) => Ok(Fetched::Again(FetchRequest {
                url: request.url().to_string(),
                method: request.method().to_string(),
                headers: headers(request.headers()),
                body: None,
                progress,
                ..asked
            })),
        }
    }

    async fn deliver(
        &self,
        resource: &Arc<Resource>,
        response: client::Response,
        registered: Registered,
        silence: Option<Duration>,
    ) -> Result<FetchResponse, Error> {
        let body = match response.body {
            None => ResponseBody::Null,
            Some(body) if body.is_empty() => ResponseBody::Empty,
            Some(body) => self.stream(resource, body.with_silence(silence), registered).await?,
        };
        Ok(FetchResponse {
            url: without_fragment(response.url),
            redirected: response.redirected,
            status: response.status.as_u16(),
            status_text: latin1(&response.reason),
            headers: headers(&response.headers),
            body,
        })
    }

    async fn stream(
        &self,
        resource: &Arc<Resource>,
        body: Body,
        registered: Registered,
    ) -> Result<ResponseBody, Error> {
        let share = self.scope.quota.socket().await?;
        let (descriptor, ours) = pair()?;
        let ours = UnixStream::from_std(ours).map_err(|error| Error::system("no room for a response body", &error))?;
        let (open, ends) = self.connections.open(resource.clone(), share, Some(registered), None);
        let connection = open.id();
        tokio::spawn(copy_to_page(body, ours, open));
        Ok(ResponseBody::Stream {
            connection,
            descriptor,
            ends,
        })
    }
}

/// Streams a body to the page and records how it ended.
async fn copy_to_page(body: Body, page: UnixStream, open: Open) {
    let connection = open.connection();
    let delivered = async {
        tokio::select! {
            result = copy(body, &page) => result,
            // The page does not want the rest.
            () = gone(&page) => Ok(()),
            () = connection.released.cancelled() => Ok(()),
        }
    };
    open.end(connection.life.run(Box::pin(delivered)).await);
}

async fn copy(body: Body, page: &UnixStream) -> Result<(), Error> {
    let copied = async {
        let mut reader = body.reader();
        loop {
            let bytes = reader.fill_buf().await?;
            if bytes.is_empty() {
                return Ok(());
            }
            let written = write_some(page, bytes).await?;
            reader.consume(written);
        }
    };
    copied.await.map_err(|error: io::Error| Body::error(&error))
}

async fn write_some(page: &UnixStream, bytes: &[u8]) -> io::Result<usize> {
    loop {
        match page.try_write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => page.writable().await?,
            // The page does not want the rest; `gone` will say so.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(bytes.len()),
            result => return result,
        }
    }
}

/// Waits until the page has closed its end.
async fn gone(page: &UnixStream) {
    let mut ignored = [0; 64];
    while page.readable().await.is_ok() {
        match page.try_read(&mut ignored) {
            // It may have shut down only the direction that it has no use for.
            Ok(0) => return hung_up(page).await,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}

fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), latin1(value.as_bytes())))
        .collect()
}

fn without_fragment(mut url: Url) -> String {
    url.set_fragment(None);
    url.into()
}

/// WebIDL's `ByteString`: a character for each byte.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

impl fmt::Debug for Fetches {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Fetches").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::upload::UploadId;

    #[test]
    fn a_body_with_get_is_a_type_error() {
        let request = FetchRequest {
            request: RequestId(1),
            url: "https://a.example/".to_owned(),
            method: "get".to_owned(),
            headers: Vec::new(),
            redirect: RedirectMode::Follow,
            with_cookies: false,
            timeout: None,
            body: Some(FetchBody {
                upload: UploadId(1),
                length: None,
            }),
            progress: Progress::default(),
        };
        assert_eq!(request.check().unwrap_err().dom_name(), "TypeError");
    }
}
