//! Somebody else's text where a terminal may show it: without what would command the terminal, and without what would make
//! text look like other text.

use std::fmt::Write as _;

/// Text for people. In the place of each such character is U+FFFD.
pub fn plain(text: &str) -> String {
    let plain = |character| if is_command(character) { '\u{fffd}' } else { character };
    text.chars().map(plain).collect()
}

/// Text of several lines for people, in the same way.
pub(crate) fn plain_lines(text: &str) -> String {
    text.split_inclusive(['\n', '\t'])
        .map(|part| match part.strip_suffix(['\n', '\t']) {
            Some(text) => plain(text) + &part[text.len()..],
            None => plain(part),
        })
        .collect()
}

/// JSON for programs, in which such characters are escaped. It has the same value.
pub fn json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        // Within a string there is no raw line break; between values it is only a space.
        match character {
            '\n' => escaped.push('\n'),
            character if is_command(character) => {
                let _ = write!(escaped, "\\u{:04x}", u32::from(character));
            }
            character => escaped.push(character),
        }
    }
    escaped
}

/// Control characters, of which terminals obey also those from U+0080 on; what ends a line for some programs; and what
/// changes the direction in which text is shown (Unicode Technical Report 36, section 2.10).
fn is_command(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}')
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_commands_the_terminal_and_nothing_turns_text_around() {
        let text = "a\x1b]0;x\x07b\n\t\u{7f}\u{85}\u{9b}\u{2028}\u{202e}\u{2066}\u{200f}\u{61c}é日";
        assert_eq!(plain(text).replace('\u{fffd}', "?"), "a?]0;x?b??????????é日");
    }

    #[test]
    fn json_keeps_its_value() {
        let text = "a\x1b\n\u{7f}\u{85}\u{9b}\u{2029}\u{202e}\u{2069}é日\\";
        let value = serde_json::json!({ "text": text, text: [1, 2] });
        let written = json(&serde_json::to_string_pretty(&value).expect("it is plain data"));
        assert!(
            written.contains("\\u009b\\u2029\\u202e") && written.contains("é日"),
            "{written}"
        );
        assert!(
            written
                .chars()
                .all(|character| character == '\n' || !is_command(character)),
            "{written}"
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&written).expect("JSON"),
            value
        );
    }
}
