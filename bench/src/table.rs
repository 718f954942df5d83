//! What is printed, line by line as it is measured.

use std::fmt::{self, Display};

/// What a figure or a ratio is to reach.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    None,
    AtLeast(f64),
    AtMost(f64),
}

impl Display for Goal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::AtLeast(goal) => write!(formatter, "goal ≥ {goal}"),
            Self::AtMost(goal) => write!(formatter, "goal ≤ {goal}"),
        }
    }
}

/// A figure of ours.
pub(crate) fn row(name: &str, value: f64, unit: &str, goal: Goal) {
    line(format_args!("{name:<34} {value:>9.1} {unit:<16} {goal}"));
}

/// What it is compared with: our figure divided by the other.
pub(crate) fn beside(name: &str, value: f64, ratio: f64, goal: Goal) {
    let (name, ratio) = (format!("  {name}"), format!("ratio {ratio:.2}"));
    line(format_args!("{name:<34} {value:>9.1} {ratio:>16} {goal}"));
}

/// What is to be known about the figure above.
pub(crate) fn remark(text: &str) {
    line(format_args!("  {text}"));
}

#[expect(clippy::print_stdout, reason = "it is what the program is for")]
fn line(text: impl Display) {
    println!("{}", text.to_string().trim_end());
}
