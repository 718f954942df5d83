//! The next content of a file, beside it until it takes its place.
//!
//! It lies in the file's own folder, under a hidden name, because only there a rename replaces the file in one step: whoever
//! reads the file finds the old content or the new one, whole. What a process that was killed has left is removed when the
//! next file in that folder is written. A lock of the system's tells it from what is being written: the lock ends with its process.

use super::error::SaveError;
use gtk4::glib;
use rustix::fs::{AtFlags, CWD, Dir, FileType, FlockOperation, Mode, OFlags, XattrFlags};
use rustix::io::Errno;
use std::ffi::{CStr, OsStr, OsString};
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

/// How the names of staged files begin.
const PREFIX: &str = ".insula-save-";

/// How often a name is looked for that nobody else takes.
const ATTEMPTS: usize = 8;

/// How much is copied before it is looked whether anybody still wants it, in bytes.
const PIECE: u64 = 16 * 1024 * 1024;

/// The longest list of extended attributes, and the longest attribute, that Linux has.
const LONGEST_ATTRIBUTE: usize = 64 * 1024;

/// The extended attribute with the access list, which says who may read the file besides what its mode says.
const ACCESS_LIST: &CStr = c"system.posix_acl_access";

/// A file that is being written. Dropped, it is given up, and the file stays as it was.
pub(super) struct Staged {
    folder: OwnedFd,
    /// The file's name in the folder.
    name: OsString,
    /// The file as it is found, whose mode and attributes the new one gets.
    before: File,
    staged: File,
    /// Its name, while it has one of its own.
    staged_name: Option<OsString>,
}

impl Staged {
    /// Stages the next content of a file: nothing, or what the file has. `path` leads through no symbolic link at its end.
    ///
    /// # Errors
    /// There is no such regular file, it may not be written, or its folder may not.
    pub(super) fn make(path: &Path, keeps: bool, is_wanted: impl Fn() -> bool) -> Result<Self, SaveError> {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(SaveError::NotFound);
        };
        let folder = rustix::fs::open(
            parent,
            OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC,
            Mode::empty(),
        )?;
        let before = open_regular(&folder, name, OFlags::RDWR)?;
        sweep(&folder);
        let (staged_name, staged) = create(&folder)?;
        let made = Self {
            folder,
            name: name.to_owned(),
            before,
            staged,
            staged_name: Some(staged_name),
        };
        if keeps {
            made.copy(is_wanted)?;
        }
        Ok(made)
    }

    fn copy(&self, is_wanted: impl Fn() -> bool) -> Result<(), SaveError> {
        // The kernel copies, and on some file systems shares.
        while is_wanted() {
            if io::copy(&mut (&self.before).take(PIECE), &mut &self.staged)? == 0 {
                return Ok(());
            }
        }
        Err(SaveError::Failed)
    }

    /// Puts bytes at a position. What lies between the end and that is zeros.
    pub(super) fn write(&self, position: u64, bytes: &[u8]) -> Result<(), SaveError> {
        let end = position.checked_add(bytes.len() as u64);
        if end.is_none_or(|end| i64::try_from(end).is_err()) {
            return Err(SaveError::Full);
        }
        if bytes.is_empty() && self.staged.metadata()?.len() < position {
            return self.truncate(position);
        }
        Ok(self.staged.write_all_at(bytes, position)?)
    }

    /// Cuts it off, or makes it longer with zeros.
    pub(super) fn truncate(&self, size: u64) -> Result<(), SaveError> {
        match i64::try_from(size) {
            Ok(_) => Ok(self.staged.set_len(size)?),
            Err(_) => Err(SaveError::Full),
        }
    }

    /// Puts it in the place of the file, whatever that has become meanwhile: the last who writes wins.
    pub(super) fn commit(mut self) -> Result<(), SaveError> {
        let Some(staged_name) = self.staged_name.clone() else {
            return Err(SaveError::Failed);
        };
        self.resemble()?;
        self.staged.sync_all()?;
        match rustix::fs::statat(&self.folder, &self.name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(there) if FileType::from_raw_mode(there.st_mode) != FileType::RegularFile => {
                return Err(SaveError::NotFound);
            }
            Err(error) if error != Errno::NOENT => return Err(error.into()),
            _ => {}
        }
        rustix::fs::renameat(&self.folder, &staged_name, &self.folder, &self.name)?;
        self.staged_name = None;
        // Best effort: the content is on the disk, its name follows with the file system's next turn.
        if let Ok(folder) = open_folder(&self.folder) {
            let _ = rustix::fs::fsync(&folder);
        }
        Ok(())
    }

    /// Gives it the mode, the owner and the attributes of the file. Whoever may not read the file may not read it either:
    /// what a group may is left out where the group, or the access list, cannot be kept.
    fn resemble(&self) -> Result<(), SaveError> {
        let before = self.before.metadata()?;
        let keeps_group = self.keep_owner(&before)?;
        let keeps_list = self.keep_attributes();
        let mut mode = before.mode() & 0o777;
        if !keeps_group || !keeps_list {
            mode &= !0o070;
        }
        Ok(rustix::fs::fchmod(&self.staged, Mode::from_raw_mode(mode))?)
    }

    /// Whether the group could be kept. A file of somebody else's becomes the user's who saves it where nothing else is allowed.
    fn keep_owner(&self, before: &Metadata) -> Result<bool, SaveError> {
        let now = self.staged.metadata()?;
        if (now.uid(), now.gid()) == (before.uid(), before.gid()) {
            return Ok(true);
        }
        let (owner, group) = (
            rustix::fs::Uid::from_raw(before.uid()),
            rustix::fs::Gid::from_raw(before.gid()),
        );
        let chown = |owner| rustix::fs::fchown(&self.staged, owner, Some(group)).is_ok();
        Ok(chown(Some(owner)) || now.gid() == before.gid() || chown(None))
    }

    /// Answers whether the access list could be kept, if there is one.
    fn keep_attributes(&self) -> bool {
        let mut names = vec![0; LONGEST_ATTRIBUTE];
        // Not every file system has attributes.
        let Ok(length) = rustix::fs::flistxattr(&self.before, names.as_mut_slice()) else {
            return true;
        };
        let mut value = vec![0; LONGEST_ATTRIBUTE];
        // A folder may have given the new file a list that the old one has not.
        let is_cleared = match rustix::fs::fremovexattr(&self.staged, ACCESS_LIST) {
            Ok(()) => true,
            Err(error) => [Errno::NODATA, Errno::OPNOTSUPP].contains(&error),
        };
        let mut keeps_list = is_cleared;
        for name in names[..length].split_inclusive(|byte| *byte == 0) {
            let Ok(name) = CStr::from_bytes_with_nul(name) else {
                continue;
            };
            // The system's own labels are its own to give.
            if name.to_bytes().starts_with(b"security.") {
                continue;
            }
            let is_kept = rustix::fs::fgetxattr(&self.before, name, value.as_mut_slice())
                .and_then(|length| rustix::fs::fsetxattr(&self.staged, name, &value[..length], XattrFlags::empty()))
                .is_ok();
            keeps_list &= is_kept || name != ACCESS_LIST;
        }
        keeps_list
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if let Some(name) = self.staged_name.take() {
            // What cannot be removed is when the next is written here.
            let _ = rustix::fs::unlinkat(&self.folder, &name, AtFlags::empty());
        }
    }
}

/// Opens a regular file in a folder: no link, and nothing that waits for a writer.
fn open_regular(folder: &OwnedFd, name: &OsStr, access: OFlags) -> Result<File, SaveError> {
    let flags = access | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::openat(folder, name, flags, Mode::empty())?);
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(SaveError::NotFound),
    }
}

/// Makes a file that only this user can read, and locks it.
fn create(folder: &OwnedFd) -> Result<(OsString, File), SaveError> {
    for _ in 0..ATTEMPTS {
        let name = OsString::from(format!("{PREFIX}{}", glib::uuid_string_random()));
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = match rustix::fs::openat(folder, &name, flags, Mode::RUSR | Mode::WUSR) {
            Ok(file) => File::from(file),
            Err(Errno::EXIST) => continue,
            Err(error) => return Err(error.into()),
        };
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            // Somebody sweeps at this moment, and removes it.
            Err(Errno::WOULDBLOCK) => continue,
            // A file system without locks: nobody can sweep there either.
            Err(_) => return Ok((name, file)),
            Ok(()) => {}
        }
        let there = rustix::fs::statat(folder, &name, AtFlags::SYMLINK_NOFOLLOW);
        if there.is_ok_and(|there| there.st_ino == file.metadata().map_or(0, |own| own.ino())) {
            return Ok((name, file));
        }
    }
    Err(SaveError::Failed)
}

/// Removes what nobody writes any more.
fn sweep(folder: &OwnedFd) {
    // A folder that cannot be listed can be written all the same.
    let Ok(entries) = open_folder(folder).and_then(Dir::read_from) else {
        return;
    };
    for entry in entries.flatten() {
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        if !name.as_bytes().starts_with(PREFIX.as_bytes()) {
            continue;
        }
        let Ok(file) = open_regular(folder, name, OFlags::RDWR) else {
            continue;
        };
        if rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok() {
            let _ = rustix::fs::unlinkat(folder, name, AtFlags::empty());
        }
    }
}

fn open_folder(folder: &OwnedFd) -> rustix::io::Result<OwnedFd> {
    rustix::fs::openat(
        folder,
        ".",
        OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )
}

/// The regular file that a path leads to, through whatever links.
///
/// # Errors
/// There is none.
pub(crate) fn resolve(path: &Path) -> Result<PathBuf, SaveError> {
    let path = path.canonicalize()?;
    match rustix::fs::statat(CWD, &path, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(there) if FileType::from_raw_mode(there.st_mode) == FileType::RegularFile => Ok(path),
        Ok(_) => Err(SaveError::NotFound),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests;
