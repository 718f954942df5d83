//! One question: about a permission, or about several that are used together.

use super::permission::{self, Entry};
use super::recent_input::RecentInput;
use super::{identity, parts, press_guard, spoken};
use crate::app::App;
use crate::translations::{tr, tr_with};
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use gtk4::subclass::prelude::*;
use insula_permissions::{PermissionName, PermissionState};
use libadwaita as adw;
use libadwaita::subclass::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;

glib::wrapper! {
    /// The window that asks.
    pub struct Prompt(ObjectSubclass<imp::Prompt>)
        @extends adw::Window, gtk::Window, gtk::Widget,
        @implements gtk::Accessible, gtk::Buildable, gtk::ConstraintTarget, gtk::Native, gtk::Root, gtk::ShortcutManager;
}

/// What is asked.
pub(super) struct Question {
    /// About which permissions, that are allowed or denied together.
    pub(super) names: Vec<PermissionName>,
    /// What the user can allow in the same breath, by one switch that is off.
    pub(super) also: Vec<PermissionName>,
    /// Whether the user can allow it until the app ends.
    pub(super) can_be_once: bool,
}

/// What the user has answered.
pub(super) enum Answer {
    /// This is decided, until the user changes it.
    Decided(Vec<(PermissionName, PermissionState)>),
    /// These are allowed until the app ends.
    Once(Vec<PermissionName>),
    /// Nothing: the question was closed.
    Closed,
}

/// The height beyond which a question scrolls.
const HIGHEST: i32 = 720;

/// Asks whether an app may have permissions. `answered` is not called when the question goes with its parent.
///
/// The question does not hold the app up: its menu, its page and its close button stay in reach.
pub(super) fn show(
    parent: &gtk::Window,
    app: &App,
    question: Question,
    recent: &Rc<RecentInput>,
    answered: impl FnOnce(Answer) + 'static,
) -> gtk::Window {
    let prompt: Prompt = glib::Object::builder().property("transient-for", parent).build();
    let imp = prompt.imp();
    imp.answered.replace(Some(Box::new(answered)));
    let heading = prompt.introduce(app, &question);
    if question.can_be_once {
        // Side by side three texts do not fit into the width of a phone.
        imp.answers.set_orientation(gtk::Orientation::Vertical);
        imp.answers.set_spacing(6);
    }
    let question = Rc::new(question);
    for (label, kind) in kinds(question.can_be_once) {
        let button = gtk::Button::builder().label(label).use_underline(true).build();
        spoken::say_once(&button);
        let question = question.clone();
        button.connect_clicked(glib::clone!(
            #[weak]
            prompt,
            move |_| prompt.answer(question.answer(kind, prompt.imp().also.is_active()))
        ));
        imp.answers.append(&button);
    }
    prompt.connect_close_request(|prompt| {
        prompt.answer(Answer::Closed);
        glib::Propagation::Proceed
    });
    parts::close_on_escape(prompt.upcast_ref());
    press_guard::swallow_early_presses(prompt.upcast_ref(), recent);
    // No answer has the focus: a key that was meant for the page would give it.
    GtkWindowExt::set_focus(&prompt, Some(&imp.content.get()));
    parts::fit(prompt.upcast_ref(), &imp.all, &imp.scroller, Some(&heading), HIGHEST);
    prompt.present();
    prompt.upcast()
}

/// Closes a question that needs no answer any more: `answered` is not called.
pub(super) fn take_away(window: &gtk::Window) {
    if let Some(prompt) = window.downcast_ref::<Prompt>() {
        prompt.imp().answered.take();
    }
    window.close();
}

/// What the buttons say, and mean. The one that gives nothing comes first.
fn kinds(can_be_once: bool) -> Vec<(String, Kind)> {
    let once = can_be_once.then(|| (tr("Allow _this time"), Kind::Once));
    [(tr("_Deny"), Kind::Deny)]
        .into_iter()
        .chain(once)
        .chain([(tr("_Allow"), Kind::Allow)])
        .collect()
}

/// What a button means.
#[derive(Clone, Copy)]
enum Kind {
    Deny,
    Once,
    Allow,
}

impl Question {
    fn answer(&self, kind: Kind, takes_also: bool) -> Answer {
        let decide = |names: &[PermissionName], state| names.iter().map(|&name| (name, state)).collect::<Vec<_>>();
        match kind {
            Kind::Once => Answer::Once(self.names.clone()),
            Kind::Deny => Answer::Decided(decide(&self.names, PermissionState::Denied)),
            Kind::Allow => {
                let also: &[PermissionName] = if takes_also { &self.also } else { &[] };
                Answer::Decided(decide(&[also, &self.names].concat(), PermissionState::Granted))
            }
        }
    }
}

impl Prompt {
    /// Says who wants what. Answers the heading.
    fn introduce(&self, app: &App, question: &Question) -> gtk::Label {
        let imp = self.imp();
        let text = match question.names.len() {
            1 => tr("{app} asks for a permission"),
            _ => tr("{app} asks for permissions"),
        };
        let heading = parts::heading(self.upcast_ref(), &text, app.name());
        imp.head.append(&identity::icon(app, 48));
        imp.head.append(&heading);
        imp.head.append(&identity::origin(app));
        for &name in &question.names {
            let entry = Entry::new(name);
            entry.emphasise();
            permission::append(&imp.names, &entry.alone());
        }
        if !question.also.is_empty() {
            let titles: Vec<String> = question
                .also
                .iter()
                .map(|name| format!("• {}", tr(name.title())))
                .collect();
            imp.also.set_label(Some(&tr_with(
                "Allow as well:\n{permissions}",
                &[("permissions", &titles.join("\n"))],
            )));
            // GTK 4.8 complains at the end of a label that is set from outside, not of one that the button has made.
            if let Some(label) = imp.also.last_child().and_downcast::<gtk::Label>() {
                label.set_wrap(true);
                label.set_xalign(0.0);
            }
            imp.also.set_visible(true);
        }
        heading
    }

    fn answer(&self, answer: Answer) {
        let answered = self.imp().answered.take();
        if let Some(answered) = answered {
            answered(answer);
            self.close();
        }
    }
}

mod imp {
    use super::*;

    type Answered = Box<dyn FnOnce(Answer)>;

    #[derive(Default, gtk::CompositeTemplate)]
    #[template(file = "prompt.ui")]
    pub struct Prompt {
        #[template_child]
        pub(super) all: TemplateChild<gtk::Box>,
        #[template_child]
        pub(super) scroller: TemplateChild<gtk::ScrolledWindow>,
        #[template_child]
        pub(super) content: TemplateChild<gtk::Box>,
        #[template_child]
        pub(super) head: TemplateChild<gtk::Box>,
        #[template_child]
        pub(super) names: TemplateChild<gtk::Box>,
        #[template_child]
        pub(super) also: TemplateChild<gtk::CheckButton>,
        #[template_child]
        pub(super) answers: TemplateChild<gtk::Box>,
        pub(super) answered: RefCell<Option<Answered>>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Prompt {
        const NAME: &'static str = "InsulaPrompt";
        type Type = super::Prompt;
        type ParentType = adw::Window;

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
    impl AdwWindowImpl for Prompt {}
}
