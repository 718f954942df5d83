use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context as _, Result};
use clap::Args;
use insula_apps::{AppSource, Start};
use insula_permissions::AppOrigin;
use insula_runtime::{Options, Upkeep};

use super::Answer;
use crate::compatibility::{self, Choice};
use crate::context::Context;
use crate::{advice, output};

/// Run an app
///
/// An app that is running comes to the front, with the page that is asked for.
///
/// A `.swbn` file is installed first, if it is not yet. A folder is served as it is, under an id of its
/// own: that is for writing apps.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The app: its name, its id, the beginning of its id, a `.swbn` file, or a folder
    #[arg(value_name = "APP|FILE|DIR")]
    app: OsString,
    /// The page of the app to open, instead of its start page
    #[arg(last = true, value_name = "URL-PATH")]
    path: Option<String>,
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
    /// Whose answers the app's frames give, where the specification and Chromium differ
    #[arg(long, value_name = "WHOSE")]
    compatibility: Option<Choice>,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let store = context.store()?;
    let Start { app, on_trial, .. } = context.start_app(&store, &arguments.app)?;
    let authority = context.authority_about(AppOrigin::of(app.origin_url())?, &store)?;
    let developer = matches!(app.source, AppSource::Folder(_));
    if developer {
        output::warn_of_manifest(
            app.warnings
                .iter()
                .chain(&advice::about(&app.manifest, app.source.kind())),
        );
    }
    if arguments.console && arguments.automation.is_some() {
        output::warn("WebKit prints no console of pages that WebDriver drives");
    }
    let policy = context.policy().load();
    let compatibility = compatibility::of(&app, &store, &policy, arguments.compatibility)?;
    let options = Options {
        path: arguments.path.clone(),
        automation: arguments.automation.clone(),
        console: arguments.console,
        mock_devices: arguments.mock_devices,
        developer,
        compatibility,
        policy: context.policy().clone(),
        upkeep: (!developer).then(|| Upkeep {
            store: store.clone(),
            id: app.id.clone(),
            on_trial,
            policy: context.policy().clone(),
        }),
        watched: None,
    };
    let accelerated = policy.hardware_acceleration();
    insula_runtime::run(prepare(&app.storage, accelerated)?, app.into(), authority, &options)?;
    Ok(Answer::Yes)
}

#[expect(unsafe_code, reason = "the runtime sets the environment for GTK and WebKit")]
pub(super) fn prepare(storage: &Path, accelerated: bool) -> Result<insula_runtime::Prepared> {
    // SAFETY: no command starts a thread before this.
    let prepared = unsafe { insula_runtime::prepare(storage, accelerated) };
    prepared.with_context(|| format!("cannot make a home in `{}`", storage.display()))
}
