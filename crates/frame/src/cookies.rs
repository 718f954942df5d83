//! Since when the cookies of a partition are as they are. The engine does not say it.

use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write;

/// How many cookies are remembered. Browsers keep some 3,000.
const MOST: usize = 10_000;

/// What a journal remembers of cookies: when each was first seen with the value that it has.
///
/// Neither names nor values are in it, only digests of both, so that its size depends on the number of cookies alone.
#[derive(Debug, Default)]
pub struct CookieJournal {
    entries: HashMap<CookieId, Entry>,
}

/// A cookie, whatever its value: a digest of its domain, path and name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CookieId(u128);

/// A cookie with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenCookie {
    id: CookieId,
    value: u128,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    value: u128,
    /// In milliseconds since 1970.
    since: u64,
}

impl SeenCookie {
    /// A cookie that is there now.
    pub fn new(domain: &str, path: &str, name: &str, value: &str) -> Self {
        Self {
            id: CookieId(digest(&[domain, path, name])),
            value: digest(&[value]),
        }
    }

    /// The cookie, whatever its value.
    pub fn id(&self) -> CookieId {
        self.id
    }
}

impl CookieJournal {
    /// Reads what [`to_text`](Self::to_text) has written. What cannot be read is as if it were not there.
    pub fn from_text(text: &str) -> Self {
        let read = |line: &str| {
            let mut words = line.split(' ');
            let mut number = || u128::from_str_radix(words.next()?, 16).ok();
            let (id, value, since) = (CookieId(number()?), number()?, u64::try_from(number()?).ok()?);
            Some((id, Entry { value, since }))
        };
        Self {
            entries: text.lines().take(MOST).filter_map(read).collect(),
        }
    }

    /// The journal as text, a line for each cookie.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (CookieId(id), Entry { value, since }) in &self.entries {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{id:x} {value:x} {since:x}");
        }
        text
    }

    /// Notes which cookies there are `now`, in milliseconds since 1970; answers whether anything is new. Beyond the first
    /// 10,000 they are not remembered.
    pub fn note(&mut self, now: u64, cookies: &[SeenCookie]) -> bool {
        let mut entries = HashMap::with_capacity(cookies.len().min(MOST));
        let mut is_new = false;
        for cookie in cookies.iter().take(MOST) {
            let known = self.entries.get(&cookie.id).filter(|entry| entry.value == cookie.value);
            is_new |= known.is_none();
            let value = cookie.value;
            let entry = known.copied().unwrap_or(Entry { value, since: now });
            entries.insert(cookie.id, entry);
        }
        let has_changed = is_new || entries.len() != self.entries.len();
        self.entries = entries;
        has_changed
    }

    /// Whether a cookie is from `since` or later. One that is not remembered may be, so it counts as such.
    pub fn is_from(&self, since: f64, id: CookieId) -> bool {
        let known = self.entries.get(&id);
        known.is_none_or(|entry| entry.since as f64 >= since)
    }
}

fn digest(parts: &[&str]) -> u128 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut half = [0; 16];
    half.copy_from_slice(&hash.finalize()[..16]);
    u128::from_be_bytes(half)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(name: &str, value: &str) -> SeenCookie {
        SeenCookie::new("a.example", "/", name, value)
    }

    #[test]
    fn a_cookie_is_as_old_as_its_value() {
        let mut journal = CookieJournal::default();
        let (old, changing) = (cookie("old", "1"), cookie("changing", "1"));
        assert!(journal.note(1000, &[old, changing]));
        assert!(!journal.note(2000, &[old, changing]));
        assert!(journal.note(3000, &[old, cookie("changing", "2")]));
        assert!(journal.is_from(1000.0, old.id()));
        assert!(!journal.is_from(1000.5, old.id()));
        assert!(journal.is_from(3000.0, changing.id()));
        assert!(!journal.is_from(3001.0, changing.id()));
    }

    #[test]
    fn one_that_was_away_is_new() {
        let mut journal = CookieJournal::default();
        journal.note(1000, &[cookie("it", "1")]);
        assert!(journal.note(2000, &[]));
        journal.note(3000, &[cookie("it", "1")]);
        assert!(journal.is_from(3000.0, cookie("it", "1").id()));
    }

    #[test]
    fn a_name_is_not_mistaken_for_a_path() {
        let one = SeenCookie::new("a.example", "/b", "c", "");
        assert_ne!(one.id(), SeenCookie::new("a.example", "/", "bc", "").id());
    }

    #[test]
    fn it_survives_being_written() {
        let mut journal = CookieJournal::default();
        journal.note(1000, &[cookie("a", "1"), cookie("b", "2")]);
        let text = format!("{}not a line\n1 2\n-1 2 3\n", journal.to_text());
        let mut read = CookieJournal::from_text(&text);
        assert!(!read.note(5000, &[cookie("a", "1"), cookie("b", "2")]));
        assert!(!read.is_from(1001.0, cookie("a", "").id()));
    }

    #[test]
    fn it_is_bounded_and_what_is_beyond_counts_as_new() {
        let many: Vec<SeenCookie> = (0..MOST + 5).map(|it| cookie(&it.to_string(), "")).collect();
        let mut journal = CookieJournal::default();
        journal.note(1000, &many);
        assert_eq!(journal.to_text().lines().count(), MOST);
        assert!(!journal.is_from(2000.0, many[0].id()));
        assert!(journal.is_from(2000.0, many[MOST + 1].id()));
    }
}
