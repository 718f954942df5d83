//! One running instance of an app at a time: its storage has one writer.

use rustix::fs::{FlockOperation, flock};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

/// Held while the app runs.
#[derive(Debug)]
pub(crate) struct Instance(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] File);

/// Why the app cannot run.
#[derive(Debug)]
pub(crate) enum TakeError {
    /// It runs already, as this process when it is known.
    Running(Option<u32>),
    /// The folder cannot be used.
    Io(io::Error),
}

/// Takes the app whose storage lies in a folder.
pub(crate) fn take(storage: &Path) -> Result<Instance, TakeError> {
    std::fs::create_dir_all(storage).map_err(TakeError::Io)?;
    let path = storage.join("running");
    let mut file = OpenOptions::new()
        .create(true)
        .read(true)
        .write(true)
        .truncate(false)
        .open(path)
        .map_err(TakeError::Io)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            return Err(TakeError::Running(holder.trim().parse().ok()));
        }
        Err(error) => return Err(TakeError::Io(error.into())),
    }
    let write = || -> io::Result<()> {
        file.set_len(0)?;
        file.rewind()?;
        write!(file, "{}", std::process::id())
    };
    let mut write = write;
    write().map_err(TakeError::Io)?;
    Ok(Instance(file))
}
