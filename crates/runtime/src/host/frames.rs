//! The calls about frames.

use super::Host;
use super::answer::{Failure, Success};
use super::stage::interval;
use crate::documents::Document;
use crate::frames::{Execution, ScriptError, Wanted};
use gtk4::glib;
use gtk4::prelude::WidgetExt;
use insula_bridge::{
    Capture, DomError, DomErrorName, Done, FrameCall, FrameId, FrameNote, GoResult, RunAt, ScriptResult, Truth,
    ZoomFactor, ZoomModeResult,
};
use insula_frame::Delegation;
use insula_permissions::{Denial, Operation, Verdict};
use std::rc::Rc;

/// Calls with an answer.
pub(super) async fn perform(
    host: &Rc<Host>,
    document: &Rc<Document>,
    frame: FrameId,
    call: FrameCall,
) -> Result<Success, Failure> {
    allowed(host.authority().check(&document.caller(false), &Operation::EmbedFrame))?;
    let key = (document.id, frame);
    match call {
        FrameCall::Create {
            partition,
            url,
            own_process,
            size,
            waits,
            user_agent,
        } => {
            let coming = host.frames.announce(key)?;
            host.frames.turn_of(&coming).await?;
            // The user may have taken them back meanwhile.
            if let Some(denial) = refusal(host, document) {
                return Err(denial.into());
            }
            let wanted = Wanted {
                partition,
                url,
                own_process,
                size,
                waits: waits == Some(true),
                user_agent,
            };
            host.frames.create(key, &wanted)?;
            Ok(Success::new(&Done {}))
        }
        FrameCall::Navigate { url } => {
            host.frames.once_made(key).await?.navigate(&url);
            Ok(Success::new(&Done {}))
        }
        FrameCall::Attach => {
            host.frames.attach(key)?;
            Ok(Success::new(&Done {}))
        }
        FrameCall::Go { delta } => {
            let navigated = host.frames.once_made(key).await?.go(delta).await;
            Ok(Success::new(&GoResult { navigated }))
        }
        FrameCall::AddContentScripts { scripts } => {
            host.frames.once_made(key).await?.add_content_scripts(scripts)?;
            Ok(Success::new(&Done {}))
        }
        FrameCall::RemoveContentScripts { names } => {
            host.frames
                .once_made(key)
                .await?
                .remove_content_scripts(names.as_deref());
            Ok(Success::new(&Done {}))
        }
        FrameCall::InsertCss { code, all_frames } => {
            let all_frames = all_frames.unwrap_or_default();
            host.frames.once_made(key).await?.insert_css(&code, all_frames).await?;
            Ok(Success::new(&Done {}))
        }
        FrameCall::ClearData { since, types } => {
            let guest = host.frames.once_made(key).await?;
            guest.clear_data(since, &types).await?;
            Ok(Success::new(&Done {}))
        }
        FrameCall::SetContextMenu { items } => {
            host.frames.once_made(key).await?.set_context_menu(items)?;
            Ok(Success::new(&Done {}))
        }
        FrameCall::GetAudioState => {
            let value = host.frames.once_made(key).await?.is_audible();
            Ok(Success::new(&Truth { value }))
        }
        FrameCall::IsAudioMuted => {
            let value = host.frames.once_made(key).await?.is_muted();
            Ok(Success::new(&Truth { value }))
        }
        FrameCall::GetZoom => {
            let factor = host.frames.once_made(key).await?.zoom();
            Ok(Success::new(&ZoomFactor { factor }))
        }
        FrameCall::SetZoom { factor, is_told_anyway } => {
            let guest = host.frames.once_made(key).await?;
            guest.set_zoom(factor, is_told_anyway).await?;
            Ok(Success::new(&Done {}))
        }
        FrameCall::GetZoomMode => {
            let mode = host.frames.once_made(key).await?.zoom_mode();
            Ok(Success::new(&ZoomModeResult { mode }))
        }
        FrameCall::SetZoomMode { mode } => {
            host.frames.once_made(key).await?.set_zoom_mode(mode);
            Ok(Success::new(&Done {}))
        }
        FrameCall::Find {
            text,
            backward,
            match_case,
        } => {
            let guest = host.frames.once_made(key).await?;
            Ok(Success::new(&guest.find(text, backward, match_case).await?))
        }
        FrameCall::CaptureVisibleRegion { format, quality } => {
            let url = host.frames.once_made(key).await?.capture(format, quality).await?;
            Ok(Success::new(&Capture { url }))
        }
        FrameCall::Print => {
            host.frames.once_made(key).await?.print().await?;
            Ok(Success::new(&Done {}))
        }
        FrameCall::ExecuteScript {
            code,
            all_frames,
            match_about_blank,
            run_at,
            form,
        } => {
            let execution = Execution {
                code,
                all_frames: all_frames.unwrap_or_default(),
                match_about_blank: match_about_blank.unwrap_or_default(),
                run_at: run_at.unwrap_or(RunAt::DocumentStart),
                form: form.unwrap_or_default(),
            };
            match host.frames.once_made(key).await?.execute_script(&execution).await {
                Ok(value) => Ok(Success::new(&ScriptResult { value })),
                Err(ScriptError::Thrown(error)) => Err(Failure::of_json(&error)),
                Err(ScriptError::NotRun(error)) => Err(error.into()),
            }
        }
    }
}

/// Calls without an answer. A frame that is gone meanwhile needs nothing any more.
pub(super) fn told(host: &Rc<Host>, document: &Rc<Document>, frame: FrameId, note: FrameNote) {
    let key = (document.id, frame);
    if note == FrameNote::Destroy {
        return host.frames.destroy(key);
    }
    if host.frames.is_coming(key) {
        let (host, document) = (host.clone(), document.clone());
        glib::spawn_future_local(async move {
            // Whether or not it was made: what is not there is told nothing.
            let _ = host.frames.once_made(key).await;
            told(&host, &document, frame, note);
        });
        return;
    }
    let Ok(guest) = host.frames.of(key) else { return };
    match note {
        FrameNote::Destroy => {}
        // What is refused ends with its frame, in a moment: there is nothing to tell.
        FrameNote::Reload => {
            if refusal(host, document).is_none() {
                guest.reload();
            }
        }
        FrameNote::Stop => guest.stop(),
        FrameNote::Terminate => guest.terminate(),
        FrameNote::Watch => guest.watch(),
        FrameNote::SetIdleInterval { milliseconds } => guest.follow_use(interval(milliseconds)),
        FrameNote::SetFit(fit) => guest.set_fit(fit),
        FrameNote::PostMessage { message, target_origin } => guest.post_message(message, target_origin),
        FrameNote::SetAudioMuted { mute } => guest.set_muted(mute),
        FrameNote::SetAllow { allow, fullscreen } => guest.set_delegation(Delegation::new(&allow, fullscreen)),
        FrameNote::SetLabel { label } => guest.set_label(&label),
        FrameNote::StopFinding { action } => guest.stop_finding(action),
        FrameNote::SetUserAgentOverride { user_agent } => {
            guest.say_user_agent(&user_agent);
            if refusal(host, document).is_none() {
                guest.reload();
            }
        }
        FrameNote::Focus { direction } => guest.focus(direction),
        FrameNote::Blur => {
            if host.stage.focused_frame() == Some(key) {
                host.documents.view().grab_focus();
            }
        }
    }
}

/// Ends the frames of a document that may have none any more, and what they show of addresses that they may not reach.
pub(super) fn end_refused(host: &Host, document: &Document) {
    if let Some(denial) = refusal(host, document) {
        let error = DomError::new(DomErrorName::NotAllowedError, denial.message());
        return host.frames.refuse_document(document.id, &error);
    }
    host.frames.permissions_changed(document.id);
    host.frames.addresses_changed(document.id, |address| {
        let operation = Operation::LoadInFrame { address };
        let verdict = host.authority().foresee(&document.caller(false), &operation);
        matches!(verdict, Verdict::Deny(_))
    });
}

fn refusal(host: &Host, document: &Document) -> Option<Denial> {
    let verdict = host
        .authority()
        .foresee(&document.caller(false), &Operation::EmbedFrame);
    allowed(verdict).err()
}

/// Controlled Frame, section "Permissions Policy": only where the manifest turned the feature on, and nobody took it away.
fn allowed(verdict: Verdict) -> Result<(), Denial> {
    match verdict {
        Verdict::Allow => Ok(()),
        Verdict::Deny(denial) => Err(denial),
        Verdict::Ask(name) => Err(Denial::NotGranted(name)),
    }
}
