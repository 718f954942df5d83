//! What all apps may do, without changing anything.

use std::collections::HashMap;

use anyhow::Result;
use insula_apps::{InstalledApp, Store};
use insula_permissions::{AppOrigin, Authority, PermissionName, Source, Subject};
use serde::Serialize;

use super::{AppSubject, Row, described, row};
use crate::commands::Answer;
use crate::context::Context;
use crate::output;

#[derive(Debug, Serialize)]
struct AppRow {
    /// The app's name; `null` where it is not installed any more, or is a folder.
    app: Option<String>,
    /// Whom the decision is about: the app, or a site that it shows.
    origin: String,
    /// The app.
    embedder: String,
    #[serde(flatten)]
    row: Row,
}

/// The names of the installed apps of each origin.
type Names = HashMap<AppOrigin, String>;

pub(super) fn run(only: Option<&[PermissionName]>, json: bool, context: &Context) -> Result<Answer> {
    let store = context.store_only_to_read()?;
    let authority = context.authority_only_to_read(&store)?;
    let listing = store.list()?;
    for app in &listing.damaged {
        output::warn(&format!("{}: {}", app.id, app.error));
    }
    let mut names = Names::new();
    let mut rows = Vec::new();
    for app in &listing.apps {
        let Ok(origin) = AppOrigin::of(&app.origin_url()) else {
            continue;
        };
        if names.insert(origin.clone(), app.name.clone()).is_none() {
            rows.extend(of_app(app, origin, only, &store, &authority)?);
        }
    }
    rows.extend(others(&names, only, &authority)?);
    if json {
        output::print_json(&rows)?;
    } else if rows.is_empty() {
        output::print("No app has or asks for permissions.\n")?;
    } else {
        output::print(&output::table(&rows.iter().map(cells).collect::<Vec<_>>()))?;
    }
    Ok(Answer::Yes)
}

/// What an installed app may do: what it asks for, could use, or was decided about it.
fn of_app(
    app: &InstalledApp,
    origin: AppOrigin,
    only: Option<&[PermissionName]>,
    store: &Store,
    authority: &Authority,
) -> Result<Vec<AppRow>> {
    let target = AppSubject {
        origin,
        // What is damaged is told of when it is run. What was decided about it is shown all the same.
        app: store.launch(&app.id).ok(),
    };
    let mut concerning = authority.concerning(&target.origin, target.features().as_ref(), &target.requested())?;
    for name in only
        .into_iter()
        .flatten()
        .filter(|name| !concerning.contains(name))
        .copied()
        .collect::<Vec<_>>()
    {
        // A policy may allow it to every app.
        let effective = authority.effective(&Subject::app(target.origin.clone()), name)?;
        if matches!(effective.source, Source::Managed(_) | Source::Recommended(_)) {
            concerning.push(name);
        }
    }
    let is_shown = |name: &PermissionName| only.is_none_or(|only| only.contains(name));
    let rows = concerning.into_iter().filter(is_shown).map(|name| {
        Ok(AppRow {
            app: Some(app.name.clone()),
            origin: target.origin.to_string(),
            embedder: target.origin.to_string(),
            row: row(authority, &target, name)?,
        })
    });
    rows.collect()
}

/// What was decided about others than installed apps: folders, and sites that apps show.
fn others(names: &Names, only: Option<&[PermissionName]>, authority: &Authority) -> Result<Vec<AppRow>> {
    let mut rows = Vec::new();
    for record in authority.store().all()? {
        let Subject { origin, embedder } = &record.subject;
        let is_apps = origin == embedder && names.contains_key(origin);
        if is_apps || only.is_some_and(|only| !only.contains(&record.name)) {
            continue;
        }
        let effective = authority.effective(&record.subject, record.name)?;
        rows.push(AppRow {
            app: names.get(embedder).cloned(),
            origin: origin.to_string(),
            embedder: embedder.to_string(),
            row: Row {
                name: record.name.as_str(),
                title: record.name.title(),
                state: effective.state.as_str(),
                missing_feature: None,
                requested: false,
                locked: effective.is_locked(),
                device: effective.device().map(ToString::to_string),
                decided: super::decided(&effective),
            },
        });
    }
    Ok(rows)
}

fn cells(of: &AppRow) -> Vec<String> {
    let whose = match &of.app {
        _ if of.origin == of.embedder => of.app.clone().unwrap_or_else(|| of.origin.clone()),
        Some(app) => format!("{} in {app}", of.origin),
        None => format!("{} in {}", of.origin, of.embedder),
    };
    let used = of
        .row
        .decided
        .last_used
        .map(|used| format!(", last used {}", date(used)));
    let when = of
        .row
        .decided
        .at
        .map(|at| format!(", {}{}", date(at), used.unwrap_or_default()));
    let device = of
        .row
        .device
        .as_ref()
        .map(|device| format!(", for `{device}`"))
        .unwrap_or_default();
    let described = format!("{}{}{device}", described(&of.row), when.unwrap_or_default());
    vec![of.row.state.to_owned(), of.row.name.to_owned(), whose, described]
}

/// The day of a time, in UTC: `2026-11-30`.
pub(crate) fn date(seconds: u64) -> String {
    // Days since 1970 to a date of the Gregorian calendar, whose year begins in March here so that the leap day is its last.
    let days = seconds / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01"),
            (951_782_399, "2000-02-28"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_796_000_000, "2026-11-30"),
            (4_107_542_399, "2100-02-28"),
            (4_107_542_400, "2100-03-01"),
        ] {
            assert_eq!(date(seconds), expected);
        }
    }
}
