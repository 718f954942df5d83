//! Pages that are about to leave the app: stopped before anything is asked of the network.
//!
//! Only here, where the request is made, can a navigation of the page itself be told from one of an iframe in it: by
//! `Sec-Fetch-Dest`, which the engine sets and no page can. Refusing the request would leave the window with an empty
//! page; so it is led to a scheme that nobody serves. That load fails, the page stays, and the UI process opens the URL
//! in the user's browser.

use crate::webkit::gio::prelude::*;
use crate::webkit::{URIRequest, WebPage};
use crate::{document, media};
use insula_bridge::wire::WebProcessConfig;
use insula_manifest::Destination;
use std::rc::Rc;
use url::Url;

/// Watches what a page asks of the network.
pub(crate) fn watch(page: &WebPage, config: &Rc<WebProcessConfig>) {
    let config = config.clone();
    // Not `connect_send_request`: it takes the response of a redirect, which mostly is none, for one.
    page.connect_local("send-request", false, move |values| {
        crate::jsc::guard("send-request", None, || {
            let page = values.first()?.get::<WebPage>().ok()?;
            let request = values.get(1)?.get::<URIRequest>().ok()?;
            lead_away(&config, &page, &request).or_else(|| media::lead(&config, &page, &request))
        });
        const GO_ON: bool = false;
        Some(GO_ON.to_value())
    });
}

/// Leads a request away that would put another site's document in the place of the app's.
fn lead_away(config: &WebProcessConfig, page: &WebPage, request: &URIRequest) -> Option<()> {
    if config.app.is_on_the_web() {
        // A site sends its users elsewhere and gets them back, to sign in for instance: its window shows that as well.
        return None;
    }
    let is_document = request.http_headers()?.one("Sec-Fetch-Dest").as_deref() == Some("document");
    let is_app = !config.has_embedded_pages || document::has_been_in(page);
    if !is_document || !is_app {
        return None;
    }
    let uri = request.uri()?;
    if config.app.destination(&Url::parse(&uri).ok()?) == Destination::Outside {
        request.set_uri(&format!("{}{uri}", config.leave_prefix));
    }
    Some(())
}
