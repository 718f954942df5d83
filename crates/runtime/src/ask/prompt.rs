//! One question about one permission.

use super::recent_input::RecentInput;
use super::{press_guard, spoken};
use crate::app::App;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use gtk4::subclass::prelude::*;
use insula_permissions::{PermissionName, PermissionState};
use std::cell::RefCell;
use std::rc::Rc;

glib::wrapper! {
    /// The window that asks.
    pub struct Prompt(ObjectSubclass<imp::Prompt>)
        @extends gtk::Window, gtk::Widget,
        @implements gtk::Accessible, gtk::Buildable, gtk::ConstraintTarget, gtk::Native, gtk::Root, gtk::ShortcutManager;
}

/// What is asked.
pub(super) struct Question {
    /// About which permission.
    pub(super) name: PermissionName,
    /// What the user can allow in the same breath, by one switch that is off.
    pub(super) also: Vec<PermissionName>,
}

/// What the user has decided; nothing when the question is closed.
pub(super) type Decisions = Vec<(PermissionName, PermissionState)>;

/// Asks whether an app may have a permission. `answered` is not called when the question goes with its parent.
///
/// The question does not hold the app up: its menu, its page and its close button stay in reach.
pub(super) fn show(
    parent: &gtk::Window,
    app: &App,
    question: Question,
    recent: &Rc<RecentInput>,
    answered: impl FnOnce(Decisions) + 'static,
) -> gtk::Window {
    let Question { name, also } = question;
    let prompt: Prompt = glib::Object::builder().property("transient-for", parent).build();
    prompt.set_title(Some(app.name()));
    let imp = prompt.imp();
    // The name alone is bold: nothing that it contains can be taken for a sentence of the runtime's.
    imp.question.set_markup(&format!(
        "{} <span weight=\"normal\">wants to: {}</span>",
        glib::markup_escape_text(app.name()),
        glib::markup_escape_text(&lowercase_first(name.title()))
    ));
    imp.explanation.set_label(name.explanation());
    imp.identity.set_label(app.origin.as_str());
    imp.answered.replace(Some(Box::new(answered)));
    spoken::say_once(&imp.allow);
    spoken::say_once(&imp.deny);
    if !also.is_empty() {
        let titles: Vec<_> = also.iter().map(|name| lowercase_first(name.title())).collect();
        imp.also.set_label(Some(&format!("Also {}", titles.join(" and "))));
        // GTK 4.8 complains at the end of a label that is set from outside, not of one that the button has made.
        if let Some(label) = imp.also.last_child().and_downcast::<gtk::Label>() {
            label.set_wrap(true);
            label.set_xalign(0.0);
            label.set_max_width_chars(48);
        }
        imp.also.set_visible(true);
    }
    imp.allow.connect_clicked(glib::clone!(
        #[weak]
        prompt,
        move |_| {
            let also = also.iter().filter(|_| prompt.imp().also.is_active());
            let allowed = also.chain([&name]);
            prompt.answer(allowed.map(|&name| (name, PermissionState::Granted)).collect());
        }
    ));
    imp.deny.connect_clicked(glib::clone!(
        #[weak]
        prompt,
        move |_| prompt.answer(vec![(name, PermissionState::Denied)])
    ));
    prompt.connect_close_request(|prompt| {
        prompt.answer(Vec::new());
        glib::Propagation::Proceed
    });
    let escape = gtk::ShortcutController::new();
    escape.add_shortcut(gtk::Shortcut::new(
        gtk::ShortcutTrigger::parse_string("Escape"),
        Some(gtk::NamedAction::new("window.close")),
    ));
    prompt.add_controller(escape);
    press_guard::swallow_early_presses(prompt.upcast_ref(), recent);
    // No answer has the focus: a key that was meant for the page would give it.
    GtkWindowExt::set_focus(&prompt, Some(&imp.content.get()));
    prompt.present();
    prompt.upcast()
}

fn lowercase_first(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

/// Closes a question that needs no answer any more: `answered` is not called.
pub(super) fn take_away(window: &gtk::Window) {
    if let Some(prompt) = window.downcast_ref::<Prompt>() {
        prompt.imp().answered.take();
    }
    window.close();
}

impl Prompt {
    fn answer(&self, decisions: Decisions) {
        let answered = self.imp().answered.take();
        if let Some(answered) = answered {
            answered(decisions);
            self.close();
        }
    }
}

mod imp {
    use super::*;

    type Answered = Box<dyn FnOnce(Decisions)>;

    #[derive(Default, gtk::CompositeTemplate)]
    #[template(file = "prompt.ui")]
    pub struct Prompt {
        #[template_child]
        pub(super) content: TemplateChild<gtk::Box>,
        #[template_child]
        pub(super) question: TemplateChild<gtk::Label>,
        #[template_child]
        pub(super) explanation: TemplateChild<gtk::Label>,
        #[template_child]
        pub(super) also: TemplateChild<gtk::CheckButton>,
        #[template_child]
        pub(super) identity: TemplateChild<gtk::Label>,
        #[template_child]
        pub(super) allow: TemplateChild<gtk::Button>,
        #[template_child]
        pub(super) deny: TemplateChild<gtk::Button>,
        pub(super) answered: RefCell<Option<Answered>>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Prompt {
        const NAME: &'static str = "InsulaPrompt";
        type Type = super::Prompt;
        type ParentType = gtk::Window;

        fn class_init(class: &mut Self::Class) {
            class.bind_template();
        }

        fn instance_init(object: &glib::subclass::InitializingObject<Self>) {
            object.init_template();
        }
    }

    impl ObjectImpl for Prompt {}
    impl WidgetImpl for Prompt {}
    impl WindowImpl for Prompt {}
}
