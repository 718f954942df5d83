//! The account of a decision in words: who decided, when, and when it was last of use.

use crate::translations::{filled, tr, tr_with};
use gtk4::glib;
use insula_permissions::{DecidedBy, Decision, Effective, PermissionState, Source};
use std::time::SystemTime;

/// Who decided, and when.
pub(super) fn of(effective: &Effective) -> String {
    let is_allowed = effective.state == PermissionState::Granted;
    match &effective.source {
        Source::Decision(decision) => of_decision(decision),
        Source::OneTime(grant) => tr_with(
            "You allowed this {when}, for this time only: until the app ends.",
            &[("when", &when(grant.at))],
        ),
        Source::Managed(_) if is_allowed => tr("Allowed by your organization."),
        Source::Managed(_) => tr("Denied by your organization."),
        Source::Recommended(_) if is_allowed => tr("Allowed as your organization recommends. You can change it."),
        Source::Recommended(_) => tr("Denied as your organization recommends. You can change it."),
        Source::Default if is_allowed => tr("Nobody is asked about this. You can take it away."),
        Source::NotAvailable => tr("Not available on this device."),
        _ => tr("Not decided. The app asks when it needs this."),
    }
}

/// Until when the app does not ask, because the user has closed the question so often.
pub(super) fn of_quiet(until: SystemTime) -> String {
    tr_with(
        "Not decided. You closed the question several times: the app does not ask until {date}.",
        &[("date", &date(until))],
    )
}

/// When a permission was last used.
pub(super) fn of_use(last: Option<SystemTime>) -> String {
    match last {
        Some(last) => tr_with("Last used {when}.", &[("when", &when(last))]),
        None => tr("Not used yet."),
    }
}

fn of_decision(decision: &Decision) -> String {
    let sentence = match (decision.state, decision.by) {
        (PermissionState::Granted, DecidedBy::Sheet) => tr("You allowed this {when}, when the app asked at its start."),
        (PermissionState::Granted, DecidedBy::Prompt) => tr("You allowed this {when}, when the app needed it."),
        (PermissionState::Granted, DecidedBy::Settings) => tr("You allowed this {when}, in the settings."),
        (PermissionState::Granted, _) => tr("You allowed this {when}."),
        (_, DecidedBy::Sheet) => tr("You denied this {when}, when the app asked at its start."),
        (_, DecidedBy::Prompt) => tr("You denied this {when}, when the app needed it."),
        (_, DecidedBy::Settings) => tr("You denied this {when}, in the settings."),
        (_, _) => tr("You denied this {when}."),
    };
    filled(&sentence, &[("when", &when(decision.at))])
}

/// A day as people write it; nothing for one beyond the calendar.
fn date(time: SystemTime) -> String {
    // Translators: %B is the month’s name, %-d its day, %Y the year, in any order; it stands in the place of {date}.
    let format = tr("%B %-d, %Y");
    let said = || local(time)?.format(&format).ok();
    said().map(String::from).unwrap_or_default()
}

fn local(time: SystemTime) -> Option<glib::DateTime> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    glib::DateTime::from_unix_local(i64::try_from(since.as_secs()).ok()?).ok()
}

/// A time as people say it; nothing for one beyond the calendar.
fn when(time: SystemTime) -> String {
    let said = || {
        let then = local(time)?;
        let today = glib::DateTime::now_local().ok()?;
        let yesterday = today.add_days(-1).ok()?;
        let format = match then.ymd() {
            // Translators: %H and %M are hours and minutes; it stands in the place of {when}.
            day if day == today.ymd() => tr("today at %H:%M"),
            // Translators: %H and %M are hours and minutes; it stands in the place of {when}.
            day if day == yesterday.ymd() => tr("yesterday at %H:%M"),
            // Translators: %B is the month’s name, %-d its day, %Y the year, in any order.
            _ => tr("on %B %-d, %Y"),
        };
        then.format(&format).ok().map(String::from)
    };
    said().unwrap_or_default()
}
