//! The policies in a document: as JSON has them, or under the names that they have in Windows' registry.
//!
//! There a policy is a value of the key `Software\Policies\Google\Chrome`, and a list is a key with values that are
//! called 1, 2, 3.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::text::Spans;

/// A policy as it is written.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) value: Value,
    pub(super) spans: Spans,
    /// Where its name begins, as a byte of the text.
    pub(super) at: usize,
    /// What in its name is not as it is written in JSON.
    pub(super) slip: Option<String>,
    /// Whether it is called a recommendation.
    pub(super) is_recommended: bool,
    /// Whether the same name comes again after it, which then counts instead.
    pub(super) is_repeated: bool,
}

/// The keys of the registry that browsers' policies are in, and names of roots before them.
const ROOTS: [&str; 5] = ["computer", "hklm", "hkcu", "hkey_local_machine", "hkey_current_user"];
const KEYS: [&[&str]; 3] = [&["google", "chrome"], &["chromium"], &["insula"]];

/// The policies of a document, in the order in which they are written.
pub(super) fn entries(map: &Map<String, Value>, spans: &Spans) -> Vec<Entry> {
    let mut reader = Reader::default();
    reader.read(map, spans, None);
    reader.finish()
}

/// Items of lists that are written one by one, and where the first is.
type Items = BTreeMap<u32, (Value, Spans)>;

#[derive(Default)]
struct Reader {
    entries: Vec<Entry>,
    /// By the name, and whether it is recommended.
    lists: BTreeMap<(String, bool), (usize, Items)>,
}

/// What a name of the registry leads to.
struct Path {
    is_recommended: bool,
    rest: Vec<String>,
}

impl Reader {
    /// Reads an object, which is in a key of the registry if `inside`.
    fn read(&mut self, map: &Map<String, Value>, spans: &Spans, inside: Option<bool>) {
        let Spans::Object(_, members) = spans else { return };
        let last: HashMap<&str, usize> = members.iter().map(|(name, at, _)| (name.as_str(), *at)).collect();
        for (written, at, spans) in members {
            let Some(value) = map.get(written) else { continue };
            let is_repeated = last.get(written.as_str()) != Some(at);
            let path = match inside {
                Some(is_recommended) => Some(path_in_key(written, is_recommended)),
                None => registry_path(written),
            };
            let Some(path) = path else {
                self.add(written.clone(), value, spans, *at, None, (false, is_repeated));
                continue;
            };
            let slip = (inside.is_none()).then(|| "it is written as in Windows' registry".to_owned());
            match (path.rest.as_slice(), value) {
                ([], Value::Object(map)) => self.read(map, spans, Some(path.is_recommended)),
                ([name], _) => {
                    let slip = slip.or_else(|| Some("it is in a key of Windows' registry".to_owned()));
                    self.add(
                        name.clone(),
                        value,
                        spans,
                        *at,
                        slip,
                        (path.is_recommended, is_repeated),
                    );
                }
                ([name, number], _) if number.parse::<u32>().is_ok() && !is_repeated => {
                    let number = number.parse().unwrap_or_default();
                    let list = self.lists.entry((name.clone(), path.is_recommended));
                    let (_, items) = list.or_insert_with(|| (*at, Items::new()));
                    items.insert(number, (value.clone(), spans.clone()));
                }
                // It names no policy, and stays what it is: a name that nobody knows.
                _ => self.add(written.clone(), value, spans, *at, None, (false, is_repeated)),
            }
        }
    }

    fn add(
        &mut self,
        name: String,
        value: &Value,
        spans: &Spans,
        at: usize,
        slip: Option<String>,
        (is_recommended, is_repeated): (bool, bool),
    ) {
        self.entries.push(Entry {
            name,
            value: value.clone(),
            spans: spans.clone(),
            at,
            slip,
            is_recommended,
            is_repeated,
        });
    }

    fn finish(mut self) -> Vec<Entry> {
        for ((name, is_recommended), (at, items)) in std::mem::take(&mut self.lists) {
            let (values, spans) = items.into_values().unzip();
            let slip = Some("its items are written one by one, as in Windows' registry".to_owned());
            self.add(
                name,
                &Value::Array(values),
                &Spans::List(at, spans),
                at,
                slip,
                (is_recommended, false),
            );
        }
        self.entries
    }
}

/// What a name at the top of a document leads to, if it is one of the registry.
fn registry_path(written: &str) -> Option<Path> {
    let names: Vec<&str> = written.split(['\\', '/']).filter(|name| !name.is_empty()).collect();
    let is = |name: &&str, expected: &str| name.eq_ignore_ascii_case(expected);
    let skipped = names
        .iter()
        .take_while(|name| ROOTS.iter().any(|root| is(name, root)))
        .count();
    let rest = names.get(skipped..)?;
    let rest = match rest {
        [software, policies, rest @ ..] if is(software, "software") && is(policies, "policies") => rest,
        _ => return None,
    };
    let key = KEYS.iter().find(|key| {
        let begin = rest.get(..key.len()).unwrap_or_default();
        begin.len() == key.len() && begin.iter().zip(**key).all(|(name, expected)| is(name, expected))
    })?;
    Some(path_of(&rest[key.len()..], false))
}

fn path_in_key(written: &str, is_recommended: bool) -> Path {
    let names: Vec<&str> = written.split(['\\', '/']).filter(|name| !name.is_empty()).collect();
    path_of(&names, is_recommended)
}

fn path_of(names: &[&str], is_recommended: bool) -> Path {
    let (is_recommended, names) = match names {
        [first, rest @ ..] if first.eq_ignore_ascii_case("recommended") => (true, rest),
        names => (is_recommended, names),
    };
    Path {
        is_recommended,
        rest: names.iter().map(|&name| name.to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::text;
    use super::*;

    /// Each policy's name, value, and whether it is recommended.
    fn read(text: &str) -> Vec<(String, Value, bool)> {
        let document = text::read(std::path::Path::new("a"), text.as_bytes()).unwrap().unwrap();
        let entries = entries(&document.map, &document.spans).into_iter();
        entries
            .map(|entry| (entry.name, entry.value, entry.is_recommended))
            .collect()
    }

    #[test]
    fn the_registrys_names_lead_to_policies() {
        let one = |value: Value| vec![("A".to_owned(), value, false)];
        for (text, expected) in [
            (r#"{"A": 1}"#, one(json!(1))),
            (r#"{"Software\\Policies\\Google\\Chrome\\A": 1}"#, one(json!(1))),
            (r#"{"HKLM\\SOFTWARE\\Policies\\Chromium\\A": 1}"#, one(json!(1))),
            (
                r#"{"HKEY_LOCAL_MACHINE\Software\Policies\Google\Chrome": {"A": 1}}"#,
                one(json!(1)),
            ),
            (
                r#"{"Software/Policies/Google/Chrome/A/2": "b", "Software/Policies/Google/Chrome/A/1": "a"}"#,
                one(json!(["a", "b"])),
            ),
            (
                r#"{"Software\\Policies\\Google\\Chrome": {"A\\1": "a", "A\\10": "c", "A\\9": "b"}}"#,
                one(json!(["a", "b", "c"])),
            ),
            (
                r#"{"Software\\Policies\\Google\\Chrome\\Recommended": {"A": 1}}"#,
                vec![("A".to_owned(), json!(1), true)],
            ),
            (
                r#"{"Software\\Policies\\Google\\Chrome": {"Recommended": {"A": 1}, "B": 2}}"#,
                vec![("A".to_owned(), json!(1), true), ("B".to_owned(), json!(2), false)],
            ),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn other_names_stay_as_they_are() {
        for name in [
            "",
            "\\",
            "Software\\Policies",
            "Software\\Policies\\Mozilla\\Firefox\\A",
            "HKLM",
            "A\\1",
            "a/b/c/d",
        ] {
            let text = json!({ name: { "A": 1 } }).to_string();
            assert_eq!(read(&text), [(name.to_owned(), json!({ "A": 1 }), false)], "{text}");
        }
    }

    #[test]
    fn a_name_that_comes_twice_is_known_to() {
        let text = br#"{"A": 1, "B": 2, "A": 3}"#;
        let document = text::read(std::path::Path::new("a"), text).unwrap().unwrap();
        let repeated: Vec<_> = entries(&document.map, &document.spans)
            .iter()
            .map(|it| it.is_repeated)
            .collect();
        assert_eq!(repeated, [true, false, false]);
    }
}
