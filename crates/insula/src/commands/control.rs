use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};
use insula_runtime::control::client::{self, ControlError, PATIENCE};
use insula_runtime::control::{Answer as Told, Command, State};

use super::Answer;
use crate::context::Context;
use crate::output;
use crate::target::Target;

/// Command an app that is running
///
/// It acts on the window that the user was in last. The same can be done over D-Bus.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The app: its name, its id, the beginning of its id, or a folder that is run as an app
    #[arg(value_name = "APP|DIR")]
    app: OsString,
    /// What to do
    #[arg(value_name = "ACTION")]
    action: Action,
    /// The page of the app to open
    #[arg(value_name = "URL-PATH", required_if_eq("action", "open"))]
    path: Option<String>,
    /// The file to write a picture to, in PNG
    #[arg(short, long, value_name = "FILE", required_if_eq("action", "screenshot"))]
    output: Option<PathBuf>,
    /// Print the state as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Action {
    /// Tell what it is and shows
    State,
    /// Bring its window to the front
    Activate,
    /// Show a page of the app
    Open,
    /// Load the page again
    Reload,
    /// Close its windows, as the user does
    Close,
    /// Show its permissions
    Permissions,
    /// Make a picture of the page, with its frames
    Screenshot,
    /// Print what happens, a line of JSON each, until it ends
    Watch,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    if arguments.path.is_some() && arguments.action != Action::Open {
        bail!("only `open` takes a page");
    }
    if arguments.output.is_some() && arguments.action != Action::Screenshot {
        bail!("only `screenshot` writes a file");
    }
    let store = context.store()?;
    let id = match Target::find(&store, &arguments.app)? {
        Target::Installed(id, _) | Target::Server(id) => id,
        Target::Folder(folder) => store.folder_id(&folder)?,
        Target::File(file) => bail!("`{}` is a file: name the app", file.display()),
    };
    let storage = store.data_dir().storage(&id);
    let command = match arguments.action {
        Action::State => Command::State {},
        Action::Activate => Command::Activate { token: None },
        Action::Open => Command::Open {
            path: arguments.path.clone().unwrap_or_default(),
            token: None,
        },
        Action::Reload => Command::Reload {},
        Action::Close => Command::Close {},
        Action::Permissions => Command::Permissions {},
        Action::Screenshot => Command::Screenshot {},
        Action::Watch => {
            return answer(client::watch(&storage, |event| output::print_json_line(&event)));
        }
    };
    let told = match client::command(&storage, &command, PATIENCE) {
        Ok(told) => told,
        Err(error) => return answer(Err(error.into())),
    };
    match told {
        Told::State(state) if arguments.json => output::print_json(&state)?,
        Told::State(state) => output::print(&shown(&state))?,
        Told::Screenshot(png) => {
            let path = arguments.output.as_deref().unwrap_or_else(|| "-".as_ref());
            match path.as_os_str() == "-" {
                true => output::print_bytes(&png)?,
                false => std::fs::write(path, png).with_context(|| format!("cannot write `{}`", path.display()))?,
            }
        }
        _ => {}
    }
    Ok(Answer::Yes)
}

/// That an app does not run is an answer.
fn answer(outcome: Result<()>) -> Result<Answer> {
    match outcome {
        Ok(()) => Ok(Answer::Yes),
        Err(error) if matches!(error.downcast_ref(), Some(ControlError::NotRunning)) => {
            output::warn(&output::message(&error));
            Ok(Answer::No)
        }
        Err(error) => Err(error),
    }
}

fn shown(state: &State) -> String {
    let State {
        name,
        version,
        origin,
        process,
        windows,
        ..
    } = state;
    let rows: Vec<Vec<String>> = windows
        .iter()
        .map(|window| {
            let is = match (window.active, window.loading) {
                (_, true) => "loading",
                (true, false) => "active",
                (false, false) => "",
            };
            let number = format!("window {}", window.window);
            vec![number, is.to_owned(), window.title.clone(), window.url.clone()]
        })
        .collect();
    let first = format!("{name} {version} ({origin}), process {process}");
    format!("{}\n{}", output::plain(&first), output::table(&rows))
}
