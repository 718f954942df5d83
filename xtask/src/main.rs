//! The repository's own checks and generators: `cargo xtask tidy`, `cargo xtask generate`.
//!
//! What this is not: a build system. `./x` calls it, and so can you.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool for developers that talks to their terminal"
)]

mod generate;
mod tidy;
mod translations;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

const USAGE: &str = "\
Usage: cargo xtask <TASK>

Tasks:
  tidy                            check what compilers do not
  generate [--check] [WHAT...]    write generated files, or check that they are current
                                  WHAT: permissions, page, cli, translations (all by default)
  translations FOLDER             compile the languages of po/ into a folder
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[&str]) -> Result<ExitCode> {
    let root = repository()?;
    match arguments {
        ["tidy"] => report("tidy", tidy::run(&root)?),
        ["generate", options @ ..] => {
            let check = options.contains(&"--check");
            let what: Vec<&str> = options.iter().copied().filter(|option| *option != "--check").collect();
            report("generate", generate::run(&root, check, &what)?)
        }
        ["translations", folder] => {
            translations::compile(&root, Path::new(folder))?;
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprint!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}

/// Prints the complaints; none is success.
fn report(task: &str, complaints: Vec<String>) -> Result<ExitCode> {
    if complaints.is_empty() {
        println!("{task}: ok");
        return Ok(ExitCode::SUCCESS);
    }
    for complaint in &complaints {
        println!("{complaint}");
    }
    println!("{task}: {} to repair", complaints.len());
    Ok(ExitCode::FAILURE)
}

/// The repository's root: the folder above this crate.
fn repository() -> Result<PathBuf> {
    let crate_folder = env::var_os("CARGO_MANIFEST_DIR").context("run it as `cargo xtask`")?;
    let root = Path::new(&crate_folder)
        .parent()
        .context("xtask lies in no repository")?;
    Ok(root.to_owned())
}
