//! The app's permissions, opened from its menu: what was decided, and what could be, each to be changed.

use super::recent_input::RecentInput;
use super::sheet::{self, Occasion};
use super::{Prompts, failure};
use insula_permissions::{Authority, Choice, DecidedBy, PermissionName, PermissionState, Row, Subject};
use std::rc::Rc;

/// Opens them. Where they are open already they come to the front.
pub(crate) fn open(prompts: &Rc<Prompts>) {
    if sheet::present_open(&prompts.window) {
        return;
    }
    let (app, authority) = (&prompts.queue.app, &prompts.queue.authority);
    let written = app.manifest.permissions.iter().map(|name| name.as_str());
    let requested: Vec<PermissionName> = written.flat_map(PermissionName::resolve).collect();
    let model = match authority.settings(&app.origin, &app.features, &requested) {
        Ok(model) => model,
        Err(error) => return tracing::error!("decisions cannot be read: {error}"),
    };
    let before: Vec<Row> = model.rows().to_vec();
    let weak = Rc::downgrade(prompts);
    // The user opens the settings, no page does. The keys that the user pressed for it may be pressed in them at once.
    let recent = RecentInput::none();
    let sheet = sheet::show(&prompts.window, app, &recent, Occasion::Settings, model, move |model| {
        let Some(prompts) = weak.upgrade() else { return };
        let rows = model.rows().iter().zip(before);
        let changed = rows.filter(|(row, was)| row.choice != was.choice);
        let changed: Vec<_> = changed.map(|(row, _)| (row.name, state(row))).collect();
        prompts.queue.patience.renew();
        if !changed.is_empty() {
            let subject = Subject::app(prompts.queue.app.origin.clone());
            // One that fails does not keep the others from being written.
            let decide = move |authority: &Authority| {
                let decide = |(name, state)| authority.decide(&subject, name, state, DecidedBy::Settings);
                let outcomes: Vec<_> = changed.into_iter().map(decide).collect();
                outcomes.into_iter().collect()
            };
            failure::keep(&prompts.queue, &prompts.window, decide, || ());
        }
    });
    prompts.queue.hold_while_open(&sheet);
}

fn state(row: &Row) -> PermissionState {
    match row.choice {
        Some(Choice::Allow) => PermissionState::Granted,
        Some(Choice::Deny) => PermissionState::Denied,
        Some(Choice::Later) | None => PermissionState::Prompt,
    }
}
