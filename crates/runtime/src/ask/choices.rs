//! The choices of a row: what is chosen is seen at a glance, and changed by one press.

use super::abreast::Abreast;
use crate::translations::{tr, tr_with};
use gtk4 as gtk;
use gtk4::prelude::*;
use insula_permissions::{Choice, PermissionName};

/// The buttons of a row.
#[derive(Clone)]
pub(super) struct Choices {
    /// What holds them.
    pub(super) widget: Abreast,
    buttons: Vec<(Choice, gtk::ToggleButton)>,
    /// Is pressed while nothing is chosen. Nobody sees it: of buttons in a group one is always pressed.
    none: gtk::ToggleButton,
}

impl Choices {
    /// Buttons for some choices about a permission, none of them pressed. `chosen` is called when the user presses one.
    pub(super) fn new(name: PermissionName, choices: &[Choice], chosen: impl Fn(Choice) + Clone + 'static) -> Self {
        let widget = Abreast::new(0);
        widget.set_valign(gtk::Align::Center);
        widget.add_css_class("linked");
        let none = gtk::ToggleButton::builder().active(true).build();
        let button = |&choice: &Choice| {
            let button = button(name, choice);
            button.set_group(Some(&none));
            let chosen = chosen.clone();
            // Not when the program presses it.
            button.connect_clicked(move |_| chosen(choice));
            widget.append(&button);
            (choice, button)
        };
        let buttons = choices.iter().map(button).collect();
        Self { widget, buttons, none }
    }

    /// Shows what is chosen.
    pub(super) fn show(&self, chosen: Option<Choice>) {
        let button = self.buttons.iter().find(|(choice, _)| Some(*choice) == chosen);
        button.map_or(&self.none, |(_, button)| button).set_active(true);
    }
}

fn button(name: PermissionName, choice: Choice) -> gtk::ToggleButton {
    let (label, said) = match choice {
        Choice::Allow => (tr("Allow"), tr("Allow: {permission}")),
        Choice::Deny => (tr("Deny"), tr("Deny: {permission}")),
        Choice::Later => (tr("Ask later"), tr("Ask later: {permission}")),
    };
    // Where one alone is too wide its text is broken rather than cut.
    let text = gtk::Label::builder()
        .label(label)
        .wrap(true)
        .wrap_mode(gtk::pango::WrapMode::WordChar)
        .natural_wrap_mode(gtk::NaturalWrapMode::None)
        .justify(gtk::Justification::Center)
        .build();
    let button = gtk::ToggleButton::builder()
        .child(&text)
        .hexpand(true)
        .css_classes(["insula-choice"])
        .build();
    if choice == Choice::Deny {
        button.add_css_class("refuse");
    }
    let said = tr_with(&said, &[("permission", &tr(name.title()))]);
    button.update_property(&[gtk::accessible::Property::Label(&said)]);
    button
}
