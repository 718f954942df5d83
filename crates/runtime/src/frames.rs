//! The frames of an app: their views, the sessions that keep their data apart, and a view kept warm for the next one.

mod cookies;
mod ending;
#[cfg(test)]
mod engine_tests;
mod gate;
mod guest;
mod kept;
mod markup;
mod near;
mod net_error;
mod sessions;
mod site;
mod turns;
mod warm;

pub(crate) use ending::now as end_page;
pub(crate) use guest::{Guest, ScriptError};
pub(crate) use markup::has_frames as has_frames_in_markup;
pub(crate) use near::NearFilters;
pub(crate) use sessions::{Sessions, persistent as persistent_session};

use crate::content::contexts;
use crate::stage::{FrameKey, Stage};
use gtk4::gio;
use gtk4::gio::prelude::*;
use guest::{CutOff, Surroundings};
use insula_bridge::{Dialog, DialogAnswer, DomError, DomErrorName, FrameEvent, FrameId};
use insula_frame::Partition;
use insula_permissions::AddressSpace;
use site::Site;
use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use turns::{Coming, Turns};
use warm::Warm;
use webkit6::WebContext;
use webkit6::prelude::WebViewExt;

/// How many frames an app can have at once. Each site in them takes a process, which is a program of its own for the X server
/// as well: that has room for 256 with all others of the desktop, and lets nobody in then.
const MOST: usize = 160;

/// The pages that frames are in.
pub(crate) trait Page {
    /// Tells a document of one of its frames.
    fn tell(&self, document: u64, frame: FrameId, event: FrameEvent);

    /// Whether a frame of a document may load something of the network around this machine, or of this machine. The user
    /// may have to decide it.
    fn may_load(&self, document: u64, address: AddressSpace) -> Pin<Box<dyn Future<Output = bool>>>;

    /// Whether it may do so already, without a question.
    fn may_load_unasked(&self, document: u64, address: AddressSpace) -> bool;

    /// The title of the app's page, or the app's name where it has none.
    fn title(&self) -> String;

    /// Asks a document about a dialog in one of its frames.
    fn ask_dialog(&self, document: u64, frame: FrameId, dialog: Dialog) -> Pin<Box<dyn Future<Output = DialogAnswer>>>;
}

/// All frames of a window.
pub(crate) struct Frames {
    stage: Stage,
    sessions: Rc<Sessions>,
    near: Rc<NearFilters>,
    warm: Warm,
    turns: Rc<Turns>,
    guests: RefCell<HashMap<FrameKey, Rc<Guest>>>,
    page: Rc<dyn Page>,
    /// Tells when the system is short of memory.
    memory: gio::MemoryMonitor,
}

/// How frames are made.
#[derive(Clone)]
pub(crate) struct FrameOptions {
    /// What keeps their data, for all windows of the app.
    pub(crate) sessions: Rc<Sessions>,
    /// What keeps their pages from near addresses.
    pub(crate) near: Rc<NearFilters>,
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
    pub(crate) fn new(stage: &Stage, options: FrameOptions, page: Rc<dyn Page>) -> Rc<Self> {
        let settings = contexts::frame_settings(options.developer);
        settings.set_enable_write_console_messages_to_stdout(options.console);
        let frames = Rc::new(Self {
            stage: stage.clone(),
            sessions: options.sessions,
            warm: Warm::new(
                stage,
                options.context,
                settings,
                &options.near,
                options.automation,
                warm::KEEP,
            ),
            near: options.near,
            turns: Rc::default(),
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

    /// A frame is to be made.
    ///
    /// # Errors
    /// A number that the document gave to another frame.
    pub(crate) fn announce(&self, key: FrameKey) -> Result<Coming, DomError> {
        let exists = self.guests.borrow().contains_key(&key);
        let coming = self.turns.announce(key).filter(|_| !exists);
        coming.ok_or_else(|| DomError::new(DomErrorName::InvalidStateError, "The frame exists already."))
    }

    /// Waits until it is a frame's turn to be made, and it can be kept from what it may not reach.
    ///
    /// # Errors
    /// It is not to be made any more, or cannot be kept from anything.
    pub(crate) async fn turn_of(&self, coming: &Coming) -> Result<(), DomError> {
        if !self.near.ready().await {
            return Err(DomError::new(
                DomErrorName::OperationError,
                "There can be no frame: the engine's filters cannot be written to the app's storage.",
            ));
        }
        coming.turn().await.then_some(()).ok_or_else(gone)
    }

    /// Makes a frame whose turn it is.
    ///
    /// # Errors
    /// A partition that cannot be used; too many frames.
    pub(crate) fn create(
        self: &Rc<Self>,
        key: FrameKey,
        partition: &str,
        url: Option<&str>,
        own_process: bool,
    ) -> Result<(), DomError> {
        if self.sessions.frames() >= MOST {
            return Err(DomError::new(
                DomErrorName::QuotaExceededError,
                format!("The app has {MOST} frames already."),
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
        // WebDriver's views are not of the session that they were given.
        let kept = self
            .sessions
            .kept_by(&view.widget.network_session().unwrap_or_else(|| session.clone()));
        let guest = Guest::new(
            key,
            partition.clone(),
            session.clone(),
            own_process,
            view,
            Surroundings {
                stage: self.stage.clone(),
                kept,
                zooms: self.sessions.zooms(),
                page: self.page.clone(),
            },
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
        // With more on their way, one that is kept ready would only take its time from them.
        if !self.turns.are_others_coming(key) {
            self.warm.prepare_soon(&partition, &self.sessions);
        }
        Ok(())
    }

    /// A frame in whose process a page of a site belongs. The engine decides: a page of another site, which a redirect
    /// leads to, gets a process of its own.
    fn companion(&self, partition: &Partition, site: &Site) -> Option<Rc<Guest>> {
        let guests = self.guests.borrow();
        let shares = |guest: &&Rc<Guest>| guest.shares_process_of(partition, site);
        guests.values().find(shares).cloned()
    }

    /// The frame with a number, once it has been made.
    ///
    /// # Errors
    /// There is none, and none is about to be made.
    pub(crate) async fn once_made(&self, key: FrameKey) -> Result<Rc<Guest>, DomError> {
        self.turns.made(key).await;
        self.of(key)
    }

    /// Whether a frame is about to be made.
    pub(crate) fn is_coming(&self, key: FrameKey) -> bool {
        self.turns.is_coming(key)
    }

    /// The frame with a number.
    ///
    /// # Errors
    /// There is none: its element was removed.
    pub(crate) fn of(&self, key: FrameKey) -> Result<Rc<Guest>, DomError> {
        let guest = self.guests.borrow().get(&key).cloned();
        guest.ok_or_else(gone)
    }

    /// Ends a frame. What it kept in memory goes with the last frame of its partition.
    pub(crate) fn destroy(&self, key: FrameKey) {
        self.turns.cancel(|it| it == key);
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
        guest.close(self.shares_process(&guest));
        self.left(&guest.partition)
    }

    /// Whether another frame is in a frame's process.
    fn shares_process(&self, guest: &Guest) -> bool {
        let site = guest.site();
        site.is_some_and(|site| self.companion(&guest.partition, &site).is_some())
    }

    /// A frame of a partition has gone; answers the partition if its data has gone as well.
    fn left(&self, partition: &Partition) -> Option<Partition> {
        let gone = self.sessions.leave(partition);
        if gone {
            self.warm.forget(partition);
        }
        gone.then(|| partition.clone())
    }

    /// Ends all frames, for good: their window closes.
    pub(crate) fn close(&self) {
        self.turns.cancel(|_| true);
        let keys: Vec<FrameKey> = self.guests.borrow().keys().copied().collect();
        for key in keys {
            self.remove(key);
        }
    }

    /// Ends all frames of a document. The next one probably has some, too.
    pub(crate) fn destroy_document(&self, document: u64) {
        self.turns.cancel(|key| key.0 == document);
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
        let keys = self.of_document(document);
        for guest in keys.iter().filter_map(|key| self.of(*key).ok()) {
            guest.abort();
        }
        let taken = |key: FrameKey| Some((key, self.guests.borrow_mut().remove(&key)?));
        let guests: Vec<(FrameKey, Rc<Guest>)> = keys.into_iter().filter_map(taken).collect();
        // All processes end before any view goes, which takes its time.
        let cut_off = |(key, guest): (FrameKey, Rc<Guest>)| {
            let (partition, is_shared) = (guest.partition.clone(), self.shares_process(&guest));
            (key, partition, CutOff::new(guest, is_shared))
        };
        let views: Vec<(FrameKey, Partition, CutOff)> = guests.into_iter().map(cut_off).collect();
        for (key, partition, view) in views {
            self.stage.remove_frame(key);
            drop(view);
            self.left(&partition);
            self.page.tell(key.0, key.1, FrameEvent::Ended(error.clone()));
        }
    }

    /// What the pages of a document's frames may load has changed; those that are at addresses that are no longer allowed
    /// are left.
    pub(crate) fn addresses_changed(&self, document: u64, is_refused: impl Fn(AddressSpace) -> bool) {
        for key in self.of_document(document) {
            if let Ok(guest) = self.of(key) {
                guest.follow_addresses();
                if is_refused(guest.address()) {
                    guest.leave();
                }
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

fn gone() -> DomError {
    DomError::new(DomErrorName::InvalidStateError, "The frame is no longer there.")
}
