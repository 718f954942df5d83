//! The calls about writing a file that the user has opened with the app (File System Access, "requestPermission"; File System,
//! "createWritable").
//!
//! The app, and this document, must be one that may ask at all, by the permission check. Then the user is asked about each
//! file, once until the app ends.

use super::answer::{Failure, Success};
use super::{Host, not_active};
use crate::documents::Document;
use crate::writables::{self, Refused, SaveError, WriteOptions};
use gtk4::gio;
use insula_bridge::{DomError, DomErrorName, Done, PermissionState, PermissionStateResult};
use insula_permissions::{Operation, PermissionName, Verdict};
use std::path::PathBuf;
use std::rc::Rc;

/// What every save needs besides the user's answer.
const OPERATION: Operation = Operation::Use(PermissionName::FileSystemWrite);

/// A file that a document was given.
#[derive(Clone)]
struct Given {
    /// By which path the user has opened it.
    opened: PathBuf,
    /// Where that leads.
    file: PathBuf,
}

/// `queryPermission()`.
pub(super) async fn query(host: &Rc<Host>, document: &Rc<Document>, number: u32) -> Result<Success, Failure> {
    let given = find(host, document, number).await?;
    Ok(answer(state(host, document, &given)))
}

/// `requestPermission()`: asks, which takes the user's activation, unless it is decided.
pub(super) async fn request(host: &Rc<Host>, document: &Rc<Document>, number: u32) -> Result<Success, Failure> {
    let given = find(host, document, number).await?;
    if state(host, document, &given) == PermissionState::Prompt {
        if !host.activation.consume() {
            let message = "User activation is required to request permissions.";
            return Err(DomError::new(DomErrorName::SecurityError, message).into());
        }
        ask(host, document, &given).await?;
    }
    Ok(answer(state(host, document, &given)))
}

/// `createWritable()`: asks as well, after a click.
pub(super) async fn write(
    host: &Rc<Host>,
    document: &Rc<Document>,
    number: u32,
    options: WriteOptions,
) -> Result<Success, Failure> {
    let given = find(host, document, number).await?;
    if let Verdict::Deny(denial) = host.authority().check(&document.caller(false), &OPERATION) {
        return Err(denial.into());
    }
    if state(host, document, &given) == PermissionState::Prompt && host.activation.consume() {
        ask(host, document, &given).await?;
    }
    if state(host, document, &given) != PermissionState::Granted {
        let message = "The user has not allowed the app to save this file. Call requestPermission() after a click.";
        return Err(DomError::new(DomErrorName::NotAllowedError, message).into());
    }
    let opening = host.writables.open(given.file, options).map_err(refused)?;
    // Before anything else: it ends with the document, also while it begins.
    host.launches.hold(document.id, opening.writable);
    opening
        .ready
        .recv()
        .await
        .unwrap_or(Err(SaveError::Failed))
        .map_err(DomError::from)?;
    Ok(Success::new(&Done {}).with_descriptor(Some(opening.descriptor)))
}

/// Ends what a document may not write any more.
pub(super) fn end_refused(host: &Host, document: &Document) {
    if !may_ask(host, document) {
        host.launches.stop_writing(document.id);
    }
}

/// The file of a number.
async fn find(host: &Rc<Host>, document: &Rc<Document>, number: u32) -> Result<Given, DomError> {
    let opened = host.launches.path(document.id, number).ok_or(SaveError::NotFound)?;
    let path = opened.clone();
    // A folder in the network may take its time.
    let file = gio::spawn_blocking(move || writables::resolve(&path)).await;
    let file = file.unwrap_or(Err(SaveError::Failed))?;
    // The document may have ended meanwhile.
    match host.documents.is_present(document) {
        true => Ok(Given { opened, file }),
        false => Err(not_active()),
    }
}

fn state(host: &Host, document: &Document, given: &Given) -> PermissionState {
    match may_ask(host, document) {
        true => host.writables.state(&given.opened, &given.file),
        false => PermissionState::Denied,
    }
}

fn may_ask(host: &Host, document: &Document) -> bool {
    host.authority().foresee(&document.caller(false), &OPERATION) == Verdict::Allow
}

async fn ask(host: &Rc<Host>, document: &Rc<Document>, given: &Given) -> Result<(), DomError> {
    // Another call about the same file may have been answered meanwhile.
    let is_open = {
        let (host, document, given) = (Rc::downgrade(host), document.clone(), given.clone());
        move || {
            host.upgrade().is_some_and(|host| {
                host.documents.is_present(&document) && state(&host, &document, &given) == PermissionState::Prompt
            })
        }
    };
    if let Some(answer) = host.prompts.ask_to_save(&given.file, is_open).await {
        host.writables.answered(&given.opened, &given.file, answer);
    }
    match host.documents.is_present(document) {
        true => Ok(()),
        false => Err(not_active()),
    }
}

fn answer(state: PermissionState) -> Success {
    Success::new(&PermissionStateResult { state })
}

fn refused(refused: Refused) -> DomError {
    let (name, message) = match refused {
        Refused::Locked => (
            DomErrorName::NoModificationAllowedError,
            "The file is being written already. Close what writes it first.",
        ),
        Refused::TooMany => (
            DomErrorName::QuotaExceededError,
            "Too many files are written at once. Close or abort some of them.",
        ),
        Refused::System => (
            DomErrorName::QuotaExceededError,
            "The system has no room for another file that is written.",
        ),
    };
    DomError::new(name, message)
}
