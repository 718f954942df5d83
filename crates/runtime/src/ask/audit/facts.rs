//! What there is to know of the app itself.

use crate::app::App;
use crate::ask::identity;
use crate::ask::permission::{self, line};
use crate::translations::tr;
use gtk4 as gtk;
use gtk4::prelude::*;
use gtk4::{gio, glib};
use std::fs;
use std::path::PathBuf;

/// Lists the app's name, version, kind, origin, and how much it keeps on this device.
pub(super) fn fill(list: &gtk::Box, app: &App) {
    let version = app.manifest.version.as_ref().map(ToString::to_string);
    let value = |text: &str| {
        gtk::Label::builder()
            .label(text)
            .xalign(1.0)
            .wrap(true)
            .wrap_mode(gtk::pango::WrapMode::WordChar)
            .css_classes(["dim-label"])
            .build()
    };
    add(list, &tr("Name"), &value(app.name()));
    if let Some(version) = version {
        add(list, &tr("Version"), &value(&version));
    }
    add(list, &tr("App id"), &identity::origin(app));
    let size = value("…");
    add(list, &tr("Kept on this device"), &size);
    let about = permission::note(&identity::kind(app));
    about.add_css_class("insula-permission");
    permission::append(list, &about);
    measure(app.storage.clone(), size);
}

fn add(list: &gtk::Box, what: &str, value: &impl IsA<gtk::Widget>) {
    let entry = gtk::Box::builder()
        .spacing(12)
        .css_classes(["insula-permission"])
        .build();
    let what = line(what);
    what.set_hexpand(true);
    entry.append(&what);
    entry.append(value);
    value.set_halign(gtk::Align::End);
    entry.update_relation(&[gtk::accessible::Relation::LabelledBy(&[what.upcast_ref()])]);
    permission::append(list, &entry);
}

/// Says how much is in a folder, once that is known: it may be a lot to look at.
fn measure(folder: PathBuf, shown: gtk::Label) {
    glib::spawn_future_local(async move {
        if let Ok(bytes) = gio::spawn_blocking(move || size_of(folder)).await {
            shown.set_label(&glib::format_size(bytes));
        }
    });
}

/// The bytes of the files in a folder. What cannot be read does not count, and links are not followed.
fn size_of(folder: PathBuf) -> u64 {
    let (mut bytes, mut folders) = (0, vec![folder]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(found) = entry.metadata() else { continue };
            if found.is_dir() {
                folders.push(entry.path());
            } else {
                bytes += found.len();
            }
        }
    }
    bytes
}
