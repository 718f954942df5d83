use anyhow::{Result, bail};
use clap::Args;

use super::Answer;
use crate::context::Context;

/// Run an app
///
/// A `.swbn` file is installed first, if it is not yet. A folder is served as it is, under an id of its
/// own: that is for writing apps.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The app: its name, its id, the beginning of its id, a `.swbn` file, or a folder
    #[arg(value_name = "APP|FILE|DIR")]
    app: String,
    /// The page of the app to open, instead of its start page
    #[arg(last = true, value_name = "URL-PATH")]
    path: Option<String>,
    /// Let WebKitWebDriver drive the app
    #[arg(long)]
    automation: bool,
    /// Print the app's console, and those of its frames, as lines of JSON
    #[arg(long)]
    console: bool,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let store = context.store()?;
    let app = context.open_app(&store, &arguments.app)?;
    let _ = (
        &arguments.path,
        arguments.automation,
        arguments.console,
        context.policy_dir(),
    );
    bail!("`{}` cannot be run by this build", app.name());
}
