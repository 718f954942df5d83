//! A frame's page on paper (Controlled Frame, `print`).

use super::Guest;
use crate::guard;
use gtk4::glib;
use gtk4::prelude::*;
use gtk4::{PrintSettings, Window};
use insula_bridge::{DomError, DomErrorName};
use insula_permissions::{PrintDestination, Printing};
use std::cell::{Cell, RefCell};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;
use webkit6::prelude::*;
use webkit6::{PrintOperation, PrintOperationResponse};

/// How long the engine and the printer's program may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many files of one name a folder has.
const MOST_OF_A_NAME: u32 = 10_000;

/// The longest name that a file gets from a page's title, in characters.
const LONGEST_NAME: usize = 60;

/// What GTK calls the printer that writes files, in the user's language.
const FILE_PRINTER: (&str, &str) = ("gtk40", "Print to File");

thread_local! {
    /// Whether a page is being printed, of whichever frame, or the user asked how. The engine cannot print two at once.
    static IS_PRINTING: Cell<bool> = const { Cell::new(false) };
}

/// What is being printed. It is over when the engine is done with it, however long somebody has waited.
struct Turn;

impl Turn {
    fn begin() -> Result<Self, DomError> {
        if IS_PRINTING.replace(true) {
            let message = "Something is being printed already: wait for that.";
            return Err(DomError::new(DomErrorName::InvalidStateError, message));
        }
        Ok(Self)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        IS_PRINTING.set(false);
    }
}

impl Guest {
    /// Prints the page, as policies say: by the system's dialog, unless they say otherwise.
    ///
    /// # Errors
    /// Nothing may be printed, or it could not be; something else is being printed, or a dialog for it is open.
    pub(crate) async fn print(self: &Rc<Self>) -> Result<(), DomError> {
        match self.page.printing() {
            Printing::Dialog => self.print_by_dialog(Turn::begin()?).await,
            Printing::Silent(destination) => self.print_silently(Turn::begin()?, destination).await,
            Printing::Forbidden => Err(DomError::new(
                DomErrorName::NotAllowedError,
                "The organisation's policy forbids printing.",
            )),
        }
    }

    /// A frame that is not seen, or not yet, can be printed as well.
    async fn print_by_dialog(self: &Rc<Self>, turn: Turn) -> Result<(), DomError> {
        let guest = self.clone();
        let (sender, outcome) = async_channel::bounded(1);
        // The dialog has a loop of its own. Nothing of this program's may be underneath.
        glib::idle_add_local_once(move || {
            guard("a dialog for printing", (), || {
                // A frame that has been removed meanwhile is in no window.
                let Some(window) = guest.view.root().and_downcast::<Window>() else {
                    return;
                };
                let operation = PrintOperation::new(&guest.view);
                let ended = follow(&operation, turn);
                if operation.run_dialog(Some(&window)) == PrintOperationResponse::Print {
                    // The channel has room for it.
                    let _ = sender.try_send((operation, ended));
                }
            });
        });
        match outcome.recv().await {
            Ok((_operation, ended)) => settled(ended).await,
            // The user does not want to print.
            Err(_) => Ok(()),
        }
    }

    async fn print_silently(&self, turn: Turn, destination: PrintDestination) -> Result<(), DomError> {
        let settings = PrintSettings::new();
        let file = match destination {
            PrintDestination::DefaultPrinter => None,
            PrintDestination::Printer(name) => {
                settings.set_printer(&name);
                None
            }
            PrintDestination::Folder(folder) => {
                let file = new_file(&folder, &self.view.title().unwrap_or_default())?;
                let uri = glib::filename_to_uri(&file, None).map_err(|error| failed(&error.to_string()))?;
                let (domain, name) = FILE_PRINTER;
                settings.set_printer(&glib::dgettext(Some(domain), name));
                settings.set("output-uri", Some(uri.as_str()));
                settings.set("output-file-format", Some("pdf"));
                Some(file)
            }
        };
        let operation = PrintOperation::new(&self.view);
        operation.set_print_settings(&settings);
        let ended = follow(&operation, turn);
        operation.print();
        let outcome = settled(ended).await;
        if let (Err(_), Some(file)) = (&outcome, &file) {
            // It is empty, or a beginning.
            let _ = fs::remove_file(file);
        }
        outcome
    }
}

/// Takes down how an operation ends, with which its turn is over.
fn follow(operation: &PrintOperation, turn: Turn) -> async_channel::Receiver<Result<(), DomError>> {
    let (sender, ended) = async_channel::bounded(1);
    let error = Rc::new(RefCell::new(None));
    operation.connect_failed({
        let error = error.clone();
        move |_, failure| _ = error.replace(Some(failed(&failure.to_string())))
    });
    let turn = RefCell::new(Some(turn));
    operation.connect_finished(move |_| {
        drop(turn.take());
        let outcome = error.take().map_or(Ok(()), Err);
        // Only the first is waited for.
        let _ = sender.try_send(outcome);
    });
    ended
}

/// Waits until an operation has ended.
async fn settled(ended: async_channel::Receiver<Result<(), DomError>>) -> Result<(), DomError> {
    match glib::future_with_timeout(PATIENCE, ended.recv()).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(failed("The frame's page has gone.")),
        Err(_) => Err(failed("Neither the page nor the printer answers.")),
    }
}

/// Makes a file for a page of this title, which no other has.
fn new_file(folder: &Path, title: &str) -> Result<PathBuf, DomError> {
    let name = file_name(title);
    for number in 1..=MOST_OF_A_NAME {
        let path = folder.join(match number {
            1 => format!("{name}.pdf"),
            number => format!("{name} ({number}).pdf"),
        });
        match File::create_new(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                let message = format!("No file can be made in the folder of the policy SilentPrintingFolder: {error}.");
                return Err(failed(&message));
            }
        }
    }
    Err(failed(&format!(
        "The folder of the policy SilentPrintingFolder has {MOST_OF_A_NAME} files “{name}”."
    )))
}

/// What a file is called, from a title that a stranger has written.
fn file_name(title: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_' | '.');
    let plain = title
        .chars()
        .map(|character| if is_plain(character) { character } else { ' ' });
    let words: String = plain.take(LONGEST_NAME).collect();
    let words: Vec<&str> = words.split_whitespace().collect();
    let name = words.join(" ");
    // No hidden file, and no other folder.
    match name.trim_matches(['.', ' ', '-']) {
        "" => "Page".to_owned(),
        name => name.to_owned(),
    }
}

fn failed(message: &str) -> DomError {
    DomError::new(DomErrorName::OperationError, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_its_name_from_the_title_and_no_path() {
        for (title, expected) in [
            ("Receipt 12", "Receipt 12"),
            ("../../etc/passwd", "etc passwd"),
            ("", "Page"),
            ("...", "Page"),
            ("/", "Page"),
            (".hidden", "hidden"),
            ("-rf\n*", "rf"),
            ("Größe\u{202e}\0 “x”", "Größe x"),
        ] {
            assert_eq!(file_name(title), expected, "{title}");
        }
        assert_eq!(file_name(&"a".repeat(10_000)), "a".repeat(LONGEST_NAME));
    }

    #[test]
    fn files_of_one_name_are_numbered_and_a_folder_that_is_not_there_is_told_of() {
        let folder = tempfile::tempdir().expect("a folder");
        let names = ["Page.pdf", "Page (2).pdf", "Page (3).pdf"];
        for name in names {
            assert_eq!(new_file(folder.path(), ""), Ok(folder.path().join(name)));
        }
        let error = new_file(&folder.path().join("none"), "").unwrap_err();
        assert!(error.message.contains("SilentPrintingFolder: No such file"), "{error}");
    }
}
