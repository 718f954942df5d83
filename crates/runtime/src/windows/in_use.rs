//! What the app and its frames use at this moment that needs a permission, for the page that shows it to the user.

use super::{AppWindow, Windows};
use crate::ask::{InUse, Stop};
use crate::translations::{tr, tr_count};
use insula_bridge::{DomError, DomErrorName};
use insula_permissions::PermissionName;
use std::rc::{Rc, Weak};
use webkit6::prelude::*;
use webkit6::{MediaCaptureState, WebView};

/// How the engine calls what a view records.
struct Recording {
    name: PermissionName,
    state: fn(&WebView) -> MediaCaptureState,
    set_state: fn(&WebView, MediaCaptureState),
}

const RECORDINGS: [Recording; 3] = [
    Recording {
        name: PermissionName::Camera,
        state: |view| view.camera_capture_state(),
        set_state: |view, state| view.set_camera_capture_state(state),
    },
    Recording {
        name: PermissionName::Microphone,
        state: |view| view.microphone_capture_state(),
        set_state: |view, state| view.set_microphone_capture_state(state),
    },
    Recording {
        name: PermissionName::DisplayCapture,
        state: |view| view.display_capture_state(),
        set_state: |view, state| view.set_display_capture_state(state),
    },
];

/// All of it, in the table's order of permissions.
pub(super) fn list(windows: &Rc<Windows>) -> Vec<InUse> {
    let open: Vec<Rc<AppWindow>> = windows.open.borrow().clone();
    let mut uses = Vec::new();
    uses.extend(connections(&open));
    uses.extend(
        RECORDINGS
            .iter()
            .filter_map(|recording| recorded(windows, &open, recording)),
    );
    uses.extend(position(windows));
    uses.extend(frames(&open));
    uses
}

fn recorded(windows: &Windows, open: &[Rc<AppWindow>], recording: &'static Recording) -> Option<InUse> {
    let apps = open.iter().map(|window| {
        let view: WebView = window.view.clone().upcast();
        (view, windows.app.name().to_owned())
    });
    let views = apps.chain(open.iter().flat_map(|window| window.host.frames().views()));
    let (views, mut by): (Vec<WebView>, Vec<String>) = views
        .filter(|(view, _)| (recording.state)(view) != MediaCaptureState::None)
        .unzip();
    if views.is_empty() {
        return None;
    }
    by.dedup();
    let views: Vec<_> = views.iter().map(ObjectExt::downgrade).collect();
    Some(InUse {
        name: recording.name,
        what: match recording.name {
            PermissionName::Camera => tr("Camera"),
            PermissionName::Microphone => tr("Microphone"),
            _ => tr("Screen"),
        },
        detail: by.join(", "),
        stop: Stop::by(move || {
            for view in views.iter().filter_map(|view| view.upgrade()) {
                (recording.set_state)(&view, MediaCaptureState::None);
            }
        }),
    })
}

fn position(windows: &Rc<Windows>) -> Option<InUse> {
    let all = [Some(&windows.positions), windows.frame_positions.as_ref()];
    let are_told = all.into_iter().flatten().any(|positions| positions.are_told());
    are_told.then(|| InUse {
        name: PermissionName::Geolocation,
        what: tr("Location"),
        detail: windows.app.name().to_owned(),
        // The engine keeps for its pages that they want one: nothing but the permission ends it.
        stop: Stop::TakeBack,
    })
}

fn connections(open: &[Rc<AppWindow>]) -> Option<InUse> {
    let documents = open.iter().flat_map(|window| window.documents.all());
    let connected: Vec<_> = documents.filter(|it| it.network.open_connections() > 0).collect();
    let count: usize = connected.iter().map(|it| it.network.open_connections()).sum();
    let connected: Vec<_> = connected.iter().map(Rc::downgrade).collect();
    (count > 0).then(|| InUse {
        name: PermissionName::UnrestrictedNetwork,
        what: tr("Network"),
        detail: tr_count(
            "{count} open connection. If you stop it, the app connects again once its page is loaded anew.",
            "{count} open connections. If you stop them, the app connects again once its page is loaded anew.",
            count,
        ),
        stop: Stop::by(move || {
            connected
                .iter()
                .filter_map(Weak::upgrade)
                .for_each(|it| it.network.close())
        }),
    })
}

fn frames(open: &[Rc<AppWindow>]) -> Option<InUse> {
    let mut origins: Vec<String> = open.iter().flat_map(|window| window.host.frames().origins()).collect();
    origins.sort();
    origins.dedup();
    let open: Vec<_> = open.iter().map(Rc::downgrade).collect();
    (!origins.is_empty()).then(|| InUse {
        name: PermissionName::ControlledFrame,
        what: tr("Websites inside the app"),
        detail: origins.join(", "),
        stop: Stop::by(move || {
            for window in open.iter().filter_map(Weak::upgrade) {
                for document in window.documents.all() {
                    let error = DomError::new(DomErrorName::AbortError, "The user has ended the frame.");
                    window.host.frames().refuse_document(document.id, &error);
                }
            }
        }),
    })
}
