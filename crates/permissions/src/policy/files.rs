//! The files of one level: found, read, parsed and merged.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::text::{self, Document, Spans, Text};
use super::{Consequence, Level, Place, Problem, key_rotations, registry};

/// No honest policy file is larger; bytes.
const MAXIMUM_BYTES: u64 = 4 << 20;

/// What Firefox calls its file.
pub(crate) const FIREFOX_NAME: &str = "policies.json";

/// What the names of files end with that editors and package managers leave. To read an old version of a policy beside
/// the new one would bring back what was changed.
const LEFTOVERS: [&str; 16] = [
    "~",
    "#",
    ".bak",
    ".old",
    ".orig",
    ".swp",
    ".tmp",
    ".dpkg-dist",
    ".dpkg-new",
    ".dpkg-old",
    ".rpmnew",
    ".rpmorig",
    ".rpmsave",
    ".ucf-dist",
    ".ucf-new",
    ".ucf-old",
];

/// Every policy of one level, as the file says it that said it last.
#[derive(Debug, Default)]
pub(super) struct PolicyFiles {
    pub(super) policies: BTreeMap<String, Written>,
    pub(super) unreadable: Vec<PathBuf>,
    /// Whether a file is blank: it may be what is left of one.
    pub(super) is_doubtful: bool,
    /// The files that were read.
    pub(super) read: Vec<PathBuf>,
    /// Those of them that are Firefox's.
    pub(super) firefox: Vec<Written>,
}

/// The value of a policy, with its place.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) value: Value,
    pub(super) spans: Spans,
    /// Where its name begins, as a byte of the text.
    pub(super) at: usize,
    pub(super) text: Rc<Text>,
}

impl Written {
    /// Where the policy's name is.
    pub(super) fn place(&self) -> Place {
        self.text.place(self.at)
    }

    /// Where an item of its value is.
    pub(super) fn item(&self, index: usize) -> Place {
        self.text.place(self.spans.item(index).unwrap_or(self.at))
    }

    /// Where a member of its value is.
    pub(super) fn member(&self, name: &str) -> Place {
        self.text.place(self.spans.member(name).unwrap_or(self.at))
    }
}

impl PolicyFiles {
    /// All files of a folder.
    pub(super) fn load(folder: &Path, problems: &mut Vec<Problem>, level: Level) -> Self {
        let mut files = Self::default();
        let entries = entries(folder).unwrap_or_else(|error| {
            let message = format!("the folder cannot be read: {error}");
            files.cannot_read(folder, Place::of(folder), message, level, problems);
            Vec::new()
        });
        for entry in entries {
            if entry.is_dir() && !is_named_as_policy(&entry) {
                problems.push(Problem {
                    place: Place::of(&entry),
                    key: None,
                    message: format!("policy files lie in `{}` itself", folder.display()),
                    consequence: Consequence::NotRead,
                });
                continue;
            }
            files.add(&entry, level, problems);
        }
        files
    }

    /// One more file, which counts before those that were added earlier.
    pub(super) fn add(&mut self, file: &Path, level: Level, problems: &mut Vec<Problem>) {
        let bytes = read_bytes(file).map_err(|error| (Place::of(file), error.to_string()));
        let is_blank = bytes.as_ref().is_ok_and(|bytes| is_blank(bytes));
        let document = bytes.and_then(|bytes| text::read(file, &bytes));
        let mut problem = |place, key, message: String, consequence| {
            problems.push(Problem {
                place,
                key,
                message,
                consequence,
            });
        };
        let Document {
            text,
            map,
            spans,
            slips,
        } = match document {
            Ok(Some(document)) => document,
            Ok(None) => {
                problem(
                    Place::of(file),
                    None,
                    "it is empty".to_owned(),
                    match level {
                        // It may be what is left of one that was not written to its end.
                        Level::Managed if is_blank => Consequence::NothingRemoved,
                        _ => Consequence::Meaningless,
                    },
                );
                self.is_doubtful |= is_blank;
                self.read.push(file.to_owned());
                return;
            }
            Err((place, message)) => return self.cannot_read(file, place, message, level, problems),
        };
        let text = Rc::new(text);
        for slip in slips {
            problem(Place::of(file), None, slip, Consequence::ReadAsMeant);
        }
        if let Some(firefox) = firefoxs(&map, &spans) {
            let written = |(value, spans, at)| Written { value, spans, at, text };
            self.firefox.push(written(firefox));
            self.read.push(file.to_owned());
            return;
        }
        if file.ends_with(key_rotations::FILE_NAME) {
            let at = spans.start();
            let value = Value::Object(map);
            let written = Written { value, spans, at, text };
            self.policies.insert(key_rotations::FILE_NAME.to_owned(), written);
            self.read.push(file.to_owned());
            return;
        }
        for entry in registry::entries(&map, &spans) {
            let written = Written {
                value: entry.value,
                spans: entry.spans,
                at: entry.at,
                text: text.clone(),
            };
            let mut report = |message: &str, consequence| {
                problem(
                    written.place(),
                    Some(entry.name.clone()),
                    message.to_owned(),
                    consequence,
                );
            };
            let skipped = match level {
                Level::Managed => Consequence::OrderSkipped,
                Level::Recommended => Consequence::Skipped,
            };
            if entry.is_repeated {
                report("it comes again in the same file, and what is said last counts", skipped);
                continue;
            }
            if entry.is_recommended && level == Level::Managed {
                report(
                    "recommendations belong in the folder `recommended`",
                    Consequence::Skipped,
                );
                continue;
            }
            if let Some(slip) = &entry.slip {
                report(slip, Consequence::ReadAsMeant);
            }
            self.policies.insert(entry.name, written);
        }
        self.read.push(file.to_owned());
    }

    fn cannot_read(&mut self, file: &Path, place: Place, message: String, level: Level, problems: &mut Vec<Problem>) {
        self.unreadable.push(file.to_owned());
        problems.push(Problem {
            place,
            key: None,
            message,
            consequence: match level {
                Level::Managed => Consequence::AllRefused,
                Level::Recommended => Consequence::RecommendationsSkipped,
            },
        });
    }
}

/// What is in a file of Firefox's: an object that is called `policies` and nothing else.
fn firefoxs(map: &Map<String, Value>, spans: &Spans) -> Option<(Value, Spans, usize)> {
    let Spans::Object(_, members) = spans else { return None };
    match members.as_slice() {
        [(name, at, spans)] if name == "policies" => {
            let value = map.get(name).filter(|value| value.is_object())?;
            Some((value.clone(), spans.clone(), *at))
        }
        _ => None,
    }
}

/// A problem for each policy file that lies beside the folders of the two levels, where nobody reads it. An
/// administrator believes that what it forbids is forbidden.
pub(super) fn misplaced(folder: &Path) -> impl Iterator<Item = Problem> {
    // A folder that cannot be read is the business of its levels.
    let entries = entries(folder).unwrap_or_default();
    let misplaced = entries
        .into_iter()
        .filter(|entry| is_named_as_policy(entry) && !entry.is_dir() && !is_firefoxs(entry));
    misplaced.map(|file| Problem {
        place: Place::of(&file),
        key: None,
        message: "policy files belong in the folders `managed` and `recommended`".to_owned(),
        consequence: Consequence::NotRead,
    })
}

/// What is in a folder in the order of names, but for what is no policy by its name; nothing when it does not exist.
pub(super) fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match folder.read_dir() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut paths = Vec::new();
    for entry in entries {
        let entry = entry?;
        if may_be_policy(&entry.file_name().to_string_lossy().to_ascii_lowercase()) {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

/// As in Chrome a policy may have any name, but for hidden files, leftovers, and what is about the others.
fn may_be_policy(lowercase_name: &str) -> bool {
    let is_leftover = LEFTOVERS.iter().any(|end| lowercase_name.ends_with(end));
    !is_leftover && !lowercase_name.starts_with('.') && !lowercase_name.starts_with("readme")
}

/// Whether it has the name of the one file that Firefox reads.
fn is_firefoxs(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == FIREFOX_NAME)
}

fn is_named_as_policy(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

/// Whether there is nothing, or nothing but a byte order mark and spaces.
fn is_blank(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    text.trim_ascii().is_empty()
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    // Before it is opened: opening a pipe waits for whoever writes into it.
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let file = File::open(path)?;
    let mut bytes = Vec::new();
    file.take(MAXIMUM_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAXIMUM_BYTES {
        return Err(io::Error::other(format!("it is larger than {MAXIMUM_BYTES} bytes")));
    }
    Ok(bytes)
}
