//! `alert`, `confirm` and `prompt` of a frame's pages, and their question whether they may be left (Controlled Frame, event
//! `dialog`).

use super::Guest;
use crate::guard;
use crate::unanswered::{Question, Unanswered};
use gtk4::glib;
use gtk4::glib::translate::ToGlibPtr;
use gtk4::prelude::*;
use insula_bridge::{Dialog, DialogAnswer, DialogType};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};
use webkit6::prelude::*;
use webkit6::{ScriptDialog, ScriptDialogType, WebView, ffi};

/// How many dialogs of a frame's pages come in a second. A page that shows more waits: until a dialog is answered, its
/// scripts do nothing anyway.
const MOST: usize = 10;
const TIME: Duration = Duration::from_secs(1);

/// The longest text of a dialog that the app, or the user, is told, in bytes.
const LONGEST: usize = 64 * 1024;

/// When a frame's pages have shown their dialogs.
#[derive(Default)]
pub(super) struct Dialogs {
    shown: RefCell<VecDeque<Instant>>,
    /// How many of them have not been answered.
    unanswered: Cell<u32>,
}

impl Dialogs {
    /// How long the next one waits.
    fn delay(&self) -> Option<Duration> {
        let mut shown = self.shown.borrow_mut();
        let now = Instant::now();
        let at = match shown.len() >= MOST {
            true => shown.pop_front().map_or(now, |first| now.max(first + TIME)),
            false => now,
        };
        shown.push_back(at);
        (at > now).then(|| at - now)
    }
}

impl Guest {
    /// Asks the app about dialogs. One that the app does not answer is the user's, as in a window of a browser: a page
    /// whose `alert()` came back at once would know that it is embedded.
    pub(super) fn answer_dialogs(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        self.view.connect_script_dialog(move |view, asked| {
            guard("script-dialog", true, || {
                match weak.upgrade() {
                    Some(guest) => guest.dialog(asked),
                    None => deny_soon(view, asked),
                }
                true
            })
        });
    }

    /// Whether a page waits for the answer to a dialog.
    pub(super) fn shows_dialog(&self) -> bool {
        self.dialogs.unanswered.get() > 0
    }

    fn dialog(self: &Rc<Self>, asked: &ScriptDialog) {
        let dialog = Unanswered::new(asked.clone());
        let message_type = match asked.dialog_type() {
            ScriptDialogType::Alert => DialogType::Alert,
            ScriptDialogType::Confirm => DialogType::Confirm,
            ScriptDialogType::Prompt => DialogType::Prompt,
            ScriptDialogType::BeforeUnloadConfirm => DialogType::BeforeUnload,
            _ => return,
        };
        let (document, frame) = self.key;
        let cut = |text: Option<glib::GString>| {
            let text = text.map(String::from).unwrap_or_default();
            text[..text.floor_char_boundary(LONGEST)].to_owned()
        };
        let question = Dialog {
            message_type,
            message_text: cut(asked.message()),
            default_prompt_text: match message_type {
                DialogType::Prompt => cut(asked.prompt_get_default_text()),
                DialogType::Alert | DialogType::Confirm | DialogType::BeforeUnload => String::new(),
            },
            url: self.navigable.borrow().url().to_owned(),
        };
        let (guest, page, delay) = (Rc::downgrade(self), self.page.clone(), self.dialogs.delay());
        self.dialogs.unanswered.set(self.dialogs.unanswered.get() + 1);
        let asks = async move {
            if let Some(delay) = delay {
                glib::timeout_future(delay).await;
            }
            let answer = page.ask_dialog(document, frame, question).await;
            let Some(guest) = guest.upgrade() else { return };
            guest.dialogs.unanswered.set(guest.dialogs.unanswered.get() - 1);
            match answer {
                DialogAnswer::Ok { text } => dialog.answer(|dialog| accept(dialog, &text)),
                DialogAnswer::Cancel => dialog.answer(refuse),
                // Nobody could answer it, or the app decides where the frame goes.
                DialogAnswer::Unhandled if !guest.view.is_mapped() || message_type == DialogType::BeforeUnload => {
                    drop(dialog);
                }
                DialogAnswer::Unhandled => dialog.answer(|dialog| show(&guest.view, dialog)),
            }
        };
        glib::spawn_future_local(asks);
    }
}

/// Denies a dialog of a frame that has gone. Left to the engine, a page that wants to stay would stay, and its process with
/// it; and the page must not close while the engine still tells of the dialog.
fn deny_soon(view: &WebView, asked: &ScriptDialog) {
    let (view, dialog) = (view.clone(), Unanswered::new(asked.clone()));
    glib::idle_add_local_once(move || {
        drop(dialog);
        drop(view);
    });
}

/// The page stays, or gets no text.
fn refuse(dialog: &ScriptDialog) {
    match dialog.dialog_type() {
        ScriptDialogType::BeforeUnloadConfirm => {
            dialog.confirm_set_confirmed(false);
            dialog.close();
        }
        _ => dialog.deny(),
    }
}

fn accept(dialog: &ScriptDialog, text: &str) {
    match dialog.dialog_type() {
        ScriptDialogType::Confirm | ScriptDialogType::BeforeUnloadConfirm => dialog.confirm_set_confirmed(true),
        ScriptDialogType::Prompt => dialog.prompt_set_text(text),
        _ => {}
    }
    dialog.close();
}

/// Shows the engine's own dialog, in the view. The engine does that by itself only while its signal runs.
#[expect(unsafe_code, reason = "the bindings cannot call the class's own handler of a signal")]
fn show(view: &WebView, dialog: &ScriptDialog) {
    let view: *mut ffi::WebKitWebView = view.to_glib_none().0;
    // SAFETY: a view's class begins with the class of `WebKitWebView`, and lives as long as the view.
    let handler = unsafe {
        (*(*view.cast::<glib::gobject_ffi::GTypeInstance>())
            .g_class
            .cast::<ffi::WebKitWebViewClass>())
        .script_dialog
    };
    let dialog_pointer: *mut ffi::WebKitScriptDialog = dialog.to_glib_none().0;
    // SAFETY: this is the handler that the engine calls with the same two when nobody takes the signal.
    let is_shown = handler.is_some_and(|handler| unsafe { handler(view, dialog_pointer) } != glib::ffi::GFALSE);
    if !is_shown {
        dialog.deny();
    }
}
