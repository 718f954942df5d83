use std::ffi::{OsStr, OsString};
use std::path::Path;

use anyhow::{Context as _, Error, Result, bail};
use clap::Args;
use insula_apps::{AppSource, LaunchableApp, Start, Store};
use insula_delivery::Found;
use insula_permissions::{AppOrigin, PolicySet};
use insula_runtime::{App, Failed, Options, Prepared, Purpose, RunError, Upkeep};
use url::Url;

use super::Answer;
use crate::compatibility::{self, Choice};
use crate::context::Context;
use crate::delivery::Delivery;
use crate::target::url;
use crate::{advice, output};

/// Run an app
///
/// An app that is running comes to the front, with the page that is asked for.
///
/// A `.swbn` file is installed first, if it is not yet. A folder is served as it is, under an id of its
/// own: that is for writing apps. A site that is named by its address is shown without being installed, with an offer to
/// install it.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The app: its name, its id, the beginning of its id, a `.swbn` file, a folder, or the address of a site
    #[arg(value_name = "APP|FILE|DIR|URL")]
    app: OsString,
    /// The page of the app to open, instead of its start page
    #[arg(last = true, value_name = "URL-PATH")]
    path: Option<String>,
    /// Open files of this machine, and links, that the app's manifest says it opens (`file_handlers`,
    /// `protocol_handlers`): what the desktop starts it for
    #[arg(long, value_name = "FILE|URL", num_args = 0.., conflicts_with = "path")]
    open: Option<Vec<String>>,
    /// Let WebKitWebDriver drive the app, and its frames as further windows; it cannot click or type. NAME is the
    /// `browserName` that the test asks for, if it is not `Insula`. Camera and microphone are made up
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true, default_missing_value = "Insula")]
    automation: Option<String>,
    /// Print the app's console, and those of its frames, as lines of JSON (WebKit prints none with --automation)
    #[arg(long)]
    console: bool,
    /// Give the app, and the pages in its frames, a camera and a microphone that are made up, for tests and demonstrations
    #[arg(long)]
    mock_devices: bool,
    /// Tell in a window if the app cannot be started, as menu entries do: nobody sees what they print
    #[arg(long)]
    tell: bool,
    /// Whose answers the app's frames give, where the specification and Chromium differ
    #[arg(long, value_name = "WHOSE")]
    compatibility: Option<Choice>,
}

impl Arguments {
    /// What the app is started for.
    fn purpose(&self) -> Purpose {
        match (&self.open, &self.path) {
            (Some(opened), _) => Purpose::Open(opened.iter().map(|item| absolute(item)).collect()),
            (None, Some(path)) => Purpose::Page(path.clone()),
            (None, None) => Purpose::Start,
        }
    }
}

/// A file's whole path, where the user has named one that is there by a part of it; anything else as it is.
fn absolute(item: &str) -> String {
    let path = Path::new(item);
    match path.is_relative() && path.is_file() {
        true => std::path::absolute(path)
            .ok()
            .and_then(|path| path.into_os_string().into_string().ok())
            .unwrap_or_else(|| item.to_owned()),
        false => item.to_owned(),
    }
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let store = context.store()?;
    if let Some(url) = url(&arguments.app) {
        return visit(&store, url, arguments, context);
    }
    let mut prepared = None;
    let ran = start(&store, arguments, context, &mut prepared);
    if let Err(error) = &ran {
        tell(error, &store, arguments, context, prepared);
    }
    ran
}

/// Tells in a window what has gone wrong, where nobody would learn of it otherwise: who started the app sees no output, or
/// had its window in front.
fn tell(error: &Error, store: &Store, arguments: &Arguments, context: &Context, prepared: Option<Prepared>) {
    let failed = match error.downcast_ref() {
        Some(RunError::NotTrusted { .. }) => Failed::Run,
        _ if arguments.tell => Failed::Start,
        _ => return,
    };
    let accelerated = context.policy_set().hardware_acceleration();
    let prepared = prepared.map_or_else(|| prepare(store.data_dir().root(), accelerated), Ok);
    // It is printed all the same.
    _ = prepared.map(|prepared| insula_runtime::tell_failure(&prepared, failed, &output::message(error)));
}

fn start(store: &Store, arguments: &Arguments, context: &Context, prepared: &mut Option<Prepared>) -> Result<Answer> {
    let Start {
        app,
        on_trial,
        awaits_another_key,
        ..
    } = context.start_app(store, &arguments.app)?;
    let developer = matches!(app.source, AppSource::Folder(_));
    if developer {
        output::warn_of_manifest(
            app.warnings
                .iter()
                .chain(&advice::about(&app.manifest, app.source.kind())),
        );
    }
    if !developer {
        context.refresh_on_desktop(&app);
    }
    let upkeep = (!developer).then(|| Upkeep {
        store: store.clone(),
        id: app.id.clone(),
        on_trial,
        awaits_another_key,
        policy: context.policy().clone(),
    });
    let authority = context.authority_about(AppOrigin::of(app.origin_url())?, store)?;
    let policy = authority.policy();
    let options = Options {
        upkeep,
        ..options(store, &app, &policy, arguments, context)?
    };
    let prepared = prepared.insert(prepare(&app.storage, policy.hardware_acceleration())?);
    insula_runtime::run(prepared, app.into(), authority, &options)?;
    Ok(Answer::Yes)
}

/// Shows a site that is not installed, with an offer to install it.
fn visit(store: &Store, url: Url, arguments: &Arguments, context: &Context) -> Result<Answer> {
    let policy = context.policy_set();
    // Before anything is fetched, which takes threads.
    let prepared = prepare(store.data_dir().root(), policy.hardware_acceleration())?;
    let Found::Site(site) = Delivery::begin(store)?.look(url.clone())? else {
        bail!("`{url}` is no page of a site: `insula install` installs what is there");
    };
    let app = store.open_site(site.as_new())?;
    let mut installer = context.program()?;
    installer.args(["install", "--ask", url.as_str()]);
    let words = [installer.get_program()].into_iter().chain(installer.get_args());
    let options = Options {
        installer: Some(words.map(OsStr::to_owned).collect()),
        ..options(store, &app, policy, arguments, context)?
    };
    let mut app = App::from(app);
    app.installed = false;
    let authority = context.authority_about(app.origin.clone(), store)?;
    insula_runtime::run(&prepared, app, authority, &options)?;
    Ok(Answer::Yes)
}

fn options(
    store: &Store,
    app: &LaunchableApp,
    policy: &PolicySet,
    arguments: &Arguments,
    context: &Context,
) -> Result<Options> {
    if arguments.console && arguments.automation.is_some() {
        output::warn("WebKit prints no console of pages that WebDriver drives");
    }
    Ok(Options {
        purpose: arguments.purpose(),
        automation: arguments.automation.clone(),
        console: arguments.console,
        mock_devices: arguments.mock_devices,
        developer: matches!(app.source, AppSource::Folder(_)),
        compatibility: compatibility::of(app, store, policy, arguments.compatibility)?,
        ..Options::new(context.policy().clone())
    })
}

#[expect(unsafe_code, reason = "the runtime sets the environment for GTK and WebKit")]
pub(super) fn prepare(storage: &Path, accelerated: bool) -> Result<Prepared> {
    // SAFETY: no command starts a thread before this.
    let prepared = unsafe { insula_runtime::prepare(storage, accelerated) };
    prepared.with_context(|| format!("cannot make a home in `{}`", storage.display()))
}
