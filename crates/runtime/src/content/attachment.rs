//! Responses that are files to be kept, and no pages.

use gtk4::glib;
use webkit6::ResponsePolicyDecision;

/// Whether a response is to be saved rather than shown.
pub(crate) fn is_file(response: &ResponsePolicyDecision) -> bool {
    let disposition = || response.response()?.http_headers()?.one("Content-Disposition");
    let is_attachment = |disposition: glib::GString| {
        let kind = disposition.split(';').next().unwrap_or_default();
        kind.trim().eq_ignore_ascii_case("attachment")
    };
    !response.is_mime_type_supported() || disposition().is_some_and(is_attachment)
}
