mod all;
mod moving;

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use insula_apps::{LaunchableApp, Store};
use insula_permissions::{
    AppOrigin, Authority, DecidedBy, Effective, FeatureSet, PermissionName, PermissionState, Source, Subject,
};
use serde::Serialize;

use super::Answer;
use crate::context::{self, Context};
use crate::target::Target;
use crate::{advice, output};
pub(super) use all::date;

/// Show what apps may do, or change it
///
/// A change counts at once, also for an app that is running. Without an app all are shown, and nothing is changed: also those
/// of another user, whose folder `--data-dir` names.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The app: its name, its id, the beginning of its id, or a folder that was run as an app [default: all]
    #[arg(value_name = "APP|DIR")]
    app: Option<OsString>,
    /// Allow it, refuse it, or let the app ask again
    #[arg(value_name = "ACTION", requires = "name")]
    action: Option<Action>,
    /// The permission, for example `camera`
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Show only this permission: who may use the camera?
    #[arg(long = "name", value_name = "NAME", conflicts_with = "action")]
    only: Option<String>,
    /// Write all decisions to a file, or to standard output with `-`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["app", "only", "json"])]
    export: Option<PathBuf>,
    /// Take decisions over from such a file, or from standard input with `-`, where nothing is decided here. What your
    /// organization forbids is not granted, and neither is access to any server
    #[arg(long, value_name = "FILE", conflicts_with_all = ["app", "only", "export"])]
    import: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Action {
    /// Allow it
    Grant,
    /// Refuse it
    Deny,
    /// Let the app ask again
    Reset,
}

/// The app whose permissions these are, as far as it is known.
pub(super) struct AppSubject {
    pub(super) origin: AppOrigin,
    /// `None` if the app is damaged, or comes from its developer's server: what was decided about it can be seen and changed all the same.
    app: Option<LaunchableApp>,
}

#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    title: &'static str,
    state: &'static str,
    /// Whether the manifest asks for it at the first run.
    requested: bool,
    /// The feature without which the app cannot use it, whatever is decided, and which its manifest does not list.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_feature: Option<&'static str>,
    /// Whether it cannot be changed here.
    locked: bool,
    /// The device that a grant is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    decided: Decided,
}

/// Whose word a state is, and where to look.
#[derive(Debug, Default, Serialize)]
struct Decided {
    by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_key: Option<String>,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<u64>,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used: Option<u64>,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let only = arguments.only.as_deref().map(resolve).transpose()?;
    if let Some(file) = &arguments.export {
        return moving::export(file, context);
    }
    if let Some(file) = &arguments.import {
        return moving::import(file, arguments.json, context);
    }
    match &arguments.app {
        None => all::run(only.as_deref(), arguments.json, context),
        Some(app) => of_app(app, only.as_deref(), arguments, context),
    }
}

fn of_app(app: &OsStr, only: Option<&[PermissionName]>, arguments: &Arguments, context: &Context) -> Result<Answer> {
    let (target, authority) = match arguments.action {
        Some(_) => {
            let store = context.store()?;
            (subject_of(&store, app)?, context.authority(&store)?)
        }
        None => seen(app, context)?,
    };
    let names = match (arguments.action, &arguments.name) {
        (Some(action), Some(written)) => {
            let names = resolve(written)?;
            for name in &names {
                change(&authority, &target, *name, action)?;
            }
            names
        }
        _ => match only {
            Some(only) => only.to_vec(),
            None => authority.concerning(&target.origin, target.features().as_ref(), &target.requested())?,
        },
    };
    let rows = names
        .into_iter()
        .map(|name| row(&authority, &target, name))
        .collect::<Result<Vec<_>>>()?;
    if arguments.json {
        output::print_json(&rows)?;
    } else if rows.is_empty() {
        output::print("The app asks for no permissions.\n")?;
    } else {
        let cells = |row: &Row| {
            [row.state, row.name, row.title, &described(row)]
                .map(str::to_owned)
                .to_vec()
        };
        output::print(&output::table(&rows.iter().map(cells).collect::<Vec<_>>()))?;
    }
    Ok(Answer::Yes)
}

/// An app and what is decided about it, without changing anything where that is possible. The id of a folder may have to be
/// made first.
pub(super) fn seen(app: &OsStr, context: &Context) -> Result<(AppSubject, Authority)> {
    let store = context.store_only_to_read()?;
    match Target::find(&store, app)? {
        Target::Folder(_) => {
            let store = context.store()?;
            Ok((subject_of(&store, app)?, context.authority(&store)?))
        }
        _ => Ok((subject_of(&store, app)?, context.authority_only_to_read(&store)?)),
    }
}

fn subject_of(store: &Store, written: &OsStr) -> Result<AppSubject> {
    match Target::find(store, written)? {
        Target::Folder(folder) => {
            let app = store.open_folder(&folder)?;
            Ok(AppSubject {
                origin: AppOrigin::of(app.origin_url())?,
                app: Some(app),
            })
        }
        Target::Installed(id, _) => Ok(AppSubject {
            origin: context::origin(store, &id)?,
            app: store.launch(&id).ok(),
        }),
        // The server has the manifest, and need not run.
        Target::Server(id) => Ok(AppSubject {
            origin: context::origin(store, &id)?,
            app: None,
        }),
        Target::File(file) => bail!("`{}` is a file: install it, and name the app", file.display()),
    }
}

pub(super) fn resolve(written: &str) -> Result<Vec<PermissionName>> {
    let names = PermissionName::resolve(written);
    if names.is_empty() {
        let known = PermissionName::ALL.iter().filter(|name| name.is_available());
        let known: Vec<_> = known.map(|name| name.as_str()).collect();
        bail!("there is no permission `{written}`; there are {}", known.join(", "));
    }
    Ok(names)
}

fn change(authority: &Authority, target: &AppSubject, name: PermissionName, action: Action) -> Result<()> {
    let state = match action {
        Action::Grant => PermissionState::Granted,
        Action::Deny => PermissionState::Denied,
        Action::Reset => PermissionState::Prompt,
    };
    authority.decide(&Subject::app(target.origin.clone()), name, state, DecidedBy::Settings)?;
    Ok(())
}

fn row(authority: &Authority, target: &AppSubject, name: PermissionName) -> Result<Row> {
    let effective = authority.effective(&Subject::app(target.origin.clone()), name)?;
    let missing_feature = target
        .features()
        .and_then(|features| advice::missing_feature(&features, name));
    Ok(Row {
        name: name.as_str(),
        title: name.title(),
        state: effective.state.as_str(),
        missing_feature,
        requested: target.requested().contains(&name),
        locked: effective.is_locked(),
        device: effective.device().map(ToString::to_string),
        decided: decided(&effective),
    })
}

fn decided(effective: &Effective) -> Decided {
    match &effective.source {
        Source::Managed(policy) | Source::Recommended(policy) => Decided {
            by: if effective.is_locked() {
                "policy"
            } else {
                "recommendation"
            },
            policy_file: Some(policy.file.display().to_string()),
            policy_key: policy.key.clone(),
            ..Decided::default()
        },
        Source::Decision(decision) => Decided {
            by: decision.by.as_str(),
            at: Some(seconds(decision.at)),
            last_used: decision.last_used.map(seconds),
            ..Decided::default()
        },
        Source::NotAvailable => Decided {
            by: "device",
            ..Decided::default()
        },
        _ => Decided {
            by: "default",
            ..Decided::default()
        },
    }
}

/// Seconds since 1970.
pub(super) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn described(row: &Row) -> String {
    let decided = &row.decided;
    if let Some(feature) = row.missing_feature {
        return format!("the app cannot use it: its manifest does not list `{feature}` in `permissions_policy`");
    }
    let policy = || {
        let key = decided
            .policy_key
            .as_deref()
            .map(|key| format!(": {key}"))
            .unwrap_or_default();
        format!("{}{key}", decided.policy_file.as_deref().unwrap_or_default())
    };
    match decided.by {
        "policy" => format!("controlled by your organization ({})", policy()),
        "recommendation" => format!("recommended by your organization ({})", policy()),
        "sheet" => "decided by you at the first run".to_owned(),
        "prompt" => "decided by you when the app asked".to_owned(),
        "settings" => "decided by you in the settings".to_owned(),
        "import" => "decided elsewhere, and imported".to_owned(),
        "device" => "not available on this device".to_owned(),
        _ if row.state == PermissionState::Granted.as_str() => "allowed to every app that lists it".to_owned(),
        _ => "not decided".to_owned(),
    }
}

impl AppSubject {
    pub(super) fn features(&self) -> Option<FeatureSet> {
        self.app.as_ref().map(|app| app.identity().features().collect())
    }

    pub(super) fn requested(&self) -> Vec<PermissionName> {
        let requested = self.app.iter().flat_map(|app| app.manifest.used_permissions());
        requested.flat_map(PermissionName::resolve).collect()
    }
}
