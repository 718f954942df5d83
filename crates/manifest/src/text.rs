//! Text that people will read, in windows and in security dialogs.

use crate::json::Members;
use crate::warning::Warnings;

/// Longest name, in characters. A dialog must have room for what it asks.
pub(crate) const MAXIMUM_NAME: usize = 100;

/// Longest description, in characters.
pub(crate) const MAXIMUM_DESCRIPTION: usize = 2_000;

/// A text member on one line, trimmed, without characters that could disguise what a dialog says.
pub(crate) fn text(members: &Members<'_>, member: &str, maximum: usize, warnings: &mut Warnings) -> Option<String> {
    let raw = members.string(member, warnings)?;
    let path = members.path(member);
    let mut changed = false;
    let readable: String = raw
        .trim()
        .chars()
        .filter_map(|character| match character {
            _ if reorders_text(character) => {
                changed = true;
                None
            }
            _ if character.is_control() => {
                changed |= !matches!(character, '\t' | '\n' | '\r');
                Some(' ')
            }
            _ => Some(character),
        })
        .collect();
    if changed {
        warnings.add(&path, "has control characters, which are left out");
    }
    let text = match readable.char_indices().nth(maximum) {
        Some((end, _)) => {
            warnings.add(&path, format!("is longer than {maximum} characters; cut"));
            readable[..end].trim_end().to_owned()
        }
        None => readable.trim().to_owned(),
    };
    if text.chars().all(shows_nothing) {
        warnings.add(&path, "has nothing to see; ignored");
        return None;
    }
    Some(text)
}

/// Bidirectional embeddings, overrides and isolates: with them "Allow" may read as "Deny".
fn reorders_text(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// White space, and what takes no place or an empty one: Unicode's Default_Ignorable_Code_Point, and the empty Braille
/// pattern. Each is of use beside others (joiners in Indic names, selectors behind emoji), and none by itself.
fn shows_nothing(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fff8}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}
