//! Media URLs, which lead nowhere: what the page's elements load by them is asked of the UI process instead.
//!
//! It is done here, after the page's policy has let the URL pass. Only elements that show or play something get an answer,
//! and by `Sec-Fetch-Dest` they are told from whatever else asks: the engine sets it and no page can. A media element names
//! its URL twice, and the first time, without that header, only to ask whether it may be loaded.

use crate::document;
use crate::webkit::{URIRequest, WebPage};
use insula_bridge::wire::WebProcessConfig;

/// The destinations that media URLs are for (Fetch, section 2.2.5).
const DESTINATIONS: [&str; 5] = ["audio", "font", "image", "track", "video"];

/// Leads a request for a media URL to what answers it.
pub(crate) fn lead(config: &WebProcessConfig, page: &WebPage, request: &URIRequest) -> Option<()> {
    let uri = request.uri()?;
    let token = uri.strip_prefix(&config.media_prefix)?;
    let destination = request.http_headers()?.one("Sec-Fetch-Dest")?;
    let is_app = !config.has_embedded_pages || document::has_been_in(page);
    if is_app && DESTINATIONS.contains(&destination.as_str()) {
        request.set_uri(&format!("{}{token}", config.media_scheme));
    }
    Some(())
}
