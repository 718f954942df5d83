//! The first-run sheet: every permission that the manifest asks for, each decided by itself.
//!
//! What the rows are, and what a choice means, is decided by [`FirstRun`]; here it is only drawn.

use super::recent_input::RecentInput;
use super::{press_guard, spoken};
use crate::app::App;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use gtk4::subclass::prelude::*;
use insula_permissions::{Choice, FirstRun, Row};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

glib::wrapper! {
    /// The sheet's window.
    pub struct Sheet(ObjectSubclass<imp::Sheet>)
        @extends gtk::Window, gtk::Widget,
        @implements gtk::Accessible, gtk::Buildable, gtk::ConstraintTarget, gtk::Native, gtk::Root, gtk::ShortcutManager;
}

/// The height of the list beyond which it scrolls, also where the screen has more room.
const LIST_HEIGHT: i32 = 520;

/// When the sheet is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    /// The app runs for the first time, or a new version asks for more.
    FirstRun,
    /// The user opened it from the app's menu.
    Settings,
}

/// Shows the sheet. `closed` gets what was chosen when it closes: a row without a choice is asked about when it is
/// needed. At the first run only "Continue" chooses: who closes the sheet otherwise has left it, and nothing is decided.
pub(super) fn show(
    parent: &gtk::Window,
    app: &App,
    recent: &Rc<RecentInput>,
    occasion: Occasion,
    model: FirstRun,
    closed: impl FnOnce(FirstRun) + 'static,
) -> gtk::Window {
    let sheet: Sheet = glib::Object::builder().property("transient-for", parent).build();
    sheet.set_title(Some(app.name()));
    let imp = sheet.imp();
    // The name alone is bold: nothing that it contains can be taken for a sentence of the runtime's.
    let name = glib::markup_escape_text(app.name());
    imp.heading.set_markup(&match occasion {
        Occasion::FirstRun => format!("{name} <span weight=\"normal\">asks for permissions</span>"),
        Occasion::Settings => format!("<span weight=\"normal\">Permissions of</span> {name}"),
    });
    imp.identity.set_label(&app.origin.to_string());
    imp.later.set_label(match occasion {
        Occasion::FirstRun => {
            "The app works without them; what you leave open is asked when it is needed. Change any of this later under \
             Permissions in the app menu."
        }
        Occasion::Settings if model.rows().is_empty() => {
            "There is nothing to decide yet. What the app asks for later is listed here, with your decision."
        }
        Occasion::Settings => "Changes act when you close this window. What you take away then ends at once.",
    });
    if occasion == Occasion::Settings {
        imp.proceed.set_label("_Done");
        imp.proceed.set_use_underline(true);
    }
    spoken::say_once(&imp.proceed);
    spoken::say_once(&imp.allow_all);
    imp.scroller.set_visible(!model.rows().is_empty());
    let untouched = model.clone();
    let model = Rc::new(RefCell::new(model));
    let switches = imp::add_rows(&imp.rows, &model);
    let changeable = model.borrow().rows().iter().any(|row| row.locked.is_none());
    imp.allow_all.set_visible(changeable && occasion == Occasion::FirstRun);
    imp.allow_all.connect_clicked(move |_| {
        for allow in &switches {
            allow.set_active(true);
        }
    });
    let counts = Rc::new(Cell::new(occasion == Occasion::Settings));
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
    let closed = RefCell::new(Some((closed, untouched)));
    sheet.connect_close_request(move |_| {
        if let Some((closed, untouched)) = closed.take() {
            closed(if counts.get() {
                model.borrow().clone()
            } else {
                untouched
            });
        }
        glib::Propagation::Proceed
    });
    let escape = gtk::ShortcutController::new();
    escape.add_shortcut(gtk::Shortcut::new(
        gtk::ShortcutTrigger::parse_string("Escape"),
        Some(gtk::NamedAction::new("window.close")),
    ));
    sheet.add_controller(escape);
    // A stray key closes the sheet at worst, and decides no row.
    GtkWindowExt::set_focus(&sheet, Some(&imp.proceed.get()));
    press_guard::swallow_early_presses(sheet.upcast_ref(), recent);
    sheet.fit();
    sheet.present();
    sheet.upcast()
}

/// Brings the sheet over a window to the front; answers whether there is one.
pub(super) fn present_open(parent: &gtk::Window) -> bool {
    let mut windows = gtk::Window::list_toplevels().into_iter();
    let sheet = windows.find_map(|window| {
        let sheet = window.downcast::<Sheet>().ok()?;
        (sheet.transient_for().as_ref() == Some(parent)).then_some(sheet)
    });
    if let Some(sheet) = &sheet {
        sheet.present();
    }
    sheet.is_some()
}

impl Sheet {
    /// Makes the window as high as its rows, where the screen has the room: where it has not, GTK makes the window lower,
    /// and the list gives way and scrolls. (A list that says its own height says the one for its least width.)
    fn fit(&self) {
        let imp = self.imp();
        let Some(content) = self.child() else { return };
        let (least, ..) = content.measure(gtk::Orientation::Horizontal, -1);
        let width = self.default_width().max(least);
        let (_, height, ..) = content.measure(gtk::Orientation::Vertical, width);
        let room = width - content.margin_start() - content.margin_end();
        let (_, rows, ..) = imp.rows.measure(gtk::Orientation::Vertical, room);
        let (_, list, ..) = imp.scroller.measure(gtk::Orientation::Vertical, room);
        let more = if imp.scroller.get_visible() {
            rows.min(LIST_HEIGHT) - list
        } else {
            0
        };
        self.set_default_size(width, height + more.max(0));
    }
}

mod imp {
    use super::*;

    #[derive(Default, gtk::CompositeTemplate)]
    #[template(file = "sheet.ui")]
    pub struct Sheet {
        #[template_child]
        pub(super) heading: TemplateChild<gtk::Label>,
        #[template_child]
        pub(super) identity: TemplateChild<gtk::Label>,
        #[template_child]
        pub(super) scroller: TemplateChild<gtk::ScrolledWindow>,
        #[template_child]
        pub(super) rows: TemplateChild<gtk::Box>,
        #[template_child]
        pub(super) later: TemplateChild<gtk::Label>,
        #[template_child]
        pub(super) allow_all: TemplateChild<gtk::Button>,
        #[template_child]
        pub(super) proceed: TemplateChild<gtk::Button>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Sheet {
        const NAME: &'static str = "InsulaSheet";
        type Type = super::Sheet;
        type ParentType = gtk::Window;

        fn class_init(class: &mut Self::Class) {
            class.bind_template();
        }

        fn instance_init(object: &glib::subclass::InitializingObject<Self>) {
            object.init_template();
        }
    }

    impl ObjectImpl for Sheet {}
    impl WidgetImpl for Sheet {}
    impl WindowImpl for Sheet {}

    /// Draws the rows and answers with the "Allow" buttons that can be pressed.
    pub(super) fn add_rows(list: &gtk::Box, model: &Rc<RefCell<FirstRun>>) -> Vec<gtk::ToggleButton> {
        let rows: Vec<Row> = model.borrow().rows().to_vec();
        rows.iter()
            .filter_map(|row| {
                let (widget, allow) = draw(row, model);
                if list.first_child().is_some() {
                    list.append(&gtk::Separator::new(gtk::Orientation::Horizontal));
                }
                list.append(&widget);
                allow
            })
            .collect()
    }

    fn draw(row: &Row, model: &Rc<RefCell<FirstRun>>) -> (gtk::Box, Option<gtk::ToggleButton>) {
        let texts = gtk::Box::new(gtk::Orientation::Vertical, 3);
        texts.set_hexpand(true);
        let text = |text: &str| gtk::Label::builder().label(text).xalign(0.0).wrap(true).build();
        let dim = |string: &str| {
            let label = text(string);
            label.add_css_class("dim-label");
            label.add_css_class("caption");
            label
        };
        let title = text(row.name.title());
        let explanation = dim(row.name.explanation());
        texts.append(&title);
        texts.append(&explanation);
        if let Some(sentence) = row.locked {
            let sentence = dim(sentence);
            // The row has nothing else to focus: this is how somebody with a keyboard or a screen reader alone comes to know it.
            sentence.set_selectable(true);
            texts.append(&sentence);
        }
        let choices = gtk::Box::new(gtk::Orientation::Horizontal, 0);
        choices.set_valign(gtk::Align::Center);
        choices.add_css_class("linked");
        let mut first: Option<gtk::ToggleButton> = None;
        for &choice in row.choices() {
            let label = match choice {
                Choice::Allow => "Allow",
                Choice::Deny => "Deny",
                Choice::Later => "Ask me later",
            };
            let button = gtk::ToggleButton::builder()
                .label(label)
                .active(row.choice == Some(choice))
                .sensitive(row.locked.is_none())
                .build();
            button.update_property(&[gtk::accessible::Property::Label(&format!(
                "{label}: {}",
                row.name.title()
            ))]);
            button.set_group(first.as_ref());
            let (model, name) = (model.clone(), row.name);
            button.connect_toggled(move |button| {
                if button.is_active()
                    && let Err(error) = model.borrow_mut().decide(name, choice)
                {
                    tracing::warn!("{error}");
                }
            });
            choices.append(&button);
            first.get_or_insert(button);
        }
        let widget = gtk::Box::builder()
            .accessible_role(gtk::AccessibleRole::Group)
            .spacing(18)
            .margin_top(10)
            .margin_bottom(10)
            .margin_start(14)
            .margin_end(14)
            .build();
        widget.update_relation(&[
            gtk::accessible::Relation::LabelledBy(&[title.upcast_ref()]),
            gtk::accessible::Relation::DescribedBy(&[explanation.upcast_ref()]),
        ]);
        widget.append(&texts);
        widget.append(&choices);
        (widget, first.filter(|_| row.locked.is_none()))
    }
}
