//! Recordings: what the engine has been allowed to record, it stops recording once that is taken back.

use super::Host;
use crate::app_view::AppView;
use insula_permissions::{Operation, PermissionName, Verdict};
use std::rc::Rc;
use webkit6::MediaCaptureState;
use webkit6::prelude::*;

/// Ends every recording that begins without being allowed: the engine remembers for minutes what a page was granted, and
/// does not ask again meanwhile.
pub(super) fn watch(host: &Rc<Host>) {
    let weak = Rc::downgrade(host);
    let look = move |_: &AppView| {
        if let Some(host) = weak.upgrade() {
            end_refused(&host);
        }
    };
    host.view.connect_camera_capture_state_notify(look.clone());
    host.view.connect_microphone_capture_state_notify(look.clone());
    host.view.connect_display_capture_state_notify(look);
}

/// Ends recordings that are no longer allowed. Their tracks end, as if the device had been pulled out.
pub(super) fn end_refused(host: &Host) {
    let (view, none) = (&host.view, MediaCaptureState::None);
    let is_refused = |name| {
        let operation = Operation::Use(name);
        host.authority.foresee(&host.engine_caller(), &operation) != Verdict::Allow
    };
    if view.camera_capture_state() != none && is_refused(PermissionName::Camera) {
        view.set_camera_capture_state(none);
    }
    if view.microphone_capture_state() != none && is_refused(PermissionName::Microphone) {
        view.set_microphone_capture_state(none);
    }
    if view.display_capture_state() != none && is_refused(PermissionName::DisplayCapture) {
        view.set_display_capture_state(none);
    }
}
