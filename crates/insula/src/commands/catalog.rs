use std::ffi::{OsStr, OsString};

use anyhow::{Result, bail};
use clap::Args;
use insula_apps::AppSource;
use insula_bundle::SignedWebBundle;
use insula_manifest::{AppIdentity, Manifest};
use insula_permissions::{AppOrigin, Catalog, CatalogEntry, CatalogStatus};
use serde::Serialize;

use super::Answer;
use crate::context::Context;
use crate::output;
use crate::private_copy::PrivateCopy;
use crate::target::Target;

/// Show in words what an app asks for at its first run, as an app catalogue would
///
/// Nothing is installed, and neither decisions nor policies count: it is what the app's manifest says.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A signed bundle, an installed app, or a folder
    #[arg(value_name = "FILE|APP|DIR")]
    app: OsString,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    name: String,
    origin: String,
    permissions: Vec<EntryReport>,
}

#[derive(Debug, Serialize)]
struct EntryReport {
    /// As the manifest has it.
    written: String,
    /// The permission; `null` if the name is not known.
    name: Option<&'static str>,
    title: String,
    explanation: Option<&'static str>,
    status: &'static str,
    /// The feature that the manifest's `permissions_policy` does not list.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_feature: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let (manifest, identity) = read(&arguments.app, context)?;
    let origin = AppOrigin::of(&manifest.scope)?;
    let features = identity.features().collect();
    let catalog = Catalog::new(&origin, &features, &manifest.permissions);
    let name = manifest.display_name().unwrap_or_default().to_owned();
    if arguments.json {
        let report = Report {
            name,
            origin: origin.to_string(),
            permissions: catalog.entries.iter().map(entry).collect(),
        };
        output::print_json(&report)?;
    } else if catalog.entries.is_empty() {
        output::print(&output::plain(&format!("{name} asks for nothing at its first run.")))?;
        output::print("\n")?;
    } else {
        let cells = |entry: &CatalogEntry| {
            let name = entry.name.map_or(entry.written.as_str(), |name| name.as_str());
            vec![name.to_owned(), entry.title(), described(entry)]
        };
        output::print(&output::table(&catalog.entries.iter().map(cells).collect::<Vec<_>>()))?;
    }
    Ok(Answer::Yes)
}

/// The manifest of what is named, which is not installed for it.
fn read(app: &OsStr, context: &Context) -> Result<(Manifest, AppIdentity)> {
    let store = context.store_only_to_read()?;
    let ready = match Target::find(&store, app)? {
        Target::File(file) => {
            let copy = PrivateCopy::of(&file)?;
            let bundle = SignedWebBundle::open(&copy.path())?.verify_under(&context.policy_set().key_rotations())?;
            let id = bundle.integrity_block().id().clone();
            let source = AppSource::Bundle(Box::new(bundle));
            let checked = insula_apps::check(&id, &source)?;
            let identity = AppIdentity::new(source.kind(), &checked.manifest);
            return Ok((checked.manifest, identity));
        }
        Target::Installed(id, _) => store.launch(&id)?,
        Target::Server(_) => bail!("`{}` is a server: pack the app, and name the bundle", app.display()),
        // Its id may have to be made.
        Target::Folder(folder) => context.store()?.open_folder(&folder)?,
    };
    let identity = ready.identity();
    Ok((ready.manifest, identity))
}

fn entry(entry: &CatalogEntry) -> EntryReport {
    EntryReport {
        written: entry.written.clone(),
        name: entry.name.map(|name| name.as_str()),
        title: entry.title(),
        explanation: entry.name.map(|name| name.explanation()),
        status: entry.status.as_str(),
        missing_feature: match entry.status {
            CatalogStatus::FeatureMissing(feature) => Some(feature),
            _ => None,
        },
        note: entry.note.clone(),
    }
}

fn described(entry: &CatalogEntry) -> String {
    match entry.status {
        CatalogStatus::Asked => "asked for at the first run".to_owned(),
        CatalogStatus::AskedLater => "asked for when it is used".to_owned(),
        CatalogStatus::NotAsked => "allowed to every app that lists it".to_owned(),
        CatalogStatus::FeatureMissing(feature) => {
            format!("the app cannot use it: its manifest does not list `{feature}` in `permissions_policy`")
        }
        CatalogStatus::NotAvailable => "not available on this device".to_owned(),
        CatalogStatus::Unknown => entry.note.clone().unwrap_or_default(),
    }
}
