use std::fmt;

/// More warnings than a person would read; what comes after is dropped.
const MAXIMUM_WARNINGS: usize = 200;

/// Longest piece of the manifest that a message repeats, in characters.
const MAXIMUM_QUOTE: usize = 80;

/// A member that was ignored, or read differently than its author may think.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Where: a JSONPath (RFC 9535) like `$.icons[2].src`.
    pub path: String,
    /// What is wrong and what is done about it, for the app's developer.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.path, self.message)
    }
}

/// Collects warnings while a document is read.
#[derive(Debug, Default)]
pub(crate) struct Warnings(Vec<Warning>);

impl Warnings {
    pub(crate) fn add(&mut self, path: &str, message: impl Into<String>) {
        if self.0.len() < MAXIMUM_WARNINGS {
            self.0.push(Warning {
                path: path.to_owned(),
                message: message.into(),
            });
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Warning> {
        self.0
    }
}

/// A value from the document inside a message: in quotation marks, on one line, not too long.
pub(crate) fn quote(value: &str) -> String {
    let mut shown: String = value
        .chars()
        .take(MAXIMUM_QUOTE)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if value.chars().nth(MAXIMUM_QUOTE).is_some() {
        shown.push('…');
    }
    format!("“{shown}”")
}
