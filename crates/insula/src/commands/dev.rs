use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Result, anyhow, bail};
use clap::{Args, ValueEnum};
use insula_apps::{LaunchableApp, ServerOrigin, Store};
use insula_delivery::{AtServer, FetchedServer, Found};
use insula_manifest::MANIFEST_PATH;
use insula_permissions::AppOrigin;
use insula_runtime::{Options, Purpose};
use url::Url;

use super::Answer;
use super::run::prepare;
use crate::context::Context;
use crate::delivery::Delivery;
use crate::target::url;
use crate::{advice, compatibility, output};

/// Run an app while you write it
///
/// A folder is loaded again whenever something in it changes.
///
/// What your own server has is run from there. If it has a manifest at `/.well-known/manifest.webmanifest`, it is an Isolated
/// Web App, and all of the app comes from the server, under `isolated-app:`; else it is a site, which is run as if it were
/// installed. The server says by its WebSocket what to load again, as Vite and webpack do.
///
/// The page's console is printed as lines of JSON, and F12 opens the web inspector.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The folder with the app, the address of a server with an Isolated Web App (`http://localhost:5173`), or the address of
    /// a page of a site
    #[arg(value_name = "DIR|URL")]
    app: OsString,
    /// The page of the app to open, instead of its start page
    #[arg(last = true, value_name = "URL-PATH")]
    path: Option<String>,
    /// What to run an address as, whatever the server has
    #[arg(long = "as", value_name = "WHAT")]
    run_as: Option<RunAs>,
    /// Give the app, and the pages in its frames, a camera and a microphone that are made up
    #[arg(long)]
    mock_devices: bool,
}

/// What an address can be run as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RunAs {
    /// An Isolated Web App
    Isolated,
    /// A site
    Site,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let store = context.store()?;
    // Before anything is fetched, which takes threads.
    let prepared = prepare(store.data_dir().root(), context.policy_set().hardware_acceleration())?;
    let (app, watched) = match url(&arguments.app) {
        Some(url) => (open(&store, url, arguments.run_as)?, None),
        None if arguments.run_as.is_some() => {
            bail!("`--as` is about addresses: a folder is run as an Isolated Web App")
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

/// Makes ready what is at an address, and says what that is.
fn open(store: &Store, url: Url, run_as: Option<RunAs>) -> Result<LaunchableApp> {
    let delivery = Delivery::begin(store)?;
    if run_as == Some(RunAs::Site) {
        return open_site(store, &delivery, url);
    }
    let origin = match ServerOrigin::try_from(&url) {
        Ok(origin) => origin,
        Err(error) if run_as == Some(RunAs::Isolated) => {
            return Err(anyhow!(error).context(format!("`{url}` cannot be run as an Isolated Web App")));
        }
        Err(error) => {
            output::note(&format!("`{url}` is run as a site: {error}"));
            return open_site(store, &delivery, url);
        }
    };
    let found = delivery.at_server(&origin).map_err(|error| {
        let is_away = matches!(error.downcast_ref(), Some(insula_delivery::Error::Network { .. }));
        error.context(match is_away {
            true => format!("`{origin}` cannot be asked what it has: start your server first"),
            false => format!("`{origin}` does not say what it has: `--as site` runs it as a site"),
        })
    });
    match found? {
        AtServer::App(fetched) => open_server(store, &origin, fetched),
        AtServer::NoManifest(found) if run_as.is_none() => {
            output::note(&format!("`{origin}` is run as a site: `{MANIFEST_PATH}` {found}"));
            open_site(store, &delivery, url)
        }
        AtServer::NoManifest(found) => {
            bail!("`{origin}` has no Isolated Web App: `{MANIFEST_PATH}`, where its manifest has to be, {found}")
        }
    }
}

fn open_server(store: &Store, origin: &ServerOrigin, fetched: FetchedServer) -> Result<LaunchableApp> {
    if fetched.icon.is_none() {
        output::warn(
            "manifest: none of the icons is a picture that can be had; without one the app cannot be installed",
        );
    }
    let app = store.open_server(origin, &fetched.manifest, fetched.icon)?;
    output::note(&format!(
        "`{origin}` is run as the Isolated Web App {}, because it has `{MANIFEST_PATH}`",
        app.id
    ));
    Ok(app)
}

fn open_site(store: &Store, delivery: &Delivery, url: Url) -> Result<LaunchableApp> {
    let Found::Site(site) = delivery.look(url.clone())? else {
        bail!("`{url}` is no page of a site");
    };
    Ok(store.open_site(site.as_new())?)
}
