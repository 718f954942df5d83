//! The first-run sheet: every permission that the manifest asks for, each decided by itself.
//!
//! What the rows are, and what a choice means, is decided by [`FirstRun`]; here it is only drawn.

use super::abreast::Abreast;
use super::choices::Choices;
use super::permission::{self, Entry};
use super::recent_input::RecentInput;
use super::{identity, parts, press_guard, spoken};
use crate::app::App;
use crate::translations::tr;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use gtk4::subclass::prelude::*;
use insula_permissions::{Choice, Extent, FirstRun, PermissionName, Row};
use libadwaita as adw;
use libadwaita::subclass::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

glib::wrapper! {
    /// The sheet's window.
    pub struct Sheet(ObjectSubclass<imp::Sheet>)
        @extends adw::Window, gtk::Window, gtk::Widget,
        @implements gtk::Accessible, gtk::Buildable, gtk::ConstraintTarget, gtk::Native, gtk::Root, gtk::ShortcutManager;
}

/// The height beyond which the sheet scrolls, also where the screen has more room.
const HIGHEST: i32 = 900;

/// What the sheet is for.
#[derive(Clone, Copy)]
pub(super) enum Purpose<'a> {
    /// To ask, over the window of an app that runs.
    Ask(&'a gtk::Window),
    /// To install the app, by the button that otherwise is "Continue".
    Install,
}

/// Shows the sheet over the window of an app that runs. `closed` gets what was chosen when it closes: a row without a choice is asked about when it is
/// needed. Only "Continue" chooses: who closes the sheet otherwise has left it, and nothing is decided.
pub(super) fn show(
    parent: &gtk::Window,
    app: &App,
    recent: &Rc<RecentInput>,
    model: FirstRun,
    closed: impl FnOnce(FirstRun) + 'static,
) -> gtk::Window {
    let untouched = model.clone();
    show_for(Purpose::Ask(parent), app, recent, model, move |chosen| {
        closed(chosen.unwrap_or(untouched));
    })
}

/// Shows the sheet for a purpose. `closed` gets what was chosen, and nothing from whoever closes it otherwise.
pub(super) fn show_for(
    purpose: Purpose<'_>,
    app: &App,
    recent: &Rc<RecentInput>,
    model: FirstRun,
    closed: impl FnOnce(Option<FirstRun>) + 'static,
) -> gtk::Window {
    let sheet: Sheet = match purpose {
        Purpose::Ask(parent) => glib::Object::builder().property("transient-for", parent).build(),
        Purpose::Install => glib::Object::builder().property("modal", false).build(),
    };
    let imp = sheet.imp();
    let heading = sheet.introduce(purpose, app, model.extent());
    if let Purpose::Install = purpose {
        imp.proceed.set_label(&tr("_Install"));
        imp.cancel.set_visible(true);
        imp.note.set_visible(!model.rows().is_empty());
    }
    spoken::say_once(&imp.proceed);
    spoken::say_once(&imp.allow_all);
    let rows = model.rows().to_vec();
    let model = Rc::new(RefCell::new(model));
    let choices = sheet.add_rows(&rows, &model);
    imp.allow_all.set_visible(!choices.is_empty());
    imp.allow_all.connect_clicked({
        let model = model.clone();
        move |_| {
            for (name, choices) in &choices {
                decide(&model, *name, Choice::Allow);
                choices.show(Some(Choice::Allow));
            }
        }
    });
    let counts = Rc::new(Cell::new(false));
    imp.proceed.connect_clicked(glib::clone!(
        #[weak]
        sheet,
        #[strong]
        counts,
        move |_| {
            counts.set(true);
            sheet.close();
        }
    ));
    let closed = RefCell::new(Some(closed));
    sheet.connect_close_request(move |_| {
        if let Some(closed) = closed.take() {
            closed(counts.get().then(|| model.borrow().clone()));
        }
        glib::Propagation::Proceed
    });
    parts::close_on_escape(sheet.upcast_ref());
    // A stray key closes the sheet at worst, and decides no row.
    GtkWindowExt::set_focus(&sheet, Some(&imp.proceed.get()));
    press_guard::swallow_early_presses(sheet.upcast_ref(), recent);
    parts::fit(sheet.upcast_ref(), &imp.all, &imp.scroller, Some(&heading), HIGHEST);
    sheet.present();
    sheet.upcast()
}

fn decide(model: &RefCell<FirstRun>, name: PermissionName, choice: Choice) {
    if let Err(error) = model.borrow_mut().decide(name, choice) {
        tracing::warn!("{error}");
    }
}

impl Sheet {
    /// Says whose sheet it is, and what the app is. Answers the heading.
    fn introduce(&self, purpose: Purpose<'_>, app: &App, extent: Extent) -> gtk::Label {
        let head = &self.imp().head;
        let text = match (purpose, extent) {
            (Purpose::Install, _) => tr("Install {app}?"),
            (Purpose::Ask(_), Extent::Whole) => tr("{app} asks for permissions"),
            (Purpose::Ask(_), Extent::Additions) => tr("{app} asks for more permissions"),
        };
        let heading = parts::heading(self.upcast_ref(), &text, app.name());
        head.append(&identity::icon(app, 64));
        head.append(&heading);
        head.append(&identity::origin(app));
        let about = permission::note(&match extent {
            Extent::Whole => identity::kind(app),
            Extent::Additions => tr("Its new version could do more than before. What you have decided stays as it is."),
        });
        about.set_justify(gtk::Justification::Center);
        about.set_xalign(0.5);
        head.append(&about);
        heading
    }

    /// Draws the rows, and answers the choices of those that can be changed.
    fn add_rows(&self, rows: &[Row], model: &Rc<RefCell<FirstRun>>) -> Vec<(PermissionName, Choices)> {
        let imp = self.imp();
        let (here, missing): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.name.is_available());
        imp.rows.set_visible(!here.is_empty());
        let choices = here.into_iter().filter_map(|row| {
            let (widget, choices) = draw(row, model);
            permission::append(&imp.rows, &widget);
            Some((row.name, choices?))
        });
        let choices = choices.collect();
        parts::fold(&imp.unavailable, &imp.missing, missing.iter().map(|row| row.name));
        choices
    }
}

/// A row; its choices where it has some.
fn draw(row: &Row, model: &Rc<RefCell<FirstRun>>) -> (gtk::Box, Option<Choices>) {
    let entry = Entry::new(row.name);
    if let Some(sentence) = row.locked {
        entry.add_locked(&tr(sentence));
        let state = parts::locked_state(row.choice);
        return (entry.with(&state), None);
    }
    let (model, name) = (model.clone(), row.name);
    let choices = Choices::new(name, row.choices(), move |choice| decide(&model, name, choice));
    choices.show(row.choice);
    (entry.with(&choices.widget), Some(choices))
}

mod imp {
    use super::*;

    #[derive(Default, gtk::CompositeTemplate)]
    #[template(file = "sheet.ui")]
    pub struct Sheet {
        #[template_child]
        pub(super) all: TemplateChild<gtk::Box>,
        #[template_child]
        pub(super) scroller: TemplateChild<gtk::ScrolledWindow>,
        #[template_child]
        pub(super) head: TemplateChild<gtk::Box>,
        #[template_child]
        pub(super) rows: TemplateChild<gtk::Box>,
        #[template_child]
        pub(super) unavailable: TemplateChild<gtk::Expander>,
        #[template_child]
        pub(super) missing: TemplateChild<gtk::Label>,
        #[template_child]
        pub(super) allow_all: TemplateChild<gtk::Button>,
        #[template_child]
        pub(super) proceed: TemplateChild<gtk::Button>,
        #[template_child]
        pub(super) cancel: TemplateChild<gtk::Button>,
        #[template_child]
        pub(super) note: TemplateChild<gtk::Label>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Sheet {
        const NAME: &'static str = "InsulaSheet";
        type Type = super::Sheet;
        type ParentType = adw::Window;

        fn class_init(class: &mut Self::Class) {
            Abreast::ensure_type();
            class.bind_template();
        }

        fn instance_init(object: &glib::subclass::InitializingObject<Self>) {
            object.init_template();
        }
    }

    impl ObjectImpl for Sheet {}
    impl WidgetImpl for Sheet {}
    impl WindowImpl for Sheet {}
    impl AdwWindowImpl for Sheet {}
}

#[cfg(test)]
mod engine_tests;
