//! The order of things when an app starts.

use super::instance::{self, TakeError};
use super::{automation, console, leftovers, signals, watch};
use crate::app::App;
use crate::app_view::AppView;
use crate::content::{contexts, extension};
use crate::frames::{Making, Sessions, persistent_session};
use crate::host::Host;
use crate::windows::{AppWindow, Engine, Windows, icon, window};
use crate::{ask, environment};
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use insula_net::{Broker, BrokerOptions};
use insula_permissions::{Authority, PolicyFolders};
use std::cell::Cell;
use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use webkit6::LoadEvent;
use webkit6::prelude::*;

/// How an app is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The path of the app to open instead of its start page.
    pub path: Option<String>,
    /// Let WebDriver drive it.
    pub automation: bool,
    /// Write its console to standard output.
    pub console: bool,
    /// It is run from a developer's folder: the inspector is available.
    pub developer: bool,
    /// Where the organisation's policies are.
    pub policy: PolicyFolders,
}

/// Why an app does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// There is no display to open a window on: the user's session is none, or not the right one.
    #[error("there is no display to open a window on")]
    NoDisplay,
    /// It runs already.
    #[error("the app is already running{}", .0.map_or_else(String::new, |process| format!(" (process {process})")))]
    AlreadyRunning(Option<u32>),
    /// A part of the installation is missing.
    #[error(transparent)]
    Extension(#[from] extension::ExtensionError),
    /// The storage folder cannot be used: it is full, or not writable.
    #[error("the app's storage in {} cannot be used: {source}", path.display())]
    Storage {
        /// Which folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The system has no threads or descriptors left.
    #[error("the runtime cannot start: {0}")]
    System(io::Error),
}

/// Runs an app until its last window closes, or a signal asks it to end.
///
/// # Errors
/// It could not be started; see [`RunError`].
///
/// # Safety
/// Must be called before any other thread is started: the environment is set for GTK and WebKit.
#[expect(unsafe_code, reason = "see environment::prepare")]
pub unsafe fn run(app: App, authority: Authority, options: Options) -> Result<(), RunError> {
    let storage = app.storage.clone();
    let storage_error = |source| RunError::Storage {
        path: storage.clone(),
        source,
    };
    let _instance = instance::take(&app.storage).map_err(|error| match error {
        TakeError::Running(process) => RunError::AlreadyRunning(process),
        TakeError::Io(source) => storage_error(source),
    })?;
    let extensions = extension::find()?;
    // SAFETY: as the caller promises.
    unsafe { environment::prepare() };
    let _captured = options
        .console
        .then(console::capture)
        .transpose()
        .map_err(RunError::System)?;
    if let Err(error) = insula_net::limits::raise_descriptor_limit() {
        tracing::warn!("the app can have fewer sockets than it should: {error}");
    }
    window::name_process(&app);
    gtk::init().map_err(|_| RunError::NoDisplay)?;
    icon::set_for_all_windows(&app);
    let broker = Broker::start(BrokerOptions::default()).map_err(RunError::System)?;
    let session = persistent_session(&app.storage.join("app")).map_err(storage_error)?;

    let (app, authority) = (Rc::new(app), Arc::new(authority));
    let main_loop = glib::MainLoop::new(None, false);
    let signals = signals::end(&main_loop);
    let context = contexts::for_app(&app, &authority, &extensions, options.automation);
    let settings = {
        let (developer, console, automation) = (options.developer, options.console, options.automation);
        move || {
            let settings = contexts::app_settings(developer);
            settings.set_enable_write_console_messages_to_stdout(console);
            // A test asks for a camera on machines that have none.
            settings.set_enable_mock_capture_devices(automation);
            settings
        }
    };
    let making = Making {
        sessions: Rc::new(Sessions::new(&app, options.console).map_err(storage_error)?),
        // WebDriver sees one context only: under automation the frames share the app's.
        context: if options.automation {
            context.clone()
        } else {
            contexts::for_frames()
        },
        automation: options.automation,
        developer: options.developer,
        console: options.console,
    };
    let engine = Engine {
        context: context.clone(),
        session,
        settings: Box::new(settings),
        automation: options.automation,
        making,
    };
    let quit = main_loop.clone();
    let windows = Windows::new(&app, &authority, broker.clone(), engine, move || quit.quit());
    let watcher = watch::start(&app, &windows, &authority, broker, options.policy.clone()).map_err(RunError::System)?;
    {
        // The first window lives as long as it is open, like all of them.
        let first = windows.open();
        if options.automation {
            let (app, windows) = (app.clone(), Rc::downgrade(&windows));
            let open = move || {
                let window = windows.upgrade()?.open();
                show(&window, &app.url(None));
                Some(window.view.clone())
            };
            automation::serve(&context, &first.view, open, &main_loop);
        }
        warm_up_after_first_load(&first.view, &app, &first.host);
        show(&first, &app.url(options.path.as_deref()));
        ask::show_first_run(&first.prompts);
    }
    main_loop.run();
    drop(signals);
    // The user has seen the question go: the answer is kept.
    while windows.is_writing() {
        glib::MainContext::default().iteration(true);
    }
    drop(watcher);
    windows.close_all();
    leftovers::remove();
    Ok(())
}

fn show(window: &AppWindow, url: &str) {
    window.view.load_uri(url);
    window.window.present();
    window.view.grab_focus();
}

/// Makes a view ready for the first frame, once the app itself has loaded.
fn warm_up_after_first_load(view: &AppView, app: &Rc<App>, host: &Rc<Host>) {
    if !app.features.has("controlled-frame") {
        return;
    }
    let warm = Cell::new(false);
    let host = Rc::downgrade(host);
    view.connect_load_changed(move |_, event| {
        if event == LoadEvent::Finished
            && !warm.replace(true)
            && let Some(host) = host.upgrade()
        {
            host.frames().warm_up();
        }
    });
}
