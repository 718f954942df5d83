//! The dialog that installs an app: which it is, what it asks for, and Install or Cancel. Installing never depends on what is
//! granted.

use super::RecentInput;
use super::sheet::{self, Purpose};
use crate::app::App;
use crate::desktop;
use crate::environment::Prepared;
use crate::session::RunError;
use crate::translations::tr;
use crate::windows::{icon, window};
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use insula_permissions::FirstRun;
use libadwaita as adw;
use std::cell::RefCell;
use std::rc::Rc;

/// Asks the user whether an app is to be installed, and what it may do: nothing where the user does not want it. `model` has
/// the rows; there may be none.
///
/// # Errors
/// There is no display.
pub fn ask_to_install(_: &Prepared, app: &App, model: FirstRun) -> Result<Option<FirstRun>, RunError> {
    window::name_process(app);
    desktop::start().map_err(|_| RunError::NoDisplay)?;
    icon::set_for_all_windows(app);
    let (answer, main_loop) = (Rc::new(RefCell::new(None)), glib::MainLoop::new(None, false));
    let (answered, ended) = (answer.clone(), main_loop.clone());
    sheet::show_for(Purpose::Install, app, &RecentInput::none(), model, move |chosen| {
        answered.replace(chosen);
        ended.quit();
    });
    main_loop.run();
    Ok(answer.take())
}

/// Tells the user in a window why an app cannot be installed, until it is closed.
///
/// # Errors
/// There is no display.
pub fn tell_failure(_: &Prepared, message: &str) -> Result<(), RunError> {
    desktop::start().map_err(|_| RunError::NoDisplay)?;
    let main_loop = glib::MainLoop::new(None, false);
    let title = tr("The app cannot be installed");
    let page = adw::StatusPage::builder()
        .icon_name("dialog-warning-symbolic")
        .title(&title)
        .description(glib::markup_escape_text(message))
        .vexpand(true)
        .build();
    let content = gtk::Box::new(gtk::Orientation::Vertical, 0);
    content.append(&adw::HeaderBar::builder().css_classes(["flat"]).build());
    content.append(&page);
    let window = adw::Window::builder()
        .title(&title)
        .default_width(480)
        .default_height(400)
        .content(&content)
        .build();
    let ended = main_loop.clone();
    window.connect_close_request(move |_| {
        ended.quit();
        glib::Propagation::Proceed
    });
    super::parts::close_on_escape(window.upcast_ref());
    window.present();
    main_loop.run();
    Ok(())
}
