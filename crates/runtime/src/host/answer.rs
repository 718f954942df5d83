//! Answers, on their way to the page.

use gtk4::gio;
use gtk4::prelude::*;
use insula_bridge::{DomError, DomErrorName, wire};
use insula_permissions::Denial;
use serde::Serialize;
use serde_json::value::RawValue;
use std::os::fd::{AsFd, OwnedFd};
use webkit6::UserMessage;

/// A result, with the descriptor that goes along.
pub(super) struct Success {
    json: String,
    descriptor: Option<OwnedFd>,
}

/// An exception for the page, as JSON with `name` and `message`.
pub(super) struct Failure(String);

impl Success {
    /// A result of plain data.
    pub(super) fn new(result: &impl Serialize) -> Self {
        // Plain data with string keys always serialises.
        let json = serde_json::to_string(result).unwrap_or_default();
        Self { json, descriptor: None }
    }

    /// Sends a descriptor along. The page's process gets a copy; this one closes with the answer.
    pub(super) fn with_descriptor(mut self, descriptor: Option<OwnedFd>) -> Self {
        self.descriptor = descriptor;
        self
    }
}

impl Failure {
    /// An exception that is JSON already, perhaps with further members.
    pub(super) fn of_json(json: &RawValue) -> Self {
        Self(json.get().to_owned())
    }

    fn named(name: &str, message: &str) -> Self {
        Self(serde_json::json!({ "name": name, "message": message }).to_string())
    }
}

impl From<DomError> for Failure {
    fn from(error: DomError) -> Self {
        // Plain data always serialises.
        Self(serde_json::to_string(&error).unwrap_or_default())
    }
}

impl From<insula_net::Error> for Failure {
    fn from(error: insula_net::Error) -> Self {
        match error.tls_fault() {
            None => Self::named(error.dom_name(), &error.to_string()),
            Some(fault) => Self(
                serde_json::json!({
                    "name": error.dom_name(),
                    "message": error.to_string(),
                    "tlsError": fault.name(),
                })
                .to_string(),
            ),
        }
    }
}

impl From<Denial> for Failure {
    fn from(denial: Denial) -> Self {
        Self::named(denial.name(), &denial.message())
    }
}

/// Answers a call.
pub(super) fn send(message: &UserMessage, outcome: Result<Success, Failure>) {
    let reply = match outcome {
        Err(failure) => failed(failure),
        Ok(Success { json, descriptor }) => {
            let parameters: wire::Answer = (true, json);
            let parameters = parameters.to_variant();
            match descriptor.map(|descriptor| list_of(&descriptor)) {
                None => UserMessage::new(wire::CALL, Some(&parameters)),
                Some(Ok(list)) => UserMessage::with_fd_list(wire::CALL, Some(&parameters), Some(&list)),
                Some(Err(error)) => failed(Failure::named(
                    "QuotaExceededError",
                    &format!("No descriptor is free: {error}"),
                )),
            }
        }
    };
    message.send_reply(&reply);
}

fn failed(Failure(error): Failure) -> UserMessage {
    let parameters: wire::Answer = (false, error);
    UserMessage::new(wire::CALL, Some(&parameters.to_variant()))
}

fn list_of(descriptor: &OwnedFd) -> Result<gio::UnixFDList, gtk4::glib::Error> {
    let list = gio::UnixFDList::new();
    list.append(descriptor.as_fd())?;
    Ok(list)
}

/// The exception that an error of the network's is.
pub(super) fn network_error(error: &insula_net::Error) -> DomError {
    // The names of gates' denials are theirs to choose; all others are the bridge's as well.
    let name = serde_json::from_value(error.dom_name().into()).unwrap_or(DomErrorName::OperationError);
    DomError::new(name, error.to_string())
}
