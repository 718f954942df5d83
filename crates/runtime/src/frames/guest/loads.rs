//! What the engine tells of a frame's loads.

use super::{Guest, refusal};
use crate::content::repaint;
use crate::frames::net_error;
use crate::guard;
use gtk4::glib;
use gtk4::prelude::*;
use insula_bridge::Event;
use insula_frame::{NetError, Signal};
use std::collections::VecDeque;
use std::rc::Rc;
use webkit6::prelude::*;
use webkit6::{LoadEvent as EngineLoad, URIRequest, WebProcessTerminationReason, WebResource};

/// How many navigations without a load are remembered: those to places that are loaded from nowhere.
const ASKED: usize = 32;

/// The documents inside a page that are loading. The engine tells neither which frame a navigation is for nor of which
/// document a resource is: a document is what was first asked for and then loaded without being the top one.
#[derive(Default)]
pub(super) struct Inside {
    asked: VecDeque<String>,
    loading: Vec<WebResource>,
}

impl Inside {
    /// Some document is about to load from there.
    pub(super) fn asked(&mut self, url: &str) {
        self.asked.truncate(ASKED - 1);
        self.asked.push_front(without_fragment(url).to_owned());
    }

    /// A resource loads from there: whether it is a document.
    fn take_asked(&mut self, url: &str) -> bool {
        let position = self.asked.iter().position(|asked| asked == without_fragment(url));
        position.and_then(|position| self.asked.remove(position)).is_some()
    }

    fn take_loading(&mut self, is_it: impl Fn(&WebResource) -> bool) -> bool {
        let position = self.loading.iter().position(is_it);
        position.map(|position| self.loading.swap_remove(position)).is_some()
    }
}

impl Guest {
    /// Listens to the engine's signals.
    pub(super) fn follow_loads(self: &Rc<Self>) {
        self.view
            .connect_load_changed(self.with(|guest, event: EngineLoad| match event {
                EngineLoad::Started => {
                    guest.asked.forget();
                    guest.signal(Signal::Began);
                }
                EngineLoad::Committed => guest.committed(),
                EngineLoad::Finished => guest.signal(Signal::Finished),
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
                    guest.load_failed(uri, error);
                }
            });
            true
        });
        let weak = Rc::downgrade(self);
        self.view.connect_load_failed_with_tls_errors(move |_, uri, _, _| {
            guard("load-failed-with-tls-errors", (), || {
                if let Some(guest) = weak.upgrade() {
                    guest.fail(uri, NetError::CertificateInvalid);
                }
            });
            true
        });
        self.view
            .connect_web_process_terminated(self.with(|guest, reason| guest.process_ended(reason)));
        self.view.connect_uri_notify(self.on(Self::look_for_a_step));
        self.view.connect_is_loading_notify(self.on(Self::look_for_a_step));
        if let Some(list) = self.view.back_forward_list() {
            let weak = Rc::downgrade(self);
            // The binding lacks this signal: one of its arguments is a list of items.
            list.connect_local("changed", false, move |_| {
                if let Some(guest) = weak.upgrade() {
                    guest.tell_history();
                }
                None
            });
        }
    }

    fn committed(&self) {
        self.shown.replace(self.uri());
        self.inside.take();
        // What still runs in the document before ends without an answer.
        self.document.take();
        self.tell_history();
        self.signal(Signal::Committed(self.uri()));
    }

    /// The view's URL says where a load goes only if the app asked for it; what the page begins it shows once it is
    /// there. The request for the document knows in any case.
    fn resource_started(self: &Rc<Self>, resource: &WebResource, request: &URIRequest) {
        let url = request.uri().unwrap_or_default();
        let is_document = self.inside.borrow_mut().take_asked(&url);
        if self.view.main_resource().as_ref() == Some(resource) {
            if !self.loads.borrow().expects_error_page() || is_document {
                self.signal(Signal::Started(url.into()));
            }
        } else if is_document {
            self.started_inside(resource, &url);
        }
    }

    fn started_inside(self: &Rc<Self>, resource: &WebResource, url: &str) {
        self.signal(Signal::SubframeStarted(url.to_owned()));
        self.inside.borrow_mut().loading.push(resource.clone());
        let weak = Rc::downgrade(self);
        resource.connect_failed(move |resource, error| {
            guard("a resource's failure", (), || {
                let Some(guest) = weak.upgrade() else { return };
                if guest.inside.borrow_mut().take_loading(|it| it == resource) {
                    guest.failed_inside(&resource.uri().unwrap_or_default(), error);
                }
            });
        });
    }

    fn failed_inside(&self, url: &str, error: &glib::Error) {
        self.signal(Signal::SubframeFailed(url.to_owned(), net_error::name_of(error, url)));
    }

    /// A document inside the page was shown.
    pub(super) fn committed_inside(&self, url: &str) {
        let is_it = |resource: &WebResource| {
            let uri = resource.uri();
            uri.is_some_and(|uri| without_fragment(&uri) == without_fragment(url))
        };
        // One that came from nowhere was not reported before.
        if !self.inside.borrow_mut().take_loading(is_it) {
            self.signal(Signal::SubframeStarted(url.to_owned()));
        }
        self.signal(Signal::SubframeCommitted(url.to_owned()));
    }

    /// The top document may have moved within itself: the engine reports that as another URL and nothing else. A load
    /// that begins or ends changes the URL as well, a moment before it is reported.
    fn look_for_a_step(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        glib::idle_add_local_full(glib::Priority::HIGH, move || {
            if let Some(guest) = weak.upgrade()
                && !guest.view.is_loading()
                && *guest.shown.borrow() != guest.uri()
            {
                guest.shown.replace(guest.uri());
                guest.tell_history();
                guest.signal(Signal::SameDocument(guest.uri()));
            }
            glib::ControlFlow::Break
        });
    }

    fn load_failed(&self, uri: &str, error: &glib::Error) {
        if let Some(refused) = refusal(uri) {
            // A redirect led there. The same events as for a src that names such a place.
            self.signal(Signal::Failed(uri.to_owned(), refused));
            self.view.load_uri("about:blank");
            return;
        }
        match net_error::name_of(error, uri) {
            NetError::Aborted => self.signal(Signal::Failed(uri.to_owned(), NetError::Aborted)),
            error => self.fail(uri, error),
        }
    }

    /// A load failed: tells the app, and shows a page that says so.
    pub(super) fn fail(&self, uri: &str, error: NetError) {
        self.signal(Signal::Failed(uri.to_owned(), error));
        if self.loads.borrow().expects_error_page() {
            let page = format!(
                "<!doctype html><meta charset=utf-8><title>{0}</title><body style='font:16px sans-serif;margin:2em'>\
                 <p>This page cannot be shown.<p>{0}",
                error.reason()
            );
            self.view.load_alternate_html(&page, uri, None);
        }
    }

    /// The web process died. The engine also ends it when a redirect leads to a file, and tells neither.
    fn process_ended(&self, reason: WebProcessTerminationReason) {
        let (uri, shown) = (self.uri(), self.shown.take());
        repaint::at_next_page(&self.view);
        self.inside.take();
        self.document.take();
        if reason == WebProcessTerminationReason::TerminatedByApi {
            self.ask_again();
            return;
        }
        self.asked.forget();
        if self.view.is_loading() && uri != shown && !self.loads.borrow().is_provisional() {
            // It died of what the app asked for before that had begun.
            self.signal(Signal::Began);
        }
        if self.loads.borrow().is_provisional() {
            self.fail(&uri, NetError::Failed);
        } else {
            self.signal(Signal::Failed(uri, NetError::Aborted));
        }
    }

    fn tell_history(&self) {
        let history = Event::History {
            frame: self.key.1,
            can_go_back: self.view.can_go_back(),
            can_go_forward: self.view.can_go_forward(),
        };
        (self.report)(self.key, history);
    }

    fn uri(&self) -> String {
        self.view.uri().map(String::from).unwrap_or_default()
    }
}

fn without_fragment(url: &str) -> &str {
    url.split_once('#').map_or(url, |(url, _)| url)
}
