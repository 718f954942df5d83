use std::path::{Path, PathBuf};

use insula_bundle::{Folder, Response, VerifiedBundle};
use insula_manifest::AppKind;

use crate::server::ServerOrigin;

/// Where an app's pages come from.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AppSource {
    /// An installed, verified bundle.
    Bundle(Box<VerifiedBundle>),
    /// A developer's folder, read anew for each request.
    Folder(FolderSource),
    /// A developer's server: the runtime has its pages from there, for each request.
    Server(ServerSource),
    /// A site: the engine has its pages from the network.
    Site(SiteSource),
}

/// What an installed site has on this machine.
#[derive(Debug, Clone)]
pub struct SiteSource {
    /// Its icon, a PNG file.
    pub(crate) icon: Option<PathBuf>,
}

impl SiteSource {
    /// Its icon, a PNG file.
    pub fn icon(&self) -> Option<&Path> {
        self.icon.as_deref()
    }
}

/// A developer's folder, served as an app.
#[derive(Debug, Clone)]
pub struct FolderSource {
    folder: Folder,
}

/// A developer's server, whose pages are an app's.
#[derive(Debug, Clone)]
pub struct ServerSource {
    pub(crate) origin: ServerOrigin,
    pub(crate) icon: Option<Vec<u8>>,
}

impl ServerSource {
    /// The server.
    pub fn origin(&self) -> &ServerOrigin {
        &self.origin
    }

    /// The app's icon as it was when the app was started, a PNG file's content.
    pub fn icon(&self) -> Option<&[u8]> {
        self.icon.as_deref()
    }
}

impl From<SiteSource> for AppSource {
    fn from(site: SiteSource) -> Self {
        Self::Site(site)
    }
}

impl AppSource {
    /// What kind of app has its pages from here.
    pub fn kind(&self) -> AppKind {
        match self {
            Self::Bundle(_) => AppKind::IsolatedApp,
            Self::Folder(_) => AppKind::Folder,
            Self::Server(_) => AppKind::Server,
            Self::Site(_) => AppKind::WebApp,
        }
    }

    /// The response for a path as the URL standard serialises it; `None` means 404, and always for a site and a
    /// server, whose pages come from the network.
    ///
    /// What follows a `?` or `#` is ignored. A body shares the bundle's storage.
    pub fn response(&self, path: &str) -> Option<Response> {
        match self {
            Self::Bundle(bundle) => bundle.response(path),
            Self::Folder(source) => source.response(path),
            Self::Server(_) | Self::Site(_) => None,
        }
    }
}

impl FolderSource {
    pub(crate) fn new(folder: Folder) -> Self {
        Self { folder }
    }

    /// The folder.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    fn response(&self, path: &str) -> Option<Response> {
        // Its developer sees the reason in the terminal, and a 404 in the app.
        self.folder.response(path).unwrap_or_else(|error| {
            let reason = std::error::Error::source(&error).map(ToString::to_string);
            tracing::warn!(
                "{error}{}",
                reason.map(|reason| format!(": {reason}")).unwrap_or_default()
            );
            None
        })
    }
}
