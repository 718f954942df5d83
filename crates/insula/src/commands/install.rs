use std::cmp::Ordering;
use std::ffi::OsString;
use std::os::unix::process::CommandExt;

use anyhow::Result;
use clap::Args;
use insula_apps::{AppId, Installation, InstalledApp, InstalledContent, Outcome, Store};
use insula_manifest::DEFAULT_CHANNEL;
use insula_permissions::{Moment, PolicySet};
use insula_runtime::{App, Failed, Prepared};

use super::Answer;
use super::run::prepare;
use crate::compatibility::Choice;
use crate::context::{self, Context};
use crate::offer::Offer;
use crate::{advice, output, pin};

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
    /// Ask in a dialog first, which shows what the app is, and open it then
    #[arg(long)]
    ask: bool,
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
    if arguments.ask {
        return run_asking(arguments, context);
    }
    let store = context.store()?;
    let offer = Offer::find(&store, &arguments.app, &arguments.channel)?;
    let policy = context.policy_set();
    let installation = offer.install(&store, policy, arguments.allow_downgrade)?;
    let ready = &installation.ready;
    settle(&store, &installation, policy, arguments, context)?;
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

/// Does what else is asked for once the app is installed.
fn settle(
    store: &Store,
    installation: &Installation,
    policy: &PolicySet,
    arguments: &Arguments,
    context: &Context,
) -> Result<()> {
    if !arguments.no_menu_entry {
        context::show_on_desktop(context.desktop().as_ref(), policy, &installation.ready);
    }
    if let Some(choice) = arguments.compatibility {
        store.choose_compatibility(&installation.app.id, choice.compatibility())?;
    }
    Ok(())
}

/// Asks in a dialog first, and opens the app once it is installed. What goes wrong is told in a window as well: nobody looks
/// at the output of what a file manager starts.
fn run_asking(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let store = context.store()?;
    // Before anything is fetched, which takes threads.
    let prepared = prepare(store.data_dir().root(), context.policy_set().hardware_acceleration())?;
    let installed = install_asking(&store, arguments, context, &prepared);
    match installed {
        Ok(Some(id)) => Err(context.program()?.arg("run").arg(id.as_str()).exec())?,
        Ok(None) => Ok(Answer::No),
        Err(error) => {
            _ = insula_runtime::tell_failure(&prepared, Failed::Install, &output::message(&error));
            Err(error)
        }
    }
}

/// The app that is installed then; nothing where the user does not want it.
fn install_asking(
    store: &Store,
    arguments: &Arguments,
    context: &Context,
    prepared: &Prepared,
) -> Result<Option<AppId>> {
    let offer = Offer::find(store, &arguments.app, &arguments.channel)?;
    let temporary = tempfile::tempdir()?;
    let preview = offer.preview(store, temporary.path())?;
    pin::check(context.policy_set(), store, &preview)?;
    let preview = App::from(preview);
    let authority = context.authority_about(preview.origin.clone(), store)?;
    let requested = preview.manifest.permissions.iter().map(|name| name.as_str());
    let model = authority.first_run(&preview.origin, &preview.features, requested)?;
    let version = insula_runtime::sheet_version(&preview);
    let earlier = authority.store().sheet(&preview.origin)?;
    let mode = authority.policy().first_run_mode();
    let due = model.due(&version, earlier.as_ref(), mode, Moment::Install);
    let is_due = due.is_some();
    let empty = authority.first_run(&preview.origin, &preview.features, [""; 0])?;
    let Some(chosen) = insula_runtime::ask_to_install(prepared, &preview, due.unwrap_or(empty))? else {
        return Ok(None);
    };
    let installation = offer.install(store, &authority.policy(), arguments.allow_downgrade)?;
    settle(store, &installation, &authority.policy(), arguments, context)?;
    if is_due {
        authority.commit_sheet(&chosen, &version)?;
    }
    Ok(Some(installation.app.id))
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
