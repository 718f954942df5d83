//! The app's window: title, size, icon, and the name by which the desktop knows it.

use crate::app::App;
use crate::app_view::AppView;
use crate::icon;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use std::rc::Rc;
use webkit6::prelude::*;

/// Names this process after the app, for window managers and menus. Before GTK starts.
pub(crate) fn name_process(app: &App) {
    glib::set_prgname(Some(format!("insula-{}", app.id)));
    glib::set_application_name(app.name());
}

/// The window, not yet shown.
pub(crate) fn new(app: &Rc<App>, view: &AppView) -> gtk::Window {
    let window = gtk::Window::builder()
        .title(app.name())
        .default_width(1024)
        .default_height(720)
        .build();
    let of_app = app.clone();
    view.connect_title_notify(glib::clone!(
        #[weak]
        window,
        move |view| {
            let title = view.title().filter(|title| !title.is_empty());
            // The app's name always shows: no page can pass its window off as another's.
            window.set_title(Some(&match title {
                Some(title) if title != of_app.name() => format!("{title} – {}", of_app.name()),
                _ => of_app.name().to_owned(),
            }));
        }
    ));
    icon::set(&window, app);
    window
}
