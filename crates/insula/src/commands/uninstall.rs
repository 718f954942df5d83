use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use insula_apps::{AppId, Error, Store, Usage};
use insula_runtime::Forced;

use super::Answer;
use crate::context::{self, Context};
use crate::output;
use crate::target::Target;
use crate::unfinished;

/// Remove an app with everything that it stored and that you decided about it
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The app: its name, its id, the beginning of its id, or a folder that was run as an app
    #[arg(value_name = "APP|DIR")]
    app: OsString,
}

/// What was removed of an app.
pub(crate) struct Removed {
    was_there: bool,
    was_decided: bool,
    usage: Usage,
    of_desktop: Vec<PathBuf>,
}

/// The user cannot remove the app.
#[derive(Debug)]
pub(crate) struct InstalledByOrganization {
    name: String,
}

impl fmt::Display for InstalledByOrganization {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} is installed by your organization, and stays", self.name)
    }
}

impl std::error::Error for InstalledByOrganization {}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let store = context.store()?;
    unfinished::finish(context, &store)?;
    // An id also removes what cannot be found by it: an app under development whose folder is gone.
    let id = arguments.app.to_str().and_then(|written| written.parse().ok());
    let target = match id {
        Some(id) => Target::Installed(id, None),
        None => Target::find(&store, &arguments.app)?,
    };
    let shown = Path::new(&arguments.app).display().to_string();
    let (id, name) = match target {
        Target::Folder(folder) => (store.folder_id(&folder)?, shown),
        Target::Server(id) => (id, shown),
        Target::Installed(id, app) => (id, app.map_or(shown, |app| app.name)),
        Target::File(file) => bail!(
            "`{}` is a file: name the app that was installed from it",
            file.display()
        ),
    };
    if is_ordered(context, &store, &id) {
        return Err(InstalledByOrganization { name }.into());
    }
    let Removed {
        was_there,
        was_decided,
        usage,
        of_desktop,
    } = remove_whole(context, &store, &id, &name)?;
    let done = match (id.is_development(), was_there, was_decided) {
        (true, false, false) => format!("There is nothing to remove of {name}\n"),
        (true, _, _) => format!("Removed what {name} stored and what you decided about it\n"),
        (false, true, _) => format!("Removed {name}\n"),
        // An earlier removal was interrupted.
        (false, false, true) => format!("Removed what you decided about {name}\n"),
        (false, false, false) => return Err(Error::NotInstalled { query: name }.into()),
    };
    output::print(&done)?;
    if was_there && !id.is_development() {
        output::print(&details(usage, was_decided, &of_desktop))?;
    }
    Ok(Answer::Yes)
}

/// Whether the organisation orders the app, or may do so in a policy that cannot be read.
fn is_ordered(context: &Context, store: &Store, id: &AppId) -> bool {
    let Ok(Some(app)) = store.installed(id) else {
        return false;
    };
    let policy = context.policy_set();
    Forced::of(policy, &app).is_some() || (app.ordered.is_some() && !context.knows_orders(policy))
}

/// Removes an app with everything that is about it.
pub(crate) fn remove_whole(context: &Context, store: &Store, id: &AppId, name: &str) -> Result<Removed> {
    // Opened first, so that no app is removed while the decisions about it cannot be.
    let decisions = Context::decisions(store)?;
    let origin = match context::origin(store, id) {
        Ok(origin) => Some(origin),
        // Nobody can say any more where it came from.
        Err(_) if matches!(store.installed(id), Err(Error::DamagedRecord { .. })) => None,
        Err(error) => return Err(error),
    };
    let usage = store.usage(id)?;
    let begun = unfinished::begin(store, id, origin.as_ref());
    let was_there = match remove(id, store) {
        Ok(was_there) => was_there,
        Err(error) => {
            // Where its record is gone there is no way back: what is about it goes, too, with a later command.
            if id.is_development() || matches!(store.installed(id), Ok(Some(_))) {
                begun.end()?;
            }
            return Err(error);
        }
    };
    // After the app: what is installed must never have lost the decisions about it. Several sites may be of one origin.
    let mut was_decided = false;
    if let Some(origin) = origin
        && !context::is_shared(store, &origin)?
    {
        was_decided = decisions.forget(&origin).with_context(|| {
            format!("what you decided about {name} is not removed yet; `insula uninstall {id}` does that")
        })?;
    }
    let mut of_desktop = Vec::new();
    if let Some(desktop) = context.desktop() {
        of_desktop = desktop.remove(id)?;
    }
    begun.end()?;
    Ok(Removed {
        was_there,
        was_decided,
        usage,
        of_desktop,
    })
}

/// What has been removed, in lines.
fn details(usage: Usage, was_decided: bool, of_desktop: &[PathBuf]) -> String {
    let sizes = [
        ("what was installed", usage.installed),
        ("what it stored", usage.stored),
    ];
    let sizes = sizes.into_iter().filter(|(_, size)| *size > 0);
    let mut lines: Vec<String> = sizes
        .map(|(what, size)| format!("{what}, {}", output::size(size)))
        .collect();
    if was_decided {
        lines.push("what was decided about its permissions".to_owned());
    }
    lines.extend(of_desktop.iter().map(|path| path.display().to_string()));
    lines
        .iter()
        .map(|line| format!("  {}\n", output::plain(line)))
        .collect()
}

/// Removes an app, or what one under development stored, and says whether it was there.
fn remove(id: &AppId, store: &Store) -> Result<bool> {
    if id.is_development() {
        return Ok(store.clear_development(id)?);
    }
    match store.uninstall(id) {
        Ok(()) => Ok(true),
        Err(Error::NotInstalled { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
