//! The calls about frames.

use super::answer::{Failure, Success};
use super::{Document, Host};
use crate::frames::Outcome;
use insula_bridge::{Call, DomError, DomErrorName, GoResult};
use insula_permissions::{Operation, Verdict};
use std::rc::Rc;

/// Calls with an answer.
pub(super) async fn perform(host: &Rc<Host>, document: &Rc<Document>, call: Call) -> Result<Success, Failure> {
    match call {
        Call::CreateFrame(create) => {
            allowed(host, document)?;
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
        Call::Reload(frame) => {
            if let Some(guest) = guest(frame) {
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

/// Controlled Frame, section "Permissions Policy": only where the manifest turned the feature on.
fn allowed(host: &Host, document: &Document) -> Result<(), Failure> {
    match host
        .authority
        .check(&host.caller(document, false), &Operation::EmbedFrame)
    {
        Verdict::Allow => Ok(()),
        Verdict::Deny(denial) => Err(denial.into()),
        Verdict::Ask(_) => Err(DomError::new(DomErrorName::NotAllowedError, "Frames were not allowed.").into()),
    }
}
