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
    shown: RefCell<Option<State>>,
}

/// What there is to say of a permission.
#[derive(PartialEq, Eq)]
pub(super) struct State {
    /// What counts, and why.
    pub(super) effective: Effective,
    /// Until when the app does not ask, because the user has closed the question so often.
    pub(super) quiet_until: Option<SystemTime>,
    /// When it was last used.
    pub(super) last_used: Option<SystemTime>,
}

enum Control {
    /// The organisation has decided.
    Locked,
    Open {
        choices: Choices,
        /// Takes a decision back. Where one can be asked later that is one of the choices.
        reset: Option<gtk::Button>,
        /// Lets the app ask again that does not because the user has closed the question so often.
        again: gtk::Button,
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
                let take_back = move || decide(name, PermissionState::Prompt);
                let reset = (name.support() == Support::PolicyOnly).then(|| {
                    let (reset, take_back) = (reset_button(name), take_back.clone());
                    reset.connect_clicked(move |_| take_back());
                    reset
                });
                let again = again_button(name);
                entry.texts.append(&again);
                again.connect_clicked(move |_| take_back());
                let both = gtk::Box::builder().spacing(6).valign(gtk::Align::Center).build();
                choices.widget.set_hexpand(true);
                both.append(&choices.widget);
                if let Some(reset) = &reset {
                    both.append(reset);
                }
                (entry.with(&both), Control::Open { choices, reset, again })
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
    pub(super) fn show(&self, row: &Row, state: State) {
        if let Control::Open { choices, reset, again } = &self.control {
            choices.show(row.choice);
            if let Some(reset) = reset {
                reset.set_visible(matches!(state.effective.source, Source::Decision(_)));
            }
            again.set_visible(state.quiet_until.is_some());
        }
        if self.shown.borrow().as_ref() == Some(&state) {
            return;
        }
        let account = match state.quiet_until {
            Some(until) => account::of_quiet(until),
            None => account::of(&state.effective),
        };
        let mut sentences = vec![account];
        // Nobody notes the use of what nobody has decided.
        if matches!(state.effective.source, Source::Decision(_)) && state.effective.state == PermissionState::Granted {
            sentences.push(account::of_use(state.last_used));
        }
        self.account.set_label(&sentences.join(" "));
        self.shown.replace(Some(state));
    }
}

fn again_button(name: PermissionName) -> gtk::Button {
    let again = gtk::Button::builder()
        .label(tr("Let the app ask again"))
        .halign(gtk::Align::Start)
        .margin_top(6)
        .visible(false)
        .build();
    if let Some(text) = again.child().and_downcast::<gtk::Label>() {
        text.set_wrap(true);
        text.set_justify(gtk::Justification::Center);
    }
    let said = tr_with(
        "Let the app ask again: {permission}",
        &[("permission", &tr(name.title()))],
    );
    again.update_property(&[gtk::accessible::Property::Label(&said)]);
    again
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
