//! The name that was meant by one that does not exist.

/// More characters than any name has: what is longer is none of ours.
const LONGEST: usize = 80;

/// The name that is nearest to what is written: the same but for upper and lower case, or else with few characters that
/// are different, missing or too many.
pub(crate) fn nearest<'a>(written: &str, names: impl Iterator<Item = &'a str>, most: usize) -> Option<&'a str> {
    if written.len() > LONGEST {
        return None;
    }
    let lowercase = written.to_lowercase();
    let near = names.map(|name| (distance(&lowercase, &name.to_lowercase(), most), name));
    let near = near.filter_map(|(distance, name)| Some((distance?, name)));
    near.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// How many characters have to be changed, added or taken away to make one text of another; nothing where these are too
/// many.
fn distance(first: &str, second: &str, most: usize) -> Option<usize> {
    let (first, second): (Vec<char>, Vec<char>) = (first.chars().collect(), second.chars().collect());
    if first.len().abs_diff(second.len()) > most {
        return None;
    }
    let mut row: Vec<usize> = (0..=second.len()).collect();
    for (index, character) in first.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (column, other) in second.iter().enumerate() {
            let changed = diagonal + usize::from(character != other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_a_few_characters_is_found_and_another_name_is_not() {
        let names = ["VideoCaptureAllowed", "VideoCaptureAllowedUrls", "AudioCaptureAllowed"];
        for (written, expected) in [
            ("videocaptureallowed", Some("VideoCaptureAllowed")),
            ("VideoCaptureAlowed", Some("VideoCaptureAllowed")),
            ("VideoCaptureAllowedUrl", Some("VideoCaptureAllowedUrls")),
            ("VidoeCaptureAllowed", Some("VideoCaptureAllowed")),
            ("HomepageLocation", None),
            ("", None),
            ("\u{202e}", None),
        ] {
            assert_eq!(nearest(written, names.into_iter(), 2), expected, "{written}");
        }
        assert_eq!(nearest(&"x".repeat(1 << 20), names.into_iter(), 2), None);
    }
}
