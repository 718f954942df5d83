//! The app's permissions, opened from its menu: what was decided, each to be changed.

use super::sheet::{self, Occasion};
use super::{Prompts, failure};
use crate::app::App;
use insula_permissions::{
    Authority, Choice, DecideError, DecidedBy, PermissionName, PermissionState, Row, Subject, Support,
};
use std::rc::Rc;

/// Opens them: first what the manifest asks for, in its order, then what was decided besides, and last what the app has
/// without anybody being asked. Where they are open already they come to the front.
pub(crate) fn open(prompts: &Rc<Prompts>) {
    if sheet::present_open(&prompts.window) {
        return;
    }
    let (app, authority) = (&prompts.queue.app, &prompts.queue.authority);
    let subject = Subject::app(app.origin.clone());
    let model = names(app, authority, &subject)
        .and_then(|names| authority.settings(&app.origin, &app.features, names.iter().map(|name| name.as_str())));
    let model = match model {
        Ok(model) => model,
        Err(error) => return tracing::error!("decisions cannot be read: {error}"),
    };
    let before: Vec<Row> = model.rows().to_vec();
    let weak = Rc::downgrade(prompts);
    let sheet = sheet::show(&prompts.window, app, Occasion::Settings, model, move |model| {
        let Some(prompts) = weak.upgrade() else { return };
        let rows = model.rows().iter().zip(&before);
        let mut failed = None;
        for (row, _) in rows.filter(|(row, was)| row.choice != was.choice) {
            if let Err(error) = decide(&prompts.queue.authority, &subject, row) {
                failed.get_or_insert(error);
            }
        }
        if let Some(error) = failed {
            prompts.queue.hold_while_open(&failure::tell(&prompts.window, &error));
        }
    });
    prompts.queue.hold_while_open(&sheet);
}

/// Names may come twice; the rows are made once each.
fn names(
    app: &App,
    authority: &Authority,
    subject: &Subject,
) -> Result<Vec<PermissionName>, insula_permissions::StoreError> {
    let mut names: Vec<PermissionName> = app
        .manifest
        .permissions
        .iter()
        .flat_map(|name| PermissionName::resolve(name.as_str()))
        .collect();
    let decided = authority.store().decisions(&app.origin)?;
    names.extend(
        decided
            .iter()
            .filter(|record| record.subject == *subject && !is_unasked(record.name))
            .map(|record| record.name),
    );
    let has = |name: PermissionName| name.feature().is_some_and(|feature| app.features.has(feature));
    let unasked = PermissionName::ALL.iter().copied().filter(|&name| is_unasked(name));
    names.extend(unasked.filter(|&name| has(name)));
    Ok(names)
}

/// Whether nobody is asked about it: it is on until it is taken away.
fn is_unasked(name: PermissionName) -> bool {
    name.support() == Support::PolicyOnly
}

fn decide(authority: &Authority, subject: &Subject, row: &Row) -> Result<(), DecideError> {
    let state = match row.choice {
        Some(Choice::Allow) => PermissionState::Granted,
        Some(Choice::Deny) => PermissionState::Denied,
        Some(Choice::Later) | None => PermissionState::Prompt,
    };
    authority.decide(subject, row.name, state, DecidedBy::Settings)
}
