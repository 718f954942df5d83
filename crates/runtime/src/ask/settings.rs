//! The app's permissions, opened from its menu: what was decided, each to be changed.

use super::{Occasion, Prompts, show_sheet};
use crate::app::App;
use gtk4 as gtk;
use insula_permissions::{Authority, Choice, DecidedBy, PermissionName, PermissionState, Row, Subject, Support};
use std::rc::Rc;
use std::sync::Arc;

/// Opens them: first what the manifest asks for, in its order, then what was decided besides, and last what the app has
/// without anybody being asked.
pub(crate) fn open(app: &Rc<App>, window: &gtk::Window, authority: &Arc<Authority>, prompts: &Rc<Prompts>) {
    let subject = Subject::app(app.origin.clone());
    let model = names(app, authority, &subject)
        .and_then(|names| authority.settings(&app.origin, &app.features, names.iter().map(|name| name.as_str())));
    let model = match model {
        Ok(model) => model,
        Err(error) => return tracing::error!("decisions cannot be read: {error}"),
    };
    let before: Vec<Row> = model.rows().to_vec();
    prompts.set_busy(true);
    let (authority, prompts) = (authority.clone(), prompts.clone());
    show_sheet(window, app, Occasion::Settings, model, move |model| {
        for (row, was) in model.rows().iter().zip(&before) {
            if row.choice != was.choice {
                decide(&authority, &subject, row);
            }
        }
        prompts.set_busy(false);
    });
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

fn decide(authority: &Authority, subject: &Subject, row: &Row) {
    let state = match row.choice {
        Some(Choice::Allow) => PermissionState::Granted,
        Some(Choice::Deny) => PermissionState::Denied,
        Some(Choice::Later) | None => PermissionState::Prompt,
    };
    if let Err(error) = authority.decide(subject, row.name, state, DecidedBy::Settings) {
        tracing::error!("the decision about {} was not kept: {error}", row.name);
    }
}
