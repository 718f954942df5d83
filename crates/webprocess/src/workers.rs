//! Workers of an installed site that load the network: the request is led to where the runtime has it.
//!
//! The site's own policy has allowed the request by then, as it allows what is at the site's own path.

use crate::webkit::gio::prelude::*;
use crate::webkit::{URIRequest, WebPage, glib};
use insula_bridge::wire::{WORKER_PATH, WORKER_URL, WebProcessConfig};
use std::rc::Rc;
use url::Url;

/// Watches what a page and its workers ask for.
pub(crate) fn watch(page: &WebPage, config: &Rc<WebProcessConfig>) {
    if !config.app.is_on_the_web() {
        // The runtime answers all requests of such an app.
        return;
    }
    let config = config.clone();
    // Not `connect_send_request`: it takes the response of a redirect, which mostly is none, for one.
    page.connect_local("send-request", false, move |values| {
        crate::jsc::guard("send-request", (), || {
            lead_to_network(&config, values);
        });
        const GO_ON: bool = false;
        Some(GO_ON.to_value())
    });
}

fn lead_to_network(config: &WebProcessConfig, values: &[glib::Value]) -> Option<()> {
    let request = values.get(1)?.get::<URIRequest>().ok()?;
    let uri = request.uri()?;
    if !uri.contains(WORKER_PATH) {
        return None;
    }
    let url = Url::parse(&uri).ok()?;
    if url.path() == WORKER_PATH && config.app.owns(&url) {
        request.set_uri(WORKER_URL);
    }
    Some(())
}
