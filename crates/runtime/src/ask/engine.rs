//! What the engine asks for the app's own page: camera, notifications and the like, by the permission check.

use crate::app_view::AppView;
use crate::guard;
use crate::host::Host;
use gtk4::glib;
use gtk4::prelude::*;
use insula_permissions::{Operation, PermissionName, PermissionState, Verdict};
use std::rc::Rc;
use webkit6::prelude::*;
use webkit6::{
    ClipboardPermissionRequest, DeviceInfoPermissionRequest, GeolocationPermissionRequest,
    NotificationPermissionRequest, PermissionRequest, PointerLockPermissionRequest, UserMediaPermissionRequest,
};

/// Starts answering an app's view, as its host would.
pub(crate) fn answer_engine(view: &AppView, host: &Rc<Host>) {
    let asked = Rc::downgrade(host);
    view.connect_permission_request(move |_, request| {
        guard("permission-request", true, || {
            let request = Unanswered(Some(request.clone()));
            let names = request.0.as_ref().and_then(names_of);
            let (Some(names), Some(host)) = (names, asked.upgrade()) else {
                return true;
            };
            if host.has_strangers() && request.0.as_ref().is_some_and(may_be_a_strangers) {
                return true;
            }
            glib::spawn_future_local(async move {
                for name in names {
                    if !may(&host, name).await {
                        return drop(request);
                    }
                }
                request.allow();
            });
            true
        })
    });
    let asked = Rc::downgrade(host);
    // A page that held the permission when its process started believes that it has it still.
    view.connect_show_notification(move |_, _| {
        guard("show-notification", true, || {
            let may = |host: Rc<Host>| {
                let (authority, _) = host.judges();
                authority.state(&host.engine_caller(), PermissionName::Notifications) == PermissionState::Granted
            };
            !asked.upgrade().is_some_and(may)
        })
    });
    let asked = Rc::downgrade(host);
    view.connect_query_permission_state(move |_, query| {
        guard("query-permission-state", false, || {
            let name = query.name().and_then(|name| name.parse::<PermissionName>().ok());
            let (Some(name), Some(host)) = (name, asked.upgrade()) else {
                return false;
            };
            let is_apps = query.security_origin().is_some_and(|origin| host.is_apps(&origin));
            let (authority, _) = host.judges();
            query.finish(match authority.state(&host.engine_caller(), name) {
                _ if !is_apps => webkit6::PermissionState::Denied,
                PermissionState::Granted => webkit6::PermissionState::Granted,
                PermissionState::Denied => webkit6::PermissionState::Denied,
                PermissionState::Prompt => webkit6::PermissionState::Prompt,
            });
            true
        })
    });
}

/// A question of the engine. Dropped without an answer it is denied.
struct Unanswered(Option<PermissionRequest>);

impl Unanswered {
    fn allow(mut self) {
        if let Some(request) = self.0.take() {
            request.allow();
        }
    }
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        if let Some(request) = self.0.take() {
            request.deny();
        }
    }
}

/// The permissions that a question is about; nothing for what no app may have.
fn names_of(request: &PermissionRequest) -> Option<Vec<PermissionName>> {
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

async fn may(host: &Host, name: PermissionName) -> bool {
    let (authority, prompts) = host.judges();
    let operation = Operation::Use(name);
    match authority.check(&host.engine_caller(), &operation) {
        Verdict::Allow => true,
        Verdict::Deny(_) => false,
        Verdict::Ask(name) => {
            prompts.ask(name).await;
            matches!(authority.check(&host.engine_caller(), &operation), Verdict::Allow)
        }
    }
}
