use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use insula_delivery::Found;
use insula_permissions::AppOrigin;
use insula_runtime::{Options, Purpose};

use super::Answer;
use super::run::prepare;
use crate::context::Context;
use crate::delivery::Delivery;
use crate::target::url;
use crate::{advice, compatibility, output};

/// Run an app while you write it
///
/// A folder is loaded again whenever something in it changes. A site is run as if it were installed, from wherever your own
/// server has it. The page's console is printed as lines of JSON, and F12 opens the web inspector.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The folder with the app, or the address of a page of the site
    #[arg(value_name = "DIR|URL")]
    app: OsString,
    /// The page of the app to open, instead of its start page
    #[arg(last = true, value_name = "URL-PATH")]
    path: Option<String>,
    /// Give the app, and the pages in its frames, a camera and a microphone that are made up
    #[arg(long)]
    mock_devices: bool,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let store = context.store()?;
    // Before anything is fetched, which takes threads.
    let prepared = prepare(store.data_dir().root(), context.policy_set().hardware_acceleration())?;
    let (app, watched) = match url(&arguments.app) {
        Some(url) => {
            let Found::Site(site) = Delivery::begin(&store)?.look(url)? else {
                bail!("`{}` is no page of a site", arguments.app.display());
            };
            (store.open_site(site.as_new())?, None)
        }
        None => {
            let folder = PathBuf::from(&arguments.app);
            (store.open_folder(&folder)?, Some(folder.canonicalize()?))
        }
    };
    let authority = context.authority_about(AppOrigin::of(app.origin_url())?, &store)?;
    output::warn_of_manifest(
        app.warnings
            .iter()
            .chain(&advice::about(&app.manifest, app.source.kind())),
    );
    let options = Options {
        purpose: arguments.path.clone().map_or(Purpose::Start, Purpose::Page),
        console: true,
        mock_devices: arguments.mock_devices,
        developer: true,
        compatibility: compatibility::of(&app, &store, context.policy_set(), None)?,
        watched,
        ..Options::new(context.policy().clone())
    };
    insula_runtime::run(&prepared, app.into(), authority, &options)?;
    Ok(Answer::Yes)
}
