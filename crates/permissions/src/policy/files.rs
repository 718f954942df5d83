//! The files of one level: found, read, parsed and merged.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::{Consequence, Level, Problem, relaxed_json};

/// No honest policy file is larger; bytes.
const MAXIMUM_BYTES: u64 = 4 << 20;

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

/// Every policy of one level: its name, its value, and the file that said it last.
#[derive(Debug, Default)]
pub(super) struct PolicyFiles {
    pub(super) policies: BTreeMap<String, (Value, PathBuf)>,
    pub(super) unreadable: Vec<PathBuf>,
    /// The files that were read.
    pub(super) read: Vec<PathBuf>,
}

impl PolicyFiles {
    pub(super) fn load(folder: &Path, problems: &mut Vec<Problem>, level: Level) -> Self {
        let unreadable = match level {
            Level::Managed => Consequence::AllRefused,
            Level::Recommended => Consequence::RecommendationsSkipped,
        };
        let mut add = |place: String, message: String, consequence| {
            problems.push(Problem {
                place,
                key: None,
                message,
                consequence,
            });
        };
        let mut files = Self::default();
        let entries = entries(folder).unwrap_or_else(|error| {
            files.unreadable.push(folder.to_owned());
            let message = format!("the folder cannot be read: {error}");
            add(folder.display().to_string(), message, unreadable);
            Vec::new()
        });
        for entry in entries {
            if entry.is_dir() && !is_named_as_policy(&entry) {
                let message = format!("policy files lie in `{}` itself", folder.display());
                add(entry.display().to_string(), message, Consequence::NotRead);
                continue;
            }
            match read(&entry) {
                Ok(None) => {
                    let message = "it is empty".to_owned();
                    add(entry.display().to_string(), message, Consequence::Meaningless);
                    files.read.push(entry);
                }
                Ok(Some(map)) => {
                    for (key, value) in map {
                        files.policies.insert(key, (value, entry.clone()));
                    }
                    files.read.push(entry);
                }
                Err((place, message)) => {
                    add(place, message, unreadable);
                    files.unreadable.push(entry);
                }
            }
        }
        files
    }
}

/// A problem for each policy file that lies beside the folders of the two levels, where nobody reads it. An
/// administrator believes that what it forbids is forbidden.
pub(super) fn misplaced(folder: &Path) -> impl Iterator<Item = Problem> {
    // A folder that cannot be read is the business of its levels.
    let entries = entries(folder).unwrap_or_default();
    let misplaced = entries
        .into_iter()
        .filter(|entry| is_named_as_policy(entry) && !entry.is_dir());
    misplaced.map(|file| Problem {
        place: file.display().to_string(),
        key: None,
        message: "policy files belong in the folders `managed` and `recommended`".to_owned(),
        consequence: Consequence::NotRead,
    })
}

/// What is in a folder in the order of names, but for what is no policy by its name; nothing when it does not exist.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
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

fn is_named_as_policy(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

/// The object in a file, nothing when there is nothing in it but blanks and comments; or the place and the message of
/// what is wrong.
fn read(path: &Path) -> Result<Option<Map<String, Value>>, (String, String)> {
    let place = path.display().to_string();
    let bytes = read_bytes(path).map_err(|error| (place.clone(), error.to_string()))?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let text = relaxed_json::to_plain(text);
    if text.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    match serde_json::from_slice(&text) {
        Ok(Value::Object(map)) => Ok(Some(map)),
        Ok(_) => Err((format!("{place}:1:1"), "it is not a JSON object".to_owned())),
        Err(error) => {
            let message = error.to_string();
            let end = message.rfind(" at line ").unwrap_or(message.len());
            let place = format!("{place}:{}:{}", error.line(), error.column());
            Err((place, message[..end].to_owned()))
        }
    }
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
