//! Apps that come from their developer's server, request by request: whether there is one.

use std::fmt;

use insula_apps::ServerOrigin;
use insula_manifest::MANIFEST_PATH;
use url::Url;

use crate::error::Error;
use crate::fetcher::{Fetcher, Session, is_json};
use crate::site;

/// What a developer's server has.
#[derive(Debug)]
pub enum AtServer {
    /// The manifest of an Isolated Web App.
    App(FetchedServer),
    /// None.
    NoManifest(NoManifest),
}

/// What is needed of an app before it is run from its developer's server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchedServer {
    /// The manifest, which may be of no use.
    pub manifest: Vec<u8>,
    /// The icon, as PNG of [`ICON_SIDE`](crate::ICON_SIDE); none where no picture can be had.
    pub icon: Option<Vec<u8>>,
}

/// What is in the place of a manifest. Follows on the address of that place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoManifest {
    /// Nothing, by the server's own word, which is this status code.
    Status(u16),
    /// Something that is no JSON, such as the page that many servers answer every address with.
    Other,
    /// A redirect to another server.
    Elsewhere(Url),
}

impl Fetcher {
    /// Finds out whether a developer's server has an Isolated Web App: it has its manifest at
    /// [`MANIFEST_PATH`].
    ///
    /// # Errors
    ///
    /// The server does not answer, or fails.
    pub async fn at_server(&self, origin: &ServerOrigin) -> Result<AtServer, Error> {
        let origin = origin.clone();
        self.run(move |session| async move { look(&session, &origin).await })
            .await
    }
}

async fn look(session: &Session, origin: &ServerOrigin) -> Result<AtServer, Error> {
    let mut url = origin.url().clone();
    url.set_path(MANIFEST_PATH);
    // Servers that have a page for every address have it for those who take pages.
    let accept = "application/manifest+json, application/json";
    let answer = match session.get(&url, accept, insula_manifest::MAXIMUM_BYTES).await {
        Ok(answer) => answer,
        Err(Error::Status { status, .. }) if (400..500).contains(&status) => {
            return Ok(AtServer::NoManifest(NoManifest::Status(status)));
        }
        Err(Error::TooLong { .. }) => return Ok(AtServer::NoManifest(NoManifest::Other)),
        Err(error) => return Err(error),
    };
    if !origin.owns(&answer.url) {
        return Ok(AtServer::NoManifest(NoManifest::Elsewhere(answer.url)));
    }
    if !is_json(&answer.body) {
        return Ok(AtServer::NoManifest(NoManifest::Other));
    }
    let fetched = site::of_manifest(session, origin.url().clone(), answer, &[]).await?;
    Ok(AtServer::App(FetchedServer {
        manifest: fetched.manifest,
        icon: fetched.icon,
    }))
}

impl fmt::Display for NoManifest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(formatter, "is answered with status {status}"),
            Self::Other => formatter.write_str("is something else than a manifest"),
            Self::Elsewhere(url) => write!(formatter, "redirects to another server, `{url}`"),
        }
    }
}
