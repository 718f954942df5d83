//! Whether a response is a picture, as far as one can tell without decoding it.

use insula_bundle::Response;

/// Whether an engine that is given this response for an `<img>` would begin to show something.
///
/// Browsers look at the first bytes of a picture rather than at its type (MIME Sniffing standard, section 6.1), except
/// for SVG, which is text.
pub(crate) fn is_picture(response: &Response) -> bool {
    if response.header("content-encoding").is_some() {
        // Whether the drawing is any good only the engine can tell.
        return true;
    }
    let body: &[u8] = response.body().as_ref();
    let media_type = response.header("content-type").unwrap_or_default();
    let is_svg = media_type
        .split(';')
        .next()
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("image/svg+xml"));
    has_signature(body) || (is_svg && body.windows(4).any(|word| word == b"<svg"))
}

fn has_signature(body: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 7] = [
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"GIF87a",
        b"GIF89a",
        b"BM",
        b"\0\0\x01\0",
        b"\0\0\x02\0",
    ];
    let is_webp = || body.starts_with(b"RIFF") && body.get(8..12) == Some(b"WEBP");
    // AVIF is a brand of the ISO base media format; its name may stand behind that of another brand.
    let is_avif = || {
        let brands = body.get(8..body.len().min(40));
        body.get(4..8) == Some(b"ftyp")
            && brands.is_some_and(|brands| brands.chunks(4).any(|brand| matches!(brand, b"avif" | b"avis")))
    };
    BEGINNINGS.iter().any(|beginning| body.starts_with(beginning)) || is_webp() || is_avif()
}

#[cfg(test)]
mod tests {
    use insula_bundle::HeaderMap;

    use super::*;

    fn check(media_type: &str, body: &[u8]) -> bool {
        let headers = HeaderMap::new(200).and_then(|headers| headers.with("content-type", media_type));
        is_picture(&Response::new(headers.unwrap(), body.to_vec()))
    }

    #[test]
    fn pictures_are_known_by_their_first_bytes() {
        let bodies: [&[u8]; 6] = [
            b"\x89PNG\r\n\x1a\n....",
            b"\xff\xd8\xff\xe0....",
            b"GIF89a....",
            b"\0\0\x01\0....",
            b"RIFF....WEBPVP8 ",
            b"\0\0\0\x20ftypmif1\0\0\0\0mif1avif",
        ];
        for body in bodies {
            assert!(check("application/octet-stream", body), "{body:?}");
        }
        for body in [
            &b"<!doctype html>"[..],
            b"",
            b"PNG",
            b"RIFF....WAVE",
            b"\0\0\0\x20ftypmp42",
        ] {
            assert!(!check("image/png", body), "{body:?}");
        }
    }

    #[test]
    fn a_vector_picture_is_known_by_its_type() {
        assert!(check("image/svg+xml", b"<?xml version='1.0'?><svg/>"));
        assert!(check("image/SVG+xml; charset=utf-8", b"<svg/>"));
        assert!(!check("text/html", b"<svg/>"));
        assert!(!check("image/svg+xml", b"<!doctype html>"));
    }
}
