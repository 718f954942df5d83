//! From a request to its response, wherever redirects lead.

use std::fmt;
use std::sync::Arc;

use http::header::COOKIE;
use http::{HeaderMap, Method, StatusCode, Version};
use hyper::body::Incoming;
use hyper::ext::ReasonPhrase;
use url::Url;

use super::body::{self, Body};
use super::cookies::CookieJar;
use super::exchange::{self, Exchanged};
use super::opening::Connections;
use super::pool::Pool;
use super::redirect::{self, RedirectMode};
use super::request::{Progress, Request, RequestBody};
use crate::core::error::Error;
use crate::core::quota::Keeper;
use crate::core::resource::Resource;
use crate::core::scope::Scope;

/// HTTP/1.1 and HTTP/2 for one scope, with connections that are kept from one request to the next. Cheap to clone.
///
/// It has no cache and no credentials, and cookies only of a jar that is given: a request is sent as it is.
#[derive(Clone)]
pub struct Client {
    connections: Connections,
}

/// What comes of a request.
#[derive(Debug)]
pub enum Fetched {
    /// The response.
    Response(Response),
    /// It goes on, but its body is needed again and was not kept: another server is to have it, or the connection
    /// was closed under it. This is the request that is to be made, and how far it has come.
    Again(Request, Progress),
}

/// A response's head, and its body.
#[derive(Debug)]
pub struct Response {
    /// Where it comes from in the end, with the fragment.
    pub url: Url,
    /// Whether a redirect was followed.
    pub redirected: bool,
    /// The status.
    pub status: StatusCode,
    /// The reason phrase, as it was sent; empty in HTTP/2.
    pub reason: Vec<u8>,
    /// All headers. A `Content-Length` that counts coded bytes is left out.
    pub headers: HeaderMap,
    /// None for responses that have no body (Fetch, "null body status").
    pub body: Option<Body>,
}

impl Client {
    /// A client for what `scope` owns. It ends with the scope.
    pub fn new(scope: &Scope) -> Self {
        let pool: Arc<Pool> = Arc::default();
        let keeper: Arc<dyn Keeper> = pool.clone();
        scope.shared().add_keeper(Arc::downgrade(&keeper));
        let scope = scope.shared().clone();
        Self {
            connections: Connections { scope, pool },
        }
    }

    /// Sends `request` for `resource`, whose gate is asked about each hop. The response is there as soon as its head
    /// is.
    ///
    /// # Errors
    /// [`Error`] of every kind.
    pub async fn fetch(
        &self,
        resource: &Arc<Resource>,
        request: Request,
        body: RequestBody,
        redirect: RedirectMode,
        progress: Progress,
    ) -> Result<Fetched, Error> {
        self.fetch_with(None, resource, request, body, redirect, progress).await
    }

    /// The same, with the cookies of a jar: each hop is sent those that are for it, and sets others. A `Cookie` header that
    /// the request has itself stands in their place.
    ///
    /// # Errors
    /// [`Error`] of every kind.
    pub async fn fetch_with(
        &self,
        jar: Option<&Arc<CookieJar>>,
        resource: &Arc<Resource>,
        request: Request,
        body: RequestBody,
        redirect: RedirectMode,
        progress: Progress,
    ) -> Result<Fetched, Error> {
        let work = self.perform(jar, resource, request, body, redirect, progress);
        // Boxed: the largest future of the crate.
        resource.run(Box::pin(work)).await
    }

    async fn perform(
        &self,
        jar: Option<&Arc<CookieJar>>,
        resource: &Arc<Resource>,
        mut request: Request,
        mut body: RequestBody,
        mode: RedirectMode,
        mut progress: Progress,
    ) -> Result<Fetched, Error> {
        self.connections.scope.check_open()?;
        loop {
            let with_cookies = match jar {
                Some(jar) => with_cookies(jar, &request).await,
                None => None,
            };
            let sent = with_cookies.as_ref().unwrap_or(&request);
            let exchanging = exchange::exchange(&self.connections, sent, &mut body, resource, &mut progress.retries);
            let Some(exchanged) = exchanging.await? else {
                return Ok(Fetched::Again(request, progress));
            };
            let response = &exchanged.response;
            if let Some(jar) = jar {
                jar.receive(&request.url, response.headers()).await;
            }
            let next = redirect::next(mode, response, &request, body.kind(), progress.redirects)?;
            let Some(next) = next else {
                let is_redirected = progress.redirects > 0;
                return Ok(Fetched::Response(respond(request, is_redirected, exchanged, resource)?));
            };
            progress.redirects += 1;
            request = next.request;
            if !next.keep_body {
                body = RequestBody::None;
            }
            body::discard(exchanged).await;
            if body.is_spent() {
                return Ok(Fetched::Again(request, progress));
            }
        }
    }
}

/// The request with the jar's cookies, if there are some for it and it has none of its own.
async fn with_cookies(jar: &Arc<CookieJar>, request: &Request) -> Option<Request> {
    if request.headers.contains_key(COOKIE) {
        return None;
    }
    let cookies = jar.header(&request.url).await?;
    let mut request = request.clone();
    request.headers.insert(COOKIE, cookies);
    Some(request)
}

fn respond(
    request: Request,
    redirected: bool,
    exchanged: Exchanged,
    resource: &Arc<Resource>,
) -> Result<Response, Error> {
    let response = exchanged.response;
    let status = response.status();
    if status == StatusCode::SWITCHING_PROTOCOLS {
        let reason = "it switched protocols without being asked to".to_owned();
        return Err(Error::Protocol { reason });
    }
    let reason = reason(&response);
    let (mut parts, incoming) = response.into_parts();
    let body = has_body(&request.method, status).then(|| Body::new(&mut parts, incoming, resource));
    Ok(Response {
        url: request.url,
        redirected,
        status,
        reason,
        headers: parts.headers,
        body,
    })
}

/// Fetch's null body statuses, and `HEAD`.
fn has_body(method: &Method, status: StatusCode) -> bool {
    *method != Method::HEAD && !matches!(status.as_u16(), 101 | 103 | 204 | 205 | 304)
}

fn reason(response: &http::Response<Incoming>) -> Vec<u8> {
    if response.version() >= Version::HTTP_2 {
        return Vec::new();
    }
    match response.extensions().get::<ReasonPhrase>() {
        Some(phrase) => phrase.as_bytes().to_vec(),
        // Not recorded when it is the usual one.
        None => response.status().canonical_reason().unwrap_or_default().into(),
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").finish_non_exhaustive()
    }
}
