//! Decisions that could not be kept: the user has made them, and must know that they do not count.

use gtk4 as gtk;
use gtk4::prelude::*;
use std::error::Error;

/// Tells over a window that a decision was not kept, and why. Answers what it tells that in.
pub(super) fn tell(window: &gtk::Window, error: &dyn Error) -> gtk::Window {
    tracing::error!("a decision was not kept: {error}");
    let dialog = gtk::MessageDialog::builder()
        .transient_for(window)
        .modal(true)
        .destroy_with_parent(true)
        .message_type(gtk::MessageType::Error)
        .buttons(gtk::ButtonsType::Close)
        .text("Your decision could not be saved")
        .secondary_text(format!(
            "This is not the app's fault: {error}.\n\nWhat was not saved stays as it was. Decide again once this is put \
             right."
        ))
        .build();
    dialog.connect_response(|dialog, _| dialog.destroy());
    dialog.present();
    dialog.upcast()
}
