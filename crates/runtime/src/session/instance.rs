//! One running instance of an app at a time: its storage has one writer. Who comes second hands over to it.

use super::launch::RunError;
use crate::control::client::{self, ControlError};
use crate::control::{Command, Folder};
use rustix::fs::{FlockOperation, flock};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::time::{Duration, Instant};

/// How often to look for an app that has its lock and not its socket: it is just starting, or just ending.
const INTERVAL: Duration = Duration::from_millis(50);

/// Held while the app runs.
#[derive(Debug)]
pub(super) struct Instance {
    /// The lock lasts as long as the file is open.
    pub(super) lock: File,
    /// Where other programs command the app. Who connects before it is served waits.
    pub(super) listener: io::Result<UnixListener>,
}

/// Takes the app with a storage folder. If it runs already, that one gets the `command`, and there is nothing to take;
/// without a command it is an error.
pub(super) fn take(storage: &Path, command: Option<&Command>) -> Result<Option<Instance>, RunError> {
    let deadline = Instant::now() + client::PATIENCE;
    loop {
        let process = match lock(storage).map_err(|source| RunError::storage(storage, source))? {
            Lock::Taken(lock) => {
                let listener = Folder::make(storage).and_then(|folder| folder.listen());
                return Ok(Some(Instance { lock, listener }));
            }
            Lock::Held(process) => process,
        };
        let Some(command) = command else {
            return Err(RunError::AlreadyRunning(process));
        };
        let left = deadline.saturating_duration_since(Instant::now());
        match client::command(storage, command, left) {
            Ok(_) => return Ok(None),
            Err(ControlError::NotRunning | ControlError::Ended) if !left.is_zero() => std::thread::sleep(INTERVAL),
            Err(source) => return Err(RunError::Unreachable { process, source }),
        }
    }
}

enum Lock {
    Taken(File),
    /// By this process, when it is known.
    Held(Option<u32>),
}

fn lock(storage: &Path) -> io::Result<Lock> {
    std::fs::create_dir_all(storage)?;
    let path = storage.join("running");
    let mut file = OpenOptions::new()
        .create(true)
        .read(true)
        .write(true)
        .truncate(false)
        .open(path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            return Ok(Lock::Held(holder.trim().parse().ok()));
        }
        Err(error) => return Err(error.into()),
    }
    file.set_len(0)?;
    file.rewind()?;
    write!(file, "{}", std::process::id())?;
    Ok(Lock::Taken(file))
}
