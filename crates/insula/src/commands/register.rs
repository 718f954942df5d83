use anyhow::{Result, bail};
use clap::Args;

use super::Answer;
use crate::context::Context;
use crate::output;

/// Open signed bundles (`.swbn`) from the file manager
///
/// A package of your system does this for all users; for one user it is this command.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Take it back
    #[arg(long)]
    remove: bool,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let Some(desktop) = context.desktop() else {
        bail!("there is no folder for the desktop's programs: neither `XDG_DATA_HOME` nor `HOME` is set");
    };
    if !arguments.remove {
        desktop.register()?;
        output::print("Signed bundles open with Insula, which asks before it installs one\n")?;
        return Ok(Answer::Yes);
    }
    let removed = desktop.unregister()?;
    for path in &removed {
        output::print(&format!("Removed {}\n", output::plain(&path.display().to_string())))?;
    }
    if removed.is_empty() {
        output::print("There was nothing to remove\n")?;
    }
    Ok(Answer::Yes)
}
