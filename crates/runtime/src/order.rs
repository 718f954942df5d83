//! What the organisation's policy orders about an installed app.

use insula_apps::{AppId, InstalledApp, InstalledContent, UpdateSource};
use insula_delivery::{Order, OrderedIcon};
use insula_manifest::Pinned;
use insula_permissions::{ForceInstalledIsolatedWebApp, ForceInstalledWebApp, PolicySet};
use url::Url;

/// An item of a list of apps that are to be installed.
#[derive(Debug, Clone, Copy)]
pub enum Forced<'a> {
    /// Of `WebAppInstallForceList`.
    Site(&'a ForceInstalledWebApp),
    /// Of `IsolatedWebAppInstallForceList`.
    Isolated(&'a ForceInstalledIsolatedWebApp),
}

impl<'a> Forced<'a> {
    /// All that a policy names.
    pub fn all(policy: &'a PolicySet) -> Vec<Self> {
        let isolated = policy.force_installed_isolated_web_apps().iter().map(Self::Isolated);
        let sites = policy.force_installed_web_apps().iter().map(Self::Site);
        isolated.chain(sites).collect()
    }

    /// The item that an installed app is named by.
    pub fn of(policy: &'a PolicySet, app: &InstalledApp) -> Option<Self> {
        Self::all(policy).into_iter().find(|forced| forced.names(app))
    }

    /// Whether this is about an installed app.
    pub fn names(&self, app: &InstalledApp) -> bool {
        match (self, &app.id, &app.content) {
            (Self::Isolated(forced), AppId::Isolated(id), _) => id.as_str() == forced.web_bundle_id(),
            (Self::Site(forced), AppId::Web(_), InstalledContent::Site(site)) => {
                let ordered = app.ordered.as_ref().map(|ordered| &ordered.url);
                *ordered.unwrap_or(&site.document_url) == forced.url
            }
            _ => false,
        }
    }

    /// What is ordered.
    pub fn order(&self) -> Order {
        match self {
            Self::Site(forced) => Order {
                name: forced.custom_name.clone(),
                fallback_name: forced.fallback_app_name.clone(),
                icon: forced.custom_icon.clone().map(|icon| OrderedIcon {
                    url: icon.url,
                    sha256: icon.sha256,
                }),
                ..Order::default()
            },
            Self::Isolated(forced) => {
                let version = forced.pinned_version.as_ref().map(|version| version.parse());
                Order {
                    // A version that is none would have been no item.
                    is_unreadable: matches!(version, Some(Err(_))),
                    pinned: version.and_then(Result::ok).map(|version| Pinned {
                        version,
                        allow_downgrade: forced.allow_downgrades,
                    }),
                    updates: Some(UpdateSource {
                        manifest_url: forced.update_manifest_url.clone(),
                        channel: forced.update_channel.clone(),
                    }),
                    ..Order::default()
                }
            }
        }
    }

    /// Where it comes from.
    pub fn url(&self) -> &'a Url {
        match self {
            Self::Site(forced) => &forced.url,
            Self::Isolated(forced) => &forced.update_manifest_url,
        }
    }
}

/// What a policy orders about an installed app. As long as an order may have been overlooked, one that the policy had
/// installed stays as it is.
pub fn order_of(policy: &PolicySet, app: &InstalledApp) -> Order {
    match Forced::of(policy, app) {
        Some(forced) => forced.order(),
        None => Order {
            is_unreadable: app.ordered.is_some() && !policy.knows_force_installed(),
            ..Order::default()
        },
    }
}
