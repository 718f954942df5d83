use anyhow::Result;
use clap::Args;

use super::Answer;
use crate::context::{self, Context};
use crate::output;

/// Remove an app with everything that it stored and that you decided about it
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The app: its name, its id, or the beginning of its id
    #[arg(value_name = "APP")]
    app: String,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let store = context.store()?;
    // An id also removes an app whose record is damaged, which cannot be found by its name.
    let (id, name) = match arguments.app.parse() {
        Ok(id) => (id, arguments.app.clone()),
        Err(_) => store.find(&arguments.app).map(|app| (app.id, app.name))?,
    };
    store.uninstall(&id)?;
    // After the app: what is installed must never have lost the decisions about it.
    context.authority(&store)?.store().forget(&context::origin(&id)?)?;
    output::print(&format!("Removed {name}\n"))?;
    Ok(Answer::Yes)
}
