//! Grants that ended because the app has not used them for long: the user is told, once, and led to the app's permissions.

use super::{Prompts, audit};
use crate::translations::{filled, tr, tr_count};
use crate::windows::window::once_painted;
use gtk4 as gtk;
use gtk4::prelude::*;
use gtk4::{gio, glib};
use insula_permissions::{Expired, UNUSED_FOR};
use libadwaita as adw;
use libadwaita::prelude::*;
use std::rc::Rc;

/// Leads to the app's permissions.
const SHOW: &str = "show";

/// Tells over a window of the grants that ended since the app was last told of any. It does not hold the app up.
pub(super) fn tell(prompts: &Rc<Prompts>) {
    let weak = Rc::downgrade(prompts);
    let (authority, app) = (prompts.authority().clone(), prompts.queue.app.origin.clone());
    once_painted(&prompts.window, move || {
        glib::spawn_future_local(async move {
            // Only now, when there is a window to say it in: it is said once.
            let expired = match gio::spawn_blocking(move || authority.take_expired(&app)).await {
                Ok(Ok(expired)) => expired,
                Ok(Err(error)) => return tracing::error!("it is not known which permissions were not used: {error}"),
                Err(_) => {
                    return tracing::error!("it is not known which permissions were not used: its thread has failed");
                }
            };
            if let Some(prompts) = weak.upgrade().filter(|_| !expired.is_empty()) {
                let dialog = show(&prompts, &expired);
                prompts.queue.hold_while_open(&dialog);
            }
        });
    });
}

fn show(prompts: &Rc<Prompts>, expired: &[Expired]) -> gtk::Window {
    let app = &prompts.queue.app;
    let days = usize::try_from(UNUSED_FOR.as_secs() / (24 * 60 * 60)).unwrap_or(usize::MAX);
    let titles: Vec<String> = expired.iter().map(|expired| title(expired, prompts)).collect();
    let reason = tr_count(
        "{app} has not used this for {count} day. It may ask again when it needs it:",
        "{app} has not used this for {count} days. It may ask again when it needs it:",
        days,
    );
    let reason = filled(&reason, &[("app", app.name())]);
    let dialog = adw::MessageDialog::new(
        Some(&prompts.window),
        Some(&tr("Unused permissions were taken back")),
        Some(&format!("{reason}\n\n{}", titles.join("\n"))),
    );
    // The app goes on meanwhile.
    dialog.set_modal(false);
    dialog.add_response("close", &tr("_Close"));
    dialog.add_response(SHOW, &tr("_Show permissions"));
    dialog.set_close_response("close");
    let weak = Rc::downgrade(prompts);
    dialog.connect_response(Some(SHOW), move |_, _| {
        if let Some(prompts) = weak.upgrade() {
            audit::open(&prompts);
        }
    });
    dialog.present();
    dialog.upcast()
}

/// What ended; with the site, where it was one that the app shows.
fn title(expired: &Expired, prompts: &Prompts) -> String {
    let title = tr(expired.name.title());
    let origin = &expired.subject.origin;
    match *origin == prompts.queue.app.origin {
        true => format!("• {title}"),
        false => format!("• {title} ({origin})"),
    }
}
