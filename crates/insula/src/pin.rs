//! The version of an app that the organisation pins. Nobody replaces it by hand.

use std::fmt;
use std::path::Path;

use anyhow::Result;
use insula_apps::{AppId, LaunchableApp, Store};
use insula_delivery::Order;
use insula_manifest::IwaVersion;
use insula_permissions::PolicySet;
use insula_runtime::{Forced, order_of};

/// The organisation decides which version of an app there is, and this is another one.
#[derive(Debug)]
pub(crate) enum KeptByOrganization {
    /// It pins that one.
    Pinned {
        /// The app's name.
        name: String,
        /// The version that there is to be.
        pinned: IwaVersion,
    },
    /// It may pin one, in a policy that cannot be read.
    Unknown {
        /// The app's name.
        name: String,
    },
}

impl fmt::Display for KeptByOrganization {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pinned { name, pinned } => {
                write!(
                    formatter,
                    "your organization pins {name} to version {pinned}: no other is installed"
                )
            }
            Self::Unknown { name } => write!(
                formatter,
                "{name} is installed by your organization, and stays as it is while not all policies can be read"
            ),
        }
    }
}

impl std::error::Error for KeptByOrganization {}

/// Refuses the app in a file where the organisation decides that there is another version of it.
pub(crate) fn check_file(policy: &PolicySet, store: &Store, bundle: &Path) -> Result<()> {
    // Nobody waits for a second look into a file about which nothing is ordered.
    let mut ordered = policy.force_installed_isolated_web_apps().iter();
    let may_be_ordered = ordered.any(|app| app.pinned_version.is_some()) || !policy.knows_force_installed();
    match may_be_ordered {
        true => check(policy, store, &store.preview(bundle)?),
        false => Ok(()),
    }
}

/// The same for an app that was looked at already.
pub(crate) fn check(policy: &PolicySet, store: &Store, app: &LaunchableApp) -> Result<()> {
    let order = order_about(policy, store, &app.id)?;
    let name = || app.name().to_owned();
    if order.is_unreadable {
        return Err(KeptByOrganization::Unknown { name: name() }.into());
    }
    match order.pinned.map(|pinned| pinned.version) {
        Some(pinned) if app.version != Some(pinned) => Err(KeptByOrganization::Pinned { name: name(), pinned }.into()),
        _ => Ok(()),
    }
}

/// What is ordered about an app, which may not be installed yet.
fn order_about(policy: &PolicySet, store: &Store, id: &AppId) -> Result<Order> {
    if let Some(app) = store.installed(id)? {
        return Ok(order_of(policy, &app));
    }
    let is_about = |forced: &Forced<'_>| match forced {
        Forced::Isolated(app) => app.web_bundle_id() == id.as_str(),
        Forced::Site(_) => false,
    };
    let forced = Forced::all(policy).into_iter().find(is_about);
    Ok(forced.map(|forced| forced.order()).unwrap_or_default())
}
