//! What the app's menu says of updates.

use crate::app::App;
use crate::translations::{tr, tr_with};
use gtk4::gio;
use gtk4::prelude::*;
use insula_apps::InstalledApp;
use insula_delivery::DownloadProgress;
use std::cell::Cell;
use std::rc::Rc;

/// The name of the action.
const NAME: &str = "update";

/// An action that looks for an update. Its state is what there is to be told: whether the user should see it unasked, and a
/// sentence. What goes on without the user's asking is told only when there is news: nobody's menu changes for nothing.
pub(super) struct Told {
    app: Rc<App>,
    pub(super) action: gio::SimpleAction,
    is_asked: Cell<bool>,
}

impl Told {
    pub(super) fn new(app: &Rc<App>) -> Self {
        let told = Self {
            app: app.clone(),
            action: gio::SimpleAction::new_stateful(NAME, None, &(false, "").to_variant()),
            is_asked: Cell::new(false),
        };
        if let Some(version) = &app.manifest.version {
            told.set(
                false,
                &tr_with("Version {version}", &[("version", &version.to_string())]),
            );
        }
        told
    }

    /// The user wants to know, from now on until there is an answer.
    pub(super) fn is_asked(&self) {
        self.is_asked.set(true);
        self.say(&tr("Looking for an update…"));
    }

    pub(super) fn downloads(&self, progress: DownloadProgress) {
        // The last step may come when all is done.
        if !self.is_asked.get() {
            return;
        }
        let expected = progress.expected.filter(|expected| *expected > 0);
        let text = match expected.map(|expected| progress.received.min(expected) * 100 / expected) {
            Some(percent) => tr_with("Downloading: {percent} %", &[("percent", &percent.to_string())]),
            None => tr_with(
                "Downloading: {size} MB",
                &[("size", &(progress.received / 1_000_000).to_string())],
            ),
        };
        self.say(&text);
    }

    /// Another version is installed than the one that runs.
    pub(super) fn is_ready(&self, installed: &InstalledApp) {
        let text = match installed.version() {
            Some(version) => tr_with(
                "Version {version} is ready. The app has it when it is started next.",
                &[("version", &version.to_string())],
            ),
            None => tr("An update is ready. The app has it when it is started next."),
        };
        self.is_asked.set(false);
        self.set(true, &text);
    }

    pub(super) fn is_up_to_date(&self) {
        self.answer(&tr_with("{app} is up to date.", &[("app", self.app.name())]));
    }

    pub(super) fn has_no_source(&self) {
        let text = tr_with("{app} does not say where its updates are.", &[("app", self.app.name())]);
        self.answer(&text);
    }

    pub(super) fn has_failed(&self, error: &(dyn std::error::Error + Send + Sync)) {
        let text = tr_with("No update could be had: {problem}", &[("problem", &error.to_string())]);
        self.answer(&text);
    }

    /// What is told only to whoever asked.
    fn answer(&self, text: &str) {
        if self.is_asked.take() {
            self.say(text);
        }
    }

    /// Says something that is no news. What was news before still is.
    fn say(&self, text: &str) {
        let state = self.action.state().and_then(|state| state.get::<(bool, String)>());
        self.set(state.is_some_and(|(is_news, _)| is_news), text);
    }

    fn set(&self, is_news: bool, text: &str) {
        self.action.set_state(&(is_news, text).to_variant());
    }
}
