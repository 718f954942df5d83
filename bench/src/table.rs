//! What is printed, line by line as it is measured.

use std::fmt::Display;

/// A figure of ours.
pub(crate) fn row(name: &str, value: f64, unit: &str) {
    line(format_args!("{name:<24} {value:>9.1} {unit}"));
}

/// What it is compared with: our figure divided by the other.
pub(crate) fn beside(name: &str, value: f64, ratio: f64) {
    line(format_args!(
        "{:<24} {value:>9.1}   ratio {ratio:.2}",
        format!("  {name}")
    ));
}

#[expect(clippy::print_stdout, reason = "it is what the program is for")]
fn line(text: impl Display) {
    println!("{text}");
}
