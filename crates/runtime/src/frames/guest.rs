//! One frame: its view, and what stands between the view and the app.
//!
//! What the frame shows is known by [`Navigable`] alone. Here the engine's signals are put into it, and what comes out is
//! carried out. Each concern has a file of its own:
//!
//! * `signals`: what the engine tells of loads.
//! * `menu`: its menu, with the app's items; `keyboard_menu`: the one that is opened by the keyboard.
//! * `navigation`: where the app sends the frame, and where its pages may go.
//! * `messages`: what the app and its page say to each other.
//! * `scripts`: the app's scripts in it, which `courier` takes there; `content_scripts`: those of all its pages.
//! * `styles`: the app's style sheets in it.
//! * `activity`: whether somebody uses it.
//! * `audio`: what is heard of it.
//! * `zoom`: how much the app has zoomed it.
//! * `fit`: how it and its content fit each other.
//! * `capture`: pictures of it.
//! * `data`: what its partition keeps.
//! * `dialogs`: what its pages ask whoever sits in front of the screen.
//! * `permissions`: what its pages ask of the device, and of the desktop; `full_screen` and `downloads` likewise.
//! * `windows`: what its pages open.
//! * `console`: what its pages write to their console.
//! * `process`: the process of its pages, how it ends, and whether it answers.
//! * `focus`: the keyboard, in and out; `accessible`: what somebody learns of it who cannot see it.
//! * `find`: what the app looks for in its page.
//! * `print`: its page on paper; `user_agent`: what it says it is.

mod accessible;
mod activity;
mod audio;
mod capture;
mod console;
mod content_scripts;
mod courier;
mod data;
mod dialogs;
mod downloads;
#[cfg(test)]
mod engine_tests;
mod find;
mod fit;
mod focus;
mod full_screen;
mod keyboard_menu;
mod menu;
mod messages;
mod navigation;
mod permissions;
mod print;
mod process;
mod scripts;
mod signals;
mod styles;
mod user_agent;
mod windows;
mod zoom;

pub(super) use courier::{WORLD as APPS_WORLD, prepare as prepare_for_scripts, release as release_scripts};
pub(crate) use scripts::{Execution, ScriptError};
pub(super) use windows::Opened;
pub(super) use zoom::Zooms;

use super::kept::{Kept, ShownSites};
use super::near::Near;
use super::site::Site;
use super::{Frames, Page, ending, warm};
use crate::content::flood;
use crate::guard;
use crate::stage::{FrameKey, Stage};
use accessible::Label;
use activity::Use;
use console::Said;
use content_scripts::ContentScripts;
use courier::Courier;
use dialogs::Dialogs;
use find::Finding;
use fit::Fitting;
use full_screen::FullScreen;
use gtk4::glib;
use insula_bridge::FrameEvent;
use insula_frame::{Effect, Happened, Navigable, NetError, Partition};
use insula_vocabulary::FrameRules;
use menu::ContentMenu;
use messages::Messages;
use navigation::{Asked, Step};
use permissions::Permissions;
use process::Process;
use scripts::{FirstDocument, UnderWay};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use styles::Styles;
use webkit6::prelude::*;
use webkit6::{NetworkSession, UserContentManager, WebView};
use windows::Windows;
use zoom::Zoom;

/// What a frame is in.
pub(super) struct Surroundings {
    /// Where its view lies.
    pub(super) stage: Stage,
    /// What its session keeps.
    pub(super) kept: Rc<Kept>,
    /// What the app has zoomed by, whichever frame shows it.
    pub(super) zooms: Rc<Zooms>,
    /// What the app's manifest says that it may show.
    pub(super) rules: FrameRules,
    /// The page that it is in.
    pub(super) page: Rc<dyn Page>,
    /// The other frames.
    pub(super) frames: Weak<Frames>,
}

/// A frame.
pub(crate) struct Guest {
    key: FrameKey,
    pub(super) partition: Partition,
    /// Held so that the session lives as long as the frame.
    _session: NetworkSession,
    kept: Rc<Kept>,
    shown_sites: ShownSites,
    /// Whether no other frame is to be in its process.
    own_process: bool,
    view: WebView,
    content: UserContentManager,
    stage: Stage,
    near: Near,
    navigable: RefCell<Navigable>,
    /// What the app asked for and the engine has not begun.
    asked: Asked,
    /// Whether somebody looks for pages that keep such a load from its end.
    is_begun_followed: Cell<bool>,
    step: Step,
    /// Where a page was last kept from going, or what was not shown of what a server sent, and why.
    kept_from: RefCell<Option<(String, NetError)>>,
    /// Where a load was last led by its server that the manifest does not list.
    not_listed: RefCell<Option<String>>,
    first_document: FirstDocument,
    courier: Courier,
    /// What the app wants done in the page and has not been.
    under_way: UnderWay,
    content_scripts: ContentScripts,
    styles: Styles,
    fitting: Fitting,
    in_use: Use,
    menu: ContentMenu,
    /// How many pictures are being made of it.
    pictures: Cell<u32>,
    zoom: Zoom,
    zooms: Rc<Zooms>,
    last_resource: Cell<u64>,
    /// Whether it will be looked for a step within the document in this turn.
    is_looking: Cell<bool>,
    process: Process,
    messages: Messages,
    permissions: Permissions,
    full_screen: FullScreen,
    windows: Windows,
    dialogs: Dialogs,
    said: Said,
    label: Label,
    finding: Finding,
    page: Rc<dyn Page>,
    frames: Weak<Frames>,
}

/// A frame that was taken back, and with it its process unless other frames are in there. Its page, if there still is one,
/// ends when this is dropped.
pub(super) struct CutOff {
    view: WebView,
    has_page: bool,
}

impl CutOff {
    pub(super) fn new(guest: Rc<Guest>, is_shared: bool) -> Self {
        let view = guest.view.clone();
        guest.forget();
        // Nobody is to hear of what comes now.
        drop(guest);
        // WebDriver ends its session with the process.
        let has_page = is_shared || view.is_controlled_by_automation();
        if !has_page {
            view.terminate_web_process();
        }
        Self { view, has_page }
    }
}

impl Drop for CutOff {
    fn drop(&mut self) {
        if self.has_page {
            ending::now(&self.view);
        }
    }
}

impl Guest {
    pub(super) fn new(
        key: FrameKey,
        partition: Partition,
        session: NetworkSession,
        own_process: bool,
        view: warm::FrameView,
        Surroundings {
            stage,
            kept,
            zooms,
            rules,
            page,
            frames,
        }: Surroundings,
    ) -> Rc<Self> {
        let guest = Rc::new(Self {
            key,
            partition,
            _session: session,
            shown_sites: ShownSites::new(kept.clone()),
            kept,
            own_process,
            view: view.widget.clone(),
            content: view.scripts.clone(),
            stage,
            near: view.near.clone(),
            navigable: RefCell::new(Navigable::new(rules)),
            asked: Asked::default(),
            is_begun_followed: Cell::new(false),
            step: Step::default(),
            kept_from: RefCell::default(),
            not_listed: RefCell::default(),
            first_document: FirstDocument::default(),
            courier: Courier::default(),
            under_way: UnderWay::default(),
            content_scripts: ContentScripts::default(),
            styles: Styles::default(),
            fitting: Fitting::default(),
            in_use: Use::default(),
            menu: ContentMenu::default(),
            pictures: Cell::new(0),
            zoom: Zoom::default(),
            zooms,
            last_resource: Cell::new(0),
            is_looking: Cell::new(false),
            process: Process::default(),
            messages: Messages::default(),
            permissions: Permissions::default(),
            full_screen: FullScreen::default(),
            windows: Windows::default(),
            dialogs: Dialogs::default(),
            said: Said::default(),
            label: Label::default(),
            finding: Finding::default(),
            page,
            frames,
        });
        let (sent, ended) = (Rc::downgrade(&guest), Rc::downgrade(&guest));
        flood::end_on(
            &guest.view,
            move |url| sent.upgrade().is_some_and(|guest| guest.asked.is_to(url)),
            move || {
                if let Some(guest) = ended.upgrade() {
                    guest.process.end();
                }
            },
        );
        guest.near.lay_lasting();
        guest.follow_addresses();
        guest.follow_loads();
        guest.follow_process();
        guest.follow_reports(&view);
        guest.follow_couriers(&view);
        guest.decide_navigation();
        guest.answer_dialogs();
        guest.answer_permissions();
        guest.follow_full_screen();
        guest.follow_windows();
        guest.follow_focus();
        guest.follow_title();
        guest.follow_finds();
        guest.follow_audio();
        guest.follow_menus();
        guest.follow_menu_keys();
        guest.zooms.follow(&guest);
        guest
    }

    /// Tells that the frame does not get, or keep, its document.
    pub(super) fn abort(&self) {
        let (url, error) = (self.uri(), NetError::AccessDenied);
        self.tell(insula_frame::refused(&url, error));
    }

    /// Calls back when WebDriver closes the frame. A page that closes itself is not told apart from that; without WebDriver
    /// the app is told, and nothing is closed.
    pub(super) fn connect_close(self: &Rc<Self>, closed: impl Fn() + 'static) {
        if self.view.is_controlled_by_automation() {
            self.view.connect_close(move |_| guard("close", (), &closed));
        } else {
            self.view
                .connect_close(self.on(|guest: &Rc<Self>| guest.tell(FrameEvent::Close)));
        }
    }

    /// Its number, and its document's.
    pub(super) fn key(&self) -> FrameKey {
        self.key
    }

    /// The frame's view.
    pub(super) fn view(&self) -> &WebView {
        &self.view
    }

    /// The site that the frame is sent to, or else shows.
    pub(super) fn site(&self) -> Option<Site> {
        match self.asked.url() {
            Some(url) => Site::of(&url),
            None => Site::of(self.navigable.borrow().url()),
        }
    }

    /// Whether a page of a site belongs in this frame's process.
    pub(super) fn shares_process_of(&self, partition: &Partition, site: &Site) -> bool {
        !self.own_process && self.partition == *partition && self.site().as_ref() == Some(site)
    }

    /// Ends the frame's web page, and its process unless other frames are in there.
    pub(super) fn close(&self, is_shared: bool, is_last: bool) {
        self.forget();
        // Without a document there is no script that could keep the process busy.
        if self.view.is_controlled_by_automation() || self.is_held() {
            // WebDriver closes one window after the other, and asks each time which are left. And of the name of a window
            // that nobody shows another can be opened at once.
            ending::now(&self.view);
        } else if self.navigable.borrow().url().is_empty() {
            self.view.try_close();
        } else if is_last {
            ending::end_process(&self.view);
        } else {
            ending::end(&self.view, is_shared);
        }
    }

    fn forget(&self) {
        self.give_screen_back();
        self.asked.forget();
        self.step.done();
        self.first_document.open();
        self.courier.close();
        self.finding.end();
        self.near.close();
        warm::release(&self.content);
    }

    /// Puts in what happened, and carries out what is to be done about it.
    fn happened(self: &Rc<Self>, happened: Happened) {
        let effects = self.navigable.borrow_mut().step(happened);
        for effect in effects {
            self.carry_out(effect);
        }
    }

    fn carry_out(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Tell(event) => self.tell(event),
            Effect::DocumentEnded => {
                self.give_screen_back();
                self.forget_permissions();
                self.courier.end();
                self.styles.end(&self.content);
                self.messages.end();
                self.finding.end();
                self.menu.page_ended();
            }
            Effect::Ready => self.first_document.open(),
            // The signal that it came with knows the resource.
            Effect::Follow(_) => {}
            Effect::ShowErrorPage { url, error } => {
                let page = message_page("This page cannot be shown.", error.reason());
                self.view.load_alternate_html(&page, &url, None);
            }
            Effect::ShowGonePage { url } => {
                let page = message_page("This page has stopped working.", "Reload it to see it again.");
                let view = self.view.clone();
                // The engine is not done with the process yet.
                glib::idle_add_local_once(move || view.load_alternate_html(&page, &url, None));
            }
            Effect::LoadBlank => self.load("about:blank"),
            Effect::LoadAgain { url } => self.view.load_uri(&url),
            Effect::Ask => self.asked.ask(&self.view),
            Effect::Stop => self.view.stop_loading(),
        }
    }

    fn tell(&self, event: FrameEvent) {
        // What ends while another document is on its way is the load of the page that the step leaves.
        let is_done = match &event {
            FrameEvent::LoadCommit { .. } => true,
            FrameEvent::LoadAbort { url, .. } => !self.navigable.borrow().is_asked() || self.asked.is_to(url),
            FrameEvent::LoadStop => {
                let navigable = self.navigable.borrow();
                !navigable.is_asked() && !navigable.is_provisional()
            }
            _ => false,
        };
        if is_done {
            self.step.done();
        }
        let (document, frame) = self.key;
        self.page.tell(document, frame, event);
    }

    fn uri(&self) -> String {
        self.view.uri().map(String::from).unwrap_or_default()
    }

    /// A signal handler with one argument that holds the guest weakly.
    fn with<V, A>(self: &Rc<Self>, handler: impl Fn(&Rc<Self>, A) + 'static) -> impl Fn(&V, A) + 'static {
        let weak: Weak<Self> = Rc::downgrade(self);
        move |_, argument| {
            guard("a frame's signal", (), || {
                if let Some(guest) = weak.upgrade() {
                    handler(&guest, argument);
                }
            });
        }
    }

    /// The same without an argument.
    fn on<V>(self: &Rc<Self>, handler: impl Fn(&Rc<Self>) + 'static) -> impl Fn(&V) + 'static {
        let weak: Weak<Self> = Rc::downgrade(self);
        move |_| {
            guard("a frame's signal", (), || {
                if let Some(guest) = weak.upgrade() {
                    handler(&guest);
                }
            });
        }
    }
}

/// A page of the runtime's own, in place of one that is not there. Neither text is a stranger's.
fn message_page(what: &str, more: &str) -> String {
    format!(
        "<!doctype html><meta charset=utf-8><title>{more}</title><body style='font:16px sans-serif;margin:2em'>\
         <p>{what}<p>{more}"
    )
}
