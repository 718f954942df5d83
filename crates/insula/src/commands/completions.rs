use anyhow::Result;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Answer;
use crate::cli::Cli;
use crate::output;

/// Print the completions for a shell
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer> {
    output::print(&String::from_utf8(completions(arguments.shell))?)?;
    Ok(Answer::Yes)
}

/// The file that a shell reads.
pub(super) fn completions(shell: Shell) -> Vec<u8> {
    let mut file = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "insula", &mut file);
    file
}
