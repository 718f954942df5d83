//! The window that tells what has gone wrong where there is no other to tell it in, and nobody looks at what a program prints.

use super::parts;
use crate::desktop;
use crate::environment::Prepared;
use crate::session::RunError;
use crate::translations::tr;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use libadwaita as adw;

/// What has gone wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// An app could not be installed.
    Install,
    /// An app could not be started.
    Start,
    /// An app that ran had to end.
    Run,
}

impl Failed {
    fn title(self) -> String {
        match self {
            Self::Install => tr("The app cannot be installed"),
            Self::Start => tr("The app cannot be started"),
            Self::Run => tr("The app was closed"),
        }
    }
}

/// Tells the user in a window what has gone wrong, and why, until it is closed.
///
/// # Errors
/// There is no display.
pub fn tell_failure(_: &Prepared, failed: Failed, why: &str) -> Result<(), RunError> {
    desktop::start().map_err(|_| RunError::NoDisplay)?;
    let main_loop = glib::MainLoop::new(None, false);
    let title = failed.title();
    let page = adw::StatusPage::builder()
        .icon_name("dialog-warning-symbolic")
        .title(&title)
        .description(glib::markup_escape_text(&sentence(why)))
        .vexpand(true)
        .build();
    let content = gtk::Box::new(gtk::Orientation::Vertical, 0);
    content.append(&adw::HeaderBar::builder().css_classes(["flat"]).build());
    content.append(&page);
    let window = adw::Window::builder()
        .title(&title)
        .default_width(480)
        .default_height(400)
        .content(&content)
        .build();
    let ended = main_loop.clone();
    window.connect_close_request(move |_| {
        ended.quit();
        glib::Propagation::Proceed
    });
    parts::close_on_escape(window.upcast_ref());
    window.present();
    main_loop.run();
    Ok(())
}

/// An error as a sentence of its own: errors are written to stand after others.
fn sentence(error: &str) -> String {
    let mut letters = error.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let end = if error.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{end}", first.chain(letters).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn an_error_is_told_as_a_sentence() {
        assert_eq!(sentence("no app is installed"), "No app is installed.");
        assert_eq!(sentence("Is it there?"), "Is it there?");
        assert_eq!(sentence("ß"), "SS.");
    }
}
