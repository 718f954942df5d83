//! What responses leave the documents that come with them (Permissions Policy, "header"), as far as they are a site's: what
//! comes out of a bundle is known beforehand.

use gtk4::glib::prelude::*;
use insula_manifest::{AppIdentity, ResponsePolicy};
use std::cell::RefCell;
use std::collections::VecDeque;
use url::Url;
use webkit6::{PolicyDecision, ResponsePolicyDecision};

/// Of so many responses it is remembered. A document comes soon after its response.
const MOST: usize = 64;

/// The policies of what is in a view, or about to be.
#[derive(Default)]
pub(super) struct Policies {
    /// By URL, the newest at the end.
    came: RefCell<VecDeque<(String, ResponsePolicy)>>,
    /// That of the page.
    of_page: RefCell<ResponsePolicy>,
}

impl Policies {
    /// A response is about to become a document.
    pub(super) fn response_came(&self, app: &AppIdentity, decision: &PolicyDecision) {
        let Some(decision) = decision.downcast_ref::<ResponsePolicyDecision>() else {
            return;
        };
        let response = decision.response();
        let url = response.as_ref().and_then(|it| Url::parse(&it.uri()?).ok());
        let Some(url) = url.filter(|url| app.owns(url)) else {
            return;
        };
        let header = response
            .and_then(|it| it.http_headers())
            .and_then(|headers| headers.list("Permissions-Policy"));
        let policy = header
            .map(|header| ResponsePolicy::parse(&header, &url))
            .unwrap_or_default();
        if decision.is_main_frame_main_resource() {
            self.of_page.replace(policy.clone());
        }
        let url = key(url);
        let mut came = self.came.borrow_mut();
        came.retain(|(known, _)| *known != url);
        came.push_back((url, policy));
        if came.len() > MOST {
            came.pop_front();
        }
    }

    /// The policy of a document. One whose URL no response had (a script has changed it, and opened the document anew) has
    /// that of the page.
    pub(super) fn of(&self, url: &Url) -> ResponsePolicy {
        let url = key(url.clone());
        let came = self.came.borrow();
        let known = came.iter().rfind(|(known, _)| *known == url);
        known.map_or_else(|| self.of_page.borrow().clone(), |(_, policy)| policy.clone())
    }
}

/// A document's URL has a fragment that a response's has not.
fn key(mut url: Url) -> String {
    url.set_fragment(None);
    url.into()
}
