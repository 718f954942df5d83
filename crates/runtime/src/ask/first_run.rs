//! When the first-run sheet is shown, and what becomes of its decisions.

use super::{Prompts, expired, failure, sheet};
use crate::app::App;
use crate::windows::window::once_painted;
use gtk4 as gtk;
use insula_permissions::{Authority, FirstRun, Moment, StoreError};
use std::rc::Rc;
use std::sync::Arc;

/// Shows the sheet when it is due, and tells at a start without one what ended because it was not used. The app loads
/// meanwhile: it never depends on the answers.
pub(crate) fn show_if_due(prompts: &Rc<Prompts>) {
    let version = version_of(&prompts.queue.app);
    let model = match due(prompts, &version) {
        Ok(Some(model)) => model,
        Ok(None) => return expired::tell(prompts),
        Err(error) => return tracing::error!("the first-run sheet cannot be shown: {error}"),
    };
    // Nothing is asked before the sheet, which comes once there is a window to lie over.
    let hold = prompts.queue.hold();
    let weak = Rc::downgrade(prompts);
    once_painted(&prompts.window, move || {
        if let Some(prompts) = weak.upgrade() {
            hold.while_open(&show(&prompts, model, version));
        }
    });
}

fn show(prompts: &Rc<Prompts>, model: FirstRun, version: String) -> gtk::Window {
    let weak = Rc::downgrade(prompts);
    sheet::show(
        &prompts.window,
        &prompts.queue.app,
        &prompts.queue.recent,
        model,
        move |model| {
            if let Some(prompts) = weak.upgrade() {
                let commit = move |authority: &Authority| authority.commit_sheet(&model, &version);
                failure::keep(&prompts.queue, &prompts.window, commit, || ());
            }
        },
    )
}

/// The sheet, unless this version of the app has shown it or has nothing to ask.
fn due(prompts: &Prompts, version: &str) -> Result<Option<FirstRun>, Arc<StoreError>> {
    let (app, authority) = (&prompts.queue.app, &prompts.queue.authority);
    let requested = app.manifest.permissions.iter().map(|name| name.as_str());
    let model = authority.first_run(&app.origin, &app.features, requested)?;
    let shown = authority.store().sheet(&app.origin)?;
    let mode = authority.policy().first_run_mode();
    Ok(model.due(version, shown.as_ref(), mode, Moment::FirstRun))
}

/// What is written down of a sheet as the app's version: what tells the state of the app in which a sheet was shown from later ones: its version, or, of a site, which has none,
/// what it asks for.
pub fn version_of(app: &App) -> String {
    match &app.manifest.version {
        Some(version) if !app.identity.is_on_the_web() => version.to_string(),
        _ => {
            let names: Vec<&str> = app.manifest.permissions.iter().map(|name| name.as_str()).collect();
            names.join(" ")
        }
    }
}
