//! The `Range` header (HTTP Semantics, RFC 9110, section 14.2).

/// What part of a body is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// All of it; also where the header makes no sense, which is then to be ignored.
    Whole,
    /// These bytes.
    Part(std::ops::Range<usize>),
    /// A part that it does not have.
    Unsatisfiable,
}

impl Range {
    /// Reads a header's value for a body of `length` bytes. Several ranges at once are answered with the whole.
    pub(super) fn parse(value: &str, length: usize) -> Self {
        let range = value
            .split_once('=')
            .filter(|(unit, _)| unit.eq_ignore_ascii_case("bytes"));
        let Some((first, last)) = range.and_then(|(_, range)| range.trim().split_once('-')) else {
            return Self::Whole;
        };
        let (start, end) = match (first.parse::<usize>(), last.parse::<usize>()) {
            (Ok(first), Ok(last)) if first <= last => (first, last.saturating_add(1).min(length)),
            (Ok(first), Err(_)) if last.is_empty() => (first, length),
            (Err(_), Ok(suffix)) if first.is_empty() && suffix > 0 => (length.saturating_sub(suffix), length),
            (Err(_), Ok(0)) if first.is_empty() => return Self::Unsatisfiable,
            _ => return Self::Whole,
        };
        if start >= length {
            Self::Unsatisfiable
        } else {
            Self::Part(start..end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_ranges() {
        assert_eq!(Range::parse("bytes=0-4", 10), Range::Part(0..5));
        assert_eq!(Range::parse("bytes=5-", 10), Range::Part(5..10));
        assert_eq!(Range::parse("bytes=-3", 10), Range::Part(7..10));
        assert_eq!(Range::parse("bytes=-30", 10), Range::Part(0..10));
        assert_eq!(Range::parse("Bytes=0-3", 10), Range::Part(0..4));
        assert_eq!(Range::parse("bytes=8-99", 10), Range::Part(8..10));
        assert_eq!(Range::parse(&format!("bytes=1-{}", usize::MAX), 10), Range::Part(1..10));
    }

    #[test]
    fn what_the_body_does_not_have() {
        assert_eq!(Range::parse("bytes=10-", 10), Range::Unsatisfiable);
        assert_eq!(Range::parse("bytes=-0", 10), Range::Unsatisfiable);
        assert_eq!(Range::parse("bytes=0-", 0), Range::Unsatisfiable);
    }

    #[test]
    fn nonsense_is_ignored() {
        for value in [
            "bytes=4-2",
            "bytes=a-b",
            "bytes=",
            "bytes=-",
            "lines=1-2",
            "bytes=0-1,3-4",
        ] {
            assert_eq!(Range::parse(value, 10), Range::Whole, "{value}");
        }
    }
}
