//! Installing a site: what says which site it is, and its icon.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::SystemTime;

use data_encoding::HEXLOWER;
use insula_manifest::{Manifest, Warning};
use sha2::{Digest, Sha512};
use url::Url;

use super::Store;
use super::install::{Installation, Outcome};
use super::options::{InstallOptions, Step};
use crate::app::LaunchableApp;
use crate::data_dir::DataDir;
use crate::error::{CorruptionCause, Error};
use crate::files;
use crate::id::{AppId, WebAppId};
use crate::record::{InstalledApp, InstalledContent, InstalledSite};
use crate::source::SiteSource;

/// A site that is to be installed, as it was fetched.
#[derive(Debug, Clone, Copy)]
pub struct NewSite<'a> {
    /// The page that links to the manifest.
    pub document_url: &'a Url,
    /// Where the manifest came from.
    pub manifest_url: &'a Url,
    /// The manifest.
    pub manifest: &'a [u8],
    /// The icon, as PNG. Whether it is one is not looked at.
    pub icon: Option<&'a [u8]>,
}

impl NewSite<'_> {
    /// Reads the manifest, for what the app will be like.
    ///
    /// # Errors
    ///
    /// The manifest is of no use, or the site is not safe to come from.
    pub fn manifest(&self) -> Result<(Manifest, Vec<Warning>), Error> {
        let parsed = Manifest::parse_linked(self.manifest, self.manifest_url, self.document_url);
        let (manifest, warnings) = parsed.map_err(|source| Error::Manifest {
            source,
            warnings: Vec::new(),
        })?;
        match manifest.check_web_app() {
            Ok(()) => Ok((manifest, warnings)),
            Err(source) => Err(Error::Manifest { source, warnings }),
        }
    }
}

impl Store {
    /// Installs a site, or takes over what has changed of it: its manifest, its icon.
    pub fn install_site(&self, site: NewSite<'_>, mut options: InstallOptions<'_>) -> Result<Installation, Error> {
        let (manifest, warnings) = site.manifest()?;
        let manifest_id = manifest.id.clone();
        let mut app = LaunchableApp::site(SiteSource { icon: None }, manifest, warnings, &self.data)?;
        let _lock = self.lock()?;
        self.recover()?;
        options.done(Step::Locked);
        let folder = self.data.app(&app.id);
        let digest: [u8; 64] = Sha512::digest(site.manifest).into();
        let named = |bytes: &[u8], ending| {
            let digest = Sha512::digest(bytes);
            folder.join(format!("{}.{ending}", HEXLOWER.encode(&digest[..16])))
        };
        let content = InstalledContent::Site(Box::new(InstalledSite {
            manifest_id,
            document_url: site.document_url.clone(),
            manifest_url: site.manifest_url.clone(),
            manifest: named(site.manifest, "webmanifest"),
            digest,
            icon: site.icon.map(|icon| named(icon, "png")),
        }));
        let (installed, outcome) = match self.installed(&app.id) {
            Ok(Some(installed)) => match is_whole(&installed) {
                true if installed.content == content => (Some(installed), Outcome::Unchanged),
                true => (Some(installed), Outcome::Updated { from: None }),
                false => (Some(installed), Outcome::Repaired),
            },
            Ok(None) => {
                options.prepare(&app.id)?;
                (None, Outcome::Installed)
            }
            Err(Error::DamagedRecord { .. }) => (None, Outcome::Repaired),
            Err(error) => return Err(error),
        };
        if let Some(installed) = installed.as_ref().filter(|_| options.keep_identity)
            && (installed.name != app.name() || icon_of(&installed.content) != icon_of(&content))
        {
            return Err(Error::IdentityChanged {
                name: installed.name.clone(),
                offered: app.name().to_owned(),
            });
        }
        options.done(Step::Checked);
        app.source = SiteSource {
            icon: icon_of(&content),
        }
        .into();
        if let (Outcome::Unchanged, Some(installed)) = (outcome, &installed) {
            return Ok(Installation {
                app: installed.clone(),
                outcome,
                ready: app,
            });
        }
        files::create_folder(&folder)?;
        files::sync_folder(&self.data.apps())?;
        self.begin_placing()?;
        let bytes = [Some(site.manifest), site.icon].into_iter().flatten();
        for (path, bytes) in content.files().zip(bytes) {
            let staged = self.data.staging().join("install.part");
            files::write_new(&staged, bytes)?;
            files::rename(&staged, path)?;
        }
        options.done(Step::Placed);
        let now = SystemTime::now();
        let earlier_order = installed.as_ref().and_then(|installed| installed.ordered.clone());
        let ordered = options.ordered.take().or(earlier_order);
        let record = InstalledApp {
            id: app.id.clone(),
            name: app.name().to_owned(),
            installed: installed.as_ref().map_or(now, |installed| installed.installed),
            updated: now,
            compatibility: installed.and_then(|installed| installed.compatibility),
            updates: None,
            trial: None,
            rejected: None,
            ordered,
            content,
        };
        self.commit(&record, &mut options)?;
        Ok(Installation {
            app: record,
            outcome,
            ready: app,
        })
    }
}

impl Store {
    /// What a site would be like if it were installed. `icon` is the file of its icon.
    pub fn preview_site(&self, site: NewSite<'_>, icon: Option<PathBuf>) -> Result<LaunchableApp, Error> {
        let (manifest, warnings) = site.manifest()?;
        LaunchableApp::site(SiteSource { icon }, manifest, warnings, &self.data)
    }

    /// Makes a site ready to run without installing it, under an id that no installed one has.
    pub fn open_site(&self, site: NewSite<'_>) -> Result<LaunchableApp, Error> {
        let (manifest, warnings) = site.manifest()?;
        let mut id = manifest.id.clone();
        // No manifest's id has a fragment.
        id.set_fragment(Some("development"));
        let mut app = LaunchableApp::site(SiteSource { icon: None }, manifest, warnings, &self.data)?;
        app.id = AppId::Web(WebAppId::of(&id));
        app.storage = self.data.storage(&app.id);
        Ok(app)
    }
}

/// The manifest of an installed site, proven to be the one that was installed.
pub(super) fn read_manifest(site: &InstalledSite) -> Result<Vec<u8>, CorruptionCause> {
    let manifest = fs::read(&site.manifest).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => CorruptionCause::Missing(site.manifest.clone()),
        _ => CorruptionCause::Unreadable {
            path: site.manifest.clone(),
            source,
        },
    })?;
    if *Sha512::digest(&manifest) == site.digest {
        Ok(manifest)
    } else {
        Err(CorruptionCause::Replaced)
    }
}

/// An installed site, ready to run.
pub(super) fn launchable(site: &InstalledSite, manifest: &[u8], data: &DataDir) -> Result<LaunchableApp, Error> {
    let new = NewSite {
        document_url: &site.document_url,
        manifest_url: &site.manifest_url,
        manifest,
        icon: None,
    };
    let (manifest, warnings) = new.manifest()?;
    let source = SiteSource {
        icon: site.icon.clone(),
    };
    LaunchableApp::site(source, manifest, warnings, data)
}

/// Whether all that is installed of a site is there. An icon that is damaged is no reason not to run.
fn is_whole(installed: &InstalledApp) -> bool {
    let InstalledContent::Site(site) = &installed.content else {
        return false;
    };
    read_manifest(site).is_ok() && site.icon.as_ref().is_none_or(|icon| icon.is_file())
}

fn icon_of(content: &InstalledContent) -> Option<PathBuf> {
    match content {
        InstalledContent::Site(site) => site.icon.clone(),
        InstalledContent::Bundle(_) => None,
    }
}
