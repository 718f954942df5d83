//! The one spelling of a URL's path.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The path as an engine asks for it, of one that the `url` crate has serialised.
///
/// The URL standard's path percent-encode set has had `^` since 2023. WebKit and Chromium follow it, the crate does
/// not: without this, what is indexed as `/a^b` would be asked for as `/a%5Eb`, and not found.
pub(crate) fn canonical(path: &str) -> Cow<'_, str> {
    if path.contains('^') {
        path.replace('^', "%5E").into()
    } else {
        path.into()
    }
}

/// A file's name as one segment of a path, such that decoding gives the name back.
///
/// Beyond the path percent-encode set these are encoded: what would end the segment (`/`), what is an escape (`%`), and
/// `\`, which is a `/` to parsers that know `isolated-app` as a special scheme and an ordinary character to others.
pub(crate) fn encode_segment(name: &str) -> String {
    let mut segment = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_graphic() && !b"\"#<>?^`{}/%\\".contains(&byte) {
            segment.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(segment, "%{byte:02X}");
        }
    }
    segment
}

/// The name that a segment stands for; `None` if what is encoded is not UTF-8. A `%` without two digits stands for
/// itself.
pub(crate) fn decode_segment(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let encoded = (byte == b'%').then(|| after.get(..2)).flatten();
        let decoded = encoded.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        // `from_str_radix` would take a sign for a digit.
        match decoded.filter(|_| !after.starts_with(b"+")) {
            Some(decoded) => {
                bytes.push(decoded);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_survives_being_a_segment() {
        let all: String = (1..=255_u8)
            .map(char::from)
            .filter(|character| *character != '/')
            .collect();
        for name in [
            "plain.html",
            "a b#c?d%20e^f`g",
            "nl\nx.txt",
            "a\\b.txt",
            "%2e%2e",
            "ü",
            &all,
        ] {
            assert_eq!(decode_segment(&encode_segment(name)).as_deref(), Some(name), "{name:?}");
        }
    }

    #[test]
    fn a_segment_is_spelled_as_the_parser_would() {
        let origin = crate::SignedWebBundleId::development([0; 32]).origin_url();
        let all: String = (0x20..=0x7e_u8).map(char::from).collect();
        // These the parser takes for something else, so that nobody asks for them raw.
        let name = all.replace(['/', '\\', '?', '#', '%'], "");
        let parsed = origin.join(&format!("/{name}")).unwrap();
        assert_eq!(canonical(parsed.path()), format!("/{}", encode_segment(&name)));
    }
}
