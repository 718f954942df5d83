//! Whether a program may be started for a link.

use crate::ask::{RecentInput, swallow_early_presses};
use crate::translations::{tr, tr_with};
use gtk4 as gtk;
use gtk4::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use url::Url;

/// So much of a URL is shown, in characters.
const SHOWN: usize = 200;

/// What is asked.
pub(super) struct Question<'a> {
    /// Who wants the program to be started.
    pub(super) who: &'a str,
    /// What the program is to open.
    pub(super) url: &'a Url,
    /// The program's name.
    pub(super) program: &'a str,
}

/// Asks over a window whether a program may be started. `answered` is called once, also when the question goes with the
/// window. The answer is not remembered.
pub(super) fn ask(
    parent: &gtk::Window,
    question: Question<'_>,
    recent: &Rc<RecentInput>,
    answered: impl FnOnce(bool) + 'static,
) {
    let Question { who, url, program } = question;
    let scheme = url.scheme();
    let dialog = gtk::MessageDialog::builder()
        .transient_for(parent)
        .modal(true)
        .destroy_with_parent(true)
        .message_type(gtk::MessageType::Question)
        .text(tr_with(
            "Open a “{scheme}” link with {program}?",
            &[("scheme", scheme), ("program", program)],
        ))
        .secondary_text(tr_with(
            "{who} wants to open this:\n\n{address}",
            &[("who", who), ("address", &shortened(url.as_str()))],
        ))
        .build();
    dialog.add_button(&tr("_Cancel"), gtk::ResponseType::Cancel);
    dialog.add_button(&tr("_Open"), gtk::ResponseType::Accept);
    dialog.set_default_response(gtk::ResponseType::Cancel);
    let answered = Cell::new(Some(answered));
    let answer = Rc::new(move |allowed| {
        if let Some(answered) = answered.take() {
            answered(allowed);
        }
    });
    dialog.connect_response({
        let answer = answer.clone();
        move |dialog, response| {
            answer(response == gtk::ResponseType::Accept);
            dialog.destroy();
        }
    });
    dialog.connect_unrealize(move |_| answer(false));
    swallow_early_presses(dialog.upcast_ref(), recent);
    dialog.present();
}

/// The beginning of a URL, which says where it leads.
fn shortened(url: &str) -> String {
    match url.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &url[..end]),
        None => url.to_owned(),
    }
}
