//! Recordings: what the engine has been allowed to record, it stops recording once that is taken back.

use super::Host;
use insula_permissions::{Operation, PermissionName, Verdict};
use webkit6::MediaCaptureState;
use webkit6::prelude::*;

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
