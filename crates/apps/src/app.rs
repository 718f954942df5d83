use std::path::PathBuf;

use insula_bundle::{Response, SignedWebBundleId};
use insula_manifest::{AppIdentity, IwaVersion, MANIFEST_PATH, Manifest, Warning};
use url::Url;

use crate::data_dir::DataDir;
use crate::error::{Error, ResourceProblem};
use crate::picture::is_picture;
use crate::redirects::FollowError;
use crate::source::AppSource;

/// An app that is ready to run.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LaunchableApp {
    /// The app: the host of its URLs.
    pub id: SignedWebBundleId,
    /// Where its pages come from.
    pub source: AppSource,
    /// Its manifest, which fulfils the rules for Isolated Web Apps.
    pub manifest: Manifest,
    /// Its version, from the manifest.
    pub version: IwaVersion,
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
    let origin = id.origin_url();
    let manifest = read_manifest(source, &origin)?;
    let (manifest, warnings) = Manifest::parse(manifest.body(), &origin).map_err(|source| Error::Manifest {
        source,
        warnings: Vec::new(),
    })?;
    let version = match manifest.check_isolated() {
        Ok(version) => *version,
        Err(source) => return Err(Error::Manifest { source, warnings }),
    };
    resource(source, "start_url", &manifest.start_url)?;
    // Icons elsewhere, and those in `data:` URLs, are not the bundle's to have.
    let identity = AppIdentity::new(source.kind(), &manifest);
    for icon in manifest.icons.iter().filter(|icon| identity.owns(&icon.src)) {
        if !is_picture(&resource(source, "icons", &icon.src)?) {
            return Err(Error::UnusableResource {
                member: "icons",
                path: icon.src.path().to_owned(),
                problem: ResourceProblem::NotAPicture,
            });
        }
    }
    Ok(CheckedManifest {
        manifest,
        version,
        warnings,
    })
}

impl LaunchableApp {
    pub(crate) fn new(id: SignedWebBundleId, source: AppSource, data: &DataDir) -> Result<Self, Error> {
        let CheckedManifest {
            manifest,
            version,
            warnings,
        } = check(&id, &source)?;
        let storage = data.storage(&id);
        Ok(Self {
            id,
            source,
            manifest,
            version,
            warnings,
            storage,
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

    /// What to call it: the manifest's name, which every app has.
    pub fn name(&self) -> &str {
        self.manifest.display_name().unwrap_or(self.id.as_str())
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
