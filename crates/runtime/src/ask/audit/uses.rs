//! What the app uses at this moment.

use crate::ask::permission::{self, icon, line, note};
use crate::translations::{tr, tr_with};
use gtk4 as gtk;
use gtk4::prelude::*;
use insula_permissions::PermissionName;
use std::rc::Rc;

/// Something that the app, or a page in one of its frames, uses at this moment.
pub(crate) struct InUse {
    /// By which permission.
    pub(crate) name: PermissionName,
    /// What it is.
    pub(crate) what: String,
    /// By whom, or how much.
    pub(crate) detail: String,
    /// How it ends.
    pub(crate) stop: Stop,
}

/// What the user can do against a use.
pub(crate) enum Stop {
    /// It ends, and what is decided stays as it is.
    Now(Box<dyn Fn()>),
    /// Nothing but taking the permission back ends it.
    TakeBack,
}

impl Stop {
    /// Ends it by doing this.
    pub(crate) fn by(stop: impl Fn() + 'static) -> Self {
        Self::Now(Box::new(stop))
    }
}

impl InUse {
    /// Whether there is nothing new to see.
    pub(super) fn looks_like(&self, other: &Self) -> bool {
        self.name == other.name && self.what == other.what && self.detail == other.detail
    }
}

/// Lists what is in use, with what to do against each.
pub(super) fn fill(list: &gtk::Box, uses: &[Rc<InUse>], take_back: impl Fn(PermissionName) + Clone + 'static) {
    while let Some(old) = list.first_child() {
        list.remove(&old);
    }
    if uses.is_empty() {
        let nothing = note(&tr("Nothing that needs a permission."));
        nothing.add_css_class("insula-permission");
        list.append(&nothing);
    }
    for used in uses {
        permission::append(list, &entry(used, take_back.clone()));
    }
}

fn entry(used: &Rc<InUse>, take_back: impl Fn(PermissionName) + 'static) -> gtk::Box {
    let icon = gtk::Image::builder()
        .icon_name(icon(used.name))
        .valign(gtk::Align::Center)
        .css_classes(["insula-permission-icon", "accent"])
        .accessible_role(gtk::AccessibleRole::Presentation)
        .build();
    let texts = gtk::Box::builder()
        .orientation(gtk::Orientation::Vertical)
        .spacing(3)
        .valign(gtk::Align::Center)
        .hexpand(true)
        .build();
    texts.append(&line(&used.what));
    texts.append(&note(&used.detail));
    let stop = gtk::Button::builder()
        .label(tr("Stop"))
        .valign(gtk::Align::Center)
        .build();
    stop.update_property(&[gtk::accessible::Property::Label(&tr_with(
        "Stop: {what}",
        &[("what", &used.what)],
    ))]);
    let used = used.clone();
    stop.connect_clicked(move |_| match &used.stop {
        Stop::Now(stop) => stop(),
        Stop::TakeBack => take_back(used.name),
    });
    let entry = gtk::Box::builder()
        .spacing(12)
        .css_classes(["insula-permission"])
        .build();
    entry.append(&icon);
    entry.append(&texts);
    entry.append(&stop);
    entry
}
