use std::path::PathBuf;

use insula_bundle::SignedWebBundleId;
use insula_manifest::{IwaVersion, MANIFEST_PATH, Manifest, Warning};

use crate::data_dir::DataDir;
use crate::error::Error;
use crate::source::AppSource;

/// An app that is ready to run.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct App {
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
/// App, and its start page and icons are there.
pub fn check(id: &SignedWebBundleId, source: &AppSource) -> Result<CheckedManifest, Error> {
    let origin = id.origin_url();
    let manifest = source.response(MANIFEST_PATH).ok_or(Error::MissingManifest)?;
    let (manifest, warnings) =
        Manifest::parse(manifest.body(), &origin).map_err(|source| Error::Manifest { source })?;
    let version = *manifest.check_isolated().map_err(|source| Error::Manifest { source })?;
    check_resource(source, "start_url", manifest.start_url.path())?;
    // Icons elsewhere, and those in `data:` URLs, are not the bundle's to have.
    for icon in manifest
        .icons
        .iter()
        .filter(|icon| icon.src.scheme() == origin.scheme())
    {
        check_resource(source, "icons", icon.src.path())?;
    }
    Ok(CheckedManifest {
        manifest,
        version,
        warnings,
    })
}

impl App {
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

    /// What to call it: the manifest's name, which every app has.
    pub fn name(&self) -> &str {
        self.manifest.display_name().unwrap_or(self.id.as_str())
    }
}

fn check_resource(source: &AppSource, member: &'static str, path: &str) -> Result<(), Error> {
    match source.response(path) {
        Some(_) => Ok(()),
        None => Err(Error::MissingResource {
            member,
            path: path.to_owned(),
        }),
    }
}
