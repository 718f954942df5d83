//! The program `insula`: makes, installs and runs web apps.
//!
//! [`cli`] says what can be typed, [`commands`] has a file for each verb, [`context`] what they all need,
//! and [`hints`] what to tell a person about an error. Everything else is in the library crates.

mod advice;
mod cli;
mod commands;
mod compatibility;
mod context;
mod delivery;
mod destination;
mod environment;
mod hints;
mod offer;
mod output;
mod pin;
mod private_copy;
mod target;
mod unfinished;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ContextKind;

use crate::cli::Cli;
use crate::context::Context;

fn main() -> ExitCode {
    // Mistakes in what was typed end here, with exit code 2.
    let cli = Cli::try_parse().unwrap_or_else(|mut mistake| {
        // The verbs, among which are those that help does not show.
        mistake.remove(ContextKind::ValidSubcommand);
        mistake.exit()
    });
    output::log_to_stderr();
    match commands::run(cli.command, &Context::new(&cli.global)) {
        Ok(answer) => answer.exit_code(),
        Err(error) => output::report(&error),
    }
}
