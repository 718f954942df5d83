//! What the windows that ask and show permissions have in common.

use super::permission;
use crate::translations::{filled, tr, tr_count};
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use insula_permissions::{Choice, PermissionName};

/// How many characters of an app's name a heading has at most. What the runtime says about the app is never cut.
const LONGEST_NAME: usize = 60;

/// How a heading looks, and how it does where its words are too long for the window.
const HEADINGS: [&str; 3] = ["title-2", "title-4", "heading"];

/// A heading with the app's name in the place of `{app}`, which is what the window is called as well. The name alone is bold:
/// nothing that it contains can be taken for a sentence of the runtime's.
pub(super) fn heading(window: &gtk::Window, text: &str, app: &str) -> gtk::Label {
    window.set_title(Some(&filled(text, &[("app", app)])));
    let heading = gtk::Label::builder()
        .wrap(true)
        .justify(gtk::Justification::Center)
        .css_classes([HEADINGS[0]])
        .build();
    let normal = |text: &str| format!("<span weight=\"normal\">{}</span>", glib::markup_escape_text(text));
    let (before, after) = text.split_once("{app}").unwrap_or(("", text));
    // A hyphen would look like a part of the name.
    heading.set_markup(&format!(
        "<span insert_hyphens=\"false\">{}{}{}</span>",
        normal(before),
        glib::markup_escape_text(&shortened(app)),
        normal(after)
    ));
    heading
}

/// A name that fits into a heading.
pub(super) fn shortened(name: &str) -> String {
    one_line(name, LONGEST_NAME)
}

/// A text in one line, of so many characters at most.
pub(super) fn one_line(name: &str, longest: usize) -> String {
    // In lines of its own it could look like more than a name.
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", name[..end].trim_end()),
        None => name,
    }
}

/// Makes a heading as large as it can be without a word that is broken.
fn settle(heading: &gtk::Label, room: i32) {
    heading.set_wrap_mode(gtk::pango::WrapMode::Word);
    for next in HEADINGS {
        heading.set_css_classes(&[next]);
        if heading.measure(gtk::Orientation::Horizontal, -1).0 <= room {
            break;
        }
    }
    heading.set_wrap_mode(gtk::pango::WrapMode::WordChar);
}

/// What counts in a row that cannot be changed.
pub(super) fn locked_state(choice: Option<Choice>) -> gtk::Label {
    let state = match choice {
        Some(Choice::Allow) => tr("Allowed"),
        Some(Choice::Deny) => tr("Denied"),
        Some(Choice::Later) | None => tr("Asks first"),
    };
    gtk::Label::builder()
        .label(state)
        .xalign(1.0)
        .css_classes(["dim-label"])
        .build()
}

/// Names what this device does not have, in one line that unfolds.
pub(super) fn fold(expander: &gtk::Expander, list: &gtk::Label, names: impl Iterator<Item = PermissionName>) {
    let titles: Vec<String> = names.map(|name| tr(name.title())).collect();
    expander.set_visible(!titles.is_empty());
    expander.set_label(Some(&tr_count(
        "{count} permission is not available on this device",
        "{count} permissions are not available on this device",
        titles.len(),
    )));
    list.set_label(
        &titles
            .iter()
            .map(|title| format!("• {title}"))
            .collect::<Vec<_>>()
            .join("\n"),
    );
    if let Some(label) = expander.label_widget().and_downcast::<gtk::Label>() {
        label.set_wrap(true);
        label.set_xalign(0.0);
        label.add_css_class("insula-note");
    }
}

/// Closes a window by the Escape key.
pub(super) fn close_on_escape(window: &gtk::Window) {
    let escape = gtk::ShortcutController::new();
    escape.add_shortcut(gtk::Shortcut::new(
        gtk::ShortcutTrigger::parse_string("Escape"),
        Some(gtk::NamedAction::new("window.close")),
    ));
    window.add_controller(escape);
}

/// What a window without shadows has around its content, and a scrollbar beside it, at the most; in pixels.
const AROUND: i32 = 24;

/// What is on both sides of a heading, in pixels.
const BESIDE_HEADING: i32 = 36;

/// Makes a window as high as all that is in it, `highest` at the most. Where the screen has not the room, GTK makes it lower,
/// and what is in the scroller gives way. (A scroller that says its own height says the one for its least width.)
pub(super) fn fit(
    window: &gtk::Window,
    all: &gtk::Box,
    scroller: &gtk::ScrolledWindow,
    heading: Option<&gtk::Label>,
    highest: i32,
) {
    let Some(content) = scroller.child() else { return };
    let wanted = window.default_width().min(screen_width());
    if let Some(heading) = heading {
        settle(heading, wanted - AROUND - BESIDE_HEADING);
    }
    let (least, ..) = all.measure(gtk::Orientation::Horizontal, -1);
    let width = wanted.max(least + AROUND);
    let room = width - AROUND;
    let (_, height, ..) = all.measure(gtk::Orientation::Vertical, room);
    let (_, scrolled, ..) = scroller.measure(gtk::Orientation::Vertical, room);
    let (_, inside, ..) = content.measure(gtk::Orientation::Vertical, room);
    window.set_default_size(width, (height - scrolled + inside + AROUND).min(highest));
}

/// The width of the narrowest screen, in pixels.
fn screen_width() -> i32 {
    let monitors = gtk::gdk::Display::default().map(|display| display.monitors());
    let monitors = monitors
        .iter()
        .flat_map(|monitors| monitors.iter::<gtk::gdk::Monitor>().flatten());
    monitors
        .map(|monitor| monitor.geometry().width())
        .min()
        .unwrap_or(i32::MAX)
}

/// What stands in a list that is empty.
pub(super) fn quiet(text: &str) -> gtk::Label {
    let label = permission::note(text);
    label.set_margin_top(12);
    label.set_margin_bottom(12);
    label.set_margin_start(12);
    label.set_margin_end(12);
    label
}
