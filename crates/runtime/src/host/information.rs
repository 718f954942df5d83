//! How the device is connected: who is told, and until when.

use super::Host;
use super::answer::{Failure, Success};
use super::network::network_is_taken;
use super::not_active;
use crate::documents::Document;
use crate::network_information::Source;
use gtk4::glib::{self, JoinHandle};
use insula_bridge::{DomError, DomErrorName, Event, NetworkEvent, NetworkInformation};
use insula_permissions::{Denial, Operation, Verdict};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Those of a window's documents that are told.
#[derive(Default)]
pub(super) struct Watches(RefCell<HashMap<u64, Watch>>);

struct Watch {
    source: Rc<Source>,
    telling: JoinHandle<()>,
}

impl Watches {
    /// A document is told nothing more.
    pub(super) fn end(&self, document: u64) {
        self.0.borrow_mut().remove(&document);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.telling.abort();
    }
}

/// `connection` is read for the first time, or has something to say again: answers how the device is connected, and tells of
/// changes from now on.
pub(super) async fn watch(host: &Rc<Host>, document: &Rc<Document>) -> Result<Success, Failure> {
    if let Verdict::Deny(denial) = check(host, document) {
        return Err(denial.into());
    }
    let source = Source::shared();
    let told = source.follow();
    let first = told.recv().await.map_err(|_| {
        let message = "How the device is connected cannot be found out.";
        DomError::new(DomErrorName::UnknownError, message)
    })?;
    // It may have gone, or may not know it any more.
    if !host.documents.is_present(document) {
        return Err(not_active().into());
    }
    if let Verdict::Deny(denial) = check(host, document) {
        return Err(denial.into());
    }
    let telling = {
        let (host, id) = (Rc::downgrade(host), document.id);
        glib::spawn_future_local(async move {
            while let Ok(information) = told.recv().await {
                let Some(host) = host.upgrade() else { return };
                if let Some(document) = host.documents.find(id) {
                    tell(&host, &document, information);
                }
            }
        })
    };
    let watch = Watch { source, telling };
    host.watches.0.borrow_mut().insert(document.id, watch);
    Ok(Success::new(&with_wishes(host, first)))
}

/// What a document may know may have changed, or what the organisation wishes.
pub(super) fn changed(host: &Host, document: &Document) {
    let latest = {
        let mut watches = host.watches.0.borrow_mut();
        if check(host, document) != Verdict::Allow {
            watches.remove(&document.id);
        }
        watches.get(&document.id).and_then(|watch| watch.source.latest())
    };
    if let Some(latest) = latest {
        tell(host, document, latest);
    }
}

fn tell(host: &Host, document: &Document, information: NetworkInformation) {
    if check(host, document) == Verdict::Allow {
        let event = NetworkEvent::InformationChange(with_wishes(host, information));
        host.documents.emit(document.id, &Event::Network(event));
    }
}

fn check(host: &Host, document: &Document) -> Verdict {
    if network_is_taken(host, document) {
        return Verdict::Deny(Denial::FeatureDisabled("unrestricted-network"));
    }
    host.authority()
        .check(&document.caller(false), &Operation::WatchNetworkInformation)
}

fn with_wishes(host: &Host, information: NetworkInformation) -> NetworkInformation {
    NetworkInformation {
        save_data: host.authority().policy().data_saver(),
        ..information
    }
}
