//! The calls about permissions.

use super::Host;
use super::answer::{Failure, Success};
use crate::documents::Document;
use insula_bridge::{DomError, DomErrorName, Event, PermissionCall, PermissionEvent, PermissionStateResult};
use insula_permissions::{PermissionName, PermissionState};

/// Carries out a call.
pub(super) fn perform(host: &Host, document: &Document, call: PermissionCall) -> Result<Success, Failure> {
    match call {
        PermissionCall::Query { name } => query(host, document, &name),
    }
}

/// Tells a document that what it may do has changed.
pub(super) fn changed(host: &Host, document: &Document) {
    host.documents
        .emit(document.id, &Event::Permission(PermissionEvent::Change));
}

/// What `navigator.permissions.query` answers. An alias for several permissions is as good as the worst of them.
fn query(host: &Host, document: &Document, written: &str) -> Result<Success, Failure> {
    let caller = document.caller(false);
    let states =
        PermissionName::resolve(written)
            .into_iter()
            .map(|name| match host.documents.is_taken(document, name) {
                true => PermissionState::Denied,
                false => host.authority().state(&caller, name),
            });
    let worst = states.min_by_key(|state| match state {
        PermissionState::Denied => 0,
        PermissionState::Prompt => 1,
        PermissionState::Granted => 2,
    });
    let state = worst.ok_or_else(|| {
        let message = format!("{written:?} is not a permission's name.");
        DomError::new(DomErrorName::TypeError, message)
    })?;
    Ok(Success::new(&PermissionStateResult { state }))
}
