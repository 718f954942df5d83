//! What a page has without asking each time: the full screen, the pointer, the position, the clipboard, a screen that
//! stays on. The page loses it once it is taken back.

use super::PowerfulFeatures;
use crate::app::App;
use gtk4::gio;
use gtk4::prelude::*;
use insula_bridge::wire;
use insula_permissions::{Authority, Operation, PermissionName, PermissionState, Verdict};
use std::rc::Rc;
use webkit6::UserMessage;
use webkit6::prelude::*;

/// What the web process guards (`webprocess/src/guard.rs`).
const GUARDED: [PermissionName; 4] = [
    PermissionName::ClipboardWrite,
    PermissionName::Geolocation,
    PermissionName::Notifications,
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

/// Keeps the engine's settings right for the page that is in the view or about to be.
pub(super) fn watch(features: &Rc<PowerfulFeatures>) {
    set_up(features);
    let weak = Rc::downgrade(features);
    features.documents.connect_page(move || {
        if let Some(features) = weak.upgrade() {
            set_up(&features);
        }
    });
}

/// Whether the page in the view, or the one that is about to come, may cover the whole screen.
pub(super) fn may_fill_screen(features: &PowerfulFeatures) -> bool {
    let documents = &features.documents;
    if documents.is_away() {
        return false;
    }
    let caller = if documents.is_empty() {
        documents.app().caller()
    } else {
        documents.top_caller()
    };
    let operation = Operation::Use(PermissionName::Fullscreen);
    features.prompts.authority().foresee(&caller, &operation) == Verdict::Allow
}

/// Takes away what the page may not have any more.
pub(super) fn end_refused(features: &PowerfulFeatures) {
    let refused: wire::Refused = (refused(features.documents.app(), features.prompts.authority()),);
    let message = UserMessage::new(wire::REFUSED, Some(&refused.to_variant()));
    let view = features.documents.view();
    view.send_message_to_page(&message, gio::Cancellable::NONE, |_| {});
    if !may_fill_screen(features) {
        leave(features, "document.exitFullscreen?.()");
    }
    if !features.allows(PermissionName::PointerLock) {
        leave(features, "document.exitPointerLock?.()");
    }
    // Only now: without the setting some engines have no way out of the full screen either.
    set_up(features);
}

/// Sets up what the engine is to refuse by itself. Without the setting the engine's own interface for the full screen is
/// missing.
fn set_up(features: &PowerfulFeatures) {
    if let Some(settings) = WebViewExt::settings(features.documents.view()) {
        settings.set_enable_fullscreen(may_fill_screen(features));
    }
}

fn leave(features: &PowerfulFeatures, script: &str) {
    let view = features.documents.view();
    view.evaluate_javascript(script, Some(WORLD), None, gio::Cancellable::NONE, |_| {});
}
