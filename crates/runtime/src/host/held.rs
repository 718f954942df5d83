//! What a page has without asking each time: the full screen, the pointer, the position, the clipboard, a screen that
//! stays on. The page loses it once it is taken back.

use super::Host;
use crate::app::App;
use gtk4::gio;
use gtk4::prelude::*;
use insula_bridge::wire;
use insula_permissions::{Authority, Operation, PermissionName, PermissionState, Verdict};
use webkit6::UserMessage;
use webkit6::prelude::*;

/// What the web process guards (`webprocess/src/guard.rs`).
const GUARDED: [PermissionName; 3] = [
    PermissionName::ClipboardWrite,
    PermissionName::Geolocation,
    PermissionName::ScreenWakeLock,
];

/// The name of the world in which the runtime's own scripts run in the app's page, out of the page's reach.
const WORLD: &str = "insula-held";

/// What of that is not granted.
pub(crate) fn refused(app: &App, authority: &Authority) -> Vec<String> {
    let is_refused = |name: &PermissionName| {
        // The web process knows the features of each document; here it is about what somebody decided.
        let mut caller = app.caller();
        caller.features = name.feature().into_iter().collect();
        authority.state(&caller, *name) != PermissionState::Granted
    };
    let refused = GUARDED.into_iter().filter(is_refused);
    refused.map(|name| name.as_str().to_owned()).collect()
}

/// Sets up what the engine is to refuse by itself, for the page that is in the window or about to be. Without the setting
/// the engine's own interface for it is missing.
pub(super) fn follow(host: &Host) {
    if let Some(settings) = WebViewExt::settings(&host.view) {
        settings.set_enable_fullscreen(host.may_fill_screen());
    }
}

/// Takes away what the top document may not have any more.
pub(super) fn end_refused(host: &Host) {
    let refused: wire::Refused = (refused(&host.app, &host.authority),);
    let message = UserMessage::new(wire::REFUSED, Some(&refused.to_variant()));
    host.view.send_message_to_page(&message, gio::Cancellable::NONE, |_| {});
    follow(host);
    if !host.may_fill_screen() {
        leave(host, "document.exitFullscreen?.()");
    }
    let pointer_lock = Operation::Use(PermissionName::PointerLock);
    if host.authority.foresee(&host.engine_caller(), &pointer_lock) != Verdict::Allow {
        leave(host, "document.exitPointerLock?.()");
    }
}

fn leave(host: &Host, script: &str) {
    host.view
        .evaluate_javascript(script, Some(WORLD), None, gio::Cancellable::NONE, |_| {});
}
