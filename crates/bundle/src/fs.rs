//! Opening files.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Opens a file, and fails for what could be read without end. Checked first: opening a pipe waits for
/// its writer.
pub(crate) fn open_regular(path: &Path) -> io::Result<File> {
    let metadata = fs::metadata(path)?;
    match () {
        () if metadata.is_file() => File::open(path),
        () if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        () => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")),
    }
}
