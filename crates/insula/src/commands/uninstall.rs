use std::ffi::OsString;
use std::path::Path;

use anyhow::{Result, bail};
use clap::Args;
use insula_apps::{SignedWebBundleId, Store};

use super::Answer;
use crate::context::{self, Context};
use crate::output;
use crate::target::Target;

/// Remove an app with everything that it stored and that you decided about it
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The app: its name, its id, the beginning of its id, or a folder that was run as an app
    #[arg(value_name = "APP|DIR")]
    app: OsString,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let store = context.store()?;
    // An id also removes what cannot be found by it: an app under development whose folder is gone.
    let id = arguments.app.to_str().and_then(|written| written.parse().ok());
    let target = match id {
        Some(id) => Target::Installed(id, None),
        None => Target::find(&store, &arguments.app)?,
    };
    let shown = Path::new(&arguments.app).display().to_string();
    match target {
        Target::Folder(folder) => clear(&store.folder_id(&folder)?, &shown, &store, context),
        Target::Installed(id, _) if id.is_development() => clear(&id, &shown, &store, context),
        Target::Installed(id, app) => {
            let name = app.map_or(shown, |app| app.name);
            store.uninstall(&id)?;
            // After the app: what is installed must never have lost the decisions about it.
            context.authority(&store)?.store().forget(&context::origin(&id)?)?;
            output::print(&format!("Removed {name}\n"))?;
            Ok(Answer::Yes)
        }
        Target::File(file) => bail!(
            "`{}` is a file: name the app that was installed from it",
            file.display()
        ),
    }
}

/// Removes what there is of an app under development.
fn clear(id: &SignedWebBundleId, shown: &str, store: &Store, context: &Context) -> Result<Answer> {
    let origin = context::origin(id)?;
    let authority = context.authority(store)?;
    let decisions = authority.store();
    let was_decided = !decisions.decisions(&origin)?.is_empty() || decisions.sheet(&origin)?.is_some();
    let was_stored = store.clear_development(id)?;
    decisions.forget(&origin)?;
    output::print(&match was_stored || was_decided {
        true => format!("Removed what {shown} stored and what you decided about it\n"),
        false => format!("There is nothing to remove of {shown}\n"),
    })?;
    Ok(Answer::Yes)
}
