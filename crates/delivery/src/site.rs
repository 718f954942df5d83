use std::fs;
use std::path::PathBuf;

use data_url::DataUrl;
use insula_apps::{InstalledSite, NewSite};
use insula_manifest::Manifest;
use url::Url;

use crate::error::Error;
use crate::fetcher::{Answer, Session};
use crate::icon;
use crate::page::Links;

/// A site that can be installed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchedSite {
    /// The page that links to the manifest.
    pub document_url: Url,
    /// Where the manifest came from.
    pub manifest_url: Url,
    /// The manifest.
    pub manifest: Vec<u8>,
    /// The icon, as PNG of [`ICON_SIDE`](crate::ICON_SIDE); none where no picture can be had.
    pub icon: Option<Vec<u8>>,
}

impl FetchedSite {
    /// Whether this is what is installed.
    pub fn is_installed(&self, installed: &InstalledSite) -> bool {
        let is_file =
            |path: Option<&PathBuf>, bytes: Option<&Vec<u8>>| path.map(fs::read).and_then(Result::ok).as_ref() == bytes;
        is_file(Some(&installed.manifest), Some(&self.manifest)) && is_file(installed.icon.as_ref(), self.icon.as_ref())
    }

    /// The site, for [`insula_apps::Store::install_site`].
    pub fn as_new(&self) -> NewSite<'_> {
        NewSite {
            document_url: &self.document_url,
            manifest_url: &self.manifest_url,
            manifest: &self.manifest,
            icon: self.icon.as_deref(),
        }
    }
}

/// Fetches what the page at `document` links to.
pub(crate) async fn fetch(session: &Session, document: Url, links: Links) -> Result<FetchedSite, Error> {
    let Some(manifest) = links.manifest else {
        return Err(Error::NoManifest { url: document });
    };
    let answer = session
        .get(
            &manifest,
            "application/manifest+json, application/json, */*;q=0.1",
            insula_manifest::MAXIMUM_BYTES,
        )
        .await?;
    of_manifest(session, document, answer, &links.icons).await
}

/// The site of a manifest that was fetched.
pub(crate) async fn of_manifest(
    session: &Session,
    document: Url,
    manifest: Answer,
    of_page: &[Url],
) -> Result<FetchedSite, Error> {
    // A manifest that is of no use is told of by whoever installs it.
    let parsed = Manifest::parse_linked(&manifest.body, &manifest.url, &document);
    let icons = parsed.map(|(manifest, _)| manifest.icons).unwrap_or_default();
    let mut found = None;
    for url in icon::candidates(&icons, of_page).into_iter().take(icon::MOST_TRIED) {
        found = picture(session, url).await.as_deref().and_then(icon::render);
        if found.is_some() {
            break;
        }
        tracing::warn!("the icon `{}` is no picture that can be had", shown(url));
    }
    Ok(FetchedSite {
        document_url: document,
        manifest_url: manifest.url,
        manifest: manifest.body,
        icon: found,
    })
}

async fn picture(session: &Session, url: &Url) -> Option<Vec<u8>> {
    if url.scheme() == "data" {
        let (bytes, _) = DataUrl::process(url.as_str()).ok()?.decode_to_vec().ok()?;
        return Some(bytes);
    }
    let answer = session.get(url, "image/*", icon::MAXIMUM_BYTES).await.ok()?;
    Some(answer.body)
}

fn shown(url: &Url) -> String {
    url.as_str().chars().take(200).collect()
}
