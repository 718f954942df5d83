use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::fs::open_regular;
use crate::integrity_block::IntegrityBlock;
use crate::limits;

/// A file that may be a bundle, opened but not mapped: to see how it begins, and to copy it to where
/// nobody changes it.
#[derive(Debug)]
pub struct BundleFile {
    path: PathBuf,
    file: File,
}

/// Why a file was not copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The file could not be read.
    #[error(transparent)]
    Source(Error),
    /// The copy could not be written.
    #[error("the copy cannot be written")]
    Target(#[source] io::Error),
}

impl BundleFile {
    /// Opens a regular file.
    pub fn open(path: &Path) -> Result<Self, Error> {
        match open_regular(path) {
            Ok(file) => Ok(Self {
                path: path.to_owned(),
                file,
            }),
            Err(source) => Err(Error::Io {
                path: path.to_owned(),
                source,
            }),
        }
    }

    /// Reads the integrity block that it begins with, and no more: a film or a disk image is told by
    /// its first bytes.
    pub fn integrity_block(&mut self) -> Result<IntegrityBlock, Error> {
        // One more than a block may have: whether one is too large, its parser can tell only then.
        let most = limits::INTEGRITY_BLOCK as u64 + 1;
        let mut start = Vec::new();
        self.file
            .rewind()
            .and_then(|()| (&mut self.file).take(most).read_to_end(&mut start))
            .map_err(|source| self.error(source))?;
        IntegrityBlock::parse(&start)
    }

    /// Copies all of it, by reference where the file system can, and returns its length.
    pub fn copy_to(&mut self, target: &mut File) -> Result<u64, CopyError> {
        self.file
            .rewind()
            .map_err(|source| CopyError::Source(self.error(source)))?;
        copy(&mut self.file, target).map_err(|failed| match failed {
            Failed::Read(source) => CopyError::Source(self.error(source)),
            Failed::Write(error) => CopyError::Target(error),
        })
    }

    fn error(&self, source: io::Error) -> Error {
        Error::Io {
            path: self.path.clone(),
            source,
        }
    }
}

enum Failed {
    Read(io::Error),
    Write(io::Error),
}

fn copy(source: &mut impl Read, target: &mut File) -> Result<u64, Failed> {
    // The system copies at once from file to file, and does not say which of them is to blame: a source
    // that cannot be read cannot be read again either.
    io::copy(source, target).map_err(|error| match source.read(&mut [0]) {
        Ok(_) => Failed::Write(error),
        Err(error) => Failed::Read(error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk with a bad sector after so many bytes.
    struct Broken(usize);

    impl Read for Broken {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = buffer.len().min(self.0);
            self.0 -= length;
            match length {
                0 => Err(io::Error::other("a bad sector")),
                length => Ok(length),
            }
        }
    }

    #[test]
    fn a_copy_that_fails_says_on_which_side() {
        let target = || tempfile::tempfile().unwrap();
        let read = copy(&mut Broken(100_000), &mut target());
        assert!(matches!(read, Err(Failed::Read(error)) if error.to_string() == "a bad sector"));
        let mut full = File::options().write(true).open("/dev/full").unwrap();
        let written = copy(&mut [0; 100].as_slice(), &mut full);
        assert!(matches!(written, Err(Failed::Write(error)) if error.kind() == io::ErrorKind::StorageFull));
        assert!(matches!(copy(&mut [0; 100].as_slice(), &mut target()), Ok(100)));
    }
}
