use std::ffi::OsString;

use anyhow::{Result, bail};
use clap::Args;
use insula_apps::{InstalledApp, InstalledContent, LaunchableApp, Outcome, Store};
use insula_delivery::{Attendance, Update, Wanted};
use insula_desktop::Desktop;
use insula_permissions::PolicySet;
use serde::Serialize;

use super::Answer;
use crate::context::{self, Context};
use crate::delivery::Delivery;
use crate::output;
use crate::target::Target;

/// Look for newer versions of apps, and install them
///
/// An app that runs goes on as it is, and has its new version from its next start on. Apps do this by themselves while they
/// run.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The apps, instead of all: their names, their ids, or the beginnings of their ids
    #[arg(value_name = "APP")]
    apps: Vec<OsString>,
    /// Only say what is newer; the answer is 1 if something is
    #[arg(long)]
    check: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What became of an app.
#[derive(Debug, Serialize)]
struct Row {
    id: String,
    name: String,
    /// `none`, `available`, `installed` or `failed`.
    update: &'static str,
    /// The version that is available or was installed.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let store = context.store()?;
    let apps = apps(&store, &arguments.apps)?;
    let (delivery, desktop, policy) = (Delivery::begin(&store)?, context.desktop(), context.told_policy());
    let row = |app: &InstalledApp| {
        let (update, version, error) =
            match update(&store, &delivery, (desktop.as_ref(), &policy), app, arguments.check) {
                Ok((update, version)) => (update, version, None),
                Err(error) => ("failed", None, Some(output::message(&error))),
            };
        Row {
            id: app.id.to_string(),
            name: app.name.clone(),
            update,
            version,
            error,
        }
    };
    let rows: Vec<Row> = apps.iter().map(row).collect();
    if arguments.json {
        output::print_json(&rows)?;
    } else {
        let cells = |row: &Row| vec![row.name.clone(), said(row)];
        output::print(&output::table(&rows.iter().map(cells).collect::<Vec<_>>()))?;
    }
    if rows.iter().any(|row| row.error.is_some()) {
        bail!("not every app could be looked after");
    }
    let is_newer = rows.iter().any(|row| row.update == "available");
    Ok(if is_newer { Answer::No } else { Answer::Yes })
}

fn apps(store: &Store, written: &[OsString]) -> Result<Vec<InstalledApp>> {
    if written.is_empty() {
        return Ok(store.list()?.apps);
    }
    let find = |written: &OsString| match Target::find(store, written)? {
        Target::Installed(_, Some(app)) => Ok(*app),
        _ => bail!("`{}` is no installed app", written.display()),
    };
    written.iter().map(find).collect()
}

/// What becomes of one app, and which version it is.
fn update(
    store: &Store,
    delivery: &Delivery,
    (desktop, policy): (Option<&Desktop>, &PolicySet),
    app: &InstalledApp,
    check: bool,
) -> Result<(&'static str, Option<String>)> {
    let LaunchableApp { manifest, .. } = store.launch(&app.id)?;
    let order = insula_runtime::order_of(policy, app);
    let wanted = Wanted {
        app,
        manifest: &manifest,
        order: &order,
        awaits_another_key: store.awaits_another_key(app),
    };
    let Some(update) = delivery.update(wanted)? else {
        return Ok(("none", None));
    };
    let version = match &update {
        Update::Release(release) => Some(release.version.to_string()),
        _ => None,
    };
    if check {
        let is_newer = match (&update, &app.content) {
            (Update::Site(site), InstalledContent::Site(installed)) => !site.is_installed(installed),
            _ => true,
        };
        return Ok((if is_newer { "available" } else { "none" }, version));
    }
    let installed = delivery.fetch(update)?.install(store, wanted, Attendance::Attended)?;
    let is_new = installed.outcome != Outcome::Unchanged;
    if let Some(desktop) = desktop.filter(|desktop| is_new && desktop.has(&app.id)) {
        context::show_on_desktop(Some(desktop), policy, &installed.ready);
    }
    Ok((if is_new { "installed" } else { "none" }, version.filter(|_| is_new)))
}

fn said(row: &Row) -> String {
    let version = row.version.as_deref().map(|version| format!("version {version}"));
    let what = version.as_deref().unwrap_or("what the site says of itself");
    match row.update {
        "available" => format!("{what} is newer"),
        "installed" => format!("{what} is installed"),
        "failed" => output::plain(row.error.as_deref().unwrap_or_default()),
        _ => "is up to date".to_owned(),
    }
}
