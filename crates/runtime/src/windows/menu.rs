//! The app menu, in the title bar, where no page can draw. It leads to the app's permissions, looks for updates, and says
//! which sites the app shows in its frames, whose pages have no address bar; and when the engine is too old.

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
    update: Option<&gio::SimpleAction>,
) {
    let menu = button(shown, update, engine_advice());
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
    if let Some(update) = update {
        actions.add_action(update);
    }
    window.insert_action_group("app", Some(&actions));
}

/// The menu's button. Its entries are buttons: a `GMenu` of one entry draws an empty strip beside it, and has no entry that
/// the Down key could reach.
///
/// `engine` is what there is to say of the engine, `update` what looks for an update.
pub(super) fn button(
    shown: impl Fn() -> Vec<String> + 'static,
    update: Option<&gio::SimpleAction>,
    engine: Option<String>,
) -> gtk::MenuButton {
    let sites = gtk::Box::builder()
        .orientation(gtk::Orientation::Vertical)
        .spacing(6)
        .margin_top(9)
        .margin_bottom(6)
        .margin_start(9)
        .margin_end(9)
        .build();
    let entries = gtk::Box::new(gtk::Orientation::Vertical, 0);
    entries.append(&entry(&tr("_Permissions"), PERMISSIONS));
    let told = update.map(|update| (update, text("dim-label")));
    if let Some((update, told)) = &told {
        entries.append(&entry(&tr("Look for an _update"), &update.name()));
        entries.append(told);
    }
    entries.append(&sites);
    if let Some(advice) = engine {
        let warning = text("warning");
        warning.set_label(&format!("WebKitGTK: {advice}."));
        entries.append(&warning);
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
    if let Some((update, told)) = told {
        tell(update, &told, &button);
        let changed = glib::closure_local!(
            #[watch]
            button,
            #[strong]
            told,
            move |update: gio::SimpleAction, _: glib::ParamSpec| tell(&update, &told, button)
        );
        update.connect_closure("notify::state", false, changed);
    }
    button
}

/// Says what has become of an update. What the user should see unasked is seen on the menu's button.
fn tell(update: &gio::SimpleAction, told: &gtk::Label, button: &gtk::MenuButton) {
    let Some((is_news, text)) = update.state().and_then(|state| state.get::<(bool, String)>()) else {
        return;
    };
    told.set_visible(!text.is_empty());
    told.set_label(&text);
    let title = tr("App menu");
    button.set_tooltip_text(Some(if is_news { &text } else { &title }));
    match is_news {
        true => button.add_css_class("insula-news"),
        false => button.remove_css_class("insula-news"),
    }
}

/// A button that is an entry of the menu.
fn entry(label: &str, action: &str) -> gtk::Button {
    let entry = gtk::Button::builder()
        .label(label)
        .use_underline(true)
        .action_name(format!("app.{action}"))
        .css_classes(["flat"])
        .build();
    if let Some(label) = entry.child().and_downcast::<gtk::Label>() {
        label.set_xalign(0.0);
    }
    entry
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
fn text(style: &str) -> gtk::Label {
    gtk::Label::builder()
        .xalign(0.0)
        .wrap(true)
        .max_width_chars(WIDTH)
        .margin_top(6)
        .margin_bottom(6)
        .margin_start(9)
        .margin_end(9)
        .css_classes([style])
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
