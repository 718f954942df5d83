//! The programs of the user's that links out of an app open.

use crate::environment;
use crate::translations::tr;
use gtk4::gio;
use gtk4::gio::prelude::*;
use url::Url;

/// A program for URLs of one scheme.
pub(super) enum Program {
    /// The one that the user chose.
    Chosen(gio::AppInfo),
    /// A desktop that knows no browser may still have a script for it, or the user a `BROWSER`.
    DesktopsOwn,
}

impl Program {
    /// The program for a URL.
    pub(super) fn of(url: &Url) -> Option<Self> {
        // Not `launch_default_for_uri`: it would have a scheme that no program has asked for looked into as a folder.
        match gio::AppInfo::default_for_uri_scheme(url.scheme()) {
            Some(program) => Some(Self::Chosen(program)),
            None => matches!(url.scheme(), "http" | "https").then_some(Self::DesktopsOwn),
        }
    }

    /// What to call it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Chosen(program) => program.display_name().into(),
            Self::DesktopsOwn => tr("your browser"),
        }
    }

    /// Starts it with a URL, in the environment that this program was started in.
    pub(super) fn open(&self, url: &Url) {
        let started = match self {
            Self::Chosen(program) => {
                let context = gio::AppLaunchContext::new();
                for (name, value) in environment::of_other_programs() {
                    match value {
                        Some(value) => context.setenv(name, value),
                        None => context.unsetenv(name),
                    }
                }
                program.launch_uris(&[url.as_str()], Some(&context))
            }
            Self::DesktopsOwn => {
                let launcher = gio::SubprocessLauncher::new(gio::SubprocessFlags::NONE);
                for (name, value) in environment::of_other_programs() {
                    match value {
                        Some(value) => launcher.setenv(name, value, true),
                        None => launcher.unsetenv(name),
                    }
                }
                launcher.spawn(&["xdg-open".as_ref(), url.as_str().as_ref()]).map(drop)
            }
        };
        if let Err(error) = started {
            tracing::warn!("{url} does not open: {error}");
        }
    }
}
