use std::path::PathBuf;

use insula_bundle::{Response, SignedWebBundleId};
use insula_manifest::{AppIdentity, IwaVersion, MANIFEST_PATH, Manifest, Warning};
use url::Url;

use crate::data_dir::DataDir;
use crate::error::{Error, ResourceProblem};
use crate::id::{AppId, WebAppId};
use crate::picture::is_picture;
use crate::redirects::FollowError;
use crate::source::{AppSource, SiteSource};

/// An app that is ready to run.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LaunchableApp {
    /// The app.
    pub id: AppId,
    /// Where its pages come from.
    pub source: AppSource,
    /// Its manifest, which fulfils the rules for apps of its kind.
    pub manifest: Manifest,
    /// Its version, from the manifest. A site has none.
    pub version: Option<IwaVersion>,
    /// What was ignored in the manifest, for its developer.
    pub warnings: Vec<Warning>,
    /// Where it stores what it stores. The folder need not exist.
    pub storage: PathBuf,
}

/// What a manifest says that fulfils the rules for Isolated Web Apps.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CheckedManifest {
    /// The manifest.
    pub manifest: Manifest,
    /// Its version.
    pub version: IwaVersion,
    /// What was ignored in it.
    pub warnings: Vec<Warning>,
}

/// Reads an app's manifest and checks that it can be installed: the manifest is that of an Isolated Web
/// App, its start page is there, and its icons are pictures.
pub fn check(id: &SignedWebBundleId, source: &AppSource) -> Result<CheckedManifest, Error> {
    let checked = check_manifest(id, read_manifest(source, &id.origin_url())?.body())?;
    let manifest = &checked.manifest;
    resource(source, "start_url", &manifest.start_url)?;
    // Icons elsewhere, and those in `data:` URLs, are not the bundle's to have.
    let identity = AppIdentity::new(source.kind(), manifest);
    for icon in manifest.icons.iter().filter(|icon| identity.owns(&icon.src)) {
        if !is_picture(&resource(source, "icons", &icon.src)?) {
            return Err(Error::UnusableResource {
                member: "icons",
                path: icon.src.path().to_owned(),
                problem: ResourceProblem::NotAPicture,
            });
        }
    }
    Ok(checked)
}

/// Checks that a manifest is that of an Isolated Web App, and nothing of what it names.
pub(crate) fn check_manifest(id: &SignedWebBundleId, manifest: &[u8]) -> Result<CheckedManifest, Error> {
    let (manifest, warnings) = Manifest::parse(manifest, &id.origin_url()).map_err(|source| Error::Manifest {
        source,
        warnings: Vec::new(),
    })?;
    match manifest.check_isolated() {
        Ok(version) => Ok(CheckedManifest {
            version: *version,
            manifest,
            warnings,
        }),
        Err(source) => Err(Error::Manifest { source, warnings }),
    }
}

impl LaunchableApp {
    /// An app with pages on this machine.
    pub(crate) fn isolated(id: SignedWebBundleId, source: AppSource, data: &DataDir) -> Result<Self, Error> {
        let checked = check(&id, &source)?;
        Ok(Self::of_checked(id, source, checked, data))
    }

    /// The same, whose manifest has been looked at.
    pub(crate) fn of_checked(
        id: SignedWebBundleId,
        source: AppSource,
        checked: CheckedManifest,
        data: &DataDir,
    ) -> Self {
        let id = AppId::from(id);
        Self {
            storage: data.storage(&id),
            id,
            source,
            manifest: checked.manifest,
            version: Some(checked.version),
            warnings: checked.warnings,
        }
    }

    /// A site.
    pub(crate) fn site(
        source: SiteSource,
        manifest: Manifest,
        warnings: Vec<Warning>,
        data: &DataDir,
    ) -> Result<Self, Error> {
        if let Err(source) = manifest.check_web_app() {
            return Err(Error::Manifest { source, warnings });
        }
        let id = AppId::Web(WebAppId::of(&manifest.id));
        Ok(Self {
            storage: data.storage(&id),
            id,
            source: AppSource::Site(source),
            manifest,
            version: None,
            warnings,
        })
    }

    /// What is its own. The headers of a bundle are looked through for it; a file in a folder has none.
    pub fn identity(&self) -> AppIdentity {
        let mut identity = AppIdentity::new(self.source.kind(), &self.manifest);
        if let AppSource::Bundle(bundle) = &self.source {
            for path in bundle.paths() {
                let response = bundle.response(path);
                if let Some(header) = response.as_ref().and_then(|it| it.header("permissions-policy")) {
                    identity.restrict(path, &self.manifest, header);
                }
            }
        }
        identity
    }

    /// A URL of its origin.
    pub fn origin_url(&self) -> &Url {
        &self.manifest.scope
    }

    /// What to call it: the manifest's name, which every app has but for a site, which has its host's then.
    pub fn name(&self) -> &str {
        let host = || self.manifest.start_url.host_str().unwrap_or(self.id.as_str());
        self.manifest.display_name().unwrap_or_else(host)
    }
}

fn read_manifest(source: &AppSource, origin: &Url) -> Result<Response, Error> {
    let mut url = origin.clone();
    url.set_path(MANIFEST_PATH);
    fetch(source, &url).map_err(|problem| match problem {
        ResourceProblem::Unreachable(FollowError::Absent) => Error::MissingManifest,
        problem => Error::UnusableManifest { problem },
    })
}

/// What a member of the manifest names.
fn resource(source: &AppSource, member: &'static str, url: &Url) -> Result<Response, Error> {
    fetch(source, url).map_err(|problem| Error::UnusableResource {
        member,
        path: url.path().to_owned(),
        problem,
    })
}

/// The response of a URL, which must be a success.
fn fetch(source: &AppSource, url: &Url) -> Result<Response, ResourceProblem> {
    let response = source.follow(url).map_err(ResourceProblem::Unreachable)?.response;
    match response.status() {
        200..=299 => Ok(response),
        status => Err(ResourceProblem::Status(status)),
    }
}
