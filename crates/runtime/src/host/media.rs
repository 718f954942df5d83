//! The calls about media URLs.

use super::Host;
use super::answer::{Failure, Success};
use super::gate::Purpose;
use super::network;
use crate::content::media::NotMade;
use crate::documents::Document;
use insula_bridge::{DomError, DomErrorName, MediaUrlResult};
use std::rc::Rc;

/// Makes a media URL. What it leads to passes the gate when an element loads it.
pub(super) fn create(
    host: &Host,
    document: &Rc<Document>,
    url: String,
    headers: Vec<(String, String)>,
) -> Result<Success, Failure> {
    let gate = network::gate(host, document, Purpose::Fetch)?;
    let url = host.media.add(document, host.documents.view(), gate, url, headers);
    Ok(Success::new(&MediaUrlResult {
        url: url.map_err(not_made)?,
    }))
}

fn not_made(error: NotMade) -> Failure {
    let name = match error {
        NotMade::TooLong => DomErrorName::TypeError,
        NotMade::TooMany => DomErrorName::QuotaExceededError,
        NotMade::NoRandomness(_) => DomErrorName::OperationError,
    };
    DomError::new(name, error.to_string()).into()
}

/// The media URLs of a document that may not use the network any more are over, also if it may again later.
pub(super) fn end_refused(host: &Host, document: &Rc<Document>) {
    if network::gate(host, document, Purpose::Fetch).is_err() {
        host.media.forget(document.id);
    }
}
