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

/// How long to wait for an app that still answers, where it cannot be handed over to: a program that has just ended it, such
/// as WebDriver's client, starts it again at once.
const GRACE: Duration = Duration::from_secs(1);

/// Held while the app runs.
#[derive(Debug)]
pub(super) struct Instance {
    /// The lock lasts as long as the file is open.
    pub(super) lock: File,
    /// Where other programs command the app. Who connects before it is served waits.
    pub(super) listener: io::Result<UnixListener>,
}

/// Takes the app with a storage folder. If it runs already, that one gets the `command`, and there is nothing to take;
/// without a command it is an error, unless it is about to end.
pub(super) fn take(storage: &Path, command: Option<&Command>) -> Result<Option<Instance>, RunError> {
    let start = Instant::now();
    loop {
        let process = match lock(storage).map_err(|source| RunError::storage(storage, source))? {
            Lock::Taken(lock) => {
                let listener = Folder::make(storage).and_then(|folder| folder.listen());
                return Ok(Some(Instance { lock, listener }));
            }
            Lock::Held(process) => process,
        };
        let left = client::PATIENCE.saturating_sub(start.elapsed());
        match (
            client::command(storage, command.unwrap_or(&Command::State {}), left),
            command,
        ) {
            (Ok(_), Some(_)) => return Ok(None),
            (Ok(_), None) if start.elapsed() < GRACE => std::thread::sleep(INTERVAL),
            (Err(ControlError::NotRunning | ControlError::Ended), _) if !left.is_zero() => std::thread::sleep(INTERVAL),
            (_, None) => return Err(RunError::AlreadyRunning(process)),
            (Err(source), _) => return Err(RunError::Unreachable { process, source }),
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn an_app_that_is_about_to_end_is_waited_for_where_it_cannot_be_handed_over_to() {
        let storage = tempfile::tempdir().expect("a folder can be made");
        let Ok(Lock::Taken(ending)) = lock(storage.path()) else {
            panic!("nobody else has it");
        };
        std::thread::scope(|scope| {
            let (tell, told) = mpsc::channel();
            scope.spawn(move || {
                // It takes the lock as long as this one has it.
                let is_taken = matches!(take(storage.path(), None), Ok(Some(_)));
                tell.send(is_taken).expect("the test waits for it");
            });
            assert!(told.recv_timeout(3 * INTERVAL).is_err(), "it waits");
            drop(ending);
            assert_eq!(told.recv_timeout(client::PATIENCE), Ok(true));
        });
    }
}
