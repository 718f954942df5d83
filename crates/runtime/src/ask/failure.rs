//! Decisions are written down beside the main thread, which a disk must not hold up. One that could not be kept is told
//! of: the user has made it, and must know that it does not count.

use super::queue::Queue;
use crate::translations::{tr, tr_with};
use gtk4 as gtk;
use gtk4::prelude::*;
use gtk4::{gio, glib};
use insula_permissions::Authority;
use libadwaita as adw;
use libadwaita::prelude::*;
use std::error::Error;
use std::rc::Rc;

/// Writes something down, and calls `kept` once it is on the disk or the user has been told that it is not. No question
/// comes meanwhile.
pub(super) fn keep<E: Error + Send + 'static>(
    queue: &Rc<Queue>,
    window: &gtk::Window,
    write: impl FnOnce(&Authority) -> Result<(), E> + Send + 'static,
    kept: impl FnOnce() + 'static,
) {
    let (hold, authority, window) = (queue.write(), queue.authority.clone(), window.clone());
    glib::spawn_future_local(async move {
        match gio::spawn_blocking(move || write(&authority)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => hold.while_open(&tell(&window, &error)),
            Err(_) => tracing::error!("a decision was not kept: its thread has failed"),
        }
        kept();
    });
}

/// Tells over a window that a decision was not kept, and why. Answers what it tells that in.
fn tell(window: &gtk::Window, error: &dyn Error) -> gtk::Window {
    tracing::error!("a decision was not kept: {error}");
    let dialog = adw::MessageDialog::new(
        Some(window),
        Some(&tr("Your decision could not be saved")),
        Some(&tr_with(
            "This is not the app’s fault: {reason}.\n\nWhat was not saved stays as it was. Decide again once this is put right.",
            &[("reason", &error.to_string())],
        )),
    );
    dialog.add_response("close", &tr("_Close"));
    dialog.present();
    dialog.upcast()
}
