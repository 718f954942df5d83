//! JSON as administrators write it for Chromium: with comments, and with commas after the last item.

/// The same document in plain JSON, and what in it was neither that nor what Chromium takes for it. Comments and surplus
/// commas become spaces, so that every line and column of a mistake stays where it is. What is none of these is not
/// touched: it is the parser's to refuse.
pub(super) fn to_plain(text: &[u8]) -> (Vec<u8>, Vec<String>) {
    let mut plain = text.to_vec();
    let mut slips = Vec::new();
    // The last byte that counts, and where; a comma there may turn out to be surplus.
    let mut last: Option<(usize, u8)> = None;
    let mut before_last = None;
    let mut position = 0;
    while let Some(&byte) = text.get(position) {
        let end = match byte {
            b'"' => {
                let end = end_of_string(text, position);
                slips.extend(mend_string(&mut plain[position..end]));
                end
            }
            b'/' => match end_of_comment(text, position) {
                Some(end) => {
                    blank(&mut plain[position..end]);
                    position = end;
                    continue;
                }
                None => position + 1,
            },
            _ => position + 1,
        };
        if !byte.is_ascii_whitespace() {
            if let (b'}' | b']', Some((comma, b','))) = (byte, last)
                && before_last.is_some_and(|byte| !matches!(byte, b',' | b'[' | b'{' | b':'))
            {
                blank(&mut plain[comma..=comma]);
            }
            before_last = last.map(|(_, byte)| byte);
            last = Some((position, byte));
        }
        position = end;
    }
    slips.dedup();
    (plain, slips)
}

/// What Windows and its editors leave in a string: tabs, and backslashes between the names of the registry's keys.
fn mend_string(string: &mut [u8]) -> Option<String> {
    let is_registry_key = string.get(1..).is_some_and(|text| {
        let begins_with = |name: &&str| {
            text.get(..name.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(name.as_bytes()))
        };
        ["HKLM", "HKCU", "HKEY_", "Software\\"].iter().any(begins_with)
    });
    let mut slip = None;
    let mut position = 0;
    while let Some(&byte) = string.get(position) {
        match (byte, string.get(position + 1)) {
            (b'\t', _) => {
                string[position] = b' ';
                slip = Some("there is a tab in a string; it is read as a blank".to_owned());
            }
            (b'\\', Some(next)) if is_registry_key && !b"\\\"/".contains(next) => {
                string[position] = b'/';
                slip = Some("backslashes in JSON are written twice".to_owned());
            }
            (b'\\', _) => position += 1,
            _ => {}
        }
        position += 1;
    }
    slip
}

/// Behind the closing quotation mark; the end of the text if there is none.
pub(super) fn end_of_string(text: &[u8], start: usize) -> usize {
    let mut position = start + 1;
    while let Some(&byte) = text.get(position) {
        position += match byte {
            b'"' => return position + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    text.len()
}

/// Behind a comment, `None` if none begins here. One that is not closed is left to the parser.
fn end_of_comment(text: &[u8], start: usize) -> Option<usize> {
    let rest = &text[start..];
    if rest.starts_with(b"//") {
        let length = rest.iter().position(|&byte| matches!(byte, b'\n' | b'\r'));
        return Some(start + length.unwrap_or(rest.len()));
    }
    let inside = rest.strip_prefix(b"/*")?;
    let length = inside.windows(2).position(|pair| pair == b"*/")?;
    Some(start + 2 + length + 2)
}

fn blank(bytes: &mut [u8]) {
    for byte in bytes.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')) {
        *byte = b' ';
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(text: &str) -> Option<Value> {
        serde_json::from_slice(&to_plain(text.as_bytes()).0).ok()
    }

    #[test]
    fn comments_and_commas_after_the_last_item_are_read_over() {
        for (text, value) in [
            ("// first\n{ \"a\": 1 } // last", json!({ "a": 1 })),
            (
                "{ /* one\n * two\n */ \"a\": [1, 2, /* , */ ], }",
                json!({ "a": [1, 2] }),
            ),
            ("{\"a\": {\"b\": {},}, }", json!({ "a": { "b": {} } })),
            ("{\"a\": \"\", // ]\r\n}", json!({ "a": "" })),
        ] {
            assert_eq!(read(text), Some(value), "{text}");
        }
    }

    #[test]
    fn strings_stay_as_they_are() {
        let text = r#"{ "[*.]a/*b": "https://c//d", "\"//,]": "*/ ,}" }"#;
        assert_eq!(to_plain(text.as_bytes()), (text.as_bytes().to_vec(), Vec::new()));
        assert!(read(text).is_some());
    }

    #[test]
    fn what_is_no_json_is_not_made_json() {
        for text in [
            "[,]",
            "{,}",
            "[1,,]",
            "{\"a\":,}",
            "{} /* open",
            "/ {}",
            "\"open, }",
            "{\"a\": 1,",
            "/**",
            "\"",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn tabs_in_strings_and_single_backslashes_of_the_registry_are_read_as_they_are_meant() {
        let mended = |text: &str| {
            let (plain, slips) = to_plain(text.as_bytes());
            assert_eq!(plain.len(), text.len());
            (serde_json::from_slice::<Value>(&plain).ok(), slips.len())
        };
        assert_eq!(mended("{\"a\":\t\"b\tc\"}"), (Some(json!({ "a": "b c" })), 1));
        let single = r#"{"Software\Policies\Google\Chrome\newtab": 1, "b": 2}"#;
        assert_eq!(
            mended(single),
            (Some(json!({ "Software/Policies/Google/Chrome/newtab": 1, "b": 2 })), 1)
        );
        assert_eq!(
            mended(r#"{"Software\\Policies": 1}"#),
            (Some(json!({ "Software\\Policies": 1 })), 0)
        );
        assert_eq!(mended(r#"{"HKLM\"#).0, None);
        assert_eq!(mended(r#"{"a\d": 1}"#).0, None, "only where it is the registry's");
    }

    #[test]
    fn a_mistake_stays_where_it_is() {
        let error = serde_json::from_slice::<Value>(&to_plain(b"{ // one\n/* two */ \"a\": oops }").0).unwrap_err();
        assert_eq!((error.line(), error.column()), (2, 16));
    }
}
