//! The offer to install a site that is shown without being installed.

use super::away::under_bar;
use crate::app::App;
use crate::environment;
use crate::translations::{tr, tr_with};
use gtk4 as gtk;
use gtk4::prelude::*;
use gtk4::{gio, pango};
use std::ffi::{OsStr, OsString};

/// Puts the offer above the content of a window, where there is a command that installs the app. Another program does that,
/// with a dialog of its own.
pub(super) fn show(app: &App, installer: Option<&[OsString]>, content: gtk::Widget) -> gtk::Widget {
    let Some(installer) = installer.map(<[OsString]>::to_vec) else {
        return content;
    };
    let text = gtk::Label::builder()
        .label(tr_with("{app} can be installed as an app.", &[("app", app.name())]))
        .xalign(0.0)
        .hexpand(true)
        .ellipsize(pango::EllipsizeMode::End)
        .build();
    let button = gtk::Button::builder()
        .label(tr("_Install…"))
        .use_underline(true)
        .build();
    button.connect_clicked(move |_| {
        let launcher = gio::SubprocessLauncher::new(gio::SubprocessFlags::NONE);
        for (name, value) in environment::of_other_programs() {
            match value {
                Some(value) => launcher.setenv(name, value, true),
                None => launcher.unsetenv(name),
            }
        }
        let words: Vec<&OsStr> = installer.iter().map(OsString::as_os_str).collect();
        if let Err(error) = launcher.spawn(&words) {
            tracing::warn!("the app cannot be installed: {error}");
        }
    });
    under_bar(&text, &button, content).0
}
