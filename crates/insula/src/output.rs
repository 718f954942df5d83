//! What is printed: results to standard output, everything else to standard error.
//!
//! Results are for people, or JSON for programs. Colours say nothing that the words do not.

use std::env;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use anyhow::{Error, Result};
use insula_apps::Error as AppsError;
use insula_manifest::Warning;
use insula_runtime::terminal;
pub(crate) use insula_runtime::terminal::plain;
use serde::Serialize;
use tracing_subscriber::EnvFilter;

use crate::{environment, hints};

/// Prints a result.
pub(crate) fn print(text: &str) -> Result<()> {
    Ok(io::stdout().lock().write_all(text.as_bytes())?)
}

/// Prints what is no text.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<()> {
    Ok(io::stdout().lock().write_all(bytes)?)
}

/// Prints a result for a program.
pub(crate) fn print_json(value: &impl Serialize) -> Result<()> {
    let json = serde_json::to_string_pretty(value)?;
    print(&format!("{}\n", terminal::json(&json)))
}

/// Prints one of several results for a program, in a line.
pub(crate) fn print_json_line(value: &impl Serialize) -> Result<()> {
    let json = serde_json::to_string(value)?;
    print(&format!("{}\n", terminal::json(&json)))
}

/// Says something that the user should know, though all went well.
pub(crate) fn warn(message: &str) {
    say("warning", "33", message);
}

/// Says what is being done, where that is not plain from the command.
pub(crate) fn note(message: &str) {
    say("note", "36", message);
}

/// Says what was ignored in an app's manifest, or cannot work.
pub(crate) fn warn_of_manifest<'a>(warnings: impl IntoIterator<Item = &'a Warning>) {
    for warning in warnings {
        warn(&format!("manifest: {warning}"));
    }
}

/// Says why the command failed and what to do, and returns the exit code.
pub(crate) fn report(error: &Error) -> ExitCode {
    // Whoever reads our output has stopped reading: `insula list | head`.
    let is_closed_pipe = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    if error.downcast_ref::<io::Error>().is_some_and(is_closed_pipe) {
        return ExitCode::SUCCESS;
    }
    warn_of_manifest(ignored_in_manifest(error));
    say("error", "31", &message(error));
    hint(&hints::of(error));
    ExitCode::from(hints::exit_code(error))
}

/// Says what to do about something.
pub(crate) fn hint(hints: &[String]) {
    for hint in hints {
        say("hint", "36", hint);
    }
}

/// What was ignored in a manifest that then lacks something.
pub(crate) fn ignored_in_manifest(error: &Error) -> &[Warning] {
    match error.downcast_ref() {
        Some(AppsError::Manifest { warnings, .. }) => warnings,
        _ => &[],
    }
}

/// The error and its causes, in one line.
pub(crate) fn message(error: &Error) -> String {
    let mut message = String::new();
    for cause in error.chain().map(ToString::to_string) {
        // Some errors have the text of their cause in their own.
        if message.ends_with(&cause) {
            continue;
        }
        if !message.is_empty() {
            message.push_str(": ");
        }
        message.push_str(&cause);
    }
    message
}

/// Logs what the libraries have to say.
pub(crate) fn log_to_stderr() {
    let filter = EnvFilter::builder()
        .with_env_var(environment::LOG)
        .with_default_directive(tracing_subscriber::filter::LevelFilter::WARN.into())
        .from_env_lossy();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(has_colors())
        .init();
}

/// A number of bytes as people read it: `1.5 MB`.
pub(crate) fn size(bytes: u64) -> String {
    let units = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut units = units.into_iter().peekable();
    // Rounded to what is printed, so that nothing is ever "1000.0 kB".
    while (value * 10.0).round() >= 10_000.0 && units.len() > 1 {
        value /= 1000.0;
        units.next();
    }
    format!("{value:.1} {}", units.next().unwrap_or_default())
}

/// Rows of cells in columns that are as wide as they need to be. Cells may be somebody else's text.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| plain(cell)).collect())
        .collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or_default()).collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, "{cell:width$}  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// One line, whatever is in the message: errors repeat what files say.
fn say(label: &str, color: &str, message: &str) {
    let message = plain(message);
    let line = match has_colors() {
        true => format!("\x1b[1;{color}m{label}:\x1b[0m {message}\n"),
        false => format!("{label}: {message}\n"),
    };
    // Where nobody can be told, nobody is.
    let _ = io::stderr().lock().write_all(line.as_bytes());
}

fn has_colors() -> bool {
    io::stderr().is_terminal()
        && environment::value(environment::NO_COLOR).is_none()
        && env::var_os(environment::TERM).is_none_or(|terminal| terminal != "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_a_digit_after_the_point_and_a_unit_that_fits() {
        for (bytes, expected) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (1_549, "1.5 kB"),
            (999_949, "999.9 kB"),
            (999_950, "1.0 MB"),
            (100_000_000, "100.0 MB"),
            (u64::MAX, "18446744.1 TB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
    }

    #[test]
    fn a_cause_that_is_in_the_message_already_is_not_repeated() {
        let error = anyhow::anyhow!("it is locked")
            .context("cannot open: it is locked")
            .context("no app");
        assert_eq!(message(&error), "no app: cannot open: it is locked");
    }
}
