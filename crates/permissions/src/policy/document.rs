//! The files of one level: found, read, parsed and merged.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::{Level, Problem, relaxed_json};

/// No honest policy file is larger; bytes.
const MAXIMUM_BYTES: u64 = 4 << 20;

const ALL_REFUSED: &str = "every permission is refused until this is repaired";
const NOT_READ: &str = "it is not read";
const SKIPPED: &str = "the recommendations in it are skipped";

/// Every policy of one level: its name, its value, and the file that said it last.
#[derive(Debug, Default)]
pub(super) struct Documents {
    pub(super) policies: BTreeMap<String, (Value, PathBuf)>,
    pub(super) unreadable: Vec<PathBuf>,
    /// The files that were read.
    pub(super) files: Vec<PathBuf>,
}

impl Documents {
    pub(super) fn load(folder: &Path, problems: &mut Vec<Problem>, level: Level) -> Self {
        let consequence = match level {
            Level::Managed => ALL_REFUSED,
            Level::Recommended => SKIPPED,
        };
        let mut documents = Self::default();
        let files = match policy_files(folder) {
            Ok(files) => files,
            Err(error) => {
                documents.unreadable.push(folder.to_owned());
                let place = folder.display().to_string();
                let message = format!("the folder cannot be read: {error}");
                problems.push(Problem {
                    place,
                    key: None,
                    message,
                    consequence,
                });
                return documents;
            }
        };
        for file in files {
            match read(&file) {
                Ok(map) => {
                    for (key, value) in map {
                        documents.policies.insert(key, (value, file.clone()));
                    }
                    documents.files.push(file);
                }
                Err((place, message)) => {
                    problems.push(Problem {
                        place,
                        key: None,
                        message,
                        consequence,
                    });
                    documents.unreadable.push(file);
                }
            }
        }
        documents
    }
}

/// A problem for each policy file that lies beside the folders of the two levels, where nobody reads it. An
/// administrator believes that what it forbids is forbidden.
pub(super) fn misplaced(folder: &Path) -> impl Iterator<Item = Problem> {
    // A folder that cannot be read is the business of its levels.
    let files = policy_files(folder).unwrap_or_default();
    files.into_iter().filter(|file| !file.is_dir()).map(|file| Problem {
        place: file.display().to_string(),
        key: None,
        message: "policy files belong in the folders `managed` and `recommended`".to_owned(),
        consequence: NOT_READ,
    })
}

/// `*.json` in the order of names; none when the folder does not exist.
fn policy_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match folder.read_dir() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The object in a file, or the place and the message of what is wrong.
fn read(path: &Path) -> Result<Map<String, Value>, (String, String)> {
    let place = path.display().to_string();
    let bytes = read_bytes(path).map_err(|error| (place.clone(), error.to_string()))?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    match serde_json::from_slice(&relaxed_json::to_plain(text)) {
        Ok(Value::Object(map)) => Ok(map),
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
