//! A notice that lies over a page for a while and goes by itself: of what the user should know, and the page cannot cover.

use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use std::time::Duration;

/// How long the notice stays: long enough to be read.
pub(crate) const TIME: Duration = Duration::from_secs(5);

/// By what a notice over a frame is found again.
const NAME: &str = "insula-notice";

/// The widget of a notice, for an overlay.
pub(crate) fn widget(text: &str) -> gtk::Box {
    let text = gtk::Label::builder().label(text).wrap(true).build();
    let notice = gtk::Box::builder()
        .halign(gtk::Align::Center)
        .valign(gtk::Align::Start)
        .margin_top(24)
        .can_target(false)
        .css_classes(["osd", "app-notification"])
        .accessible_role(gtk::AccessibleRole::Status)
        .build();
    notice.append(&text);
    notice
}

/// Shows a notice over what is in an overlay, in the place of the one before.
pub(crate) fn show(over: &impl IsA<gtk::Widget>, text: &str) {
    hide(over);
    let Some(overlay) = overlay_of(over) else { return };
    let notice = widget(text);
    notice.set_widget_name(NAME);
    overlay.add_overlay(&notice);
    let notice = notice.downgrade();
    glib::timeout_add_local_once(TIME, move || {
        if let Some(notice) = notice.upgrade() {
            take_away(&notice);
        }
    });
}

/// Takes the notice away that lies over it, if there still is one.
pub(crate) fn hide(over: &impl IsA<gtk::Widget>) {
    let first = overlay_of(over).and_then(|overlay| overlay.first_child());
    let mut children = std::iter::successors(first, |child| child.next_sibling());
    if let Some(notice) = children.find(|child| child.widget_name() == NAME) {
        take_away(&notice);
    }
}

fn take_away(notice: &impl IsA<gtk::Widget>) {
    if let Some(overlay) = notice.parent().and_downcast::<gtk::Overlay>() {
        overlay.remove_overlay(notice);
    }
}

fn overlay_of(widget: &impl IsA<gtk::Widget>) -> Option<gtk::Overlay> {
    widget.ancestor(gtk::Overlay::static_type()).and_downcast()
}
