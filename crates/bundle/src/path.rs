//! The one spelling of a URL's path.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

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

/// What is encoded in a segment.
///
/// Beyond the path percent-encode set these are: what would end the segment (`/`), what is an escape (`%`), and `\`, which
/// is a `/` to parsers that know `isolated-app` as a special scheme and an ordinary character to others.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'/')
    .add(b'%')
    .add(b'\\');

/// A file's name as one segment of a path, such that decoding gives the name back.
pub(crate) fn encode_segment(name: &str) -> String {
    utf8_percent_encode(name, SEGMENT).to_string()
}

/// The name that a segment stands for; `None` if what is encoded is not UTF-8. A `%` without two digits stands for
/// itself.
pub(crate) fn decode_segment(segment: &str) -> Option<String> {
    percent_decode_str(segment).decode_utf8().ok().map(Cow::into_owned)
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
