use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use clap::Args;
use insula_apps::{InstalledApp, InstalledContent, Listing};
use insula_permissions::AppOrigin;
use serde::Serialize;

use super::Answer;
use crate::context::Context;
use crate::output;

/// List what is installed
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    apps: Vec<AppReport>,
    damaged: Vec<DamagedReport>,
}

#[derive(Debug, Serialize)]
struct AppReport {
    id: String,
    name: String,
    /// Where it comes from: `bundle` or `site`.
    kind: &'static str,
    origin: String,
    /// Of a bundle.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// Bytes of the installed bundle.
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u64>,
    /// Seconds since 1970.
    installed: u64,
    /// Seconds since 1970.
    updated: u64,
}

#[derive(Debug, Serialize)]
struct DamagedReport {
    id: String,
    problem: String,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let listing = context.store()?.list()?;
    if arguments.json {
        output::print_json(&report(&listing))?;
        return Ok(Answer::Yes);
    }
    let row = |app: &InstalledApp| {
        let (version, size) = match &app.content {
            InstalledContent::Bundle(bundle) => (bundle.version.to_string(), output::size(bundle.length)),
            InstalledContent::Site(_) => (origin(app), String::new()),
        };
        vec![app.name.clone(), version, size, app.id.to_string()]
    };
    let rows: Vec<_> = listing.apps.iter().map(row).collect();
    output::print(&output::table(&rows))?;
    if rows.is_empty() && listing.damaged.is_empty() {
        output::print("No apps are installed.\n")?;
    }
    for app in listing.damaged {
        output::warn(&format!("{}: {}", app.id, output::message(&app.error.into())));
    }
    Ok(Answer::Yes)
}

fn origin(app: &InstalledApp) -> String {
    AppOrigin::of(&app.origin_url())
        .map(|origin| origin.to_string())
        .unwrap_or_default()
}

fn report(listing: &Listing) -> Report {
    let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let app = |app: &InstalledApp| AppReport {
        id: app.id.to_string(),
        name: app.name.clone(),
        kind: match &app.content {
            InstalledContent::Bundle(_) => "bundle",
            InstalledContent::Site(_) => "site",
        },
        origin: origin(app),
        version: app.version().map(|version| version.to_string()),
        length: app.content.bundle().map(|bundle| bundle.length),
        installed: seconds(app.installed),
        updated: seconds(app.updated),
    };
    let damaged = |app: &insula_apps::DamagedApp| DamagedReport {
        id: app.id.to_string(),
        problem: app.error.to_string(),
    };
    Report {
        apps: listing.apps.iter().map(app).collect(),
        damaged: listing.damaged.iter().map(damaged).collect(),
    }
}
