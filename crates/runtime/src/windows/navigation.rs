//! The controls of a window whose app wants some (`"display": "minimal-ui"`): back, and load again.

use crate::app::App;
use crate::app_view::AppView;
use crate::translations::tr;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use insula_manifest::DisplayMode;
use libadwaita as adw;
use webkit6::prelude::*;

/// Puts the controls into a window's title bar, where the app wants them.
pub(super) fn add(window: &gtk::Window, view: &AppView, app: &App) {
    let mode = app.manifest.window_mode(app.identity.kind());
    let Some(bar) = window.titlebar().and_downcast::<adw::HeaderBar>() else {
        return;
    };
    if mode != DisplayMode::MinimalUi {
        return;
    }
    let back = button("go-previous-symbolic", &tr("Back"));
    back.set_sensitive(false);
    back.connect_clicked(glib::clone!(
        #[weak]
        view,
        move |_| view.go_back()
    ));
    let reload = button("view-refresh-symbolic", &tr("Load again"));
    reload.connect_clicked(glib::clone!(
        #[weak]
        view,
        move |_| view.reload()
    ));
    bar.pack_start(&back);
    bar.pack_start(&reload);
    if let Some(list) = view.back_forward_list() {
        let (view, back) = (view.downgrade(), back.downgrade());
        // The bindings have no method for this signal.
        list.connect_local("changed", true, move |_| {
            if let Some((view, back)) = view.upgrade().zip(back.upgrade()) {
                back.set_sensitive(view.can_go_back());
            }
            None
        });
    }
    view.connect_load_changed(move |view, _| back.set_sensitive(view.can_go_back()));
}

fn button(icon: &str, name: &str) -> gtk::Button {
    let button = gtk::Button::builder()
        .icon_name(icon)
        .tooltip_text(name)
        // A click on it is no reason for the page to lose the keyboard.
        .focus_on_click(false)
        .build();
    button.update_property(&[gtk::accessible::Property::Label(name)]);
    button
}
