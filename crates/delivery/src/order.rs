//! What an organisation orders about an app, as far as it is about what is fetched.

use insula_apps::{Ordered, UpdateSource};
use insula_manifest::{Pinned, ordered};
use url::Url;

use crate::error::Error;
use crate::fetcher::{Fetcher, Found, Session};
use crate::icon;
use crate::site::FetchedSite;

/// What the organisation orders about an app. Without an order nothing is ordered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Order {
    /// The only version of an Isolated Web App that is installed.
    pub pinned: Option<Pinned>,
    /// Where its releases are, whatever else says where.
    pub updates: Option<UpdateSource>,
    /// The name of a site, whatever it says itself.
    pub name: Option<String>,
    /// The name of a site that has no manifest.
    pub fallback_name: Option<String>,
    /// The icon of a site, whatever it says itself.
    pub icon: Option<OrderedIcon>,
    /// Whether there may be an order that cannot be read. Then the app stays as it is.
    pub is_unreadable: bool,
}

/// An icon that the organisation gives a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderedIcon {
    /// Where it is.
    pub url: Url,
    /// The SHA-256 of its bytes, in hexadecimal digits of lower case.
    pub sha256: String,
}

impl Fetcher {
    /// The site at a URL, as it is ordered.
    ///
    /// # Errors
    ///
    /// It cannot be had, or there is no site that can be installed.
    pub async fn site(&self, url: Url, order: &Order) -> Result<FetchedSite, Error> {
        let mut site = match self.look(url.clone(), |_| {}).await {
            Ok(Found::Site(site)) => site,
            Ok(_) => return Err(Error::NoSite { url }),
            Err(Error::NoManifest { url: document }) if order.fallback_name.is_some() => {
                let name = order.fallback_name.as_deref().unwrap_or_default();
                FetchedSite {
                    manifest: ordered::of_page(&document, name),
                    manifest_url: document.clone(),
                    document_url: document,
                    icon: None,
                }
            }
            Err(error) => return Err(error),
        };
        // A portal that answers everything would be installed instead.
        if site.document_url.origin() != url.origin() {
            return Err(Error::LeadsElsewhere {
                url,
                to: Box::new(site.document_url),
            });
        }
        if let Some(name) = &order.name {
            // A manifest of no use is told of by whoever installs it.
            site.manifest = ordered::with_name(&site.manifest, name).unwrap_or(site.manifest);
        }
        if let Some(icon) = order.icon.clone() {
            site.icon = Some(self.run(|session| fetch_icon(session, icon)).await?);
        }
        Ok(site)
    }
}

async fn fetch_icon(session: Session, icon: OrderedIcon) -> Result<Vec<u8>, Error> {
    let answer = session.get(&icon.url, "image/*", icon::MAXIMUM_BYTES).await?;
    if Ordered::digest_of_icon(&answer.body) != icon.sha256 {
        return Err(Error::AnotherIcon { url: icon.url });
    }
    icon::render(&answer.body).ok_or(Error::NoPicture { url: icon.url })
}
