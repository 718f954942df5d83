use anyhow::Result;
use clap::{Args, Command, CommandFactory};
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
    clap_complete::generate(shell, &mut shown(), "insula", &mut file);
    file
}

/// What can be typed, without the verbs that the help does not show either.
fn shown() -> Command {
    let all = Cli::command();
    let verbs = all.get_subcommands().filter(|verb| !verb.is_hide_set());
    Command::new("insula")
        .version(env!("CARGO_PKG_VERSION"))
        .args(all.get_arguments().cloned())
        .subcommands(verbs.cloned())
}
