//! The dialog that installs an app: which it is, what it asks for, and Install or Cancel. Installing never depends on what is
//! granted.

use super::RecentInput;
use super::sheet::{self, Purpose};
use crate::app::App;
use crate::desktop;
use crate::environment::Prepared;
use crate::session::RunError;
use crate::windows::{icon, window};
use gtk4::glib;
use insula_permissions::FirstRun;
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
