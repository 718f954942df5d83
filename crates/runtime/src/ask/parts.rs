//! What the windows that ask and show permissions have in common.

use super::permission;
use crate::translations::{filled, tr, tr_count};
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use insula_permissions::{Choice, PermissionName};

/// A heading with the app's name in the place of `{app}`, which is what the window is called as well. The name alone is bold:
/// nothing that it contains can be taken for a sentence of the runtime's.
pub(super) fn heading(window: &gtk::Window, text: &str, app: &str) -> gtk::Label {
    window.set_title(Some(&filled(text, &[("app", app)])));
    let heading = gtk::Label::builder()
        .wrap(true)
        .wrap_mode(gtk::pango::WrapMode::WordChar)
        .ellipsize(gtk::pango::EllipsizeMode::End)
        .lines(3)
        .justify(gtk::Justification::Center)
        .css_classes(["title-2"])
        .build();
    let normal = |text: &str| format!("<span weight=\"normal\">{}</span>", glib::markup_escape_text(text));
    let (before, after) = text.split_once("{app}").unwrap_or(("", text));
    heading.set_markup(&format!(
        "{}{}{}",
        normal(before),
        glib::markup_escape_text(app),
        normal(after)
    ));
    heading
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

/// Makes a window as high as all that is in it, `highest` at the most. Where the screen has not the room, GTK makes it lower,
/// and what is in the scroller gives way. (A scroller that says its own height says the one for its least width.)
pub(super) fn fit(window: &gtk::Window, all: &gtk::Box, scroller: &gtk::ScrolledWindow, highest: i32) {
    let Some(content) = scroller.child() else { return };
    let (least, ..) = all.measure(gtk::Orientation::Horizontal, -1);
    let width = window.default_width().max(least + AROUND);
    let room = width - AROUND;
    let (_, height, ..) = all.measure(gtk::Orientation::Vertical, room);
    let (_, scrolled, ..) = scroller.measure(gtk::Orientation::Vertical, room);
    let (_, inside, ..) = content.measure(gtk::Orientation::Vertical, room);
    window.set_default_size(width, (height - scrolled + inside + AROUND).min(highest));
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
