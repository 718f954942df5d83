//! What the engine tells of a frame's loads.

use super::Guest;
use crate::frames::{net_error, warm};
use crate::guard;
use gtk4::glib;
use gtk4::prelude::*;
use insula_bridge::FrameEvent;
use insula_frame::{Effect, Happened, NetError, ResourceId};
use std::rc::Rc;
use webkit6::prelude::*;
use webkit6::{LoadEvent, URIRequest, WebResource};

impl Guest {
    /// Listens to the engine's signals.
    pub(super) fn follow_loads(self: &Rc<Self>) {
        self.view
            .connect_load_changed(self.with(|guest, event: LoadEvent| match event {
                LoadEvent::Started => {
                    guest.happened(Happened::Began);
                    guest.forget_what_has_begun();
                }
                LoadEvent::Redirected => guest.happened(Happened::Redirected { url: guest.uri() }),
                LoadEvent::Committed => {
                    guest.tell_history();
                    guest.shown_sites.show(&guest.uri(), true);
                    guest.happened(Happened::Committed { url: guest.uri() });
                    guest.forget_what_has_begun();
                    guest.update_zoom();
                    guest.follow_size();
                }
                LoadEvent::Finished => {
                    guest.look_for_courier();
                    guest.happened(Happened::Finished);
                }
                _ => {}
            }));
        let weak = Rc::downgrade(self);
        self.view.connect_resource_load_started(move |_, resource, request| {
            guard("resource-load-started", (), || {
                if let Some(guest) = weak.upgrade() {
                    guest.resource_started(resource, request);
                }
            });
        });
        let weak = Rc::downgrade(self);
        self.view.connect_load_failed(move |_, _, uri, error| {
            guard("load-failed", (), || {
                if let Some(guest) = weak.upgrade() {
                    let url = guest.where_failed(error, uri);
                    guest.happened(match net_error::is_dropped(error, uri) {
                        true => Happened::Dropped { url },
                        false => {
                            let error = guest.name_of(error, &url);
                            Happened::Failed { url, error }
                        }
                    });
                }
            });
            true
        });
        let weak = Rc::downgrade(self);
        self.view.connect_load_failed_with_tls_errors(move |_, uri, _, errors| {
            guard("load-failed-with-tls-errors", (), || {
                if let Some(guest) = weak.upgrade() {
                    guest.happened(Happened::Failed {
                        url: uri.to_owned(),
                        error: net_error::name_of_certificate(errors),
                    });
                }
            });
            true
        });
        self.view
            .connect_estimated_load_progress_notify(self.on(|guest: &Rc<Self>| {
                let (url, progress) = (guest.uri(), guest.view.estimated_load_progress());
                guest.tell(FrameEvent::LoadProgress { url, progress });
            }));
        self.view.connect_uri_notify(self.on(Self::look_for_a_step));
        self.view.connect_is_loading_notify(self.on(Self::look_for_a_step));
        if let Some(list) = self.view.back_forward_list() {
            let weak = Rc::downgrade(self);
            // The binding lacks this signal: one of its arguments is a list of items.
            list.connect_local("changed", false, move |_| {
                if let Some(guest) = weak.upgrade() {
                    guest.tell_history();
                    if guest.asked.is_traversal() {
                        guest.look_for_a_step();
                    }
                }
                None
            });
        }
    }

    /// Listens to the runtime's own scripts in the page's documents.
    pub(super) fn follow_reports(self: &Rc<Self>, view: &warm::FrameView) {
        let weak = Rc::downgrade(self);
        view.scripts
            .connect_script_message_received(Some(warm::HANDLER), move |_, value| {
                guard("a frame's report", (), || {
                    let Some(guest) = weak.upgrade() else { return };
                    let property = |name: &str| value.object_get_property(name).filter(|it| it.is_string());
                    if let Some(url) = property("subframe") {
                        let url: String = url.to_str().into();
                        guest.shown_sites.show(&url, false);
                        guest.happened(Happened::CommittedInside { url });
                    } else if property("stranger").is_some() {
                        guest.permissions.stranger_acted();
                    } else if property("content").is_some() {
                        guest.happened(Happened::ContentLoaded);
                    } else if let Some(report) = property("console") {
                        guest.console_said(&report.to_str());
                    } else {
                        guest.menu_reported(&|name| property(name).map(|text| text.to_str().into()));
                    }
                });
            });
    }

    fn resource_started(self: &Rc<Self>, resource: &WebResource, request: &URIRequest) {
        let id = ResourceId(self.last_resource.get() + 1);
        self.last_resource.set(id.0);
        let effects = self.navigable.borrow_mut().step(Happened::Requested {
            resource: id,
            url: request.uri().map(String::from).unwrap_or_default(),
            is_main: self.view.main_resource().as_ref() == Some(resource),
        });
        for effect in effects {
            match effect {
                Effect::Follow(id) => self.follow_document_inside(id, resource),
                effect => self.carry_out(effect),
            }
        }
    }

    fn follow_document_inside(self: &Rc<Self>, id: ResourceId, resource: &WebResource) {
        resource.connect_uri_notify({
            let weak = Rc::downgrade(self);
            move |resource| {
                if let Some(guest) = weak.upgrade() {
                    let url = resource.uri().map(String::from).unwrap_or_default();
                    guest.happened(Happened::ResourceMoved { resource: id, url });
                }
            }
        });
        let weak = Rc::downgrade(self);
        resource.connect_failed(move |resource, error| {
            guard("a resource's failure", (), || {
                if let Some(guest) = weak.upgrade() {
                    let error = net_error::name_of(error, &resource.uri().unwrap_or_default());
                    guest.happened(Happened::ResourceFailed { resource: id, error });
                }
            });
        });
    }

    /// The top document may have moved within itself: the engine tells that as another URL or another entry of the session
    /// history, and nothing else. A load that begins or ends changes the URL as well, a moment before it is reported. However
    /// often the URL changes, it is looked at once in a turn.
    fn look_for_a_step(self: &Rc<Self>) {
        if self.is_looking.replace(true) {
            return;
        }
        let weak = Rc::downgrade(self);
        glib::idle_add_local_full(glib::Priority::HIGH, move || {
            if let Some(guest) = weak.upgrade() {
                guest.is_looking.set(false);
                if !guest.view.is_loading() {
                    guest.take_step();
                }
            }
            glib::ControlFlow::Break
        });
    }

    fn take_step(self: &Rc<Self>) {
        let url = self.uri();
        let shown = self.navigable.borrow().url().to_owned();
        if shown == url && !self.asked.is_traversal() {
            return;
        }
        let entry = self.view.back_forward_list().and_then(|list| list.current_item());
        let is_asked = self.asked.came_to(&shown, &url, entry.as_ref());
        if !is_asked && self.asked.is_to(&url) {
            return;
        }
        if shown != url {
            self.tell_history();
        }
        self.happened(Happened::Settled { url, is_asked });
    }

    /// Where a load was going that has failed. Of one that a filter kept from where its server led it, the engine names where
    /// it was before.
    fn where_failed(&self, error: &glib::Error, uri: &str) -> String {
        let led_to = self.not_listed.take().filter(|_| net_error::is_filtered(error));
        let is_listed = || self.navigable.borrow().rules().list_text(uri);
        match led_to.filter(|_| is_listed()) {
            Some(url) => url,
            None => uri.to_owned(),
        }
    }

    fn name_of(&self, error: &glib::Error, url: &str) -> NetError {
        let kept_from = || self.kept_from.borrow_mut().take_if(|(kept, _)| kept == url);
        match net_error::name_of(error, url) {
            NetError::Aborted => kept_from().map_or(NetError::Aborted, |(_, error)| error),
            error => error,
        }
    }

    fn tell_history(&self) {
        self.tell(FrameEvent::History {
            can_go_back: self.view.can_go_back(),
            can_go_forward: self.view.can_go_forward(),
        });
    }
}
