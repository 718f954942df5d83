//! `alert`, `confirm` and `prompt` of a frame's pages (Controlled Frame, event `dialog`).

use super::Guest;
use crate::unanswered::{Question, Unanswered};
use gtk4::glib;
use gtk4::glib::translate::ToGlibPtr;
use gtk4::prelude::*;
use insula_bridge::{Dialog, DialogAnswer, DialogType};
use std::rc::Rc;
use webkit6::prelude::*;
use webkit6::{ScriptDialog, ScriptDialogType, WebView, ffi};

impl Guest {
    /// Asks the app about dialogs. One that the app does not answer is the user's, as in a window of a browser: a page
    /// whose `alert()` came back at once would know that it is embedded.
    pub(super) fn answer_dialogs(self: &Rc<Self>) {
        self.view.connect_script_dialog(self.takes(Self::dialog));
    }

    /// Whether a page waits for the answer to a dialog.
    pub(super) fn shows_dialog(&self) -> bool {
        self.dialogs.get() > 0
    }

    fn dialog(self: &Rc<Self>, asked: &ScriptDialog) {
        let dialog = Unanswered::new(asked.clone());
        let message_type = match asked.dialog_type() {
            ScriptDialogType::Alert => DialogType::Alert,
            ScriptDialogType::Confirm => DialogType::Confirm,
            ScriptDialogType::Prompt => DialogType::Prompt,
            _ => return,
        };
        let (document, frame) = self.key;
        let answer = self.page.ask_dialog(
            document,
            frame,
            Dialog {
                message_type,
                message_text: asked.message().map(String::from).unwrap_or_default(),
                default_prompt_text: match message_type {
                    DialogType::Prompt => asked.prompt_get_default_text().map(String::from).unwrap_or_default(),
                    DialogType::Alert | DialogType::Confirm => String::new(),
                },
                url: self.navigable.borrow().url().to_owned(),
            },
        );
        self.dialogs.set(self.dialogs.get() + 1);
        let guest = Rc::downgrade(self);
        glib::spawn_future_local(async move {
            let answer = answer.await;
            let Some(guest) = guest.upgrade() else { return };
            guest.dialogs.set(guest.dialogs.get() - 1);
            match answer {
                DialogAnswer::Ok { text } => dialog.answer(|dialog| accept(dialog, &text)),
                DialogAnswer::Cancel => drop(dialog),
                // Nobody could answer it.
                DialogAnswer::Unhandled if !guest.view.is_mapped() => drop(dialog),
                DialogAnswer::Unhandled => dialog.answer(|dialog| show(&guest.view, dialog)),
            }
        });
    }
}

fn accept(dialog: &ScriptDialog, text: &str) {
    match dialog.dialog_type() {
        ScriptDialogType::Confirm => dialog.confirm_set_confirmed(true),
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
