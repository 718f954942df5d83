//! Files and folders that only their user may read, written so that a crash leaves all or nothing.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Creates a folder and those above it.
pub(crate) fn create_folder(path: &Path) -> Result<(), Error> {
    let create = || DirBuilder::new().recursive(true).mode(0o700).create(path);
    create().map_err(Error::io("create", path))
}

/// Creates a file that must not exist.
pub(crate) fn create_file(path: &Path) -> Result<File, Error> {
    let open = || OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    open().map_err(Error::io("create", path))
}

/// Writes a file that is on the disk when this returns. What was there is gone.
pub(crate) fn write_new(path: &Path, content: &[u8]) -> Result<(), Error> {
    remove_file(path)?;
    let mut file = create_file(path)?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // A file of which only a part was written takes space on a disk that is full.
        let _ = fs::remove_file(path);
        Error::io("write", path)(error)
    })
}

/// Renames a file over another and makes that last.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    fs::rename(from, to).map_err(Error::io("write", to))?;
    to.parent().map_or(Ok(()), sync_folder)
}

/// Makes what was created in, renamed to or removed from a folder last.
pub(crate) fn sync_folder(path: &Path) -> Result<(), Error> {
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(Error::io("write", path))
}

/// Removes a file, if there is one.
pub(crate) fn remove_file(path: &Path) -> Result<(), Error> {
    ignore_missing(fs::remove_file(path)).map_err(Error::io("remove", path))
}

/// Removes a folder and all in it, if there is one.
pub(crate) fn remove_folder(path: &Path) -> Result<(), Error> {
    ignore_missing(fs::remove_dir_all(path)).map_err(Error::io("remove", path))
}

/// What is in a folder, in the order of names; nothing if there is no folder.
pub(crate) fn entries(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let read = || {
        fs::read_dir(path)?
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<Vec<_>>>()
    };
    match read() {
        Ok(mut entries) => {
            entries.sort();
            Ok(entries)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Error::io("read", path)(error)),
    }
}

/// The bytes of all files in a folder and those below; none if there is no folder. What goes meanwhile does not count.
pub(crate) fn size(folder: &Path) -> Result<u64, Error> {
    let mut bytes = 0;
    for path in entries(folder)? {
        match path.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => bytes += size(&path)?,
            Ok(metadata) => bytes += metadata.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(Error::io("read", path)(error)),
        }
    }
    Ok(bytes)
}

fn ignore_missing(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}
