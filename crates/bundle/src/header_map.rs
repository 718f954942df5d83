use crate::cbor::{CborProblem, KeyOrder, Reader, Writer, encoded};
use crate::error::{Error, Part};
use crate::limits;

/// The status and headers of one response.
///
/// In the file it is a CBOR map of byte strings to byte strings with the pseudo header `:status`
/// (draft-ietf-wpack-bundled-responses §4.2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderMap {
    status: u16,
    fields: Vec<(String, String)>,
}

const STATUS: &[u8] = b":status";

impl HeaderMap {
    /// Headers with this status and none else.
    ///
    /// `None` if the status is not one of three digits (100–999).
    pub fn new(status: u16) -> Option<Self> {
        (100..=999).contains(&status).then(|| Self {
            status,
            fields: Vec::new(),
        })
    }

    /// Adds a header, or replaces the one of that name. `None` if it is not a valid header with a
    /// lowercase name.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Option<Self> {
        let latin: Option<Vec<u8>> = value.chars().map(|character| u8::try_from(character).ok()).collect();
        let name = name_text(name.as_bytes())?;
        if !is_value(&latin?) {
            return None;
        }
        self.fields.retain(|(existing, _)| *existing != name);
        self.fields.push((name, value.to_owned()));
        Some(self)
    }

    /// Reads an encoded header map that stands for itself.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        Self::parse_at(bytes, 0)
    }

    /// Reads an encoded header map that begins at `base` in the file.
    pub(crate) fn parse_at(bytes: &[u8], base: u64) -> Result<Self, Error> {
        if bytes.len() > limits::HEADER_MAP {
            return Err(Error::HeadersTooLarge { offset: base });
        }
        let mut reader = Reader::new(Part::Headers, bytes, base);
        let mut order = KeyOrder::default();
        let mut status = None;
        let mut fields = Vec::new();
        for _ in 0..reader.map()? {
            let offset = reader.offset();
            let start = reader.position();
            let name = reader.bytes()?;
            match order.check(&bytes[start..reader.position()]) {
                Ok(()) => {}
                Err(CborProblem::DuplicateKey) => {
                    return Err(Error::DuplicateHeader {
                        name: name.escape_ascii().to_string(),
                        offset,
                    });
                }
                Err(problem) => return Err(reader.error(offset, problem)),
            }
            let value_offset = reader.offset();
            let value = reader.bytes()?;
            if name == STATUS {
                status = Some(parse_status(value).ok_or(Error::InvalidStatus { offset: value_offset })?);
                continue;
            }
            let Some(text) = name_text(name) else {
                return Err(Error::InvalidHeaderName {
                    name: name.escape_ascii().to_string(),
                    offset,
                });
            };
            if !is_value(value) {
                return Err(Error::InvalidHeaderValue {
                    name: text,
                    offset: value_offset,
                });
            }
            // Isomorphic decoding: Fetch's header values are bytes, and so is a character below 256.
            fields.push((text, value.iter().map(|&byte| char::from(byte)).collect()));
        }
        reader.finish()?;
        let status = status.ok_or(Error::MissingStatus { offset: base })?;
        Ok(Self { status, fields })
    }

    /// The encoded form, which [`HeaderMap::parse`] reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        let pair = |name: &[u8], value: &[u8]| {
            (
                encoded(|writer| writer.bytes(name)),
                encoded(|writer| writer.bytes(value)),
            )
        };
        let mut entries = vec![pair(STATUS, self.status.to_string().as_bytes())];
        entries.extend(self.fields.iter().map(|(name, value)| {
            // Every character is below 256: `with` and `parse` see to it.
            let value: Vec<u8> = value.chars().map(|character| character as u8).collect();
            pair(name.as_bytes(), &value)
        }));
        let mut writer = Writer::default();
        writer.map(entries);
        writer.into_bytes()
    }

    /// The status, 100–999.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The names, which are lowercase, and values of the headers. Each character of a value stands
    /// for one byte ("isomorphic decoding"), as in the Fetch standard.
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// The value of the header with this lowercase name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }
}

fn parse_status(value: &[u8]) -> Option<u16> {
    match value {
        &[hundreds @ b'1'..=b'9', tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some(
            [hundreds, tens, ones]
                .iter()
                .fold(0, |number, digit| number * 10 + u16::from(digit - b'0')),
        ),
        _ => None,
    }
}

/// The name as text, if it is a token of RFC 9110 §5.6.2 without capitals.
fn name_text(name: &[u8]) -> Option<String> {
    let is_token = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"!#$%&'*+-.^_`|~".contains(byte);
    let is_name = !name.is_empty() && name.iter().all(is_token);
    is_name.then(|| name.iter().copied().map(char::from).collect())
}

/// A field value of RFC 9110 §5.5: no control characters but tab, and no space around it.
fn is_value(value: &[u8]) -> bool {
    let is_allowed = |&byte: &u8| byte == b'\t' || (byte >= b' ' && byte != 0x7f);
    let is_space = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    value.iter().all(is_allowed) && !is_space(value.first()) && !is_space(value.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(pairs: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut writer = Writer::default();
        let entry = |&(name, value): &(&[u8], &[u8])| {
            (
                encoded(|writer| writer.bytes(name)),
                encoded(|writer| writer.bytes(value)),
            )
        };
        writer.map(pairs.iter().map(entry).collect());
        writer.into_bytes()
    }

    fn problem(pairs: &[(&[u8], &[u8])]) -> Error {
        HeaderMap::parse(&encode(pairs)).unwrap_err()
    }

    #[test]
    fn a_header_map_survives_its_encoding() {
        let map = HeaderMap::new(404).unwrap();
        let map = map.with("content-type", "text/plain").unwrap().with("x-é", "no");
        assert_eq!(map, None, "names are ASCII");
        let map = HeaderMap::new(200)
            .unwrap()
            .with("b", "caf\u{e9}\t!")
            .unwrap()
            .with("content-type", "x/y")
            .unwrap();
        let read = HeaderMap::parse(&map.to_bytes()).unwrap();
        assert_eq!(read, map);
        assert_eq!(read.status(), 200);
        assert_eq!(read.value("b"), Some("café\t!"));
        assert_eq!(read.value("c"), None);
    }

    #[test]
    fn every_character_of_a_token_stays_itself() {
        let name = "!#$%&'*+-.^_`|~a0";
        let map = HeaderMap::new(200).unwrap().with(name, "").unwrap();
        let read = HeaderMap::parse(&map.to_bytes()).unwrap();
        assert_eq!(read.fields(), [(name.to_owned(), String::new())]);
    }

    #[test]
    fn the_status_must_be_there_once_with_three_digits() {
        assert!(matches!(problem(&[]), Error::MissingStatus { offset: 0 }));
        for status in [&b"20"[..], b"2000", b"2x0", b"099", b""] {
            assert!(matches!(
                problem(&[(b":status", status)]),
                Error::InvalidStatus { offset: 9 }
            ));
        }
        let twice = problem(&[(b":status", b"200"), (b":status", b"200")]);
        assert!(matches!(twice, Error::DuplicateHeader { name, .. } if name == ":status"));
    }

    #[test]
    fn invalid_names_and_values_are_refused() {
        for name in [&b"X-Upper"[..], b"", b":method", b"a b", b"\xc3\xa9", b"a:"] {
            let error = problem(&[(b":status", b"200"), (name, b"")]);
            assert!(matches!(error, Error::InvalidHeaderName { .. }), "{error}");
        }
        for value in [&b"a\r\nb"[..], b"\0", b" a", b"a\t", b"\x7f"] {
            let error = problem(&[(b":status", b"200"), (b"a", value)]);
            assert!(matches!(error, Error::InvalidHeaderValue { .. }), "{error}");
        }
    }

    #[test]
    fn a_header_map_beyond_the_limit_is_refused() {
        let value = vec![b'a'; limits::HEADER_MAP];
        let error = problem(&[(b":status", b"200"), (b"a", &value)]);
        assert!(matches!(error, Error::HeadersTooLarge { offset: 0 }));
    }

    #[test]
    fn unsorted_headers_are_refused() {
        let bytes = b"\xa2\x47:status\x43200\x41a\x41b";
        let error = HeaderMap::parse(bytes).unwrap_err();
        assert!(matches!(
            error,
            Error::Malformed {
                problem: CborProblem::UnsortedKeys,
                offset: 13,
                ..
            }
        ));
    }
}
