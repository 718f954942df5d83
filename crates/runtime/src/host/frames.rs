//! The calls about frames.

use super::answer::{Failure, Success};
use super::{Document, Host};
use crate::frames::Outcome;
use insula_bridge::{Call, DomError, DomErrorName, GoResult};
use insula_permissions::{Denial, Operation, Verdict};
use std::rc::Rc;

/// Calls with an answer.
pub(super) async fn perform(host: &Rc<Host>, document: &Rc<Document>, call: Call) -> Result<Success, Failure> {
    allowed(
        host.authority
            .check(&host.caller(document, false), &Operation::EmbedFrame),
    )?;
    match call {
        Call::CreateFrame(create) => {
            host.frames.create(document.id, &create)?;
            Ok(Success::empty())
        }
        Call::NavigateFrame(navigate) => {
            host.frames.of((document.id, navigate.frame))?.navigate(&navigate.url);
            Ok(Success::empty())
        }
        Call::Go(go) => {
            let navigated = host.frames.of((document.id, go.frame))?.go(go.delta);
            Ok(Success::new(&GoResult { navigated }))
        }
        Call::ExecuteScript(execute) => {
            let guest = host.frames.of((document.id, execute.frame))?;
            match guest.execute_script(&execute.code).await? {
                Outcome::Value(json) => Ok(Success::of_json(json)),
                Outcome::Thrown(json) => Err(Failure(json)),
            }
        }
        _ => Err(DomError::new(DomErrorName::NotSupportedError, "This call has no answer.").into()),
    }
}

/// Calls without an answer. A frame that is gone meanwhile needs nothing any more.
pub(super) fn notified(host: &Rc<Host>, document: &Rc<Document>, call: Call) {
    let guest = |frame| host.frames.of((document.id, frame)).ok();
    match call {
        Call::Layout(layout) => host.stage.set_layout(document.id, layout),
        Call::DestroyFrame(frame) => host.frames.destroy((document.id, frame)),
        // What is refused ends with its frame, in a moment: there is nothing to tell.
        Call::Reload(frame) => {
            if let Some(guest) = guest(frame).filter(|_| refusal(host, document).is_none()) {
                guest.reload();
            }
        }
        Call::Stop(frame) => {
            if let Some(guest) = guest(frame) {
                guest.stop();
            }
        }
        Call::Focus(frame, direction) => {
            if let Some(guest) = guest(frame) {
                guest.focus(direction);
            }
        }
        Call::Blur(frame) if host.stage.focused_frame() == Some((document.id, frame)) => {
            gtk4::prelude::WidgetExt::grab_focus(&host.view);
        }
        Call::Abort(request) => document.network.abort(insula_net::RequestId(request.0.into())),
        Call::Close(connection) => document.network.release(insula_net::ConnectionId(connection.0)),
        _ => {}
    }
}

/// Ends the frames of a document that may have none any more.
pub(super) fn end_refused(host: &Host, document: &Document) {
    if let Some(denial) = refusal(host, document) {
        let error = DomError::new(DomErrorName::NotAllowedError, denial.message());
        host.frames.refuse_document(document.id, &error);
    }
}

fn refusal(host: &Host, document: &Document) -> Option<Denial> {
    let caller = host.caller(document, false);
    allowed(host.authority.foresee(&caller, &Operation::EmbedFrame)).err()
}

/// Controlled Frame, section "Permissions Policy": only where the manifest turned the feature on, and nobody took it away.
fn allowed(verdict: Verdict) -> Result<(), Denial> {
    match verdict {
        Verdict::Allow => Ok(()),
        Verdict::Deny(denial) => Err(denial),
        Verdict::Ask(name) => Err(Denial::NotGranted(name)),
    }
}
