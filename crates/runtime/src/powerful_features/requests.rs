//! What the engine asks before a page uses a powerful feature.

use super::PowerfulFeatures;
use crate::app::App;
use crate::guard;
use crate::unanswered::Unanswered;
use gtk4::glib;
use gtk4::prelude::*;
use insula_permissions::{PermissionName, PermissionState};
use std::rc::Rc;
use webkit6::prelude::*;
use webkit6::{
    ClipboardPermissionRequest, DeviceInfoPermissionRequest, GeolocationPermissionRequest, LoadEvent,
    NotificationPermissionRequest, PermissionRequest, PermissionStateQuery, PointerLockPermissionRequest,
    SecurityOrigin, UserMediaPermissionRequest,
};

/// Starts answering what the engine asks for a view.
pub(super) fn answer(features: &Rc<PowerfulFeatures>) {
    let view = features.documents.view();
    let weak = Rc::downgrade(features);
    view.connect_permission_request(move |_, request| {
        guard("permission-request", true, || {
            let request = Unanswered::new(request.clone());
            if let Some(features) = weak.upgrade() {
                requested(features, request);
            }
            true
        })
    });
    let weak = Rc::downgrade(features);
    // A page that held the permission when its process started believes that it has it still.
    view.connect_show_notification(move |_, _| {
        guard("show-notification", true, || {
            let may_show = |features: Rc<PowerfulFeatures>| {
                features.documents.page().is_some()
                    && state(&features, PermissionName::Notifications) == PermissionState::Granted
            };
            !weak.upgrade().is_some_and(may_show)
        })
    });
    let weak = Rc::downgrade(features);
    view.connect_load_changed(move |_, event| {
        if let Some(features) = weak.upgrade().filter(|_| event == LoadEvent::Committed) {
            features.prompts.page_left();
        }
    });
    let weak = Rc::downgrade(features);
    view.connect_web_process_terminated(move |_, _| {
        if let Some(features) = weak.upgrade() {
            features.prompts.page_left();
        }
    });
    let weak = Rc::downgrade(features);
    view.connect_query_permission_state(move |_, query| {
        guard("query-permission-state", false, || {
            weak.upgrade().is_some_and(|features| queried(&features, query))
        })
    });
}

/// A page wants to use something: it may once the check, and the user where the check says so, allow all that it takes.
fn requested(features: Rc<PowerfulFeatures>, request: Unanswered<PermissionRequest>) {
    let Some(names) = names_of(request.question()) else {
        return;
    };
    // What is decided is about the app: another site that its window shows has none of it.
    let Some(page) = features.documents.page() else {
        return;
    };
    if names.iter().any(|name| features.documents.is_taken(&page, *name)) {
        return;
    }
    if features.documents.has_strangers() && may_be_a_strangers(request.question()) {
        return;
    }
    glib::spawn_future_local(async move {
        // The page may be another one by the time of the answer, which is not for that.
        let caller = || {
            let now = features.documents.page()?;
            (now.id == page.id).then(|| now.caller(false))
        };
        if features.prompts.obtain_all(caller, &names).await {
            request.answer(PermissionRequestExt::allow);
        }
    });
}

/// `navigator.permissions.query` of the engine's own; answers whether it is about a permission that is known here.
fn queried(features: &PowerfulFeatures, query: &PermissionStateQuery) -> bool {
    let Some(name) = query.name().and_then(|name| name.parse::<PermissionName>().ok()) else {
        return false;
    };
    let app = features.documents.app();
    let is_apps = query.security_origin().is_some_and(|origin| is_apps(app, &origin));
    query.finish(match state(features, name) {
        _ if !is_apps => webkit6::PermissionState::Denied,
        PermissionState::Granted => webkit6::PermissionState::Granted,
        PermissionState::Denied => webkit6::PermissionState::Denied,
        PermissionState::Prompt => webkit6::PermissionState::Prompt,
    });
    true
}

fn state(features: &PowerfulFeatures, name: PermissionName) -> PermissionState {
    let authority = features.prompts.authority();
    authority.state(&features.documents.top_caller(), name)
}

/// Whether an origin is the app's.
fn is_apps(app: &App, origin: &SecurityOrigin) -> bool {
    // Its text is missing where it is opaque, which the bindings do not expect.
    let (Some(scheme), Some(host)) = (origin.protocol(), origin.host()) else {
        return false;
    };
    app.identity.is_origin(&scheme, &host, origin.port())
}

/// The permissions that a question is about; nothing for what no app may have.
pub(crate) fn names_of(request: &PermissionRequest) -> Option<Vec<PermissionName>> {
    if let Some(media) = request.downcast_ref::<UserMediaPermissionRequest>() {
        let mut names = Vec::new();
        if webkit6::functions::user_media_permission_is_for_display_device(media) {
            names.push(PermissionName::DisplayCapture);
        }
        if webkit6::functions::user_media_permission_is_for_video_device(media) {
            names.push(PermissionName::Camera);
        }
        if webkit6::functions::user_media_permission_is_for_audio_device(media) {
            names.push(PermissionName::Microphone);
        }
        return (!names.is_empty()).then_some(names);
    }
    let name = if request.is::<GeolocationPermissionRequest>() {
        PermissionName::Geolocation
    } else if request.is::<NotificationPermissionRequest>() {
        PermissionName::Notifications
    } else if request.is::<ClipboardPermissionRequest>() {
        PermissionName::ClipboardRead
    } else if request.is::<PointerLockPermissionRequest>() {
        PermissionName::PointerLock
    } else if request.is::<DeviceInfoPermissionRequest>() {
        // The names of cameras and microphones are for those who may use one.
        PermissionName::Camera
    } else {
        return None;
    };
    Some(vec![name])
}

/// Whether the engine asks this for any document, and does not say for which. The rest it asks for documents of other
/// origins only where an iframe's `allow` hands it on.
fn may_be_a_strangers(request: &PermissionRequest) -> bool {
    request.is::<ClipboardPermissionRequest>()
        || request.is::<NotificationPermissionRequest>()
        || request.is::<PointerLockPermissionRequest>()
}
