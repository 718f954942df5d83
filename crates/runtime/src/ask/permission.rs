//! How a permission looks wherever the user meets it: its icon, its title, what it means.

use crate::translations::tr;
use gtk4 as gtk;
use gtk4::prelude::*;
use insula_permissions::PermissionName;

/// A permission in a list.
pub(super) struct Entry {
    /// What holds it.
    pub(super) widget: gtk::Box,
    /// Its texts, to which more can be added.
    pub(super) texts: gtk::Box,
    title: gtk::Label,
    explanation: gtk::Label,
}

impl Entry {
    /// The icon and the texts of a permission.
    pub(super) fn new(name: PermissionName) -> Self {
        let icon = gtk::Image::builder()
            .icon_name(icon(name))
            .valign(gtk::Align::Start)
            .css_classes(["insula-permission-icon"])
            .accessible_role(gtk::AccessibleRole::Presentation)
            .build();
        let title = line(&tr(name.title()));
        let explanation = note(&tr(name.explanation()));
        let texts = gtk::Box::builder()
            .orientation(gtk::Orientation::Vertical)
            .spacing(3)
            .valign(gtk::Align::Center)
            .hexpand(true)
            .build();
        texts.append(&title);
        texts.append(&explanation);
        let widget = gtk::Box::builder()
            .accessible_role(gtk::AccessibleRole::Group)
            .spacing(12)
            .css_classes(["insula-permission"])
            .build();
        widget.update_relation(&[
            gtk::accessible::Relation::LabelledBy(&[title.upcast_ref()]),
            gtk::accessible::Relation::DescribedBy(&[explanation.upcast_ref()]),
        ]);
        widget.append(&icon);
        Self {
            widget,
            texts,
            title,
            explanation,
        }
    }

    /// Only the texts beside the icon.
    pub(super) fn alone(self) -> gtk::Box {
        self.widget.append(&self.texts);
        self.widget
    }

    /// Beside the icon the texts with a control.
    pub(super) fn with(self, control: &impl IsA<gtk::Widget>) -> gtk::Box {
        let beside = super::beside::Beside::new(&self.texts, control);
        beside.set_hexpand(true);
        self.widget.append(&beside);
        self.widget
    }

    /// Adds a sentence that also says why nothing can be chosen: it takes the keyboard, so that somebody with a keyboard or
    /// a screen reader alone comes to know it.
    pub(super) fn add_locked(&self, sentence: &str) {
        let icon = gtk::Image::builder()
            .icon_name("changes-prevent-symbolic")
            .accessible_role(gtk::AccessibleRole::Presentation)
            .build();
        let text = note(sentence);
        text.set_selectable(true);
        let line = gtk::Box::builder().spacing(6).margin_top(3).build();
        line.append(&icon);
        line.append(&text);
        self.texts.append(&line);
        self.widget.update_relation(&[gtk::accessible::Relation::DescribedBy(&[
            self.explanation.upcast_ref(),
            text.upcast_ref(),
        ])]);
    }

    /// Shows what counts as part of the title.
    pub(super) fn emphasise(&self) {
        self.title.add_css_class("heading");
    }
}

/// Adds an entry to a list.
pub(super) fn append(list: &gtk::Box, entry: &impl IsA<gtk::Widget>) {
    if list.first_child().is_some() {
        list.append(&gtk::Separator::new(gtk::Orientation::Horizontal));
    }
    list.append(entry);
}

/// A text that is broken where it must be.
pub(super) fn line(text: &str) -> gtk::Label {
    gtk::Label::builder()
        .label(text)
        .xalign(0.0)
        .wrap(true)
        .wrap_mode(gtk::pango::WrapMode::WordChar)
        .build()
}

/// A text that explains another.
pub(super) fn note(text: &str) -> gtk::Label {
    let note = line(text);
    note.add_css_class("insula-note");
    note
}

/// The icon of a permission, one of those that the desktop's icon theme has.
pub(super) fn icon(name: PermissionName) -> &'static str {
    use PermissionName as Name;
    match name {
        Name::UnrestrictedNetwork => "network-transmit-receive-symbolic",
        Name::LocalNetwork => "network-workgroup-symbolic",
        Name::LoopbackNetwork => "computer-symbolic",
        Name::Camera => "camera-web-symbolic",
        Name::Microphone => "audio-input-microphone-symbolic",
        Name::DisplayCapture => "screen-shared-symbolic",
        Name::Geolocation => "find-location-symbolic",
        Name::Notifications => "preferences-system-notifications-symbolic",
        Name::ClipboardRead => "edit-paste-symbolic",
        Name::ClipboardWrite => "edit-copy-symbolic",
        Name::PointerLock => "input-mouse-symbolic",
        Name::ControlledFrame => "web-browser-symbolic",
        Name::DirectSockets => "network-server-symbolic",
        Name::Fullscreen => "view-fullscreen-symbolic",
        Name::ScreenWakeLock => "display-brightness-symbolic",
        Name::FileSystemWrite => "document-save-symbolic",
        // Those that cannot be had here have no entry of their own.
        _ => "preferences-system-privacy-symbolic",
    }
}

#[cfg(test)]
mod tests {
    use super::icon;
    use insula_permissions::PermissionName;
    use std::collections::HashSet;

    #[test]
    fn no_two_permissions_that_can_be_had_look_alike() {
        let names = PermissionName::ALL.iter().filter(|name| name.is_available());
        let mut seen = HashSet::new();
        for name in names {
            assert!(seen.insert(icon(*name)), "{name}");
        }
    }
}
