//! `executeScript`: an app's script in a frame's document.

use super::Guest;
use super::courier::{Job, Outcome};
use crate::frames::gate::Gate;
use gtk4::gio::Cancellable;
use insula_bridge::{DomError, DomErrorName, RunAt, ScriptForm};
use insula_frame::NoDocument;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::cell::{Cell, RefCell};
use webkit6::prelude::*;

/// The longest JSON of a value, in bytes. `js/frame/execute.js` sends no more than a third of it, in characters; only a
/// process that somebody has taken over does.
const LONGEST: usize = 96 << 20;

/// How many scripts and style sheets of a frame can be under way at once, and how long they may be together, in bytes. A page
/// that hangs takes none, and an app that goes on asking is told so.
const MOST_UNDER_WAY: usize = 10_000;
const LONGEST_UNDER_WAY: usize = 64 << 20;

/// What a script came to in one document.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Settled {
    /// Its value.
    Value(Box<RawValue>),
    /// `name` and `message`, and perhaps `stack` and `thrown`: what it threw.
    Error(Box<RawValue>),
    /// The document is not one of those that were meant.
    Skipped(()),
}

/// Why a script has no value.
pub(crate) enum ScriptError {
    /// It threw; the JSON of an exception.
    Thrown(Box<RawValue>),
    /// It did not run, or not to its end.
    NotRun(DomError),
}

impl From<DomError> for ScriptError {
    fn from(error: DomError) -> Self {
        Self::NotRun(error)
    }
}

/// How a script is run, and where.
pub(crate) struct Execution {
    pub(crate) code: String,
    pub(crate) all_frames: bool,
    pub(crate) match_about_blank: bool,
    pub(crate) run_at: RunAt,
    pub(crate) form: ScriptForm,
}

impl Execution {
    /// A script of the runtime's own among the app's in the top document.
    pub(super) fn of_runtime(code: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            all_frames: false,
            match_about_blank: false,
            run_at: RunAt::DocumentStart,
            form: ScriptForm::Structured,
        }
    }
}

/// Opens when a frame has its first document.
pub(super) struct FirstDocument(RefCell<Option<Gate>>);

impl Default for FirstDocument {
    fn default() -> Self {
        Self(RefCell::new(Some(Gate::default())))
    }
}

impl FirstDocument {
    /// It is there, or there will be none any more.
    pub(super) fn open(&self) {
        self.0.take();
    }

    async fn wait(&self) {
        let first = self.0.borrow().as_ref().map(Gate::opening);
        if let Some(first) = first {
            first.wait().await;
        }
    }
}

/// How many scripts and style sheets of a frame are under way, and how long they are together.
#[derive(Default)]
pub(super) struct UnderWay(Cell<(usize, usize)>);

/// One of them, until it is dropped.
pub(super) struct OnItsWay<'a> {
    all: &'a UnderWay,
    length: usize,
}

impl UnderWay {
    /// Takes another one.
    ///
    /// # Errors
    /// They are too many, or too long.
    pub(super) fn take(&self, code: &str) -> Result<OnItsWay<'_>, DomError> {
        let (count, length) = self.0.get();
        let (count, length) = (count + 1, length + code.len());
        if count > MOST_UNDER_WAY || length > LONGEST_UNDER_WAY {
            return Err(DomError::new(
                DomErrorName::QuotaExceededError,
                format!(
                    "Too much waits for the frame's page: it takes {MOST_UNDER_WAY} scripts and style sheets at once, of {} \
                     MiB together.",
                    LONGEST_UNDER_WAY >> 20
                ),
            ));
        }
        self.0.set((count, length));
        Ok(OnItsWay {
            all: self,
            length: code.len(),
        })
    }
}

impl Drop for OnItsWay<'_> {
    fn drop(&mut self) {
        let (count, length) = self.all.0.get();
        self.all.0.set((count - 1, length - self.length));
    }
}

impl Guest {
    /// Runs a script in the top document, once there is one, and in those inside if that is wanted; answers what it came to.
    ///
    /// # Errors
    /// It threw, or there is no document to run it in, or that is replaced before the script has ended.
    pub(crate) async fn execute_script(&self, execution: &Execution) -> Result<Box<RawValue>, ScriptError> {
        let _on_its_way = self.under_way.take(&execution.code)?;
        self.execute(execution).await
    }

    /// The same, whatever else is under way: for what the runtime runs itself, a bounded number of times at once.
    ///
    /// # Errors
    /// As above.
    pub(super) async fn execute(&self, execution: &Execution) -> Result<Box<RawValue>, ScriptError> {
        self.document_of_a_site().await?;
        let job = Job {
            code: &execution.code,
            match_about_blank: execution.match_about_blank,
            run_at: execution.run_at,
            form: execution.form,
        };
        let top = self.courier.run(&job);
        let inside = match execution.all_frames {
            true => self.courier.run_inside(&job),
            false => Vec::new(),
        };
        let value = match settled(top.outcome().await)? {
            Settled::Value(value) => value,
            Settled::Error(error) => return Err(ScriptError::Thrown(error)),
            Settled::Skipped(()) => return Err(unreadable().into()),
        };
        if execution.form == ScriptForm::Structured {
            return Ok(value);
        }
        let mut values = vec![value];
        for script in inside {
            // A document that has gone, or was not meant, has no place in the list.
            if let Ok(Settled::Value(value)) = settled(script.outcome().await) {
                values.push(value);
            }
        }
        let values: Vec<&str> = values.iter().map(|value| value.get()).collect();
        // A list of JSON is JSON.
        RawValue::from_string(format!("[{}]", values.join(","))).map_err(|_| unreadable().into())
    }

    /// Runs a script of the runtime's own among the page's own, before any that is handed to the document from now on.
    pub(super) fn run_in_page(&self, code: &str) {
        // It is the page's own if something is wrong with that.
        self.view
            .evaluate_javascript(code, None, None, Cancellable::NONE, |_| {});
    }

    /// Waits until there is a document that scripts can run in.
    ///
    /// # Errors
    /// There is none of a site, but a page that says why.
    pub(super) async fn document_of_a_site(&self) -> Result<(), DomError> {
        if self.document() == Err(NoDocument::NotYet) {
            self.first_document.wait().await;
        }
        match self.document() {
            Err(NoDocument::ErrorPage) => Err(DomError::new(
                DomErrorName::InvalidStateError,
                "The frame shows an error page.",
            )),
            _ => Ok(()),
        }
    }

    /// Whether the document may be the initial blank one: a load came to nothing, or a page has just opened the window.
    pub(super) fn is_blank(&self) -> bool {
        matches!(self.navigable.borrow().url(), "" | "about:blank")
    }

    fn document(&self) -> Result<(), NoDocument> {
        self.navigable.borrow().document()
    }
}

fn settled(outcome: Outcome) -> Result<Settled, DomError> {
    match outcome {
        Outcome::Settled(json) if json.len() <= LONGEST => serde_json::from_str(&json).map_err(|_| unreadable()),
        Outcome::Settled(_) => Err(unreadable()),
        Outcome::Refused => Err(DomError::new(
            DomErrorName::NotAllowedError,
            "The engine runs no scripts in the frame's page.",
        )),
        Outcome::Gone => Err(DomError::new(
            DomErrorName::OperationError,
            "The frame's document went away before the script had ended.",
        )),
    }
}

fn unreadable() -> DomError {
    DomError::new(DomErrorName::OperationError, "What the script came to cannot be read.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_under_way_is_bounded_in_number_and_length() {
        let under_way = UnderWay::default();
        let some: Vec<_> = (0..MOST_UNDER_WAY).map(|_| under_way.take("1")).collect();
        assert!(some.iter().all(Result::is_ok));
        assert!(under_way.take("1").is_err());
        drop(some);
        assert!(under_way.take(&" ".repeat(LONGEST_UNDER_WAY + 1)).is_err());
        assert!(under_way.take(&" ".repeat(LONGEST_UNDER_WAY)).is_ok());
    }
}
