//! What a frame's pages ask of the device and of the desktop. The app could answer, in members that are to come; until
//! then nobody does, and what nobody answers is denied.

use super::Guest;
use crate::unanswered::Unanswered;
use std::rc::Rc;
use webkit6::prelude::*;

impl Guest {
    pub(super) fn answer_permissions(self: &Rc<Self>) {
        let view = &self.view;
        view.connect_permission_request(|_, request| {
            drop(Unanswered::new(request.clone()));
            true
        });
        view.connect_authenticate(|_, request| {
            // Without credentials: the page that the server sends along is shown. Cancelled, the load would be, too.
            request.authenticate(None);
            true
        });
        view.connect_create(|_, _| None);
        view.connect_enter_fullscreen(|_| true);
        view.connect_print(|_, _| true);
        view.connect_show_notification(|_, _| true);
    }
}
