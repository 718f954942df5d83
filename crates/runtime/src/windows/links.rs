//! Where links of the app's own page lead: within the app they stay, in this window or a new one; out of it they open in
//! the user's browser.

mod turn;

use crate::app::App;
use crate::app_view::AppView;
use crate::{environment, guard};
use gtk4::gio;
use gtk4::prelude::*;
use insula_bridge::wire;
use insula_manifest::Destination;
use std::rc::Rc;
use turn::Turn;
use url::Url;
use webkit6::prelude::*;
use webkit6::{
    NavigationPolicyDecision, NetworkError, PolicyDecision, PolicyDecisionType, PolicyError, ResponsePolicyDecision,
};

/// Starts deciding for an app's view. `open_window` gives the view of a new window that a page in this one opens.
pub(crate) fn follow(
    view: &AppView,
    app: &Rc<App>,
    open_window: impl Fn(&AppView) -> Option<AppView> + 'static,
    automation: bool,
) {
    let links = Rc::new(Links {
        app: app.clone(),
        turn: Turn::watch(view, automation),
    });
    let of_view = links.clone();
    view.connect_decide_policy(move |_, decision, kind| {
        guard("decide-policy", false, || of_view.decide(decision, kind))
    });
    let of_view = links.clone();
    view.connect_load_failed(move |_, _, uri, error| {
        // Ignored on purpose, and opened outside already.
        let decided =
            error.matches(PolicyError::FrameLoadInterruptedByPolicyChange) || error.matches(NetworkError::Cancelled);
        guard("load-failed", false, || !decided && of_view.leave(uri))
    });
    let of_view = links.clone();
    view.connect_load_failed_with_tls_errors(move |_, uri, _, _| {
        guard("load-failed-with-tls-errors", false, || of_view.leave(uri))
    });
    let opener = view.downgrade();
    view.connect_create(move |_, action| {
        guard("create", None, || {
            let action = action.clone();
            let url = action.request().and_then(|request| request.uri());
            let url = url.and_then(|url| Url::parse(&url).ok())?;
            // Windows are the user's: no page opens one by itself.
            if !action.is_user_gesture() {
                return None;
            }
            if links.app.identity.destination(&url) != Destination::App {
                links.open_outside(&url);
                return None;
            }
            let opener = opener.upgrade()?;
            let allowed = links.turn.take();
            let opened = allowed.then(|| open_window(&opener)).flatten()?;
            Some(opened.upcast())
        })
    });
}

/// The links of one view.
struct Links {
    app: Rc<App>,
    turn: Turn,
}

impl Links {
    /// Opens a page outside in the user's browser: one that the web process did not load, or one that could not be
    /// reached from here, perhaps for its certificate. Answers whether it is outside.
    fn leave(&self, uri: &str) -> bool {
        let uri = uri.strip_prefix(wire::LEAVE).unwrap_or(uri);
        let outside = Url::parse(uri).ok().filter(|url| !self.app.identity.contains(url));
        if let Some(url) = &outside {
            self.open_outside(url);
        }
        outside.is_some()
    }

    fn decide(&self, decision: &PolicyDecision, kind: PolicyDecisionType) -> bool {
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
                    // Frames inside the page ask here too, without saying so. Whether it is the page itself that leaves is
                    // known where the request is made, and it is stopped there (`webprocess/src/leaving.rs`).
                    "https" | "http" | "about" | "blob" | "data" => false,
                    _ if self.app.identity.contains(&url) => false,
                    _ => {
                        decision.ignore();
                        self.leave(url.as_str());
                        true
                    }
                }
            }
            // Nothing should come so far; what does leaves here.
            PolicyDecisionType::Response => {
                let Some(response) = decision.downcast_ref::<ResponsePolicyDecision>() else {
                    return false;
                };
                let url = response
                    .request()
                    .and_then(|it| it.uri())
                    .and_then(|it| Url::parse(&it).ok());
                let leaves = response.is_main_frame_main_resource()
                    && url.as_ref().is_some_and(|url| !self.app.identity.contains(url));
                if leaves && let Some(url) = url {
                    decision.ignore();
                    self.open_outside(&url);
                }
                leaves
            }
            _ => false,
        }
    }

    /// Opens a URL with the program that the user chose for its scheme.
    fn open_outside(&self, url: &Url) {
        if self.app.identity.destination(url) == Destination::Nowhere {
            return;
        }
        if !self.turn.take() {
            return tracing::warn!("the page may open {url} only after the user has done something");
        }
        if let Err(error) = launch(url) {
            tracing::warn!("{url} does not open: {error}");
        }
    }
}

/// Starts the program for a URL, in the environment that this one was started in.
fn launch(url: &Url) -> Result<(), gtk4::glib::Error> {
    // Not `launch_default_for_uri`: it would have a scheme that no program has asked for looked into as a folder.
    match gio::AppInfo::default_for_uri_scheme(url.scheme()) {
        Some(program) => {
            let context = gio::AppLaunchContext::new();
            environment::ours().iter().for_each(|name| context.unsetenv(name));
            program.launch_uris(&[url.as_str()], Some(&context))
        }
        // A desktop that knows no browser may still have a script for it, or the user a `BROWSER`.
        None if matches!(url.scheme(), "http" | "https") => {
            let launcher = gio::SubprocessLauncher::new(gio::SubprocessFlags::NONE);
            environment::ours().iter().for_each(|name| launcher.unsetenv(name));
            launcher.spawn(&["xdg-open".as_ref(), url.as_str().as_ref()]).map(drop)
        }
        None => Err(gtk4::glib::Error::new(
            gio::IOErrorEnum::NotFound,
            "no program is registered for it",
        )),
    }
}
