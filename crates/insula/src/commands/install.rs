use std::cmp::Ordering;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use insula_apps::{InstalledApp, Outcome};

use super::Answer;
use crate::compatibility::Choice;
use crate::context::{self, Context};
use crate::{advice, output};

/// Install an app, or update it
///
/// The file is verified first, and copied: it is not needed afterwards.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The signed bundle
    #[arg(value_name = "FILE")]
    bundle: PathBuf,
    /// Replace a newer version by an older one, or the same version by other content
    #[arg(long)]
    allow_downgrade: bool,
    /// Whose answers the app's frames give from now on, where the specification and Chromium differ
    #[arg(long, value_name = "WHOSE")]
    compatibility: Option<Choice>,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let store = context.store()?;
    let installation = context::install(&store, &arguments.bundle, arguments.allow_downgrade)?;
    let ready = &installation.ready;
    if let Some(choice) = arguments.compatibility {
        store.choose_compatibility(&installation.app.id, choice.compatibility())?;
    }
    output::warn_of_manifest(ready.warnings.iter().chain(&advice::about(&ready.manifest)));
    let InstalledApp { name, version, id, .. } = &installation.app;
    let done = match installation.outcome {
        Outcome::Installed => format!("Installed {name} {version}"),
        Outcome::Updated { from } => match version.cmp(&from) {
            Ordering::Greater => format!("Updated {name} from {from} to {version}"),
            Ordering::Equal => format!("Replaced {name} {version} by other content"),
            Ordering::Less => format!("Downgraded {name} from {from} to {version}"),
        },
        Outcome::Repaired => format!("Repaired {name} {version}"),
        _ => format!("Already installed: {name} {version}"),
    };
    output::print(&format!("{}\nApp id: {id}\n", output::plain(&done)))?;
    let is_chosen = arguments.compatibility.is_some() || installation.app.compatibility.is_some();
    if let Some(sign) = advice::sign_of_chromium(&ready.manifest).filter(|_| !is_chosen) {
        output::hint(&[format!(
            "the manifest's `{sign}` is Chromium's: if the app's frames expect Chromium's answers, install it with \
             `--compatibility chromium`"
        )]);
    }
    Ok(Answer::Yes)
}
