//! Where links of the app's own page lead: within the app they stay, out of it they open in the user's browser.

use crate::app::App;
use crate::app_view::AppView;
use crate::guard;
use gtk4::gio;
use gtk4::prelude::*;
use std::rc::Rc;
use url::Url;
use webkit6::prelude::*;
use webkit6::{
    NavigationPolicyDecision, NetworkError, PolicyDecision, PolicyDecisionType, PolicyError, ResponsePolicyDecision,
};

/// Starts deciding for an app's view.
pub(crate) fn follow(view: &AppView, app: &Rc<App>) {
    let of_app = app.clone();
    view.connect_decide_policy(move |_, decision, kind| {
        guard("decide-policy", false, || decide(&of_app, decision, kind))
    });
    let of_app = app.clone();
    view.connect_load_failed(move |_, _, uri, error| {
        // Ignored on purpose, and opened outside already.
        let decided =
            error.matches(PolicyError::FrameLoadInterruptedByPolicyChange) || error.matches(NetworkError::Cancelled);
        guard("load-failed", false, || !decided && failed(&of_app, uri))
    });
    let of_app = app.clone();
    view.connect_load_failed_with_tls_errors(move |_, uri, _, _| {
        guard("load-failed-with-tls-errors", false, || failed(&of_app, uri))
    });
    let of_app = app.clone();
    view.connect_create(move |view, action| {
        guard("create", None, || {
            let url = action.clone().request().and_then(|request| request.uri());
            let url = url.and_then(|url| Url::parse(&url).ok())?;
            if of_app.owns(&url) {
                // A window of its own would be a second copy of the app; its pages stay in this one.
                view.load_uri(url.as_str());
            } else {
                open_outside(&url);
            }
            None
        })
    });
}

/// A page outside that cannot be reached from here, perhaps for its certificate, is the browser's to show all the same.
fn failed(app: &App, uri: &str) -> bool {
    let outside = Url::parse(uri).ok().filter(|url| !app.owns(url));
    if let Some(url) = &outside {
        open_outside(url);
    }
    outside.is_some()
}

fn decide(app: &App, decision: &PolicyDecision, kind: PolicyDecisionType) -> bool {
    match kind {
        PolicyDecisionType::NavigationAction => {
            let url = decision
                .downcast_ref::<NavigationPolicyDecision>()
                .and_then(NavigationPolicyDecision::navigation_action)
                .and_then(|action| action.request())
                .and_then(|request| request.uri())
                .and_then(|url| Url::parse(&url).ok());
            let Some(url) = url else { return false };
            match url.scheme() {
                // Frames inside the page ask here too, without saying so: whether it is the page itself that leaves is
                // known with the response.
                "https" | "http" | "about" | "blob" | "data" => false,
                crate::scheme::SCHEME if app.owns(&url) => false,
                crate::scheme::SCHEME => {
                    decision.ignore();
                    true
                }
                _ => {
                    decision.ignore();
                    open_outside(&url);
                    true
                }
            }
        }
        PolicyDecisionType::Response => {
            let Some(response) = decision.downcast_ref::<ResponsePolicyDecision>() else {
                return false;
            };
            let url = response
                .request()
                .and_then(|it| it.uri())
                .and_then(|it| Url::parse(&it).ok());
            let leaves = response.is_main_frame_main_resource() && url.as_ref().is_some_and(|url| !app.owns(url));
            if leaves && let Some(url) = url {
                decision.ignore();
                open_outside(&url);
            }
            leaves
        }
        _ => false,
    }
}

/// Opens a URL with the program that the user chose for its scheme.
fn open_outside(url: &Url) {
    // What a page must not start: files and scripts of this machine.
    if matches!(
        url.scheme(),
        "file" | "javascript" | "data" | "blob" | "about" | crate::scheme::SCHEME
    ) {
        return;
    }
    if let Err(error) = gio::AppInfo::launch_default_for_uri(url.as_str(), gio::AppLaunchContext::NONE) {
        tracing::warn!("no program opens {url}: {error}");
    }
}
