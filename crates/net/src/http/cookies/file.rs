//! Cookies on the disk.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::cookie::Cookie;

/// More than all cookies that a jar holds can be, with what JSON makes of the worst of them.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The form of the file. Another one is not read.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content<Cookies> {
    version: u32,
    cookies: Cookies,
}

/// What is in a file; nothing, if there is none.
///
/// # Errors
/// It cannot be read, or is none of ours.
pub(super) fn read(path: &Path) -> io::Result<Vec<Cookie>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        result => result?,
    };
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other("it is too large"));
    }
    let content: Content<Vec<Cookie>> = serde_json::from_slice(&bytes)?;
    if content.version != VERSION {
        let reason = format!("it is of version {}, which is not known", content.version);
        return Err(io::Error::other(reason));
    }
    Ok(content.cookies)
}

/// Puts a new file in the place of the old one, which nobody but its owner reads.
///
/// # Errors
/// The old one is still there then.
pub(super) fn write(path: &Path, cookies: &[Cookie]) -> io::Result<()> {
    let version = VERSION;
    let content = serde_json::to_vec(&Content { version, cookies })?;
    let staged = path.with_extension("new");
    // One that a crash has left may be readable for others.
    match fs::remove_file(&staged) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&staged)?;
    file.write_all(&content)?;
    file.sync_all()?;
    fs::rename(&staged, path)
}
