//! `Content-Encoding` (HTTP Semantics, RFC 9110, section 8.4). Pages see bodies decoded, as from any server.

use gtk4::gio::{ZlibCompressorFormat, ZlibDecompressor};

/// What undoes a coding. `None` if there is none, or one that is not known: the body is then handed on as it is.
pub(super) fn decoder(coding: Option<&str>) -> Option<ZlibDecompressor> {
    let format = match coding?.trim().to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => ZlibCompressorFormat::Gzip,
        "deflate" => ZlibCompressorFormat::Zlib,
        other => {
            if other != "identity" {
                tracing::warn!("the app has a response with the content coding `{other}`, which is not supported");
            }
            return None;
        }
    };
    Some(ZlibDecompressor::new(format))
}
