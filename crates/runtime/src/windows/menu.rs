//! The app menu, in the title bar, where no page can draw. It leads to the app's permissions, and says which sites the app
//! shows in its frames, whose pages have no address bar; and when the engine is too old.

use crate::engine_age::engine_advice;
use crate::translations::{tr, tr_count};
use gtk4 as gtk;
use gtk4::prelude::*;
use gtk4::{gio, glib, pango};
use libadwaita as adw;

/// The action that opens the app's permissions.
const PERMISSIONS: &str = "permissions";

/// How many sites are named; of more there is the number.
const MOST_NAMED: usize = 12;

/// How many characters of a site are seen. What is left out is in the middle: the end of a host's name says whose it is.
const WIDTH: i32 = 40;

/// Puts the menu into a window's title bar. `shown` answers the origins of what its frames show.
pub(super) fn add(
    window: &gtk::Window,
    open_permissions: impl Fn() + 'static,
    shown: impl Fn() -> Vec<String> + 'static,
) {
    let menu = button(shown, engine_advice());
    if let Some(bar) = window.titlebar().and_downcast::<adw::HeaderBar>() {
        bar.pack_end(&menu);
    }
    let permissions = gio::SimpleAction::new(PERMISSIONS, None);
    permissions.connect_activate(glib::clone!(
        #[weak]
        menu,
        move |_, _| {
            // An open menu has the keyboard, also while the window that is opened takes its time to paint.
            menu.popdown();
            open_permissions();
        }
    ));
    let actions = gio::SimpleActionGroup::new();
    actions.add_action(&permissions);
    window.insert_action_group("app", Some(&actions));
}

/// The menu's button. Its entries are buttons: a `GMenu` of one entry draws an empty strip beside it, and has no entry that
/// the Down key could reach.
///
/// `engine` is what there is to say of the engine.
pub(super) fn button(shown: impl Fn() -> Vec<String> + 'static, engine: Option<String>) -> gtk::MenuButton {
    let permissions = gtk::Button::builder()
        .label(tr("_Permissions"))
        .use_underline(true)
        .action_name(format!("app.{PERMISSIONS}"))
        .css_classes(["flat"])
        .build();
    if let Some(label) = permissions.child().and_downcast::<gtk::Label>() {
        label.set_xalign(0.0);
    }
    let sites = gtk::Box::builder()
        .orientation(gtk::Orientation::Vertical)
        .spacing(6)
        .margin_top(9)
        .margin_bottom(6)
        .margin_start(9)
        .margin_end(9)
        .build();
    let entries = gtk::Box::new(gtk::Orientation::Vertical, 0);
    entries.append(&permissions);
    entries.append(&sites);
    if let Some(advice) = engine {
        entries.append(&warning(&format!("WebKitGTK: {advice}.")));
    }
    let popover = gtk::Popover::builder().child(&entries).build();
    popover.connect_show(move |_| fill(&sites, &shown()));
    let button = gtk::MenuButton::builder()
        .icon_name("open-menu-symbolic")
        .popover(&popover)
        .primary(true)
        .tooltip_text(tr("App menu"))
        .build();
    button.update_property(&[gtk::accessible::Property::Label(&tr("App menu"))]);
    button
}

/// Names the sites.
fn fill(sites: &gtk::Box, origins: &[String]) {
    while let Some(old) = sites.first_child() {
        sites.remove(&old);
    }
    sites.set_visible(!origins.is_empty());
    let heading = line(&tr("Shown in this window:"));
    heading.add_css_class("dim-label");
    sites.append(&heading);
    for origin in origins.iter().take(MOST_NAMED) {
        sites.append(&line(origin));
    }
    if let Some(more) = origins.len().checked_sub(MOST_NAMED).filter(|more| *more > 0) {
        sites.append(&line(&tr_count("and {count} more", "and {count} more", more)));
    }
}

/// A text that the user should read, whole.
fn warning(text: &str) -> gtk::Label {
    gtk::Label::builder()
        .label(text)
        .xalign(0.0)
        .wrap(true)
        .max_width_chars(WIDTH)
        .margin_top(6)
        .margin_bottom(6)
        .margin_start(9)
        .margin_end(9)
        .css_classes(["warning"])
        .build()
}

fn line(text: &str) -> gtk::Label {
    gtk::Label::builder()
        .label(text)
        .xalign(0.0)
        .selectable(false)
        .ellipsize(pango::EllipsizeMode::Middle)
        .max_width_chars(WIDTH)
        .tooltip_text(text)
        .build()
}
