//! Fetching: who asks, and what came.

use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use insula_manifest::{Release, UpdateManifest, Warning, is_trustworthy_download};
use insula_net::http::{Client, Fetched, Progress, Reader, RedirectMode, Request, RequestBody, Response};
use insula_net::{AppId, Broker, Gate, Scope};
use tokio::io::AsyncReadExt;
use tokio::time::Instant;
use url::Url;

use crate::bounds::{Bounds, unread};
use crate::bundle::{self, DownloadProgress, FetchedBundle};
use crate::error::Error;
use crate::gate::Nearness;
use crate::page;
use crate::site::{self, FetchedSite};

/// So much of a page is read: its head, and more.
const MAXIMUM_PAGE: usize = 4 << 20;

/// Enough to see what something is.
const BEGINNING: usize = 64;

/// Fetches apps. It has no cookies and no credentials, and tells servers nothing but the user's languages.
#[derive(Clone)]
pub struct Fetcher {
    broker: Broker,
    languages: String,
    folder: PathBuf,
    bounds: Bounds,
}

/// What is at a URL.
#[derive(Debug)]
#[non_exhaustive]
pub enum Found {
    /// A site.
    Site(FetchedSite),
    /// A signed bundle.
    Bundle(FetchedBundle),
    /// A list of releases of an Isolated Web App, with what was ignored in it.
    Releases(Url, UpdateManifest, Vec<Warning>),
}

impl Fetcher {
    /// One that puts what it downloads into a folder. `languages` are the user's, as language tags, best first.
    pub fn new(broker: Broker, languages: &[String], folder: &Path) -> Self {
        Self {
            broker,
            languages: languages.join(", "),
            folder: folder.to_owned(),
            bounds: Bounds::default(),
        }
    }

    /// The same with other bounds for servers.
    #[must_use]
    pub fn with_bounds(self, bounds: Bounds) -> Self {
        Self { bounds, ..self }
    }

    /// Finds out what is at a URL, and fetches it.
    ///
    /// # Errors
    ///
    /// It cannot be had, or there is nothing that can be installed.
    pub async fn look(
        &self,
        url: Url,
        progress: impl Fn(DownloadProgress) + Send + Sync + 'static,
    ) -> Result<Found, Error> {
        let folder = self.folder.clone();
        self.run(move |session| async move { look(&session, &url, &folder, &progress).await })
            .await
    }

    /// The bundle of a release.
    ///
    /// # Errors
    ///
    /// It cannot be had, or is no signed bundle.
    pub async fn release(
        &self,
        release: &Release,
        progress: impl Fn(DownloadProgress) + Send + Sync + 'static,
    ) -> Result<FetchedBundle, Error> {
        let (url, folder) = (release.src.clone(), self.folder.clone());
        self.run(move |session| async move {
            match look(&session, &url, &folder, &progress).await? {
                Found::Bundle(bundle) => Ok(bundle),
                Found::Site(_) | Found::Releases(..) => Err(Error::NoApp {
                    url,
                    found: "something else than a release is".to_owned(),
                }),
            }
        })
        .await
    }

    /// Works on the broker's threads, and stops when nobody waits any more.
    pub(crate) async fn run<T, F>(&self, work: impl FnOnce(Session) -> F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let scope = Arc::new(self.broker.scope(&AppId::new("insula")));
        let work = work(Session {
            client: Client::new(&scope),
            scope: scope.clone(),
            gate: Arc::new(Nearness::default()),
            languages: self.languages.clone(),
            bounds: self.bounds,
        });
        // What goes wrong has a type of its own here, which the scope does not know.
        let answer = scope.run(async move { Ok(work.await) }).await;
        answer.unwrap_or(Err(Error::Stopped))
    }
}

/// What is fetched for one purpose.
pub(crate) struct Session {
    scope: Arc<Scope>,
    client: Client,
    gate: Arc<dyn Gate>,
    languages: String,
    pub(crate) bounds: Bounds,
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) url: Url,
    pub(crate) body: Vec<u8>,
}

impl Session {
    /// Fetches the whole of something.
    pub(crate) async fn get(&self, url: &Url, accept: &str, limit: usize) -> Result<Answer, Error> {
        let whole = async {
            let response = self.request(url, accept).await?;
            let url = response.url.clone();
            let mut body = Vec::new();
            if let Some(content) = response.body {
                self.read(content.reader(), &mut body, &url, limit).await?;
            }
            Ok(Answer { url, body })
        };
        Bounds::until(Instant::now() + self.bounds.small, url, whole).await
    }

    async fn request(&self, url: &Url, accept: &str) -> Result<Response, Error> {
        secure(url)?;
        let network = |source| Error::Network {
            url: url.clone(),
            source: Box::new(source),
        };
        let mut headers = vec![("Accept".to_owned(), accept.to_owned())];
        if !self.languages.is_empty() {
            headers.push(("Accept-Language".to_owned(), self.languages.clone()));
        }
        let request = Request::new("GET", url.as_str(), &headers).map_err(network)?;
        let resource = self.scope.begin(self.gate.clone()).map_err(network)?;
        let fetching = self.client.fetch(
            &resource,
            request,
            RequestBody::None,
            RedirectMode::Follow,
            Progress::default(),
        );
        let fetching = async { fetching.await.map_err(network) };
        let Fetched::Response(response) = self.bounds.unless_stalled(url, fetching).await? else {
            // Only a request with a body is to be made again.
            return Err(network(insula_net::Error::Reset));
        };
        secure(&response.url)?;
        if !response.status.is_success() {
            return Err(Error::Status {
                url: response.url,
                status: response.status.as_u16(),
            });
        }
        Ok(response)
    }

    /// Reads until there are so many bytes, or the end.
    async fn read_some(&self, content: &mut Reader, into: &mut Vec<u8>, url: &Url, enough: usize) -> Result<(), Error> {
        while into.len() < enough {
            if self.read_piece(content, into, url).await? == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Reads to the end.
    async fn read(&self, mut content: Reader, into: &mut Vec<u8>, url: &Url, limit: usize) -> Result<(), Error> {
        loop {
            if into.len() > limit {
                return Err(Error::TooLong {
                    url: url.clone(),
                    limit: limit as u64,
                });
            }
            if self.read_piece(&mut content, into, url).await? == 0 {
                return Ok(());
            }
        }
    }

    async fn read_piece(&self, content: &mut Reader, into: &mut Vec<u8>, url: &Url) -> Result<usize, Error> {
        let piece = async { content.read_buf(into).await.map_err(|error| unread(url, &error)) };
        self.bounds.unless_stalled(url, piece).await
    }
}

async fn look(
    session: &Session,
    url: &Url,
    folder: &Path,
    progress: &(dyn Fn(DownloadProgress) + Send + Sync),
) -> Result<Found, Error> {
    let accept = "text/html, application/xhtml+xml, application/webbundle, application/manifest+json, application/json, \
                  */*;q=0.5";
    let end = Instant::now() + session.bounds.small;
    let mut response = session.request(url, accept).await?;
    let url = response.url.clone();
    let media_type = media_type(&response);
    let Some(content) = response.body.take() else {
        return Err(no_app(url, "nothing"));
    };
    let mut content = content.reader();
    let mut beginning = Vec::new();
    let begun = session.read_some(&mut content, &mut beginning, &url, BEGINNING);
    Bounds::until(end, &url, begun).await?;
    if insula_bundle::begins_signed_bundle(&beginning) {
        let bundle = bundle::download(&session.bounds, response, beginning, content, folder, progress).await?;
        return Ok(Found::Bundle(bundle));
    }
    let rest = session.read(content, &mut beginning, &url, MAXIMUM_PAGE);
    Bounds::until(end, &url, rest).await?;
    let body = beginning;
    if is_json(&body) {
        return of_json(session, Answer { url, body }).await;
    }
    let is_page = matches!(media_type.as_str(), "text/html" | "application/xhtml+xml" | "");
    if !is_page {
        return Err(no_app(url, &format!("`{media_type}`")));
    }
    let links = page::links(&body, &url);
    site::fetch(session, url, links).await.map(Found::Site)
}

/// A list of releases, or a manifest by itself: then its app is of the manifest's origin.
async fn of_json(session: &Session, answer: Answer) -> Result<Found, Error> {
    match UpdateManifest::parse(&answer.body, &answer.url) {
        Ok((releases, warnings)) => Ok(Found::Releases(answer.url, releases, warnings)),
        Err(insula_manifest::ManifestError::MissingVersions) => {
            let document = answer.url.join("/").unwrap_or_else(|_| answer.url.clone());
            site::of_manifest(session, document, answer, &[]).await.map(Found::Site)
        }
        Err(source) => Err(Error::UpdateManifest {
            url: answer.url,
            source: Box::new(source),
        }),
    }
}

fn no_app(url: Url, found: &str) -> Error {
    Error::NoApp {
        url,
        found: found.to_owned(),
    }
}

fn media_type(response: &Response) -> String {
    let header = response
        .headers
        .get("content-type")
        .and_then(|value| value.to_str().ok());
    let essence = header.unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

pub(crate) fn is_json(body: &[u8]) -> bool {
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

fn secure(url: &Url) -> Result<(), Error> {
    match is_trustworthy_download(url) {
        true => Ok(()),
        false => Err(Error::NotSecure { url: url.clone() }),
    }
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Fetcher")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}
