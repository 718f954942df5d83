//! How the device is connected: by what, whether that costs something, and how far it leads.
//!
//! NetworkManager knows it, and ModemManager what NetworkManager does not: the generation of a mobile network. Where there
//! is no NetworkManager to ask, as in a sandbox, GLib's network monitor is asked, which knows less. Nothing is asked and
//! nothing is listened to but while somebody [follows](Source::follow) it.

mod bus;
mod monitor;
mod network_manager;
mod situation;

use bus::Bus;
use gtk4::gio;
use gtk4::glib::{self, JoinHandle};
use insula_bridge::NetworkInformation;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// Who finds it out, for all windows of the app. It ends with the last who has it.
pub(crate) struct Source {
    latest: Cell<Option<NetworkInformation>>,
    followers: RefCell<Vec<async_channel::Sender<NetworkInformation>>>,
    work: RefCell<Option<JoinHandle<()>>>,
}

thread_local! {
    /// The one that there is, while there is one.
    static SHARED: RefCell<Weak<Source>> = RefCell::default();
}

impl Source {
    /// The one that there is, or a new one.
    pub(crate) fn shared() -> Rc<Self> {
        SHARED.with_borrow_mut(|shared| {
            shared.upgrade().unwrap_or_else(|| {
                let source = Self::start();
                *shared = Rc::downgrade(&source);
                source
            })
        })
    }

    fn start() -> Rc<Self> {
        let source = Rc::new(Self {
            latest: Cell::default(),
            followers: RefCell::default(),
            work: RefCell::default(),
        });
        let weak = Rc::downgrade(&source);
        let work = glib::spawn_future_local(find_out(move |information| {
            if let Some(source) = weak.upgrade() {
                source.found(information);
            }
        }));
        source.work.replace(Some(work));
        source
    }

    /// How it is connected now, as soon as that is known, and after each change. Whoever drops the answer is not told any more.
    pub(crate) fn follow(&self) -> async_channel::Receiver<NetworkInformation> {
        let (follower, told) = async_channel::unbounded();
        if let Some(latest) = self.latest.get() {
            // The receiver is here.
            let _ = follower.try_send(latest);
        }
        self.followers.borrow_mut().push(follower);
        told
    }

    /// How it is connected, as it was found out last.
    pub(crate) fn latest(&self) -> Option<NetworkInformation> {
        self.latest.get()
    }

    fn found(&self, information: NetworkInformation) {
        if self.latest.replace(Some(information)) != Some(information) {
            self.followers
                .borrow_mut()
                .retain(|follower| follower.try_send(information).is_ok());
        }
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        if let Some(work) = self.work.take() {
            work.abort();
        }
    }
}

/// Has `found` called with how the device is connected, again whenever that may have changed.
async fn find_out(found: impl Fn(NetworkInformation)) {
    // Several changes at once are looked at together.
    let (changed, changes) = async_channel::bounded(1);
    let bus = match Bus::connect().await {
        Ok(bus) => Some(bus),
        Err(error) => {
            tracing::debug!("there is no system bus to ask NetworkManager on: {error}");
            None
        }
    };
    let _subscriptions = bus.as_ref().map(|bus| network_manager::listen(bus, &changed));
    let mut fallback = None;
    loop {
        let known = match &bus {
            Some(bus) => network_manager::read(bus).await,
            None => Err(glib::Error::new(gio::DBusError::ServiceUnknown, "there is no bus")),
        };
        match known {
            Ok(information) => {
                fallback = None;
                found(information);
            }
            Err(error) => {
                tracing::debug!("NetworkManager does not answer: {error}");
                let monitor = fallback.get_or_insert_with(|| monitor::Monitor::listen(&changed));
                found(monitor.read());
            }
        }
        if changes.recv().await.is_err() {
            return;
        }
    }
}
