//! The program `insula`: makes, installs and runs Isolated Web Apps.
//!
//! [`cli`] says what can be typed, [`commands`] has a file for each verb, [`context`] what they all need,
//! and [`hints`] what to tell a person about an error. Everything else is in the library crates.

mod cli;
mod commands;
mod context;
mod environment;
mod hints;
mod output;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::Cli;
use crate::context::Context;

fn main() -> ExitCode {
    // Mistakes in what was typed end here, with exit code 2.
    let cli = Cli::parse();
    output::log_to_stderr();
    let result = Context::new(&cli.global).and_then(|context| commands::run(cli.command, &context));
    match result {
        Ok(answer) => answer.exit_code(),
        Err(error) => output::report(&error),
    }
}
