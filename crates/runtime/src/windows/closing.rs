//! How a window closes: its page is asked first, and asks the user when there is something to lose (HTML, "prompt to
//! unload"). The same question comes when such a page is about to be left.

use crate::app::App;
use crate::app_view::AppView;
use crate::translations::{tr, tr_with};
use crate::{guard, notice};
use gtk4 as gtk;
use gtk4::gio::Cancellable;
use gtk4::glib;
use gtk4::prelude::*;
use libadwaita as adw;
use libadwaita::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use webkit6::prelude::*;
use webkit6::{ScriptDialog, ScriptDialogType, UserMessage};

/// How long a page has to say that it listens. One that does not, because a script keeps it busy, is not asked.
const PATIENCE: Duration = Duration::from_secs(1);

/// For how long "Stay" holds. The engine gives the page 50 ms to hear the answer, and closes it after them.
const STAY: Duration = Duration::from_millis(500);

/// A message that no page knows. Its refusal is the sign that the page's process listens.
const LISTENING: &str = "insula.listening";

/// The answers to the question.
const STAYING: &str = "stay";
const LEAVING: &str = "leave";

/// Calls `close` when the page agrees to close with its window, and when it closes itself with `window.close()`. While the
/// window `has_to_stay` neither does anything, and the user is told why. `stayed` is called when the user stays at a page.
pub(crate) fn follow(
    window: &gtk::Window,
    view: &AppView,
    app: &App,
    has_to_stay: impl Fn() -> bool + 'static,
    stayed: impl Fn() + 'static,
    close: impl Fn() + 'static,
) {
    let question = Rc::new(Question {
        asked: RefCell::default(),
        is_near: Cell::default(),
        stays: Cell::default(),
        stayed: Box::new(stayed),
    });
    let has_to_stay = Rc::new({
        let sentence = tr_with(
            "{app} cannot be closed: your organization keeps it open.",
            &[("app", app.name())],
        );
        let view = view.downgrade();
        move || {
            let has_to_stay = has_to_stay();
            if let Some(view) = view.upgrade().filter(|_| has_to_stay) {
                notice::show(&view, &sentence);
            }
            has_to_stay
        }
    });
    let close = Rc::new({
        let (question, has_to_stay) = (question.clone(), has_to_stay.clone());
        move || {
            // Another window may have closed since it was asked, or a policy have come.
            if !question.stays.get() && !has_to_stay() {
                close();
            }
        }
    });
    let parent = window.downgrade();
    view.connect_script_dialog({
        let question = question.clone();
        move |view, dialog| {
            guard("script-dialog", false, || {
                let is_ours = dialog.dialog_type() == ScriptDialogType::BeforeUnloadConfirm
                    // WebDriver answers by itself.
                    && !view.is_controlled_by_automation();
                if is_ours && let Some(parent) = parent.upgrade() {
                    question.ask(&parent, dialog.clone());
                }
                is_ours
            })
        }
    });
    view.connect_close({
        let close = close.clone();
        move |_| close()
    });
    let view = view.downgrade();
    window.connect_close_request(move |_| {
        if let Some(view) = view.upgrade()
            && !question.is_asked()
            && !has_to_stay()
            && !question.is_near.replace(true)
        {
            try_close(&view, &question, close.clone());
        }
        glib::Propagation::Stop
    });
}

/// Asks the page to close, once its process listens. The engine closes a page without asking when the page's process is
/// busy for a moment.
fn try_close(view: &AppView, question: &Rc<Question>, close: Rc<impl Fn() + 'static>) {
    let trying = Rc::new(Cell::new(Some(view.clone())));
    view.send_message_to_page(&UserMessage::new(LISTENING, None), Cancellable::NONE, {
        let (trying, question) = (trying.clone(), question.clone());
        move |_| {
            if let Some(view) = trying.take() {
                question.is_near.set(false);
                view.try_close();
            }
        }
    });
    let question = question.clone();
    glib::timeout_add_local_once(PATIENCE, move || {
        if trying.take().is_some() {
            question.is_near.set(false);
            // A page whose question to the user is open waits for the answer, and answers nothing else.
            if !question.is_asked() {
                close();
            }
        }
    });
}

/// Whether to leave a page that has something to lose.
struct Question {
    asked: RefCell<Option<ScriptDialog>>,
    /// Whether the window is to be closed and the page has not shown yet that it listens.
    is_near: Cell<bool>,
    /// Whether the user has just decided to stay.
    stays: Cell<bool>,
    /// What comes of that.
    stayed: Box<dyn Fn()>,
}

impl Question {
    fn is_asked(&self) -> bool {
        self.asked.borrow().is_some()
    }

    fn ask(self: &Rc<Self>, window: &gtk::Window, asked: ScriptDialog) {
        self.asked.replace(Some(asked));
        let dialog = adw::MessageDialog::new(
            Some(window),
            Some(&tr("Leave without saving?")),
            Some(&tr("Changes that you made here may not be saved.")),
        );
        dialog.add_responses(&[(STAYING, &tr("_Stay")), (LEAVING, &tr("_Leave"))]);
        dialog.set_response_appearance(LEAVING, adw::ResponseAppearance::Destructive);
        dialog.set_default_response(Some(STAYING));
        dialog.set_close_response(STAYING);
        let question = self.clone();
        dialog.connect_response(None, move |_, response| question.answer(response == LEAVING));
        // The dialog may go with its window. The page's process waits for an answer all the same. A dialog that is answered
        // goes first and tells then.
        let question = self.clone();
        dialog.connect_unrealize(move |_| {
            let question = question.clone();
            glib::idle_add_local_once(move || question.answer(true));
        });
        dialog.present();
    }

    fn answer(self: &Rc<Self>, leave: bool) {
        let Some(asked) = self.asked.take() else { return };
        if !leave {
            self.stays.set(true);
            (self.stayed)();
            let question = self.clone();
            glib::timeout_add_local_once(STAY, move || question.stays.set(false));
        }
        asked.confirm_set_confirmed(leave);
        asked.close();
    }
}
