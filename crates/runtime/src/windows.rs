//! The windows of an app: the first one, and those that its pages open with `window.open`.
//!
//! They are one app: one process of the runtime, one storage, one grant, one broker. What each has of its own is what a
//! page is in: a view, the stage with its frames, the host of its documents, and the questions asked over it. A window
//! that a page opened shares that page's web process, so that the two can reach each other, as on the web.

mod away;
mod closing;
mod dialogs;
mod downloads;
#[cfg(test)]
mod engine_tests;
pub(crate) mod failed;
mod full_screen;
pub(crate) mod icon;
mod in_use;
mod inspector;
mod kept_open;
mod links;
mod menu;
mod navigation;
mod offer;
pub(crate) mod picture;
mod recover;
mod theme;
pub(crate) mod window;
mod zoom;

use crate::app::App;
use crate::app_view::AppView;
use crate::ask::{self, Prompts, Queue};
use crate::badge::Badge;
use crate::content::media::MediaSources;
use crate::content::{flood, look};
use crate::control::{Event, Events, WindowState};
use crate::documents::Documents;
use crate::frames::{FrameOptions, end_page};
use crate::host::{Common, Host};
use crate::powerful_features::PowerfulFeatures;
use crate::powerful_features::positions::Positions;
use crate::stage::Stage;
use crate::writables::Writables;
use away::{Place, Whose};
pub(crate) use downloads::Downloads;
use gtk4 as gtk;
use gtk4::prelude::*;
use gtk4::{gio, glib};
use insula_net::page::AppNetwork;
use insula_permissions::Authority;
use links::Surroundings;
use picture::Picture;
use std::cell::{Cell, RefCell};
use std::ffi::OsString;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;
use webkit6::prelude::*;
use webkit6::{LoadEvent, NetworkSession, Settings, WebContext};

/// How long a window that a page opened may take until a page of the app is in it, which comes from this machine.
const GIVE_UP: Duration = Duration::from_secs(10);

/// What the views of an app are made with.
pub(crate) struct Engine {
    /// The context of the app's own pages.
    pub(crate) context: WebContext,
    /// Where they keep their storage.
    pub(crate) session: NetworkSession,
    /// What their media URLs stand for.
    pub(crate) media: Rc<MediaSources>,
    /// How one of them is shown: each has settings of its own, which follow what its page may do.
    pub(crate) settings: Box<dyn Fn() -> Settings>,
    /// Whether WebDriver drives them.
    pub(crate) automation: bool,
    /// The command that installs the app, where it is not installed.
    pub(crate) installer: Option<Vec<OsString>>,
    /// What looks for an update of it, where it has any: see [`menu`].
    pub(crate) update: Option<gio::SimpleAction>,
    /// How frames in them are made.
    pub(crate) frame_options: FrameOptions,
}

/// All windows of the running app.
pub(crate) struct Windows {
    app: Rc<App>,
    network: AppNetwork,
    engine: Engine,
    questions: Rc<Queue>,
    positions: Rc<Positions>,
    /// The same for what the app embeds, where that has a context of its own.
    frame_positions: Option<Rc<Positions>>,
    downloads: Rc<Downloads>,
    badge: Rc<Badge>,
    writables: Rc<Writables>,
    /// The one that the user was in last is at the end.
    open: RefCell<Vec<Rc<AppWindow>>>,
    events: Events,
    /// Whether the organisation had the app stay open when its policies could be read last.
    was_kept_open: Cell<bool>,
    last_number: Cell<u32>,
    last_closed: Box<dyn Fn()>,
}

/// One window.
pub(crate) struct AppWindow {
    /// A number that no other window of this run has.
    number: u32,
    /// The window itself.
    pub(crate) window: gtk::Window,
    /// The app's page in it.
    pub(crate) view: AppView,
    /// The documents of that page.
    documents: Rc<Documents>,
    /// Who answers them.
    pub(crate) host: Rc<Host>,
    /// The engine's features, as those documents may use them.
    features: Rc<PowerfulFeatures>,
    /// The questions asked over it.
    pub(crate) prompts: Rc<Prompts>,
    /// What it shows.
    pub(crate) picture: Picture,
    /// Where it is.
    place: Rc<Place>,
}

impl Windows {
    /// No windows yet. `last_closed` is called when there are none any more.
    pub(crate) fn new(
        app: &Rc<App>,
        authority: &Arc<Authority>,
        network: AppNetwork,
        engine: Engine,
        last_closed: impl Fn() + 'static,
    ) -> Rc<Self> {
        let questions = Queue::new(app, authority);
        let downloads = Downloads::new(questions.recent());
        downloads.follow(&engine.session);
        let frames = engine.frame_options.context.clone();
        let windows = Rc::new_cyclic(|windows: &Weak<Self>| Self {
            positions: Positions::give(&engine.context, {
                let (windows, has_frames) = (windows.clone(), frames == engine.context);
                let may_know = move |windows: Rc<Self>| {
                    windows.may_know_position() || has_frames && windows.may_frames_know_position()
                };
                move || windows.upgrade().is_some_and(&may_know)
            }),
            frame_positions: (frames != engine.context).then(|| {
                let windows = windows.clone();
                Positions::give(&frames, move || {
                    windows
                        .upgrade()
                        .is_some_and(|windows| windows.may_frames_know_position())
                })
            }),
            downloads,
            badge: Badge::new(&app.id),
            writables: Rc::default(),
            app: app.clone(),
            network,
            engine,
            questions,
            open: RefCell::default(),
            events: Events::default(),
            was_kept_open: Cell::new(kept_open::was(app)),
            last_number: Cell::default(),
            last_closed: Box::new(last_closed),
        });
        let weak = Rc::downgrade(&windows);
        windows
            .questions
            .set_uses(move || weak.upgrade().map_or_else(Vec::new, |windows| in_use::list(&windows)));
        windows
    }

    /// What happens in the windows.
    pub(crate) fn events(&self) -> &Events {
        &self.events
    }

    /// The badge of the app's icon.
    pub(crate) fn badge(&self) -> &Badge {
        &self.badge
    }

    /// All that the user sees, the one that the user was in last at the end.
    pub(crate) fn all(&self) -> Vec<Rc<AppWindow>> {
        let open = self.open.borrow();
        open.iter().filter(|open| open.window.is_visible()).cloned().collect()
    }

    /// The one that the user was in last.
    pub(crate) fn current(&self) -> Option<Rc<AppWindow>> {
        self.all().pop()
    }

    /// The app's first window, not yet shown.
    pub(crate) fn open(self: &Rc<Self>) -> Rc<AppWindow> {
        let view = glib::Object::builder()
            .property("web-context", &self.engine.context)
            .property("network-session", &self.engine.session)
            .property("settings", (self.engine.settings)())
            .property("user-content-manager", look::for_app())
            .property("is-controlled-by-automation", self.engine.automation)
            .build();
        let stage = Stage::new(&view);
        stage.hold_back(self.app.background());
        self.make(view, &stage, Whose::App)
    }

    /// A window for a page that a page of the app opens.
    ///
    /// The engine does not say which document asks for the window. It may be another origin's in an iframe, whose windows
    /// the engine leaves empty when they are to show the app. So the window is shown once a page of the app is in it, and
    /// closed when none comes.
    pub(crate) fn open_from(self: &Rc<Self>, opener: &AppView) -> AppView {
        let view: AppView = glib::Object::builder()
            .property("related-view", opener)
            .property("settings", (self.engine.settings)())
            .property("user-content-manager", look::for_app())
            .build();
        let stage = Stage::new(&view);
        let opened = self.make(view, &stage, self.whose(opener));
        let weak = Rc::downgrade(&opened);
        let is_first = Cell::new(true);
        opened.documents.connect_page(move || {
            if is_first.take()
                && let Some(opened) = weak.upgrade()
            {
                window::resize_as_asked(&opened.window, &opened.view);
                opened.window.present();
                opened.view.grab_focus();
            }
        });
        if self.app.identity.is_on_the_web() {
            // It may show another site, which browsers let any page open by a click.
            let weak = Rc::downgrade(&opened);
            opened.view.connect_ready_to_show(move |_| {
                if let Some(opened) = weak.upgrade() {
                    window::resize_as_asked(&opened.window, &opened.view);
                    opened.window.present();
                    opened.view.grab_focus();
                }
            });
        }
        let (windows, weak) = (Rc::downgrade(self), Rc::downgrade(&opened));
        glib::timeout_add_local_once(GIVE_UP, move || {
            if let (Some(windows), Some(opened)) = (windows.upgrade(), weak.upgrade())
                && !opened.window.is_visible()
            {
                windows.close(&opened);
            }
        });
        opened.view.clone()
    }

    /// Whose a page is that opens a window.
    fn whose(&self, opener: &AppView) -> Whose {
        let open = self.open.borrow();
        let window = open.iter().find(|window| window.view == *opener);
        match window.map(|window| (window.place.whose(), window)) {
            Some((Whose::App, window)) if window.documents.has_strangers() => Whose::Either,
            Some((whose, _)) => whose,
            // It is closing.
            None => Whose::Either,
        }
    }

    /// Whether the organisation has the app stay open. What was so holds on while its policies cannot be read.
    pub(crate) fn is_kept_open(&self) -> bool {
        let policy = self.questions.policy();
        match policy.knows_web_app_settings() {
            true => self.app.installed && policy.settings_of(&self.app.manifest.id).prevent_close,
            false => self.was_kept_open.get(),
        }
    }

    /// Notes whether it does, for the time while the next policies cannot be read.
    fn note_kept_open(&self) {
        let is_kept_open = self.is_kept_open();
        if self.was_kept_open.replace(is_kept_open) != is_kept_open {
            kept_open::note(&self.app, is_kept_open);
        }
    }

    /// Whether a window has to stay: it is the last of an app that the organisation has stay open.
    fn has_to_stay(&self, closing: &AppWindow) -> bool {
        self.all().iter().all(|open| open.number == closing.number) && self.is_kept_open()
    }

    /// Tells every document that what it may do has changed, and ends what it may not have any more. Connections have been
    /// looked after by then (see `session/watch.rs`).
    pub(crate) fn permissions_changed(&self) {
        self.note_kept_open();
        self.questions.recheck();
        let windows = self.open.borrow().clone();
        for window in windows {
            window.host.permissions_changed();
            window.features.end_refused();
        }
        self.positions.recheck();
        if let Some(positions) = &self.frame_positions {
            positions.recheck();
        }
    }

    /// Whether a page in a frame may know where the device is.
    fn may_frames_know_position(&self) -> bool {
        let open = self.open.borrow();
        open.iter().any(|window| window.host.frames().may_know_position())
    }

    /// Whether a page in any of them may know where the device is: the engine tells all that wait for it, and has let none
    /// wait without a yes.
    fn may_know_position(&self) -> bool {
        let open = self.open.borrow();
        open.iter().any(|window| window.features.may_know_position())
    }

    /// Whether a decision of the user is not on the disk yet.
    pub(crate) fn is_writing(&self) -> bool {
        self.questions.is_writing()
    }

    /// Closes what is still open: the app ends.
    pub(crate) fn close_all(&self) {
        for window in self.open.take() {
            window.end();
        }
    }

    /// Waits until nothing of a save that was broken off is left behind.
    pub(crate) fn wait_for_saves(&self) {
        self.writables.wait_for_end();
    }

    fn make(self: &Rc<Self>, view: AppView, stage: &Stage, opener: Whose) -> Rc<AppWindow> {
        let window = window::new(&self.app, &view);
        self.engine.frame_options.activity.watch(&window);
        let prompts = Prompts::new(&self.questions, &window);
        let documents = Documents::of(&view, &self.app, &self.network);
        let host = Host::new(
            &documents,
            stage,
            &prompts,
            Common {
                downloads: &self.downloads,
                badge: &self.badge,
                writables: &self.writables,
                media: &self.engine.media,
            },
            self.engine.frame_options.clone(),
        );
        documents.connect_page({
            let positions = Rc::downgrade(&self.positions);
            move || {
                if let Some(positions) = positions.upgrade() {
                    positions.recheck();
                }
            }
        });
        let features = PowerfulFeatures::follow(&documents, &prompts);
        let place = Place::of(&self.app, opener);
        full_screen::enable(
            &window,
            &offer::show(
                &self.app,
                self.engine.installer.as_deref(),
                away::tell(&place, &view, stage.clone().upcast()),
            ),
            &documents,
            &features,
        );
        // The window owns the menu: it must not own the window.
        let (asking, answering) = (Rc::downgrade(&prompts), Rc::downgrade(&host));
        let open_permissions = move || {
            if let Some(prompts) = asking.upgrade() {
                ask::open_settings(&prompts);
            }
        };
        let shown = move || {
            answering
                .upgrade()
                .map(|host| host.frames().origins())
                .unwrap_or_default()
        };
        menu::add(&window, open_permissions, shown, self.engine.update.as_ref());
        navigation::add(&window, &view, &self.app);
        theme::follow(&window, &documents, &place);
        let windows = Rc::downgrade(self);
        let open = move |opener: &AppView| Some(windows.upgrade()?.open_from(opener));
        let surroundings = Surroundings {
            open_window: Box::new(open),
            documents: Rc::downgrade(&documents),
            recent: self.questions.recent().clone(),
            automation: self.engine.automation,
        };
        links::follow(&view, &self.app, surroundings);
        flood::end_on(view.upcast_ref(), |_| false, || {});
        recover::watch(&view, &self.app);
        failed::follow(&view, self.app.name());
        dialogs::follow(&window, &view, &self.app);
        inspector::enable(&window, &view);
        self.last_number.set(self.last_number.get() + 1);
        let made = Rc::new(AppWindow {
            picture: Picture::follow(&window),
            place,
            number: self.last_number.get(),
            window,
            view,
            documents,
            host,
            features,
            prompts,
        });
        let (windows, staying) = (Rc::downgrade(self), Rc::downgrade(&made));
        let has_to_stay = move || {
            let both = windows.upgrade().zip(staying.upgrade());
            both.is_some_and(|(windows, staying)| windows.has_to_stay(&staying))
        };
        let (windows, closing) = (Rc::downgrade(self), Rc::downgrade(&made));
        let staying = Rc::downgrade(&made.host);
        let stayed = move || {
            if let Some(host) = staying.upgrade() {
                host.stays();
            }
        };
        closing::follow(&made.window, &made.view, &self.app, has_to_stay, stayed, move || {
            if let (Some(windows), Some(closing)) = (windows.upgrade(), closing.upgrade()) {
                windows.close(&closing);
            }
        });
        self.open.borrow_mut().push(made.clone());
        self.note_kept_open();
        self.follow(&made);
        made
    }

    /// Notes which window the user is in, and tells what happens in this one.
    fn follow(self: &Rc<Self>, made: &Rc<AppWindow>) {
        let number = made.number;
        let tell = {
            let windows = Rc::downgrade(self);
            move |event: Event| {
                if let Some(windows) = windows.upgrade() {
                    windows.events.tell(&event);
                }
            }
        };
        let (windows, this) = (Rc::downgrade(self), Rc::downgrade(made));
        made.window.connect_is_active_notify(move |window| {
            if let (Some(windows), Some(this)) = (windows.upgrade(), this.upgrade())
                && window.is_active()
            {
                let mut open = windows.open.borrow_mut();
                // It may be closing.
                if let Some(index) = open.iter().position(|open| Rc::ptr_eq(open, &this)) {
                    let this = open.remove(index);
                    open.push(this);
                }
            }
        });
        made.window.connect_realize({
            let tell = tell.clone();
            move |_| tell(Event::WindowOpened { window: number })
        });
        made.view.connect_load_changed({
            let tell = tell.clone();
            move |view, event| {
                if event == LoadEvent::Finished {
                    let url = view.uri().unwrap_or_default().into();
                    tell(Event::Loaded { window: number, url });
                }
            }
        });
        made.view
            .connect_web_process_terminated(move |_, _| tell(Event::PageDied { window: number }));
    }

    fn close(&self, closing: &Rc<AppWindow>) {
        self.open.borrow_mut().retain(|open| !Rc::ptr_eq(open, closing));
        // A window that was never shown was not told of either.
        if closing.window.is_realized() {
            self.events.tell(&Event::WindowClosed { window: closing.number });
        }
        closing.end();
        if self.open.borrow().is_empty() {
            (self.last_closed)();
        }
    }
}

impl AppWindow {
    /// What it shows.
    pub(crate) fn state(&self) -> WindowState {
        WindowState {
            window: self.number,
            title: self.window.title().unwrap_or_default().into(),
            url: self.view.uri().unwrap_or_default().into(),
            active: self.window.is_active(),
            loading: self.view.is_loading(),
        }
    }

    /// Ends everything that its documents have open, every question over it, and the page with its window.
    fn end(&self) {
        self.prompts.close();
        self.host.close();
        for window in gtk::Window::list_toplevels() {
            if let Ok(dialog) = window.downcast::<gtk::Window>()
                && dialog.transient_for().as_ref() == Some(&self.window)
            {
                dialog.destroy();
            }
        }
        self.window.destroy();
        // Whoever still refers to the view would keep its page: WebDriver lists the pages that are left, and closes them, too.
        self.view.unparent();
        end_page(self.view.upcast_ref());
    }
}
