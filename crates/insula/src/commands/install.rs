use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use insula_apps::Outcome;

use super::Answer;
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
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let installation = context::install(&context.store()?, &arguments.bundle, arguments.allow_downgrade)?;
    let ready = &installation.ready;
    for warning in ready.warnings.iter().chain(&advice::about(&ready.manifest)) {
        output::warn(&format!("manifest: {warning}"));
    }
    let app = &installation.app;
    let done = match installation.outcome {
        Outcome::Installed => "Installed".to_owned(),
        Outcome::Updated { from } => format!("Updated from {from} to"),
        Outcome::Repaired => "Repaired".to_owned(),
        _ => "Already installed:".to_owned(),
    };
    output::print(&match installation.outcome {
        Outcome::Updated { .. } => format!("{done} {}: {}\n", app.version, app.name),
        _ => format!("{done} {} {}\n", app.name, app.version),
    })?;
    output::print(&format!("App id: {}\n", app.id))?;
    Ok(Answer::Yes)
}
