//! Files that others read at any moment: there is the old content or the new, never a part.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::Builder;

use crate::Error;

/// Writes a file, with the folders above it.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(folder).map_err(error("create", folder))?;
    let write = || -> io::Result<()> {
        // Everybody may read what the desktop shows.
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        let mut file = Builder::new()
            .prefix(".insula-")
            .permissions(permissions)
            .tempfile_in(folder)?;
        file.write_all(content)?;
        file.persist(path).map(drop).map_err(|error| error.error)
    };
    write().map_err(error("write", path))
}

/// The same, unless the file has this content; answers whether it was written.
pub(crate) fn replace_if_other(path: &Path, content: &[u8]) -> Result<bool, Error> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(false);
    }
    replace(path, content).map(|()| true)
}

/// Removes a file, and answers whether there was one.
pub(crate) fn remove(path: &Path) -> Result<bool, Error> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(error("remove", path)(source)),
    }
}

/// Runs one of the desktop's programs to its end. Where it is missing, the desktop does without it.
pub(crate) fn run(program: &str, arguments: &[&OsStr]) {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    match command.status() {
        Ok(status) if status.success() => {}
        Ok(status) => tracing::debug!("{program} ends with {status}"),
        Err(error) => tracing::debug!("{program} does not run: {error}"),
    }
}

fn error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path: PathBuf = path.to_owned();
    move |source| Error { action, path, source }
}
