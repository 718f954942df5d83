//! From bytes to a bounded JSON object, and from there to members with their paths.

use serde_json::{Map, Value};

use crate::ManifestError;
use crate::warning::{Warnings, quote};

/// Most bytes that a manifest may have. Icons may be inline `data:` URLs, so it is generous.
pub const MAXIMUM_BYTES: usize = 4 << 20;

/// Parses a document whose top must be an object.
///
/// Nesting is bounded by the JSON parser at 128 levels. As "parse JSON from bytes" of the Infra
/// standard does, a byte order mark is skipped and what is not UTF-8 becomes U+FFFD.
pub(crate) fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>, ManifestError> {
    if bytes.len() > MAXIMUM_BYTES {
        return Err(ManifestError::TooLarge {
            bytes: bytes.len(),
            maximum: MAXIMUM_BYTES,
        });
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(other) => Err(ManifestError::NotAnObject { found: kind(&other) }),
        Err(error) => Err(ManifestError::NotJson {
            line: error.line(),
            column: error.column(),
            message: without_position(&error),
        }),
    }
}

/// What a value is, with its article, for messages.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// One object of the document together with the path that leads to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Members<'a> {
    map: &'a Map<String, Value>,
    path: &'a str,
}

impl<'a> Members<'a> {
    pub(crate) fn new(map: &'a Map<String, Value>, path: &'a str) -> Self {
        Self { map, path }
    }

    /// The path of one member, whether it exists or not.
    pub(crate) fn path(&self, member: &str) -> String {
        member_path(self.path, member)
    }

    /// The names of all members.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.map.keys().map(String::as_str)
    }

    /// A member of any type.
    pub(crate) fn value(&self, member: &str) -> Option<&'a Value> {
        self.map.get(member)
    }

    /// A string, or `None` with a warning when it is something else.
    pub(crate) fn string(&self, member: &str, warnings: &mut Warnings) -> Option<&'a str> {
        match self.map.get(member)? {
            Value::String(text) => Some(text),
            other => self.wrong_type(member, "a string", other, warnings),
        }
    }

    /// A boolean, or `None` with a warning when it is something else.
    pub(crate) fn boolean(&self, member: &str, warnings: &mut Warnings) -> Option<bool> {
        match self.map.get(member)? {
            Value::Bool(value) => Some(*value),
            other => self.wrong_type(member, "true or false", other, warnings),
        }
    }

    /// An array, or `None` with a warning when it is something else.
    pub(crate) fn array(&self, member: &str, warnings: &mut Warnings) -> Option<&'a [Value]> {
        match self.map.get(member)? {
            Value::Array(items) => Some(items),
            other => self.wrong_type(member, "an array", other, warnings),
        }
    }

    /// An object, or `None` with a warning when it is something else.
    pub(crate) fn object(&self, member: &str, warnings: &mut Warnings) -> Option<&'a Map<String, Value>> {
        match self.map.get(member)? {
            Value::Object(map) => Some(map),
            other => self.wrong_type(member, "an object", other, warnings),
        }
    }

    fn wrong_type<T>(&self, member: &str, expected: &str, found: &Value, warnings: &mut Warnings) -> Option<T> {
        warnings.add(
            &self.path(member),
            format!("must be {expected}, not {}; ignored", kind(found)),
        );
        None
    }
}

/// `$.icons` or `$["odd name"]`.
pub(crate) fn member_path(parent: &str, member: &str) -> String {
    let plain = !member.is_empty()
        && member.len() <= 64
        && !member.starts_with(|c: char| c.is_ascii_digit())
        && member.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if plain {
        format!("{parent}.{member}")
    } else {
        let quoted = quote(member);
        let inner = quoted
            .trim_matches(['“', '”'])
            .replace('\\', r"\\")
            .replace('"', "\\\"");
        format!("{parent}[\"{inner}\"]")
    }
}

/// `$.icons[2]`.
pub(crate) fn item_path(parent: &str, index: usize) -> String {
    format!("{parent}[{index}]")
}

/// The parser's message repeats the position at its end; ours has it in front.
fn without_position(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match message.rfind(" at line ") {
        Some(end) => message[..end].to_owned(),
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_odd_members_in_brackets() {
        assert_eq!(member_path("$", "icons"), "$.icons");
        assert_eq!(member_path("$.a", "controlled-frame"), "$.a[\"controlled-frame\"]");
        assert_eq!(member_path("$", "say \"hi\""), "$[\"say \\\"hi\\\"\"]");
        assert_eq!(member_path("$", ""), "$[\"\"]");
    }

    #[test]
    fn a_mistake_in_the_json_is_located() {
        let error = parse_object(b"{\n  \"name\": oops\n}").unwrap_err();
        let ManifestError::NotJson { line, column, message } = error else {
            panic!("{error:?}");
        };
        assert_eq!((line, column), (2, 11));
        assert_eq!(message, "expected value");
    }

    #[test]
    fn deep_nesting_is_an_error_and_not_a_crash() {
        let mut hostile = b"{\"a\":".to_vec();
        hostile.extend(std::iter::repeat_n(b'[', 1_000_000));
        let error = parse_object(&hostile).unwrap_err();
        assert!(error.to_string().contains("recursion limit"), "{error}");
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        assert!(parse_object(b"\xef\xbb\xbf{}").unwrap().is_empty());
    }

    #[test]
    fn the_top_must_be_an_object() {
        for (text, found) in [("[]", "an array"), ("null", "null"), ("3", "a number")] {
            assert_eq!(
                parse_object(text.as_bytes()).unwrap_err(),
                ManifestError::NotAnObject { found }
            );
        }
    }

    #[test]
    fn too_many_bytes_are_not_even_parsed() {
        let error = parse_object(&vec![b' '; MAXIMUM_BYTES + 1]).unwrap_err();
        assert!(matches!(error, ManifestError::TooLarge { .. }));
    }
}
