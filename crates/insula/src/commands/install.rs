use std::cmp::Ordering;
use std::ffi::OsString;
use std::path::Path;

use anyhow::{Result, bail};
use clap::Args;
use insula_apps::{Installation, InstalledApp, InstalledContent, Outcome, Store, UpdateSource};
use insula_delivery::Found;
use insula_manifest::{DEFAULT_CHANNEL, UpdateManifest};
use url::Url;

use super::Answer;
use crate::compatibility::Choice;
use crate::context::{self, Context};
use crate::delivery::Delivery;
use crate::target::url;
use crate::{advice, output};

/// Install an app, or update it
///
/// A signed bundle is verified first, and copied: its file is not needed afterwards. Of a site its manifest and its icon
/// are kept; its pages come from where they are. Nothing is granted by installing an app.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The signed bundle, or where one, a list of releases of one, or a site with a web app manifest is on the web
    #[arg(value_name = "FILE|URL")]
    app: OsString,
    /// Of a list of releases, the newest of this channel
    #[arg(long, value_name = "NAME", default_value = DEFAULT_CHANNEL)]
    channel: String,
    /// Leave the desktop's menu as it is
    #[arg(long)]
    no_menu_entry: bool,
    /// Replace a newer version by an older one, or the same version by other content
    #[arg(long)]
    allow_downgrade: bool,
    /// Whose answers the app's frames give from now on, where the specification and Chromium differ
    #[arg(long, value_name = "WHOSE")]
    compatibility: Option<Choice>,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let store = context.store()?;
    let installation = match url(&arguments.app) {
        Some(url) => install_from(&store, url, arguments)?,
        None => context::install(&store, Path::new(&arguments.app), arguments.allow_downgrade)?,
    };
    let ready = &installation.ready;
    if !arguments.no_menu_entry {
        context::show_on_desktop(context.desktop().as_ref(), ready);
    }
    if let Some(choice) = arguments.compatibility {
        store.choose_compatibility(&installation.app.id, choice.compatibility())?;
    }
    output::warn_of_manifest(
        ready
            .warnings
            .iter()
            .chain(&advice::about(&ready.manifest, ready.source.kind())),
    );
    output::print(&format!(
        "{}\nApp id: {}\n",
        output::plain(&done(&installation)),
        installation.app.id
    ))?;
    let is_chosen = arguments.compatibility.is_some() || installation.app.compatibility.is_some();
    if let Some(sign) = advice::sign_of_chromium(&ready.manifest).filter(|_| !is_chosen) {
        output::hint(&[format!(
            "the manifest's `{sign}` is Chromium's: if the app's frames expect Chromium's answers, install it with \
             `--compatibility chromium`"
        )]);
    }
    Ok(Answer::Yes)
}

/// Installs what is at a URL.
fn install_from(store: &Store, url: Url, arguments: &Arguments) -> Result<Installation> {
    let delivery = Delivery::begin(store)?;
    let bundle = match delivery.look(url)? {
        Found::Site(site) => return context::install_site(store, site.as_new()),
        Found::Bundle(bundle) => bundle,
        Found::Releases(url, releases, warnings) => {
            for warning in &warnings {
                output::warn(&format!("update manifest: {warning}"));
            }
            let Some(release) = releases.newest(&arguments.channel) else {
                bail!(
                    "`{url}` has no release in the channel `{}`{}",
                    arguments.channel,
                    others(&releases)
                );
            };
            let bundle = delivery.release(release)?;
            let source = UpdateSource {
                manifest_url: url,
                channel: arguments.channel.clone(),
            };
            return context::install_with(store, bundle.path(), |options| {
                options
                    .expecting_version(release.version)
                    .updates(Some(source))
                    .allow_downgrade(arguments.allow_downgrade)
            });
        }
        _ => bail!("`{}` is nothing that can be installed", arguments.app.display()),
    };
    context::install(store, bundle.path(), arguments.allow_downgrade)
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

fn done(installation: &Installation) -> String {
    let InstalledApp { name, content, .. } = &installation.app;
    let bundle = match content {
        InstalledContent::Bundle(bundle) => bundle,
        InstalledContent::Site(_) => {
            let origin = installation.app.origin_url().origin().ascii_serialization();
            return match installation.outcome {
                Outcome::Installed => format!("Installed {name} from {origin}"),
                Outcome::Updated { .. } => format!("Updated {name} from {origin}"),
                Outcome::Repaired => format!("Repaired {name} from {origin}"),
                _ => format!("Already installed: {name} from {origin}"),
            };
        }
    };
    let version = bundle.version;
    match installation.outcome {
        Outcome::Installed => format!("Installed {name} {version}"),
        Outcome::Updated { from: Some(from) } => match version.cmp(&from) {
            Ordering::Greater => format!("Updated {name} from {from} to {version}"),
            Ordering::Equal => format!("Replaced {name} {version} by other content"),
            Ordering::Less => format!("Downgraded {name} from {from} to {version}"),
        },
        Outcome::Repaired => format!("Repaired {name} {version}"),
        _ => format!("Already installed: {name} {version}"),
    }
}
