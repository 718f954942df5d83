//! `alert`, `confirm` and `prompt` of the app's pages. The engine's own dialogs are a part of the page's view, beneath the
//! frames, and are cut off where the page's URL, their heading, is wider than the window.

use crate::app::App;
use crate::app_view::AppView;
use crate::guard;
use crate::translations::tr;
use crate::unanswered::Unanswered;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use libadwaita as adw;
use libadwaita::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use url::Url;
use webkit6::prelude::*;
use webkit6::{LoadEvent, ScriptDialog, ScriptDialogType};

/// The longest text that is shown, in bytes: more than anybody reads.
const LONGEST: usize = 16 * 1024;

/// How high a message is before it is scrolled, in pixels.
const HIGHEST: i32 = 280;

/// The answers to a dialog.
const ACCEPT: &str = "accept";
const CANCEL: &str = "cancel";

/// Shows the dialogs of a window's pages over it.
pub(super) fn follow(window: &gtk::Window, view: &AppView, app: &Rc<App>) {
    let shown: Rc<RefCell<Option<glib::WeakRef<adw::MessageDialog>>>> = Rc::default();
    let (parent, app) = (window.downgrade(), app.clone());
    view.connect_script_dialog({
        let shown = shown.clone();
        move |view, asked| {
            guard("script-dialog", false, || {
                let asks = matches!(
                    asked.dialog_type(),
                    ScriptDialogType::Alert | ScriptDialogType::Confirm | ScriptDialogType::Prompt
                );
                // WebDriver answers by itself, and over a window that is not seen yet nothing is to be seen either.
                let parent = parent.upgrade().filter(WidgetExt::is_visible);
                let parent = parent.filter(|_| asks && !view.is_controlled_by_automation());
                let Some(parent) = parent else { return false };
                let dialog = show(&parent, view, &speaker(view, &app), asked);
                shown.replace(Some(dialog.downgrade()));
                true
            })
        }
    });
    // The page that asked is gone.
    let take_away = move || {
        if let Some(dialog) = shown.take().and_then(|dialog| dialog.upgrade()) {
            dialog.destroy();
        }
    };
    view.connect_load_changed({
        let take_away = take_away.clone();
        move |_, event| {
            if event == LoadEvent::Started {
                take_away();
            }
        }
    });
    view.connect_web_process_terminated(move |_, _| take_away());
}

/// Who speaks in a dialog: the app, or, while a site's window shows another, that one.
fn speaker(view: &AppView, app: &App) -> String {
    let shown = view.uri().and_then(|uri| Url::parse(&uri).ok());
    match shown.filter(|url| !app.identity.owns(url)) {
        Some(url) if url.origin().is_tuple() => url.origin().ascii_serialization(),
        Some(url) => url.into(),
        None => app.name().to_owned(),
    }
}

/// The window stays in reach: an app that asks again and again can be closed. Its page does not, until it is answered: the
/// engine would keep for it what the user does.
fn show(parent: &gtk::Window, view: &AppView, name: &str, asked: &ScriptDialog) -> adw::MessageDialog {
    let kind = asked.dialog_type();
    let dialog = adw::MessageDialog::new(Some(parent), Some(name), None);
    dialog.set_modal(false);
    let content = gtk::Box::new(gtk::Orientation::Vertical, 12);
    let message = cut(asked.message());
    if !message.is_empty() {
        content.append(&scrolled(&message));
    }
    let entry = (kind == ScriptDialogType::Prompt).then(|| {
        let entry = gtk::Entry::builder().activates_default(true).build();
        entry.set_text(&cut(asked.prompt_get_default_text()));
        entry.update_property(&[gtk::accessible::Property::Label(&message)]);
        entry
    });
    if let Some(entry) = &entry {
        content.append(entry);
    }
    dialog.set_extra_child(content.first_child().map(|_| &content));
    if kind != ScriptDialogType::Alert {
        dialog.add_response(CANCEL, &tr("_Cancel"));
    }
    dialog.add_response(ACCEPT, &tr("_OK"));
    dialog.set_default_response(Some(ACCEPT));
    dialog.set_close_response(CANCEL);

    let had_focus = view.has_focus();
    view.set_sensitive(false);
    let question = Rc::new(Cell::new(Some(Unanswered::new(asked.clone()))));
    let of_page = view.downgrade();
    let end = move |answer: &dyn Fn(&ScriptDialog)| {
        let Some(question) = question.take() else { return };
        if let Some(view) = of_page.upgrade() {
            view.set_sensitive(true);
            if had_focus {
                view.grab_focus();
            }
        }
        question.answer(answer);
    };
    dialog.connect_response(None, {
        let (end, entry) = (end.clone(), entry.clone());
        move |_, response| {
            if response == ACCEPT {
                end(&|asked| {
                    match kind {
                        ScriptDialogType::Confirm => asked.confirm_set_confirmed(true),
                        ScriptDialogType::Prompt => {
                            asked.prompt_set_text(entry.as_ref().map(gtk::Entry::text).unwrap_or_default().as_str());
                        }
                        _ => {}
                    }
                    asked.close();
                });
            }
        }
    });
    // Closed in another way, or gone with its window or its page. A dialog that is answered goes first and tells then.
    dialog.connect_unrealize(move |_| {
        let end = end.clone();
        glib::idle_add_local_once(move || end(&crate::unanswered::Question::deny));
    });
    dialog.present();
    if let Some(entry) = entry {
        entry.grab_focus();
    }
    dialog
}

fn scrolled(message: &str) -> gtk::ScrolledWindow {
    let label = gtk::Label::builder()
        .label(message)
        .wrap(true)
        .wrap_mode(gtk::pango::WrapMode::WordChar)
        .max_width_chars(60)
        .build();
    gtk::ScrolledWindow::builder()
        .hscrollbar_policy(gtk::PolicyType::Never)
        .propagate_natural_height(true)
        .propagate_natural_width(true)
        .max_content_height(HIGHEST)
        .child(&label)
        .build()
}

fn cut(text: Option<glib::GString>) -> String {
    let text = text.map(String::from).unwrap_or_default();
    text[..text.floor_char_boundary(LONGEST)].to_owned()
}
