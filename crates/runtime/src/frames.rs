//! The frames of an app: their views, the sessions that keep their data apart, and a view kept warm for the next one.

mod cookies;
mod ending;
#[cfg(test)]
mod engine_tests;
mod gate;
mod guest;
mod kept;
mod listed;
mod markup;
mod near;
pub(crate) mod net_error;
mod opened;
mod sessions;
mod site;
mod turns;
mod warm;

pub(crate) use ending::now as end_page;
pub(crate) use guest::{Execution, Guest, ScriptError};
pub(crate) use markup::has_frames as has_frames_in_markup;
pub(crate) use near::NearFilters;
pub(crate) use sessions::{Sessions, persistent as persistent_session};

use crate::content::contexts;
use crate::input::{Activity, Follower};
use crate::stage::{FrameKey, Stage};
use gtk4::gio;
use gtk4::gio::prelude::*;
use guest::{CutOff, Surroundings};
use insula_bridge::{
    Dialog, DialogAnswer, DomError, DomErrorName, FrameEvent, FrameId, FramePermissionRequest, FrameSize, Messages,
    NewWindow, NewWindowAnswer, PermissionAnswer,
};
use insula_frame::Partition;
use insula_permissions::{AddressSpace, PermissionName, Printing, Verdict};
use site::Site;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;
use turns::{Coming, Turns};
use url::Url;
use warm::{FrameView, Warm};
use webkit6::prelude::WebViewExt;
use webkit6::{Download, NetworkSession, WebContext};

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

    /// The app's origin.
    fn origin(&self) -> String;

    /// Tells a document what the page of one of its frames answers, and waits until it has taken that.
    fn tell_messages(&self, document: u64, frame: FrameId, messages: Messages) -> Pin<Box<dyn Future<Output = ()>>>;

    /// The title of the app's page, or the app's name where it has none.
    fn title(&self) -> String;

    /// Asks a document about a dialog in one of its frames.
    fn ask_dialog(&self, document: u64, frame: FrameId, dialog: Dialog) -> Pin<Box<dyn Future<Output = DialogAnswer>>>;

    /// Whether a document has a feature, and whether the app's manifest lists a page in a frame of the document for it.
    fn feature(&self, document: u64, feature: &str, page: &Url) -> (bool, bool);

    /// How the app's frames print.
    fn printing(&self) -> Printing;

    /// Whether the app itself may use what a page in a frame wants. The feature counts as turned on.
    fn app_may(&self, document: u64, name: PermissionName) -> Verdict;

    /// The same for several; the user may have to decide it.
    fn obtain(&self, document: u64, names: Vec<PermissionName>) -> Pin<Box<dyn Future<Output = bool>>>;

    /// Asks a document whether a page in one of its frames gets something.
    fn ask_permission(
        &self,
        document: u64,
        frame: FrameId,
        request: FramePermissionRequest,
    ) -> Pin<Box<dyn Future<Output = PermissionAnswer>>>;

    /// Asks a document about a window that a page in one of its frames opens.
    fn ask_new_window(
        &self,
        document: u64,
        frame: FrameId,
        window: NewWindow,
    ) -> Pin<Box<dyn Future<Output = NewWindowAnswer>>>;

    /// Saves a download where the user says, or gives it up.
    fn save<'a>(&self, download: &'a Download, name: &'a str) -> Pin<Box<dyn Future<Output = ()> + 'a>>;
}

/// All frames of a window.
pub(crate) struct Frames {
    stage: Stage,
    sessions: Rc<Sessions>,
    near: Rc<NearFilters>,
    warm: Warm,
    turns: Rc<Turns>,
    guests: RefCell<HashMap<FrameKey, Rc<Guest>>>,
    /// The number of the window that a page in a frame opened last.
    last_window: Cell<u32>,
    page: Rc<dyn Page>,
    activity: Rc<Activity>,
    /// The documents that want to know whether somebody uses the app.
    idle_followers: RefCell<HashMap<u64, Rc<Follower>>>,
    /// Tells when the system is short of memory.
    memory: gio::MemoryMonitor,
}

/// A frame as the page wants it.
pub(crate) struct Wanted {
    /// Where its data is kept.
    pub(crate) partition: String,
    /// Where it goes, as given.
    pub(crate) url: Option<String>,
    /// Whether no other frame is to be in its process.
    pub(crate) own_process: bool,
    /// How large it will be, where that is known.
    pub(crate) size: Option<FrameSize>,
    /// Whether it does not go there by itself.
    pub(crate) waits: bool,
    /// What its pages say they are, if it is not what they are.
    pub(crate) user_agent: Option<String>,
}

/// How frames are made.
#[derive(Clone)]
pub(crate) struct FrameOptions {
    /// What keeps their data, for all windows of the app.
    pub(crate) sessions: Rc<Sessions>,
    /// What keeps their pages from near addresses.
    pub(crate) near: Rc<NearFilters>,
    /// What the user does in any window of the app.
    pub(crate) activity: Rc<Activity>,
    /// The context of embedded content.
    pub(crate) context: WebContext,
    /// Whether WebDriver may look into them.
    pub(crate) automation: bool,
    /// Whether the inspector may.
    pub(crate) developer: bool,
    /// Whether their console goes to standard output.
    pub(crate) console: bool,
    /// Whether their camera and microphone are made up.
    pub(crate) mock_devices: bool,
}

impl Frames {
    /// No frames yet.
    pub(crate) fn new(stage: &Stage, options: FrameOptions, page: Rc<dyn Page>) -> Rc<Self> {
        let settings = contexts::frame_settings(options.developer);
        settings.set_enable_write_console_messages_to_stdout(options.console);
        settings.set_enable_mock_capture_devices(options.mock_devices);
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
            activity: options.activity,
            idle_followers: RefCell::default(),
            last_window: Cell::default(),
            page,
            memory: gio::MemoryMonitor::dup_default(),
        });
        frames.sessions.add_taker(Rc::downgrade(&frames));
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

    /// Makes a frame whose turn it is. One that waits does not go to its URL by itself.
    ///
    /// # Errors
    /// A partition that cannot be used; too many frames.
    pub(crate) fn create(self: &Rc<Self>, key: FrameKey, wanted: &Wanted) -> Result<(), DomError> {
        if self.sessions.frames() >= MOST {
            return Err(DomError::new(
                DomErrorName::QuotaExceededError,
                format!("The app has {MOST} frames already."),
            ));
        }
        let partition: Partition = wanted
            .partition
            .parse()
            .map_err(|error: insula_frame::InvalidPartition| {
                DomError::new(DomErrorName::TypeError, error.to_string())
            })?;
        let session = self
            .sessions
            .of(&partition)
            .map_err(|error| DomError::new(DomErrorName::OperationError, error.to_string()))?;
        let url = wanted.url.as_deref();
        let companion = url
            .filter(|_| !wanted.own_process)
            .and_then(Site::of)
            .and_then(|site| self.companion(&partition, &site));
        let view = match companion {
            Some(companion) => self.warm.make_beside(companion.view(), &session),
            None => self.warm.take(&partition, &session),
        };
        let guest = self.put(key, &partition, &session, wanted.own_process, view, wanted.size);
        // The first request says it already.
        if let Some(user_agent) = &wanted.user_agent {
            guest.say_user_agent(user_agent);
        }
        match url {
            Some(url) if wanted.waits => guest.expect(url),
            Some(url) => guest.navigate(url),
            None => {}
        }
        // With more on their way, one that is kept ready would only take its time from them.
        if !self.turns.are_others_coming(key) {
            self.warm.prepare_soon(&partition, &self.sessions);
        }
        Ok(())
    }

    /// Puts a frame with a view among the others.
    fn put(
        self: &Rc<Self>,
        key: FrameKey,
        partition: &Partition,
        session: &NetworkSession,
        own_process: bool,
        view: FrameView,
        size: Option<FrameSize>,
    ) -> Rc<Guest> {
        self.stage.add_frame(key, &view.widget, size);
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
                rules: self.near.rules().clone(),
                page: self.page.clone(),
                frames: Rc::downgrade(self),
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
        self.sessions.enter(partition);
        self.guests.borrow_mut().insert(key, guest.clone());
        guest
    }

    /// Whether a page in one of them may know where the device is.
    pub(crate) fn may_know_position(&self) -> bool {
        self.guests.borrow().values().any(|guest| guest.may_know_position())
    }

    /// Takes a download of one of them; answers whether it is.
    fn take(&self, download: &Download) -> bool {
        let view = download.web_view();
        let guests = self.guests.borrow();
        let guest = guests.values().find(|guest| Some(guest.view()) == view.as_ref());
        guest.inspect(|guest| guest.download(download)).is_some()
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
        guest.close(
            self.shares_process(&guest),
            self.sessions.end_with_next(&guest.partition),
        );
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
        self.idle_followers.borrow_mut().remove(&document);
        let keys = self.of_document(document);
        for key in &keys {
            self.remove(*key);
        }
        if !keys.is_empty() && !self.warm.is_ready() {
            self.warm_up();
        }
    }

    /// Calls back when nobody has used the app for some time, and when somebody does again, for a document; without a time
    /// never.
    pub(crate) fn follow_app(&self, document: u64, interval: Option<Duration>, changed: impl Fn(bool) + 'static) {
        let follower = interval.map(|interval| self.activity.follow(interval, changed));
        let mut followers = self.idle_followers.borrow_mut();
        match follower {
            Some(follower) => _ = followers.insert(document, follower),
            None => _ = followers.remove(&document),
        }
    }

    /// The origins of what is shown, each once.
    pub(crate) fn origins(&self) -> Vec<String> {
        let guests = self.guests.borrow();
        let origins: BTreeSet<String> = guests.values().filter_map(|guest| guest.seen_origin()).collect();
        origins.into_iter().collect()
    }

    /// The views of all that are there, with the origin of what each shows.
    pub(crate) fn views(&self) -> Vec<(webkit6::WebView, String)> {
        let guests = self.guests.borrow();
        let views = guests
            .values()
            .map(|guest| (guest.view().clone(), guest.seen_origin().unwrap_or_default()));
        views.collect()
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

    /// Takes from the pages of a document's frames what the app does not have any more.
    pub(crate) fn permissions_changed(&self, document: u64) {
        for guest in self.of_document(document).iter().filter_map(|key| self.of(*key).ok()) {
            guest.permissions_changed();
        }
    }

    /// What the pages of a document's frames may load has changed; those that are at addresses that are no longer allowed
    /// are left.
    pub(crate) fn addresses_changed(&self, document: u64, is_refused: impl Fn(AddressSpace) -> bool) {
        for key in self.of_document(document) {
            if let Ok(guest) = self.of(key) {
                guest.follow_addresses();
                guest.leave_if(&is_refused);
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
