//! The row of a permission: what counts, the account of it, and the choices.

use super::account;
use crate::ask::choices::Choices;
use crate::ask::parts;
use crate::ask::permission::{Entry, note};
use crate::translations::{tr, tr_with};
use gtk4 as gtk;
use gtk4::prelude::*;
use insula_permissions::{Effective, PermissionName, PermissionState, Row, Source, Support};
use std::cell::RefCell;
use std::time::SystemTime;

/// A row on the screen.
pub(super) struct AuditRow {
    /// About which permission.
    pub(super) name: PermissionName,
    /// What holds it.
    pub(super) widget: gtk::Box,
    account: gtk::Label,
    control: Control,
    shown: RefCell<Option<(Effective, Option<SystemTime>)>>,
}

enum Control {
    /// The organisation has decided.
    Locked,
    Open {
        choices: Choices,
        /// Takes a decision back. Where one can be asked later that is one of the choices.
        reset: Option<gtk::Button>,
    },
}

impl AuditRow {
    /// A row as the model has it. `decide` is called with what the user chooses.
    pub(super) fn new(row: &Row, decide: impl Fn(PermissionName, PermissionState) + Clone + 'static) -> Self {
        let name = row.name;
        let entry = Entry::new(name);
        let account = note("");
        entry.texts.append(&account);
        let (widget, control) = match row.locked {
            Some(sentence) => {
                entry.add_locked(&tr(sentence));
                (entry.with(&parts::locked_state(row.choice)), Control::Locked)
            }
            None => {
                let choices = Choices::new(name, row.choices(), {
                    let decide = decide.clone();
                    move |choice| decide(name, super::state(choice))
                });
                let reset = (name.support() == Support::PolicyOnly).then(|| {
                    let reset = reset_button(name);
                    reset.connect_clicked(move |_| decide(name, PermissionState::Prompt));
                    reset
                });
                let both = gtk::Box::builder().spacing(6).valign(gtk::Align::Center).build();
                choices.widget.set_hexpand(true);
                both.append(&choices.widget);
                if let Some(reset) = &reset {
                    both.append(reset);
                }
                (entry.with(&both), Control::Open { choices, reset })
            }
        };
        Self {
            name,
            widget,
            account,
            control,
            shown: RefCell::default(),
        }
    }

    /// Whether this row can show what the model has now.
    pub(super) fn fits(&self, row: &Row) -> bool {
        self.name == row.name && row.locked.is_some() == matches!(self.control, Control::Locked)
    }

    /// Shows what counts now.
    pub(super) fn show(&self, row: &Row, effective: Effective, last_used: Option<SystemTime>) {
        if let Control::Open { choices, reset } = &self.control {
            choices.show(row.choice);
            if let Some(reset) = reset {
                reset.set_visible(matches!(effective.source, Source::Decision(_)));
            }
        }
        let now = Some((effective, last_used));
        if *self.shown.borrow() == now {
            return;
        }
        let Some((effective, _)) = &now else { return };
        let mut sentences = vec![account::of(effective)];
        // Nobody notes the use of what nobody has decided.
        if matches!(effective.source, Source::Decision(_)) && effective.state == PermissionState::Granted {
            sentences.push(account::of_use(last_used));
        }
        self.account.set_label(&sentences.join(" "));
        self.shown.replace(now);
    }
}

fn reset_button(name: PermissionName) -> gtk::Button {
    let reset = gtk::Button::builder()
        .icon_name("edit-undo-symbolic")
        .tooltip_text(tr("Take the decision back"))
        .valign(gtk::Align::Center)
        .css_classes(["flat"])
        .build();
    let said = tr_with(
        "Take the decision back: {permission}",
        &[("permission", &tr(name.title()))],
    );
    reset.update_property(&[gtk::accessible::Property::Label(&said)]);
    reset
}
