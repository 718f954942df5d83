//! The windows of an app: the first one, and those that its pages open with `window.open`.
//!
//! They are one app: one process of the runtime, one storage, one grant, one broker. What each has of its own is what a
//! page is in: a view, the stage with its frames, the host of its documents, and the questions asked over it. A window
//! that a page opened shares that page's web process, so that the two can reach each other, as on the web.

mod closing;
mod downloads;
mod full_screen;
pub(crate) mod icon;
pub(crate) mod input;
mod links;
mod recover;
pub(crate) mod window;
mod zoom;

use crate::app::App;
use crate::app_view::AppView;
use crate::ask::{self, Prompts, Queue};
use crate::content::contexts;
use crate::frames::Making;
use crate::host::Host;
use crate::stage::Stage;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use insula_net::Broker;
use insula_permissions::Authority;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use webkit6::{NetworkSession, Settings, WebContext};

/// How long a window that a page opened may take until a page of the app is in it, which comes from this machine.
const GIVE_UP: Duration = Duration::from_secs(10);

/// What the views of an app are made with.
pub(crate) struct Engine {
    /// The context of the app's own pages.
    pub(crate) context: WebContext,
    /// Where they keep their storage.
    pub(crate) session: NetworkSession,
    /// How one of them is shown: each has settings of its own, which follow what its page may do.
    pub(crate) settings: Box<dyn Fn() -> Settings>,
    /// Whether WebDriver drives them.
    pub(crate) automation: bool,
    /// How frames in them are made.
    pub(crate) making: Making,
}

/// All windows of the running app.
pub(crate) struct Windows {
    app: Rc<App>,
    authority: Arc<Authority>,
    broker: Broker,
    engine: Engine,
    questions: Rc<Queue>,
    open: RefCell<Vec<Rc<AppWindow>>>,
    last_closed: Box<dyn Fn()>,
}

/// One window.
pub(crate) struct AppWindow {
    /// The window itself.
    pub(crate) window: gtk::Window,
    /// The app's page in it.
    pub(crate) view: AppView,
    /// Who answers that page.
    pub(crate) host: Rc<Host>,
    /// The questions asked over it.
    pub(crate) prompts: Rc<Prompts>,
}

impl Windows {
    /// No windows yet. `last_closed` is called when there are none any more.
    pub(crate) fn new(
        app: &Rc<App>,
        authority: &Arc<Authority>,
        broker: Broker,
        engine: Engine,
        last_closed: impl Fn() + 'static,
    ) -> Rc<Self> {
        let questions = Queue::new(app, authority);
        downloads::ask_where(&engine.session, questions.recent());
        Rc::new(Self {
            app: app.clone(),
            authority: authority.clone(),
            broker,
            engine,
            questions,
            open: RefCell::default(),
            last_closed: Box::new(last_closed),
        })
    }

    /// The app's first window, not yet shown.
    pub(crate) fn open(self: &Rc<Self>) -> Rc<AppWindow> {
        let view = glib::Object::builder()
            .property("web-context", &self.engine.context)
            .property("network-session", &self.engine.session)
            .property("settings", (self.engine.settings)())
            .property("user-content-manager", contexts::app_styles())
            .property("is-controlled-by-automation", self.engine.automation)
            .build();
        self.make(view)
    }

    /// A window for a page that a page of the app opens.
    ///
    /// Nobody says who asks for it: it may be a stranger's iframe in the app, whose windows the engine leaves empty when
    /// they are to show the app. So it is seen once a page of the app is in it, and given up when none comes.
    pub(crate) fn open_from(self: &Rc<Self>, opener: &AppView) -> AppView {
        let view: AppView = glib::Object::builder()
            .property("related-view", opener)
            .property("settings", (self.engine.settings)())
            .property("user-content-manager", contexts::app_styles())
            .build();
        let opened = self.make(view);
        let weak = Rc::downgrade(&opened);
        opened.host.once_proven(move || {
            if let Some(opened) = weak.upgrade() {
                window::resize_as_asked(&opened.window, &opened.view);
                opened.window.present();
                opened.view.grab_focus();
            }
        });
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

    /// Tells every document that what it may do has changed. Connections end by themselves (see [`crate::watch`]).
    pub(crate) fn permissions_changed(&self) {
        self.questions.recheck();
        let windows = self.open.borrow().clone();
        for window in windows {
            window.host.permissions_changed();
        }
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

    fn make(self: &Rc<Self>, view: AppView) -> Rc<AppWindow> {
        let stage = Stage::new(&view);
        let window = window::new(&self.app, &view);
        let prompts = Prompts::new(&self.questions, &window);
        let host = Host::new(
            &self.app,
            &view,
            &stage,
            &self.authority,
            &prompts,
            self.broker.clone(),
            self.engine.making.clone(),
        );
        full_screen::enable(&window, &stage, &self.app, &view, &host);
        window::set_menu(&window, {
            // The window owns the menu: it must not own the window.
            let prompts = Rc::downgrade(&prompts);
            move || {
                if let Some(prompts) = prompts.upgrade() {
                    ask::open_settings(&prompts);
                }
            }
        });
        links::follow(&view, &self.app, self, self.engine.automation);
        recover::watch(&view, &self.app);
        ask::answer_engine(&view, &host);
        let made = Rc::new(AppWindow {
            window,
            view,
            host,
            prompts,
        });
        let (windows, closing) = (Rc::downgrade(self), Rc::downgrade(&made));
        closing::follow(&made.window, &made.view, move || {
            if let (Some(windows), Some(closing)) = (windows.upgrade(), closing.upgrade()) {
                windows.close(&closing);
            }
        });
        self.open.borrow_mut().push(made.clone());
        made
    }

    fn close(&self, closing: &Rc<AppWindow>) {
        self.open.borrow_mut().retain(|open| !Rc::ptr_eq(open, closing));
        closing.end();
        if self.open.borrow().is_empty() {
            (self.last_closed)();
        }
    }
}

impl AppWindow {
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
    }
}
