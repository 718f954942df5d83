use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, CommandFactory};
use clap_complete::{Generator, Shell};
use clap_mangen::Man;

use super::Answer;
use super::completions::completions;
use crate::cli::Cli;

/// Write the man pages and completions that packages install
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Where to make the folders `man` and `completions`
    #[arg(long, value_name = "DIR")]
    output_dir: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer> {
    let mut files = Vec::new();
    let command = Cli::command();
    files.push(("man/insula.1".to_owned(), manual(command.clone())?));
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
        let name = format!("insula-{}", verb.get_name());
        let verb = verb
            .clone()
            .name(name.clone())
            .bin_name(name.replacen('-', " ", 1))
            .version(env!("CARGO_PKG_VERSION"))
            .disable_version_flag(true);
        files.push((format!("man/{name}.1"), manual(verb)?));
    }
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

fn manual(command: clap::Command) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command).manual("Insula").render(&mut page)?;
    Ok(page)
}
