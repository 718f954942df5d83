//! `Content-Encoding` (HTTP Semantics, RFC 9110, section 8.4). Pages see bodies decoded, as from any server.

use gtk4::gio::{ConverterInputStream, MemoryInputStream, ZlibCompressorFormat, ZlibDecompressor};
use gtk4::prelude::*;
use gtk4::{gio, glib};

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

/// A whole body without its coding. `None` if it is damaged, or longer than this many bytes.
pub(crate) fn decode(body: &glib::Bytes, coding: Option<&str>, maximum: usize) -> Option<glib::Bytes> {
    let Some(decoder) = decoder(coding) else {
        return (body.len() <= maximum).then(|| body.clone());
    };
    let stream = ConverterInputStream::new(&MemoryInputStream::from_bytes(body), &decoder);
    let mut decoded = vec![0; maximum + 1];
    let (length, error) = stream.read_all(&mut decoded, gio::Cancellable::NONE).ok()?;
    decoded.truncate(length);
    (error.is_none() && length <= maximum).then(|| glib::Bytes::from_owned(decoded))
}
