//! WebDriver: lets `WebKitWebDriver` drive the app, with its further windows and its frames as further window handles.

use crate::app_view::AppView;
use gtk4::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use webkit6::{ApplicationInfo, WebContext};

/// Hands the app's first view to the automation session when one starts, and then those of the windows that it wants
/// `opened`. The app is `ended` with the session. `name` is what the session's client calls the browser: WebKit's driver
/// starts no session if it asked for another.
pub(crate) fn serve(
    context: &WebContext,
    name: String,
    first: &AppView,
    opened: impl Fn() -> Option<AppView> + 'static,
    ended: impl Fn() + Clone + 'static,
) {
    let (first, opened) = (first.clone(), Rc::new(opened));
    context.connect_automation_started(move |_, session| {
        let info = ApplicationInfo::new();
        info.set_name(&name);
        let version = env!("CARGO_PKG_VERSION")
            .split('.')
            .filter_map(|part| part.parse().ok())
            .collect::<Vec<u64>>();
        if let [major, minor, micro] = version[..] {
            info.set_version(major, minor, micro);
        }
        session.set_application_info(&info);
        let (first, opened, has_first) = (first.clone(), opened.clone(), Cell::new(false));
        session.connect_create_web_view(None, move |_| {
            let opened = if has_first.replace(true) { opened() } else { None };
            opened.unwrap_or_else(|| first.clone()).upcast()
        });
        let ended = ended.clone();
        session.connect_will_close(move |_| ended());
    });
}
