use anyhow::{Result, bail};
use clap::Args;

use super::Answer;
use crate::context::Context;

/// Check that this machine has what apps need
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, _context: &Context) -> Result<Answer> {
    let _ = arguments.json;
    bail!("this build has nothing to check");
}
