//! What the engine asks for the app's own page: camera, notifications and the like, by the permission check.

use super::Prompts;
use crate::app::App;
use crate::app_view::AppView;
use crate::guard;
use gtk4::glib;
use gtk4::prelude::*;
use insula_permissions::{Authority, Operation, PermissionName, PermissionState, Verdict};
use std::rc::Rc;
use std::sync::Arc;
use webkit6::prelude::*;
use webkit6::{
    ClipboardPermissionRequest, DeviceInfoPermissionRequest, GeolocationPermissionRequest,
    NotificationPermissionRequest, PermissionRequest, PointerLockPermissionRequest, UserMediaPermissionRequest,
};

/// Starts answering an app's view.
pub(crate) fn answer_engine(view: &AppView, app: &Rc<App>, authority: &Arc<Authority>, prompts: &Rc<Prompts>) {
    let (of_app, of_authority, prompts) = (app.clone(), authority.clone(), prompts.clone());
    view.connect_permission_request(move |_, request| {
        guard("permission-request", true, || {
            let Some(names) = names_of(request) else {
                request.deny();
                return true;
            };
            let (request, app) = (Unanswered(Some(request.clone())), of_app.clone());
            let (authority, prompts) = (of_authority.clone(), prompts.clone());
            glib::spawn_future_local(async move {
                for name in names {
                    if !may(&app, &authority, &prompts, name).await {
                        return drop(request);
                    }
                }
                request.allow();
            });
            true
        })
    });
    let (app, authority) = (app.clone(), authority.clone());
    view.connect_query_permission_state(move |_, query| {
        guard("query-permission-state", false, || {
            let name = query.name().and_then(|name| name.parse::<PermissionName>().ok());
            let Some(name) = name else { return false };
            query.finish(match authority.state(&app.caller(), name) {
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

async fn may(app: &App, authority: &Authority, prompts: &Rc<Prompts>, name: PermissionName) -> bool {
    match authority.check(&app.caller(), &Operation::Use(name)) {
        Verdict::Allow => true,
        Verdict::Deny(_) => false,
        Verdict::Ask(name) => {
            prompts.ask(name).await;
            matches!(authority.check(&app.caller(), &Operation::Use(name)), Verdict::Allow)
        }
    }
}
