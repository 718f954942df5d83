//! Whether a program may be started for a link.

use crate::ask::swallow_early_presses;
use gtk4 as gtk;
use gtk4::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use url::Url;

/// So much of a URL is shown, in characters.
const SHOWN: usize = 200;

/// Asks over a window whether `program` may be started, as `who` wants. `answered` is called once, also when the question goes with the window. The answer is not
/// remembered.
pub(super) fn ask(parent: &gtk::Window, who: &str, url: &Url, program: &str, answered: impl FnOnce(bool) + 'static) {
    let scheme = url.scheme();
    let dialog = gtk::MessageDialog::builder()
        .transient_for(parent)
        .modal(true)
        .destroy_with_parent(true)
        .message_type(gtk::MessageType::Question)
        .text(format!("Open a “{scheme}” link with {program}?"))
        .secondary_text(format!("{who} wants to open this:\n\n{}", shortened(url.as_str())))
        .build();
    dialog.add_button("_Cancel", gtk::ResponseType::Cancel);
    dialog.add_button("_Open", gtk::ResponseType::Accept);
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
    swallow_early_presses(dialog.upcast_ref(), &Rc::default());
    dialog.present();
}

/// The beginning of a URL, which says where it leads.
fn shortened(url: &str) -> String {
    match url.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &url[..end]),
        None => url.to_owned(),
    }
}
