//! Which app it is: its icon, its name, and where it comes from.

use crate::app::App;
use crate::translations::{tr, tr_with};
use gtk4 as gtk;
use gtk4::prelude::*;
use insula_apps::AppSource;
use insula_manifest::AppKind;
use libadwaita as adw;

/// How many characters of an id are seen. No two apps of one user begin alike by chance, and all end alike.
const SEEN: usize = 12;

/// The app's icon; where it has none, its initials.
pub(super) fn icon(app: &App, size: i32) -> gtk::Widget {
    match gtk::Window::default_icon_name() {
        Some(name) => gtk::Image::builder()
            .icon_name(name)
            .pixel_size(size)
            .halign(gtk::Align::Center)
            .accessible_role(gtk::AccessibleRole::Presentation)
            .build()
            .upcast(),
        None => {
            let avatar = adw::Avatar::new(size, Some(app.name()), true);
            avatar.set_halign(gtk::Align::Center);
            avatar.upcast()
        }
    }
}

/// Where the app comes from: a site's host; of a signed app the beginning of its id, which leads to all of it.
pub(super) fn origin(app: &App) -> gtk::Widget {
    let whole = app.origin.to_string();
    if app.identity.kind() == AppKind::WebApp {
        let label = super::permission::note(host(app));
        label.set_tooltip_text(Some(&whole));
        label.set_halign(gtk::Align::Center);
        return label.upcast();
    }
    let id = gtk::Label::builder()
        .label(grouped(&app.id))
        .selectable(true)
        .css_classes(["monospace"])
        .build();
    let popover = gtk::Popover::builder().child(&id).build();
    let shown = short(&app.id);
    let label = gtk::Label::builder()
        .label(&shown)
        .css_classes(["caption", "dim-label"])
        .build();
    let button = gtk::MenuButton::builder()
        .child(&label)
        .popover(&popover)
        .halign(gtk::Align::Center)
        .css_classes(["flat"])
        .tooltip_text(tr("Show the whole id"))
        .build();
    let said = tr_with("App id {id}, show all of it", &[("id", &shown)]);
    button.update_property(&[gtk::accessible::Property::Label(&said)]);
    button.upcast()
}

/// What an app of its kind is, for somebody who does not know.
pub(super) fn kind(app: &App) -> String {
    match app.identity.kind() {
        AppKind::IsolatedApp => tr(
            "An isolated app: its author has signed it, it runs from this device, and it keeps its data apart from your \
             browser and from other apps.",
        ),
        AppKind::Folder => tr("An app in development: it runs from a folder on this device, and nobody has signed it."),
        AppKind::Server => tr_with(
            "An app in development: its pages come from the server {server}, and nobody has signed it.",
            &[("server", &server(app))],
        ),
        AppKind::WebApp => tr_with(
            "A web app: its pages come from {host}, as in a browser.",
            &[("host", host(app))],
        ),
    }
}

/// The server of an app in development.
fn server(app: &App) -> String {
    match &app.source {
        AppSource::Server(server) => server.origin().to_string(),
        _ => String::new(),
    }
}

fn host(app: &App) -> &str {
    app.start_url().host_str().unwrap_or_default()
}

/// The beginning of an id. A short one is whole.
fn short(id: &str) -> String {
    match id.char_indices().nth(SEEN) {
        Some((end, _)) => format!("{}…", &id[..end]),
        None => id.to_owned(),
    }
}

/// An id in groups of four that are easy to compare, seven in a line.
fn grouped(id: &str) -> String {
    let characters: Vec<char> = id.chars().collect();
    let lines = characters.chunks(28).map(|line| {
        let groups = line.chunks(4).map(|group| group.iter().collect::<String>());
        groups.collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_short_first_and_all_there_then() {
        let id = "aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic";
        assert_eq!(short(id), "aerugqztij5b…");
        assert_eq!(short("mail"), "mail");
        let whole = grouped(id);
        assert_eq!(whole.lines().count(), 2);
        assert_eq!(whole.replace([' ', '\n'], ""), id);
    }
}
