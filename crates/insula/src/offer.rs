//! What is to be installed: found, and looked at before.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use insula_apps::{Installation, LaunchableApp, Store, UpdateSource};
use insula_delivery::{FetchedBundle, FetchedSite, Found};
use insula_manifest::{Release, UpdateManifest};
use insula_permissions::PolicySet;
use url::Url;

use crate::context;
use crate::delivery::Delivery;
use crate::{output, pin};

/// An app that can be installed.
pub(crate) enum Offer {
    /// In a file of the user's.
    File(PathBuf),
    /// A bundle from a server.
    Bundle(FetchedBundle),
    /// A bundle that a list of releases leads to.
    Release(FetchedBundle, Release, UpdateSource),
    /// A site.
    Site(FetchedSite),
}

impl Offer {
    /// Finds what is named: a file, also by its URL as file managers have it, or something on the web. `channel` is that of a
    /// list of releases.
    pub(crate) fn find(store: &Store, named: &OsStr, channel: &str) -> Result<Self> {
        let url = named.to_str().and_then(|named| Url::parse(named).ok());
        match url {
            Some(url) if matches!(url.scheme(), "http" | "https") => Self::fetch(store, url, channel),
            Some(url) if url.scheme() == "file" => match url.to_file_path() {
                Ok(path) => Ok(Self::File(path)),
                Err(()) => bail!("`{url}` is no file of this machine"),
            },
            _ => Ok(Self::File(named.into())),
        }
    }

    fn fetch(store: &Store, url: Url, channel: &str) -> Result<Self> {
        let delivery = Delivery::begin(store)?;
        Ok(match delivery.look(url.clone())? {
            Found::Site(site) => Self::Site(site),
            Found::Bundle(bundle) => Self::Bundle(bundle),
            Found::Releases(manifest_url, releases, warnings) => {
                for warning in &warnings {
                    output::warn(&format!("update manifest: {warning}"));
                }
                let Some(release) = releases.newest(channel) else {
                    bail!(
                        "`{manifest_url}` has no release in the channel `{channel}`{}",
                        others(&releases)
                    );
                };
                let source = UpdateSource {
                    manifest_url,
                    channel: channel.to_owned(),
                };
                Self::Release(delivery.release(release)?, release.clone(), source)
            }
            _ => bail!("`{url}` is nothing that can be installed"),
        })
    }

    /// What the app would be like. What it stores for that goes into a folder that goes away.
    pub(crate) fn preview(&self, store: &Store, temporary: &Path) -> Result<LaunchableApp> {
        let mut app = match self {
            Self::File(path) => store.preview(path)?,
            Self::Bundle(bundle) | Self::Release(bundle, ..) => store.preview(bundle.path())?,
            Self::Site(site) => {
                let icon = temporary.join("icon.png");
                let icon = match &site.icon {
                    Some(bytes) => fs::write(&icon, bytes).is_ok().then_some(icon),
                    None => None,
                };
                store.preview_site(site.as_new(), icon)?
            }
        };
        app.storage = temporary.to_owned();
        Ok(app)
    }

    /// Installs it, where the organisation does not want another version.
    pub(crate) fn install(&self, store: &Store, policy: &PolicySet, allow_downgrade: bool) -> Result<Installation> {
        if let Self::File(path) = self {
            pin::check_file(policy, store, path)?;
        } else if let Self::Bundle(bundle) | Self::Release(bundle, ..) = self {
            pin::check_file(policy, store, bundle.path())?;
        }
        match self {
            Self::File(path) => context::install(store, path, allow_downgrade),
            Self::Bundle(bundle) => context::install(store, bundle.path(), allow_downgrade),
            Self::Release(bundle, release, source) => context::install_with(store, bundle.path(), |options| {
                options
                    .expecting_version(release.version)
                    .updates(Some(source.clone()))
                    .allow_downgrade(allow_downgrade)
            }),
            Self::Site(site) => context::install_site(store, site.as_new(), |options| options),
        }
    }
}

/// The channels that there are.
fn others(releases: &UpdateManifest) -> String {
    let channels = releases.releases.iter().flat_map(|release| &release.channels);
    let channels: std::collections::BTreeSet<_> = channels.map(|channel| format!("`{channel}`")).collect();
    match channels.is_empty() {
        true => String::new(),
        false => format!("; there are {}", channels.into_iter().collect::<Vec<_>>().join(", ")),
    }
}
