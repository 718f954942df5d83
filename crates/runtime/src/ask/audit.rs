//! The app's permissions, opened from its menu: what was decided, by whom, when, and what was made of it; what is in use;
//! each to be changed. It shows what counts at any moment, whoever changes it.

mod account;
mod facts;
mod row;
mod uses;

use super::permission;
use super::{Prompts, failure, parts};
use crate::translations::tr;
use gtk4 as gtk;
use gtk4::prelude::*;
use gtk4::subclass::prelude::*;
use gtk4::{gio, glib};
use insula_permissions::{Authority, Choice, DecidedBy, PermissionName, PermissionState, Row, StoreError, Subject};
use libadwaita as adw;
use libadwaita::subclass::prelude::*;
use row::{AuditRow, State};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
pub(crate) use uses::{InUse, Stop};

glib::wrapper! {
    /// The window.
    pub struct Audit(ObjectSubclass<imp::Audit>)
        @extends adw::Window, gtk::Window, gtk::Widget,
        @implements gtk::Accessible, gtk::Buildable, gtk::ConstraintTarget, gtk::Native, gtk::Root, gtk::ShortcutManager;
}

/// The height beyond which the page scrolls.
const HIGHEST: i32 = 900;

/// How often it is looked what is in use, while the page is open.
const LOOK: Duration = Duration::from_secs(1);

/// Opens the page. Where it is open already it comes to the front.
pub(crate) fn open(prompts: &Rc<Prompts>) {
    let is_ours = |audit: &Audit| audit.transient_for().as_ref() == Some(&prompts.window);
    if let Some(open) = all_open().find(is_ours) {
        return open.present();
    }
    let audit: Audit = glib::Object::builder()
        .property("transient-for", &prompts.window)
        .build();
    let imp = audit.imp();
    let app = &prompts.queue.app;
    imp.title.set_subtitle(app.name());
    facts::fill(&imp.facts, app);
    imp.prompts.replace(Some(Rc::downgrade(prompts)));
    parts::close_on_escape(audit.upcast_ref());
    audit.refresh();
    audit.follow_uses();
    // A stray key decides nothing.
    GtkWindowExt::set_focus(&audit, Some(&imp.content.get()));
    parts::fit(audit.upcast_ref(), &imp.all, &imp.scroller, None, HIGHEST);
    audit.present();
    prompts.queue.hold_while_open(audit.upcast_ref());
}

/// Has the pages that are open show what counts now.
pub(super) fn refresh() {
    all_open().for_each(|audit| audit.refresh());
}

fn all_open() -> impl Iterator<Item = Audit> {
    gtk::Window::list_toplevels()
        .into_iter()
        .filter_map(|window| window.downcast().ok())
}

/// What a choice is written down as.
fn state(choice: Choice) -> PermissionState {
    match choice {
        Choice::Allow => PermissionState::Granted,
        Choice::Deny => PermissionState::Denied,
        Choice::Later => PermissionState::Prompt,
    }
}

impl Audit {
    fn prompts(&self) -> Option<Rc<Prompts>> {
        self.imp().prompts.borrow().as_ref().and_then(Weak::upgrade)
    }

    /// Shows what counts now.
    fn refresh(&self) {
        let Some(prompts) = self.prompts() else { return };
        if let Err(error) = self.show_decisions(&prompts) {
            tracing::error!("decisions cannot be read: {error}");
        }
    }

    fn show_decisions(&self, prompts: &Rc<Prompts>) -> Result<(), Arc<StoreError>> {
        let imp = self.imp();
        let (app, authority) = (&prompts.queue.app, &prompts.queue.authority);
        let written = app.manifest.used_permissions();
        let requested: Vec<PermissionName> = written.flat_map(PermissionName::resolve).collect();
        let model = authority.settings(&app.origin, &app.features, &requested)?;
        let (here, missing): (Vec<&Row>, Vec<&Row>) = model.rows().iter().partition(|row| row.name.is_available());
        let fits = {
            let shown = imp.shown.borrow();
            shown.len() == here.len() && shown.iter().zip(&here).all(|(shown, row)| shown.fits(row))
        };
        if !fits {
            self.rebuild(prompts, &here);
            parts::fold(&imp.unavailable, &imp.missing, missing.iter().map(|row| row.name));
        }
        let (subject, last_uses) = (Subject::app(app.origin.clone()), imp.last_uses.borrow());
        for (shown, row) in imp.shown.borrow().iter().zip(here) {
            let effective = authority.effective(&subject, row.name)?;
            let is_open = effective.state == PermissionState::Prompt;
            let state = State {
                quiet_until: authority.quiet_until(&subject, row.name).filter(|_| is_open),
                last_used: last_uses.get(&row.name).copied(),
                effective,
            };
            shown.show(row, state);
        }
        Ok(())
    }

    fn rebuild(&self, prompts: &Rc<Prompts>, rows: &[&Row]) {
        let list = &self.imp().rows;
        while let Some(old) = list.first_child() {
            list.remove(&old);
        }
        let weak = Rc::downgrade(prompts);
        let decide = move |name, state| {
            if let Some(prompts) = weak.upgrade() {
                decide(&prompts, name, state);
            }
        };
        let shown = rows.iter().map(|row| AuditRow::new(row, decide.clone()));
        let shown: Vec<AuditRow> = shown.collect();
        for row in &shown {
            permission::append(list, &row.widget);
        }
        if shown.is_empty() {
            list.append(&parts::quiet(&tr(
                "There is nothing to decide yet. What the app asks for later is listed here, with your decision.",
            )));
        }
        self.imp().shown.replace(shown);
    }

    /// Looks at intervals what is in use, and when something was last used.
    fn follow_uses(&self) {
        self.look();
        let weak = self.downgrade();
        glib::timeout_add_local(LOOK, move || match weak.upgrade().filter(|audit| audit.is_visible()) {
            Some(audit) => {
                audit.look();
                glib::ControlFlow::Continue
            }
            None => glib::ControlFlow::Break,
        });
    }

    fn look(&self) {
        let Some(prompts) = self.prompts() else { return };
        let imp = self.imp();
        let uses: Vec<Rc<InUse>> = prompts.queue.in_use().into_iter().map(Rc::new).collect();
        let is_new = {
            let before = imp.uses_shown.borrow();
            before.as_ref().is_none_or(|before| {
                before.len() != uses.len() || !before.iter().zip(&uses).all(|(a, b)| a.looks_like(b))
            })
        };
        if is_new {
            let weak = Rc::downgrade(&prompts);
            uses::fill(&imp.uses, &uses, move |name| {
                if let Some(prompts) = weak.upgrade() {
                    decide(&prompts, name, PermissionState::Prompt);
                }
            });
            imp.uses_shown.replace(Some(uses));
        }
        if !imp.is_reading.replace(true) {
            self.read_last_uses(&prompts);
        }
    }

    /// When permissions were last used is on the disk only, for which the main thread does not wait.
    fn read_last_uses(&self, prompts: &Rc<Prompts>) {
        let names: Vec<PermissionName> = self.imp().shown.borrow().iter().map(|row| row.name).collect();
        let (authority, subject) = (
            prompts.queue.authority.clone(),
            Subject::app(prompts.queue.app.origin.clone()),
        );
        let read = move || -> HashMap<PermissionName, SystemTime> {
            let last_use = |name: PermissionName| {
                let decision = authority.store().decision(&subject, name).ok().flatten()?;
                Some((name, decision.last_used?))
            };
            names.into_iter().filter_map(last_use).collect()
        };
        let weak = self.downgrade();
        glib::spawn_future_local(async move {
            let read = gio::spawn_blocking(read).await;
            let Some(audit) = weak.upgrade() else { return };
            audit.imp().is_reading.set(false);
            if let Ok(read) = read
                && audit.imp().last_uses.replace(read.clone()) != read
            {
                audit.refresh();
            }
        });
    }
}

/// Writes down what the user has chosen. It acts at once.
fn decide(prompts: &Rc<Prompts>, name: PermissionName, state: PermissionState) {
    let subject = Subject::app(prompts.queue.app.origin.clone());
    let write = move |authority: &Authority| authority.decide(&subject, name, state, DecidedBy::Settings);
    // Whatever has become of it, what counts is shown.
    failure::keep(&prompts.queue, &prompts.window, write, refresh);
}

mod imp {
    use super::*;

    #[derive(Default, gtk::CompositeTemplate)]
    #[template(file = "audit.ui")]
    pub struct Audit {
        #[template_child]
        pub(super) all: TemplateChild<gtk::Box>,
        #[template_child]
        pub(super) title: TemplateChild<adw::WindowTitle>,
        #[template_child]
        pub(super) scroller: TemplateChild<gtk::ScrolledWindow>,
        #[template_child]
        pub(super) content: TemplateChild<gtk::Box>,
        #[template_child]
        pub(super) uses: TemplateChild<gtk::Box>,
        #[template_child]
        pub(super) rows: TemplateChild<gtk::Box>,
        #[template_child]
        pub(super) unavailable: TemplateChild<gtk::Expander>,
        #[template_child]
        pub(super) missing: TemplateChild<gtk::Label>,
        #[template_child]
        pub(super) facts: TemplateChild<gtk::Box>,
        pub(super) prompts: RefCell<Option<Weak<Prompts>>>,
        pub(super) shown: RefCell<Vec<AuditRow>>,
        pub(super) uses_shown: RefCell<Option<Vec<Rc<InUse>>>>,
        pub(super) last_uses: RefCell<HashMap<PermissionName, SystemTime>>,
        pub(super) is_reading: Cell<bool>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Audit {
        const NAME: &'static str = "InsulaAudit";
        type Type = super::Audit;
        type ParentType = adw::Window;

        fn class_init(class: &mut Self::Class) {
            class.bind_template();
        }

        fn instance_init(object: &glib::subclass::InitializingObject<Self>) {
            object.init_template();
        }
    }

    impl ObjectImpl for Audit {}
    impl WidgetImpl for Audit {}
    impl WindowImpl for Audit {}
    impl AdwWindowImpl for Audit {}
}
