//! The order of things when an app starts.

use super::instance::{self, Instance};
use super::upkeep::Upkeep;
use super::{Session, console, leftovers, reload, signals};
use crate::app::App;
use crate::content::{extension, look};
use crate::control::client::ControlError;
use crate::control::{Command, Commanded, bus, socket};
use crate::desktop;
use crate::environment::Prepared;
use crate::launches::{self, Launch, LaunchError, Purpose};
use crate::sandbox::{self, SandboxError};
use crate::windows::{icon, window};
use gtk4::glib;
use insula_permissions::{Authority, PolicyFolders};
use insula_vocabulary::Compatibility;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// How an app is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// What it is started for.
    pub purpose: Purpose,
    /// Let WebDriver drive it, under this name of a browser.
    pub automation: Option<String>,
    /// Write its console to standard output.
    pub console: bool,
    /// Give its pages, and those of its frames, a camera and a microphone that the engine makes up.
    pub mock_devices: bool,
    /// It is run from a developer's folder: the inspector is available.
    pub developer: bool,
    /// Whose answers its frames give.
    pub compatibility: Compatibility,
    /// Where the organisation's policies are.
    pub policy: PolicyFolders,
    /// How it is kept up to date; not at all, where it is run from a developer's folder.
    pub upkeep: Option<Upkeep>,
    /// The folder whose changes have the app loaded again.
    pub watched: Option<PathBuf>,
    /// The command that installs the app, which is not installed: its window offers that.
    pub installer: Option<Vec<OsString>>,
}

impl Options {
    /// An app that is run as any other, under the policies in these folders.
    pub fn new(policy: PolicyFolders) -> Self {
        Self {
            policy,
            purpose: Purpose::Start,
            automation: None,
            console: false,
            mock_devices: false,
            developer: false,
            compatibility: Compatibility::None,
            upkeep: None,
            watched: None,
            installer: None,
        }
    }
}

/// Why an app does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// There is no display to open a window on: the user's session is none, or not the right one.
    #[error("there is no display to open a window on")]
    NoDisplay,
    /// The app runs already, and a console, WebDriver or devices that are made up, which were asked for, can only be had
    /// from its start on.
    #[error("the app is already running{}: a console, WebDriver and mock devices can be had from its start on only", number(.0))]
    AlreadyRunning(Option<u32>),
    /// It runs already, and does not open what it is told to.
    #[error(
        "the app is already running{}, and cannot be brought to the front: {source}",
        number(process)
    )]
    Unreachable {
        /// As which process, when it is known.
        process: Option<u32>,
        /// Why.
        source: ControlError,
    },
    /// What is to be opened instead of the start page is nothing that the app opens.
    #[error(transparent)]
    Launch(#[from] LaunchError),
    /// A part of the installation is missing.
    #[error(transparent)]
    Extension(#[from] extension::ExtensionError),
    /// WebKit could start none of its processes.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The storage folder cannot be used: it is full, or not writable.
    #[error("the app's storage in {} cannot be used: {source}", path.display())]
    Storage {
        /// Which folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It ran, and the organisation has withdrawn it meanwhile, or trusts its key no more.
    #[error("{name} was closed: {source}")]
    NotTrusted {
        /// What the app is called.
        name: String,
        /// Why.
        source: Box<insula_apps::Error>,
    },
    /// The system has no threads or descriptors left.
    #[error("the runtime cannot start: {0}")]
    System(io::Error),
}

impl RunError {
    pub(super) fn storage(path: &Path, source: io::Error) -> Self {
        Self::Storage {
            path: path.to_owned(),
            source,
        }
    }
}

fn number(process: &Option<u32>) -> String {
    process.map_or_else(String::new, |process| format!(" (process {process})"))
}

/// Runs an app until its last window closes, a signal asks it to end, or the organisation does not trust it any more. Where it runs already, its window comes to the
/// front, with the page that is asked for, and there is nothing else to do.
///
/// # Errors
/// It could not be started, or had to end; see [`RunError`].
pub fn run(_: &Prepared, app: App, authority: Authority, options: &Options) -> Result<(), RunError> {
    let launches = launches::of(&app, &options.purpose)?;
    launches.iter().try_for_each(Launch::check_files)?;
    let command = handing_over(options);
    let Some(Instance { lock: _lock, listener }) = instance::take(&app.storage, command.as_ref())? else {
        return Ok(());
    };
    if let Some(upkeep) = &options.upkeep {
        upkeep.begun();
    }
    let extensions = extension::find()?;
    let sandbox = sandbox::Attempt::begin()?;
    let _captured = options
        .console
        .then(console::capture)
        .transpose()
        .map_err(RunError::System)?;
    if let Err(error) = insula_net::limits::raise_descriptor_limit() {
        tracing::warn!("the app can have fewer sockets than it should: {error}");
    }
    window::name_process(&app);
    desktop::start().map_err(|_| RunError::NoDisplay)?;
    sandbox.end()?;
    look::show_scrollbars();
    leftovers::remove();
    icon::set_for_all_windows(&app);
    let main_loop = glib::MainLoop::new(None, false);
    let signals = signals::end(&main_loop);
    let quit = {
        let main_loop = main_loop.clone();
        move || main_loop.quit()
    };
    let ended = quit.clone();
    let ended = move || {
        let ended = ended.clone();
        // Only when the main loop has nothing else to do: programs that command or watch the app are told first.
        glib::idle_add_local_full(glib::Priority::LOW, move || {
            ended();
            glib::ControlFlow::Break
        });
    };
    let session = Session::new(app, authority, &extensions, options, ended)?;
    listen(&(session.clone() as Rc<dyn Commanded>), listener);
    {
        let first = session.start(launches);
        if let Some(name) = &options.automation {
            session.automate(name, &first.view, quit);
        }
    }
    let _changes = options
        .watched
        .as_deref()
        .map(|folder| reload::on_change(folder, &session));
    main_loop.run();
    drop(signals);
    session.end();
    leftovers::remove();
    session.check_trusted()
}

/// What to tell the app where it runs already. What only an app's start can give cannot be handed over.
fn handing_over(options: &Options) -> Option<Command> {
    if options.automation.is_some() || options.console || options.mock_devices {
        return None;
    }
    let token = ["XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok())
        .filter(|token| !token.is_empty());
    Some(Command::Launch {
        purpose: options.purpose.clone(),
        token,
    })
}

/// Lets other programs command the app. It runs without them as well.
fn listen(session: &Rc<dyn Commanded>, listener: io::Result<std::os::unix::net::UnixListener>) {
    let served = listener
        .map_err(|error| error.to_string())
        .and_then(|listener| socket::serve(listener, session).map_err(|error| error.to_string()));
    if let Err(error) = served {
        tracing::warn!("other programs, also `insula`, cannot command the app: {error}");
    }
    bus::serve(session);
}
