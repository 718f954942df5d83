//! F12 opens the web inspector, for developers.

use crate::app_view::AppView;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use webkit6::prelude::*;

/// Lets the keys of browsers open it, where the view has one.
pub(super) fn enable(window: &impl IsA<gtk::Widget>, view: &AppView) {
    let is_there = WebViewExt::settings(view).is_some_and(|settings| settings.enables_developer_extras());
    if !is_there {
        return;
    }
    let action = gtk::CallbackAction::new(glib::clone!(
        #[weak]
        view,
        #[upgrade_or]
        glib::Propagation::Proceed,
        move |_, _| {
            if let Some(inspector) = view.inspector() {
                inspector.show();
            }
            glib::Propagation::Stop
        }
    ));
    let keys = gtk::ShortcutTrigger::parse_string("F12|<Control><Shift>I");
    let shortcuts = gtk::ShortcutController::new();
    shortcuts.add_shortcut(gtk::Shortcut::new(keys, Some(action)));
    window.add_controller(shortcuts);
}
