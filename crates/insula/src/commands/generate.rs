use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, Command, CommandFactory};
use clap_complete::{Generator, Shell};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::Answer;
use super::completions::completions;
use crate::cli::{Cli, EXIT_CODES};
use crate::environment;

/// Write the man pages and completions that packages install
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Where to make the folders `man` and `completions`
    #[arg(long, value_name = "DIR")]
    output_dir: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer> {
    let mut files = Vec::new();
    let mut command = Cli::command().after_help("");
    // Gives every verb the options that all have.
    command.build();
    files.push(("man/insula.1".to_owned(), manual(command.clone())?));
    manuals(&command, "insula", &mut files)?;
    for shell in [Shell::Bash, Shell::Fish, Shell::Zsh] {
        files.push((format!("completions/{}", shell.file_name("insula")), completions(shell)));
    }
    for (name, content) in files {
        let path = arguments.output_dir.join(name);
        let write = || fs::create_dir_all(path.parent().unwrap_or(&path)).and_then(|()| fs::write(&path, content));
        write().with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(Answer::Yes)
}

/// A page for each verb, and for each of a verb's own.
fn manuals(command: &Command, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    let is_shown = |verb: &&Command| !verb.is_hide_set() && verb.get_name() != "help";
    for verb in command.get_subcommands().filter(is_shown) {
        let name = format!("{prefix}-{}", verb.get_name());
        manuals(verb, &name, files)?;
        let verb = verb
            .clone()
            .name(name.clone())
            .version(env!("CARGO_PKG_VERSION"))
            .disable_version_flag(true);
        files.push((format!("man/{name}.1"), manual(verb)?));
    }
    Ok(())
}

fn manual(command: Command) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    // The synopsis of the library leaves out what has to be typed before such an argument.
    let command = command.mut_args(|argument| match argument.is_last_set() {
        true => {
            let name = format!("-- {}", argument.get_value_names().unwrap_or_default().join(" "));
            argument.value_name(name)
        }
        false => argument,
    });
    Man::new(command).manual("Insula").render(&mut page)?;
    // Before the version, which ends a page.
    let text = String::from_utf8(page)?;
    let (before, version) = text.split_at(text.find(".SH VERSION").unwrap_or(text.len()));
    Ok([before, &more(), version].concat().into_bytes())
}

/// The sections that are the same for all verbs.
fn more() -> String {
    let mut more = Roff::new();
    more.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in EXIT_CODES {
        more.control("TP", [])
            .text([bold(code.to_string())])
            .text([roman(meaning)]);
    }
    more.control("SH", ["ENVIRONMENT"]);
    for (name, meaning) in environment::EXPLAINED {
        more.control("TP", []).text([bold(name)]).text([roman(meaning)]);
    }
    more.to_roff()
}
