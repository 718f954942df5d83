//! Recordings: what the engine has been allowed to record, it stops recording once that is taken back.

use super::PowerfulFeatures;
use crate::app_view::AppView;
use gtk4::glib;
use gtk4::prelude::*;
use insula_permissions::PermissionName;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use webkit6::prelude::*;
use webkit6::{MediaCaptureState, WebView};

/// How soon to look whether a recording that was ended has not begun anew.
const AGAIN: Duration = Duration::from_millis(100);

/// Ends every recording that begins without being allowed: the engine remembers for minutes what a page was granted, and
/// does not ask again meanwhile.
pub(super) fn watch(features: &Rc<PowerfulFeatures>) {
    let weak = Rc::downgrade(features);
    let look = move |_: &AppView| {
        if let Some(features) = weak.upgrade() {
            end_refused(&features);
        }
    };
    let view = features.documents.view();
    view.connect_camera_capture_state_notify(look.clone());
    view.connect_microphone_capture_state_notify(look.clone());
    view.connect_display_capture_state_notify(look);
}

/// Ends recordings that are no longer allowed. It is looked again until there are none: of an end and a beginning in quick
/// succession the engine tells nothing.
pub(super) fn end_refused(features: &Rc<PowerfulFeatures>) {
    if end(features.documents.view().upcast_ref(), |name| features.allows(name)) {
        let features = Rc::downgrade(features);
        glib::timeout_add_local_once(AGAIN, move || {
            if let Some(features) = features.upgrade() {
                end_refused(&features);
            }
        });
    }
}

/// Ends what a view records without being allowed to, and answers whether there was something. The tracks end, as if the
/// device had been pulled out.
pub(crate) fn end(view: &WebView, is_allowed: impl Fn(PermissionName) -> bool) -> bool {
    let none = MediaCaptureState::None;
    let has_ended = Cell::new(false);
    let is_to_end = |state, name| {
        let is_to_end = state != none && !is_allowed(name);
        has_ended.set(has_ended.get() || is_to_end);
        is_to_end
    };
    if is_to_end(view.camera_capture_state(), PermissionName::Camera) {
        view.set_camera_capture_state(none);
    }
    if is_to_end(view.microphone_capture_state(), PermissionName::Microphone) {
        view.set_microphone_capture_state(none);
    }
    if is_to_end(view.display_capture_state(), PermissionName::DisplayCapture) {
        view.set_display_capture_state(none);
    }
    has_ended.get()
}
