//! WebDriver: lets `WebKitWebDriver` drive the app, with its frames as further window handles.

use crate::app_view::AppView;
use gtk4::glib;
use gtk4::prelude::*;
use webkit6::{ApplicationInfo, WebContext};

/// Hands the app's view to the automation session when one starts. The app ends with the session.
pub(crate) fn serve(context: &WebContext, view: &AppView, main_loop: &glib::MainLoop) {
    let (view, main_loop) = (view.clone(), main_loop.clone());
    context.connect_automation_started(move |_, session| {
        let info = ApplicationInfo::new();
        info.set_name("Insula");
        let version = env!("CARGO_PKG_VERSION")
            .split('.')
            .filter_map(|part| part.parse().ok())
            .collect::<Vec<u64>>();
        if let [major, minor, micro] = version[..] {
            info.set_version(major, minor, micro);
        }
        session.set_application_info(&info);
        let view = view.clone();
        session.connect_create_web_view(None, move |_| view.clone().upcast());
        let main_loop = main_loop.clone();
        session.connect_will_close(move |_| main_loop.quit());
    });
}
