//! Files that a frame's pages want to be saved (Controlled Frame, event `permissionrequest` with `download`).

use super::Guest;
use gtk4::glib;
use insula_bridge::{FramePermission, FramePermissionRequest, PermissionAnswer};
use std::rc::Rc;
use webkit6::Download;

impl Guest {
    /// A download of one of its pages has begun. Nothing of it is written before the app has allowed it, and the user, who
    /// is asked as about a download of the app's own, has said where.
    pub(in crate::frames) fn download(self: &Rc<Self>, download: &Download) {
        let guest = Rc::downgrade(self);
        download.connect_decide_destination(move |download, suggested| {
            crate::guard("decide-destination", true, || {
                match guest.upgrade() {
                    Some(guest) => guest.ask_about(download, suggested),
                    None => download.cancel(),
                }
                true
            })
        });
    }

    fn ask_about(self: &Rc<Self>, download: &Download, suggested: &str) {
        let Some(waiting) = self.permissions.wait() else {
            return download.cancel();
        };
        let request = download.request();
        let url = request.as_ref().and_then(|request| request.uri()).unwrap_or_default();
        let method = request.and_then(|request| request.http_method());
        let (document, frame) = self.key;
        let answer = self.page.ask_permission(
            document,
            frame,
            FramePermissionRequest {
                permission: FramePermission::Download,
                url: Some(url.into()),
                origin: None,
                user_gesture: None,
                last_unlocked_by_self: None,
                request_method: Some(method.map_or_else(|| "GET".to_owned(), Into::into)),
                lacks: None,
            },
        );
        let (guest, download, name) = (Rc::downgrade(self), download.clone(), suggested.to_owned());
        glib::spawn_future_local(async move {
            let answer = answer.await;
            drop(waiting);
            let page = guest.upgrade().map(|guest| guest.page.clone());
            match page.filter(|_| answer == PermissionAnswer::Allow) {
                Some(page) => page.save(&download, &name).await,
                None => download.cancel(),
            }
        });
    }
}
