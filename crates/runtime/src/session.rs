//! One running app: what it consists of, what it can be told to do, and what it tells.
//!
//! What is around it only commands it: the desktop's windows today, the bus and the socket of [`control`](crate::control).
//! [`launch`] has the order in which it comes to be.

mod automation;
mod console;
mod instance;
mod launch;
mod leftovers;
mod proxies;
mod reload;
mod signals;
mod source_groups;
mod suffixes;
mod trust;
mod upkeep;
mod watch;

pub use launch::{Options, RunError, run};
pub use upkeep::Upkeep;

use crate::app::App;
use crate::app_view::AppView;
use crate::ask;
use crate::content::contexts::{self, InitialPermissions};
use crate::content::media::MediaSources;
use crate::control::{Answer, Command, Commanded, Event, Refusal, State};
use crate::frames::{FrameOptions, NearFilters, Sessions, has_frames_in_markup, persistent_session};
use crate::launches::{self, Client, Launch, Purpose};
use crate::powerful_features;
use crate::windows::{AppWindow, Engine, Windows, window};
use gtk4::glib;
use gtk4::prelude::*;
use insula_net::http::CookieJar;
use insula_net::page::AppNetwork;
use insula_net::{AppId, Broker, BrokerOptions};
use insula_permissions::{Authority, Watcher};
use proxies::SystemProxies;
use source_groups::SystemSourceGroups;
use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use suffixes::SystemSuffixes;
use upkeep::Keeper;
use url::Url;
use webkit6::prelude::*;
use webkit6::{LoadEvent, WebContext};

/// An app that runs.
pub(crate) struct Session {
    app: Rc<App>,
    windows: Rc<Windows>,
    network: AppNetwork,
    authority: Arc<Authority>,
    context: WebContext,
    /// Notices what others change of its permissions.
    watcher: RefCell<Option<Watcher>>,
    upkeep: Option<Rc<Keeper>>,
}

impl Session {
    /// Everything that an app runs in, without a window yet. `ended` is called when its last window has closed.
    fn new(
        app: App,
        authority: Authority,
        extensions: &Path,
        options: &Options,
        ended: impl Fn() + Clone + 'static,
    ) -> Result<Rc<Self>, RunError> {
        let storage_error = |source| RunError::storage(&app.storage, source);
        let broker = Broker::start(BrokerOptions {
            proxies: Box::new(SystemProxies::read()),
            source_groups: Some(Arc::new(SystemSourceGroups)),
            ..BrokerOptions::default()
        })
        .map_err(RunError::System)?;
        let storage = persistent_session(&app.storage.join("app")).map_err(storage_error)?;
        let sessions = Sessions::new(&app.storage, options.console).map_err(storage_error)?;
        let (app, authority) = (Rc::new(app), Arc::new(authority));
        let automation = options.automation.is_some();
        let permissions = {
            let (app, authority) = (app.clone(), authority.clone());
            move || InitialPermissions {
                network_state: authority.network_state(&app.caller()),
                refused: powerful_features::refused(&app, &authority),
            }
        };
        let media = MediaSources::of(&app.identity);
        let context = contexts::for_app(&app, &media, &authority, extensions, options, permissions);
        let settings = {
            let (developer, console) = (options.developer, options.console);
            // A test asks for a camera on machines that have none.
            let mock_devices = automation || options.mock_devices;
            move || {
                let settings = contexts::app_settings(developer);
                settings.set_enable_write_console_messages_to_stdout(console);
                settings.set_enable_mock_capture_devices(mock_devices);
                settings
            }
        };
        let frame_options = FrameOptions {
            sessions: Rc::new(sessions),
            near: NearFilters::new(&app.storage, &app.manifest.frame_rules),
            activity: Rc::default(),
            // WebDriver sees one context only: under automation the frames share the app's.
            context: if automation {
                context.clone()
            } else {
                contexts::for_frames()
            },
            automation,
            developer: options.developer,
            console: options.console,
            mock_devices: options.mock_devices,
        };
        if app.features.has("controlled-frame") {
            frame_options.near.begin();
        }
        let upkeep = options.upkeep.clone().map(|upkeep| Keeper::new(upkeep, &app, &broker));
        let engine = Engine {
            context: context.clone(),
            session: storage,
            media,
            settings: Box::new(settings),
            automation,
            installer: options.installer.clone(),
            update: upkeep.as_ref().map(|upkeep| upkeep.action().clone()),
            frame_options,
        };
        let cookies = CookieJar::kept_in(app.storage.join("cookies"), Box::new(SystemSuffixes::read()));
        let network = AppNetwork::new(&broker, AppId::new(app.id.as_str()), cookies);
        let windows = Windows::new(&app, &authority, network.clone(), engine, ended.clone());
        let changed = {
            let (app, authority, windows) = (app.clone(), authority.clone(), Rc::downgrade(&windows));
            move || {
                let Some(windows) = windows.upgrade() else { return };
                match trust::check(&app, &authority.policy()) {
                    Ok(()) => windows.permissions_changed(),
                    Err(_) => {
                        // Neither the pages nor the user are asked.
                        windows.close_all();
                        ended();
                    }
                }
            }
        };
        let watcher =
            watch::start(&app, changed, &authority, broker, options.policy.clone()).map_err(RunError::System)?;
        Ok(Rc::new(Self {
            app,
            windows,
            network,
            authority,
            context,
            watcher: RefCell::new(Some(watcher)),
            upkeep,
        }))
    }

    /// Opens the app's first window, and one more for each further launch. Like every window, `windows` keeps them until
    /// they close.
    fn start(&self, launches: Vec<Launch>) -> Rc<AppWindow> {
        let mut launches = launches.into_iter();
        let first = self.windows.open();
        if let Some(launch) = launches.next() {
            warm_up(&first, &self.app, launch.url.as_str());
            show(&first, launch);
        }
        for launch in launches {
            show(&self.windows.open(), launch);
        }
        if let Some(upkeep) = &self.upkeep {
            upkeep.follow(&first.view);
        }
        if self.app.installed {
            ask::show_first_run(&first.prompts);
        }
        first
    }

    /// Lets WebDriver drive the app under a name, from its first window on.
    fn automate(&self, name: &str, first: &AppView, ended: impl Fn() + Clone + 'static) {
        let (app, windows) = (self.app.clone(), Rc::downgrade(&self.windows));
        let open = move || {
            let window = windows.upgrade()?.open();
            let launch = launches::of(&app, &Purpose::Start).ok()?.pop()?;
            show(&window, launch);
            Some(window.view.clone())
        };
        automation::serve(&self.context, name.to_owned(), first, open, ended);
    }

    /// Ends what is still open, once every answer that the user has given is written.
    fn end(&self) {
        while self.windows.is_writing() {
            glib::MainContext::default().iteration(true);
        }
        if let Some(upkeep) = &self.upkeep {
            upkeep.end();
        }
        self.watcher.take();
        self.windows.badge().clear();
        self.windows.close_all();
        self.windows.wait_for_saves();
        self.network.save();
    }

    /// Fails where the organisation does not trust the app any more.
    fn check_trusted(&self) -> Result<(), RunError> {
        trust::check(&self.app, &self.authority.policy())
    }

    /// Starts the app for something once more.
    fn launch(&self, purpose: &Purpose, token: Option<&str>) -> Result<(), Refusal> {
        let launches = launches::of(&self.app, purpose)?;
        // The same one for all of them, also once a window has opened for one.
        let current = self.current()?;
        let clients = launches::clients(&launches, self.app.manifest.client_mode);
        for (launch, client) in launches.into_iter().zip(clients) {
            let window = match client {
                Client::Shown => current.clone(),
                Client::Navigated => {
                    current.host.navigate(launch);
                    current.clone()
                }
                Client::Focused => {
                    current.host.focus(launch);
                    current.clone()
                }
                Client::New => {
                    let window = self.windows.open();
                    show(&window, launch);
                    window
                }
            };
            window::bring_to_front(&window.window, token);
        }
        Ok(())
    }

    fn current(&self) -> Result<Rc<AppWindow>, Refusal> {
        self.windows.current().ok_or(Refusal::NoWindow {})
    }

    fn state(&self) -> State {
        State {
            id: self.app.id.clone(),
            origin: self.app.origin.to_string(),
            name: self.app.name().to_owned(),
            version: self
                .app
                .manifest
                .version
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            process: std::process::id(),
            windows: self.windows.all().iter().map(|open| open.state()).collect(),
        }
    }

    fn screenshot(&self) -> Result<Vec<u8>, Refusal> {
        self.current()?.picture.png().ok_or(Refusal::NotPainted {})
    }
}

impl Commanded for Session {
    fn id(&self) -> &str {
        &self.app.id
    }

    fn events(&self) -> async_channel::Receiver<Event> {
        self.windows.events().subscribe()
    }

    fn perform(&self, command: Command) -> Result<Answer, Refusal> {
        match command {
            Command::State {} => return Ok(Answer::State(self.state())),
            Command::Screenshot {} => return self.screenshot().map(Answer::Screenshot),
            Command::Activate { token } => window::bring_to_front(&self.current()?.window, token.as_deref()),
            Command::Open { path, token } => self.launch(&Purpose::Page(path), token.as_deref())?,
            Command::Launch { purpose, token } => self.launch(&purpose, token.as_deref())?,
            Command::Reload {} => self.current()?.view.reload(),
            Command::Permissions {} => ask::open_settings(&self.current()?.prompts),
            Command::Close {} if self.windows.is_kept_open() => return Err(Refusal::KeptOpen {}),
            Command::Close {} => self.windows.all().iter().for_each(|open| open.window.close()),
        }
        Ok(Answer::Done)
    }
}

fn show(window: &AppWindow, launch: Launch) {
    window.host.navigate(launch);
    window.window.present();
    window.view.grab_focus();
}

/// Makes a view ready for the first frame: at once if it stands in the first page's markup, else once that has loaded.
fn warm_up(window: &AppWindow, app: &App, url: &str) {
    if !app.features.has("controlled-frame") {
        return;
    }
    let page = Url::parse(url).ok().and_then(|url| app.source.follow(&url).ok());
    if page.is_some_and(|page| has_frames_in_markup(&page.response)) {
        return window.host.frames().warm_up();
    }
    let warm = Cell::new(false);
    let host = Rc::downgrade(&window.host);
    window.view.connect_load_changed(move |_, event| {
        if event == LoadEvent::Finished
            && !warm.replace(true)
            && let Some(host) = host.upgrade()
        {
            host.frames().warm_up();
        }
    });
}
