//! The frames of an app: their views, the sessions that keep their data apart, and a view kept warm for the next one.

mod ending;
mod guest;
mod net_error;
mod requests;
mod sessions;
mod site;
mod warm;

pub(crate) use guest::{Guest, ScriptError};
pub(crate) use sessions::{Sessions, persistent as persistent_session};

use crate::content::contexts;
use crate::stage::{FrameKey, Stage};
use gtk4::gio;
use gtk4::gio::prelude::*;
use insula_bridge::{Dialog, DialogAnswer, DomError, DomErrorName, FrameEvent, FrameId};
use insula_frame::Partition;
use insula_permissions::AddressSpace;
use site::Site;
use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use warm::Warm;
use webkit6::WebContext;

/// The pages that frames are in.
pub(crate) trait Page {
    /// Tells a document of one of its frames.
    fn tell(&self, document: u64, frame: FrameId, event: FrameEvent);

    /// Whether a frame of a document may load something of the network around this machine, or of this machine. The user
    /// may have to decide it.
    fn may_load(&self, document: u64, address: AddressSpace) -> Pin<Box<dyn Future<Output = bool>>>;

    /// Asks a document about a dialog in one of its frames.
    fn ask_dialog(&self, document: u64, frame: FrameId, dialog: Dialog) -> Pin<Box<dyn Future<Output = DialogAnswer>>>;
}

/// All frames of a window.
pub(crate) struct Frames {
    stage: Stage,
    sessions: Rc<Sessions>,
    warm: Warm,
    guests: RefCell<HashMap<FrameKey, Rc<Guest>>>,
    page: Rc<dyn Page>,
    /// Tells when the system is short of memory.
    memory: gio::MemoryMonitor,
}

/// How frames are made.
#[derive(Clone)]
pub(crate) struct Making {
    /// What keeps their data, for all windows of the app.
    pub(crate) sessions: Rc<Sessions>,
    /// The context of embedded content.
    pub(crate) context: WebContext,
    /// Whether WebDriver may look into them.
    pub(crate) automation: bool,
    /// Whether the inspector may.
    pub(crate) developer: bool,
    /// Whether their console goes to standard output.
    pub(crate) console: bool,
}

impl Frames {
    /// No frames yet.
    pub(crate) fn new(stage: &Stage, making: Making, page: Rc<dyn Page>) -> Rc<Self> {
        let settings = contexts::frame_settings(making.developer);
        settings.set_enable_write_console_messages_to_stdout(making.console);
        let frames = Rc::new(Self {
            stage: stage.clone(),
            sessions: making.sessions,
            warm: Warm::new(stage, making.context, settings, making.automation),
            guests: RefCell::default(),
            page,
            memory: gio::MemoryMonitor::dup_default(),
        });
        let weak = Rc::downgrade(&frames);
        frames.memory.connect_low_memory_warning(move |_, _| {
            if let Some(frames) = weak.upgrade() {
                frames.warm.forget_any();
            }
        });
        frames
    }

    /// Prepares for the first frame while there is nothing else to do.
    pub(crate) fn warm_up(&self) {
        if let Ok(session) = self.sessions.of(&Partition::default()) {
            self.warm.prepare(&Partition::default(), &session);
        }
    }

    /// Makes a frame.
    ///
    /// # Errors
    /// A partition that cannot be used; a number that the document gave to another frame.
    pub(crate) fn create(
        self: &Rc<Self>,
        key: FrameKey,
        partition: &str,
        url: Option<&str>,
        own_process: bool,
    ) -> Result<(), DomError> {
        if self.guests.borrow().contains_key(&key) {
            return Err(DomError::new(
                DomErrorName::InvalidStateError,
                "The frame exists already.",
            ));
        }
        let partition: Partition = partition.parse().map_err(|error: insula_frame::InvalidPartition| {
            DomError::new(DomErrorName::TypeError, error.to_string())
        })?;
        let session = self
            .sessions
            .of(&partition)
            .map_err(|error| DomError::new(DomErrorName::OperationError, error.to_string()))?;
        let companion = url
            .filter(|_| !own_process)
            .and_then(Site::of)
            .and_then(|site| self.companion(&partition, &site));
        let view = match companion {
            Some(companion) => self.warm.make_beside(companion.view(), &session),
            None => self.warm.take(&partition, &session),
        };
        self.stage.add_frame(key, &view.widget);
        let guest = Guest::new(
            key,
            partition.clone(),
            session.clone(),
            own_process,
            view,
            self.page.clone(),
        );
        guest.connect_close({
            let frames = Rc::downgrade(self);
            move || {
                if let Some(frames) = frames.upgrade() {
                    frames.closed(key);
                }
            }
        });
        self.sessions.enter(&partition);
        self.guests.borrow_mut().insert(key, guest.clone());
        if let Some(url) = url {
            guest.navigate(url);
        }
        self.warm.prepare_soon(&partition, &self.sessions);
        Ok(())
    }

    /// A frame in whose process a page of a site belongs. The engine decides: a page of another site, which a redirect
    /// leads to, gets a process of its own.
    fn companion(&self, partition: &Partition, site: &Site) -> Option<Rc<Guest>> {
        let guests = self.guests.borrow();
        let shares = |guest: &&Rc<Guest>| guest.shares_process_of(partition, site);
        guests.values().find(shares).cloned()
    }

    /// The frame with a number.
    ///
    /// # Errors
    /// There is none: its element was removed.
    pub(crate) fn of(&self, key: FrameKey) -> Result<Rc<Guest>, DomError> {
        let guest = self.guests.borrow().get(&key).cloned();
        guest.ok_or_else(|| DomError::new(DomErrorName::InvalidStateError, "The frame is no longer there."))
    }

    /// Ends a frame. What it kept in memory goes with the last frame of its partition.
    pub(crate) fn destroy(&self, key: FrameKey) {
        // An app that removes a frame often puts up another.
        if let Some(partition) = self.remove(key)
            && !self.warm.is_ready()
            && let Ok(session) = self.sessions.of(&partition)
        {
            self.warm.prepare(&partition, &session);
        }
    }

    /// Ends a frame; answers the partition whose data has gone with it.
    fn remove(&self, key: FrameKey) -> Option<Partition> {
        let guest = self.guests.borrow_mut().remove(&key)?;
        self.stage.remove_frame(key);
        let site = guest.site();
        let is_shared = site.is_some_and(|site| self.companion(&guest.partition, &site).is_some());
        guest.close(is_shared);
        let partition = guest.partition.clone();
        let gone = self.sessions.leave(&partition);
        if gone {
            self.warm.forget(&partition);
        }
        gone.then_some(partition)
    }

    /// Ends all frames, for good: their window closes.
    pub(crate) fn close(&self) {
        let keys: Vec<FrameKey> = self.guests.borrow().keys().copied().collect();
        for key in keys {
            self.remove(key);
        }
    }

    /// Ends all frames of a document. The next one probably has some, too.
    pub(crate) fn destroy_document(&self, document: u64) {
        let keys = self.of_document(document);
        for key in &keys {
            self.remove(*key);
        }
        if !keys.is_empty() && !self.warm.is_ready() {
            self.warm_up();
        }
    }

    /// Ends all frames of a document that may have none any more, and tells it.
    pub(crate) fn refuse_document(&self, document: u64, error: &DomError) {
        for key in self.of_document(document) {
            if let Ok(guest) = self.of(key) {
                guest.abort();
            }
            self.end(key, error.clone());
        }
    }

    /// Ends what the frames of a document show of addresses that are no longer allowed.
    pub(crate) fn leave(&self, document: u64, is_refused: impl Fn(AddressSpace) -> bool) {
        for key in self.of_document(document) {
            if let Ok(guest) = self.of(key)
                && is_refused(guest.address())
            {
                guest.leave();
            }
        }
    }

    /// Ends a frame that WebDriver has closed.
    fn closed(&self, key: FrameKey) {
        self.end(
            key,
            DomError::new(DomErrorName::InvalidStateError, "The frame was closed."),
        );
    }

    /// Ends a frame and tells its document why.
    fn end(&self, key: FrameKey, error: DomError) {
        self.remove(key);
        self.page.tell(key.0, key.1, FrameEvent::Ended(error));
    }

    fn of_document(&self, document: u64) -> Vec<FrameKey> {
        let guests = self.guests.borrow();
        guests.keys().copied().filter(|key| key.0 == document).collect()
    }
}
