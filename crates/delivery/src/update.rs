//! What is newer than what is installed.

use insula_apps::{Error as AppsError, InstallOptions, Installation, InstalledApp, InstalledContent, Store};
use insula_manifest::{DEFAULT_CHANNEL, Manifest, Release};
use url::Url;

use crate::bundle::{DownloadProgress, FetchedBundle};
use crate::error::Error;
use crate::fetcher::{Fetcher, Found};
use crate::order::Order;
use crate::site::FetchedSite;

/// For which app an update is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The app, as it is installed.
    pub app: &'a InstalledApp,
    /// Its manifest.
    pub manifest: &'a Manifest,
    /// What the organisation orders about it.
    pub order: &'a Order,
    /// Whether another key has taken the place of the one that signed it. Then the same version is an update as well: it may
    /// be signed with that one.
    pub awaits_another_key: bool,
}

/// What can take the place of what is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Update {
    /// A release of an Isolated Web App, not downloaded yet.
    Release(Release),
    /// A site as it is now. It may be the same as before.
    Site(FetchedSite),
}

/// An update that can be installed.
#[derive(Debug)]
#[non_exhaustive]
pub enum FetchedUpdate {
    /// A release of an Isolated Web App.
    Release(Release, FetchedBundle),
    /// A site.
    Site(FetchedSite),
}

/// Whether somebody is there who looks at what is installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attendance {
    /// A person has asked for the update.
    Attended,
    /// It is installed by itself.
    Unattended,
}

impl Wanted<'_> {
    /// Whether it is known where updates are. For a site it always is.
    pub fn has_source(&self) -> bool {
        self.app.content.bundle().is_none() || self.source().is_some()
    }

    /// Where the list of releases is, and the channel that is followed. Nothing, where the app has no updates.
    fn source(&self) -> Option<(Url, String)> {
        if let Some(source) = self.order.updates.as_ref().or(self.app.updates.as_ref()) {
            return Some((source.manifest_url.clone(), source.channel.clone()));
        }
        let url = self.manifest.update_manifest_url.clone()?;
        Some((url, DEFAULT_CHANNEL.to_owned()))
    }
}

impl Fetcher {
    /// Looks for what is newer; nothing where there is nothing, or where the app does not say where to look.
    ///
    /// # Errors
    ///
    /// It cannot be had, or what is there is not the app's any more.
    pub async fn update(&self, wanted: Wanted<'_>) -> Result<Option<Update>, Error> {
        let app = wanted.app;
        if wanted.order.is_unreadable {
            return Err(Error::UnreadableOrder);
        }
        match &app.content {
            InstalledContent::Bundle(installed) => {
                let Some((url, channel)) = wanted.source() else {
                    return Ok(None);
                };
                let Found::Releases(_, releases, _) = self.look(url.clone(), |_| {}).await? else {
                    return Err(Error::NoReleases { url });
                };
                let pinned = wanted.order.pinned;
                let same = || {
                    let first = releases.first(&channel, pinned).filter(|_| wanted.awaits_another_key);
                    first.filter(|release| release.version == installed.version)
                };
                let next = releases.next(&channel, &installed.version, pinned).or_else(same);
                // One that did not start is not tried again.
                let next = next.filter(|release| Some(release.version) != app.rejected);
                Ok(next.cloned().map(Update::Release))
            }
            InstalledContent::Site(site) => {
                let not_the_app = || Error::NotTheApp {
                    url: site.document_url.clone(),
                };
                match self.site(site.document_url.clone(), wanted.order).await {
                    Ok(found) if is_same(&found, &site.manifest_id) => Ok(Some(Update::Site(found))),
                    Ok(_) | Err(Error::NoSite { .. } | Error::LeadsElsewhere { .. }) => Err(not_the_app()),
                    Err(error) => Err(error),
                }
            }
        }
    }

    /// Has what was found, so that it can be installed.
    ///
    /// # Errors
    ///
    /// It cannot be had.
    pub async fn fetch(
        &self,
        update: Update,
        progress: impl Fn(DownloadProgress) + Send + Sync + 'static,
    ) -> Result<FetchedUpdate, Error> {
        Ok(match update {
            Update::Release(release) => {
                let bundle = self.release(&release, progress).await?;
                FetchedUpdate::Release(release, bundle)
            }
            Update::Site(site) => FetchedUpdate::Site(site),
        })
    }
}

impl FetchedUpdate {
    /// Installs it in the place of what is installed. That takes as long as hashing a bundle twice.
    ///
    /// # Errors
    ///
    /// It is not what was promised, or cannot be installed.
    pub fn install(self, store: &Store, wanted: Wanted<'_>, attendance: Attendance) -> Result<Installation, AppsError> {
        match self {
            Self::Release(release, bundle) => {
                let options = InstallOptions::default()
                    .expecting_app(&wanted.app.id)
                    .expecting_version(release.version)
                    .allow_downgrade(wanted.order.pinned.is_some_and(|pinned| pinned.allow_downgrade))
                    .on_trial();
                store.install(bundle.path(), options)
            }
            Self::Site(site) => {
                let options = match attendance {
                    Attendance::Attended => InstallOptions::default(),
                    Attendance::Unattended => InstallOptions::default().keeping_identity(),
                };
                store.install_site(site.as_new(), options)
            }
        }
    }
}

/// Whether what was found is of the app with this id.
fn is_same(found: &FetchedSite, manifest_id: &Url) -> bool {
    found
        .as_new()
        .manifest()
        .is_ok_and(|(manifest, _)| manifest.id == *manifest_id)
}
