//! The app's window: title, size, icon, and the name by which the desktop knows it.

use super::zoom;
use crate::app::App;
use crate::app_view::AppView;
use gdk4_wayland::WaylandDisplay;
use gdk4_x11::X11Surface;
use gtk4 as gtk;
use gtk4::prelude::*;
use gtk4::{gio, glib};
use insula_vocabulary::bus_name;
use libadwaita as adw;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use webkit6::prelude::*;

/// How small and how large pages can open windows, in pixels of the page.
const SMALLEST: i32 = 200;
const LARGEST: i32 = 8192;

/// How small a window becomes, whoever makes it smaller: its title bar stays usable.
const SMALLEST_WINDOW: (i32, i32) = (200, 150);

/// Names this process after the app, for window managers and menus, and for what the engine tells the desktop, such as
/// whose a notification is. Before GTK starts.
pub(crate) fn name_process(app: &App) {
    glib::set_prgname(Some(format!("insula-{}", app.id)));
    glib::set_application_name(app.name());
    let named = gio::Application::new(Some(&bus_name(&app.id)), gio::ApplicationFlags::NON_UNIQUE);
    named.set_default();
    // The default one is not kept by being it. It never runs: it is asked for its id only.
    std::mem::forget(named);
}

/// The window, not yet shown.
pub(crate) fn new(app: &Rc<App>, view: &AppView) -> gtk::Window {
    let window = gtk::Window::builder()
        .title(app.name())
        .default_width(1024)
        .default_height(720)
        .width_request(SMALLEST_WINDOW.0)
        .height_request(SMALLEST_WINDOW.1)
        .build();
    window.add_css_class("insula-app");
    let title = adw::WindowTitle::new(app.name(), "");
    window.set_titlebar(Some(&adw::HeaderBar::builder().title_widget(&title).build()));
    let of_app = app.clone();
    view.connect_title_notify(glib::clone!(
        #[weak]
        window,
        move |view| {
            let of_page = view.title().filter(|title| !title.is_empty() && title != of_app.name());
            title.set_subtitle(of_page.as_deref().unwrap_or_default());
            // The app's name comes first, where no title is long enough to push it out of sight: no page can pass its
            // window off as another's.
            window.set_title(Some(&match of_page {
                Some(of_page) => format!("{} – {of_page}", of_app.name()),
                None => of_app.name().to_owned(),
            }));
        }
    ));
    zoom::enable(&window, view);
    obey_resizes(&window, view);
    window
}

/// Brings a window to the front, also one that is minimised. `token` is what the desktop gave whoever wants that: window
/// managers let no program come to the front unasked.
pub(crate) fn bring_to_front(window: &gtk::Window, token: Option<&str>) {
    let display = WidgetExt::display(window);
    if let Some(surface) = window.surface().and_downcast_ref::<X11Surface>() {
        // Without a token a user has typed a command just now, of which no desktop knows.
        let now = || format!("_TIME{}", gdk4_x11::x11_get_server_time(surface));
        window.set_startup_id(&token.map_or_else(now, str::to_owned));
    } else if let (Some(display), Some(token)) = (display.downcast_ref::<WaylandDisplay>(), token) {
        // To the display: GTK 4.8 has nothing else that keeps it on Wayland.
        display.set_startup_notification_id(token);
    }
    window.unminimize();
    window.present();
}

/// Does something once a window that is presented is on the screen. A Wayland compositor takes a dialog over a window that
/// is not there yet for a window of its own, and may show it beneath.
pub(crate) fn once_painted(window: &gtk::Window, then: impl FnOnce() + 'static) {
    let Some(clock) = window.frame_clock() else {
        return tracing::error!("a window that nobody presents is never painted");
    };
    let (then, handler) = (RefCell::new(Some(then)), Rc::new(Cell::new(None)));
    handler.set(Some(clock.connect_after_paint(glib::clone!(
        #[weak]
        window,
        #[strong]
        handler,
        move |clock| {
            if let Some(then) = then.take() {
                // Not now: the picture has still to be sent.
                glib::idle_add_local_once(move || {
                    if window.is_mapped() {
                        then();
                    }
                });
            }
            if let Some(handler) = handler.take() {
                clock.disconnect(handler);
            }
        }
    ))));
}

/// Lets the page resize its window (`resizeTo`, `resizeBy`), as far as a user can work with it. Before it is seen, what the
/// engine says of its size is what `window.open` asked for.
fn obey_resizes(window: &gtk::Window, view: &AppView) {
    let Some(properties) = view.window_properties() else {
        return;
    };
    properties.connect_notify_local(
        Some("geometry"),
        glib::clone!(
            #[weak]
            window,
            move |properties, _| {
                let wanted = properties.geometry();
                if window.is_visible() && !window.is_maximized() && wanted.width() > 0 && wanted.height() > 0 {
                    let [width, height] = [wanted.width(), wanted.height()].map(|side| side.clamp(SMALLEST, LARGEST));
                    window.set_default_size(width, height);
                }
            }
        ),
    );
}

/// Gives a window that a page opened the size that it asked for, as far as it asked and a user can work with it.
pub(crate) fn resize_as_asked(window: &gtk::Window, view: &AppView) {
    let Some(wanted) = view.window_properties().map(|properties| properties.geometry()) else {
        return;
    };
    let bar = window.titlebar().map_or(0, |bar| bar.preferred_size().1.height());
    let (width, height) = window.default_size();
    let or = |wanted: i32, otherwise| {
        if wanted > 0 {
            wanted.clamp(SMALLEST, LARGEST)
        } else {
            otherwise
        }
    };
    window.set_default_size(or(wanted.width(), width), or(wanted.height(), height - bar) + bar);
}
