//! The folder with the socket, which only the user can enter.
//!
//! The socket's path may be longer than a socket's address can be (108 bytes): it is named by way of the open folder.

use rustix::fs::{Mode, OFlags};
use std::fs::DirBuilder;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// In the app's storage.
const FOLDER: &str = "control";
const SOCKET: &str = "socket";

/// The folder, open.
pub(crate) struct Folder(OwnedFd);

impl Folder {
    /// Makes the folder in an app's storage, if it is not there yet.
    pub(crate) fn make(storage: &Path) -> io::Result<Self> {
        match DirBuilder::new().mode(0o700).create(storage.join(FOLDER)) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let folder = Self::open(storage)?;
        rustix::fs::fchmod(&folder.0, Mode::RWXU)?;
        Ok(folder)
    }

    /// Opens the folder of an app that may be running.
    pub(crate) fn open(storage: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(Self(rustix::fs::open(storage.join(FOLDER), flags, Mode::empty())?))
    }

    /// Listens, in the place of a process that was killed. Only who holds the app's lock may.
    pub(crate) fn listen(&self) -> io::Result<UnixListener> {
        let path = self.socket();
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        Ok(listener)
    }

    /// Connects to the app, if it listens.
    pub(crate) fn connect(&self) -> io::Result<UnixStream> {
        UnixStream::connect(self.socket())
    }

    fn socket(&self) -> PathBuf {
        format!("/proc/self/fd/{}/{SOCKET}", self.0.as_raw_fd()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_the_users_alone_and_takes_the_place_of_a_dead_one_however_long_its_path() {
        let storage = tempfile::tempdir().unwrap();
        let storage = storage.path().join("x".repeat(120));
        std::fs::create_dir(&storage).unwrap();
        drop(Folder::make(&storage).unwrap().listen().unwrap());
        assert!(Folder::open(&storage).unwrap().connect().is_err(), "nobody listens");
        let _listener = Folder::make(&storage).unwrap().listen().unwrap();
        assert!(Folder::open(&storage).unwrap().connect().is_ok());
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&storage.join(FOLDER)), 0o700);
        assert_eq!(mode(&storage.join(FOLDER).join(SOCKET)), 0o600);
    }
}
