//! What is printed.

/// Figures and what they are compared with.
#[derive(Debug, Default)]
pub(crate) struct Table(Vec<String>);

impl Table {
    /// A figure of ours.
    pub(crate) fn row(&mut self, name: &str, value: f64, unit: &str) {
        self.0.push(format!("{name:<24} {value:>9.1} {unit}"));
    }

    /// What it is compared with: our figure divided by the other.
    pub(crate) fn beside(&mut self, name: &str, value: f64, ratio: f64) {
        self.0
            .push(format!("{:<24} {value:>9.1}   ratio {ratio:.2}", format!("  {name}")));
    }

    /// Prints all of them.
    #[expect(clippy::print_stdout, reason = "it is what the program is for")]
    pub(crate) fn print(&self) {
        for line in &self.0 {
            println!("{line}");
        }
    }
}
