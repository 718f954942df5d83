use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::error::Error;

/// A lock file that this process holds until it is dropped, or until the process ends in any way.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// Why a lock is not ours.
#[derive(Debug)]
pub(crate) enum LockError {
    /// Another process holds the lock: the one with this id, if the file says so.
    Held(Option<u32>),
    Failed(Error),
}

/// How long to wait between two tries. The kernel could wait for us, but not with a limit.
const RETRY: Duration = Duration::from_millis(20);

impl Lock {
    /// Takes the lock if it is free, and writes our process id into the file.
    pub(crate) fn try_take(path: &Path) -> Result<Self, LockError> {
        let open = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path);
        let mut file = open.map_err(|error| LockError::Failed(Error::io("open", path)(error)))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                return Err(LockError::Held(holder.trim().parse().ok()));
            }
            Err(error) => return Err(LockError::Failed(Error::io("lock", path)(error.into()))),
        }
        // Only for the message of whoever finds it locked: a full disk must not keep us from removing apps.
        let _ = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| write!(file, "{}", std::process::id()));
        Ok(Self { _file: file })
    }

    /// Waits for the lock, up to `patience`.
    pub(crate) fn take(path: &Path, patience: Duration) -> Result<Self, Error> {
        let start = Instant::now();
        loop {
            match Self::try_take(path) {
                Ok(lock) => return Ok(lock),
                Err(LockError::Failed(error)) => return Err(error),
                Err(LockError::Held(process)) if start.elapsed() >= patience => return Err(Error::Busy { process }),
                Err(LockError::Held(_)) => thread::sleep(RETRY),
            }
        }
    }
}
