use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use insula_bundle::{Error as BundleError, IntegrityBlock};

/// A bundle's file as it was at one moment, where nobody can change or shorten it.
///
/// Bundles are mapped. Whoever shortened a mapped file would end this process (`SIGBUS`), and whoever changed it
/// could replace what has been verified. The copy has no name, and is gone when this is dropped and nothing is
/// mapped from it any more.
#[derive(Debug)]
pub(crate) struct PrivateCopy {
    file: File,
}

/// As much of a file as tells whether it is a bundle.
const START: u64 = 64;

impl PrivateCopy {
    /// Copies a file, by reference where the file system can. What does not begin like a bundle is not copied:
    /// it may be a film.
    pub(crate) fn of(path: &Path) -> Result<Self> {
        let error = |source| BundleError::Io {
            path: path.to_owned(),
            source,
        };
        let mut source = open_regular(path).map_err(error)?;
        let mut start = Vec::new();
        (&mut source).take(START).read_to_end(&mut start).map_err(error)?;
        if let Err(refusal @ (BundleError::NotABundle | BundleError::Empty)) = IntegrityBlock::parse(&start) {
            return Err(refusal.into());
        }
        source.rewind().map_err(error)?;
        let mut copy = || -> io::Result<File> {
            let mut file = tempfile::tempfile()?;
            io::copy(&mut source, &mut file)?;
            Ok(file)
        };
        let file =
            copy().with_context(|| format!("cannot copy `{}` to the folder for temporary files", path.display()))?;
        Ok(Self { file })
    }

    /// The web bundle in a file whose integrity block is not understood: its end says how long it is.
    pub(crate) fn without_block(&self) -> Result<Vec<u8>, BundleError> {
        let error = |source| BundleError::Io {
            path: self.path(),
            source,
        };
        let actual = self.file.metadata().map_err(error)?.len();
        let mut length = [0; 8];
        let end = actual.saturating_sub(length.len() as u64);
        self.file.read_exact_at(&mut length, end).map_err(error)?;
        let declared = u64::from_be_bytes(length);
        let start = actual.checked_sub(declared);
        let start = start.ok_or(BundleError::LengthMismatch { declared, actual })?;
        let mut bytes = vec![0; usize::try_from(declared).unwrap_or(usize::MAX)];
        self.file.read_exact_at(&mut bytes, start).map_err(error)?;
        Ok(bytes)
    }

    /// Its length in bytes.
    pub(crate) fn length(&self) -> Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Where this process finds it.
    pub(crate) fn path(&self) -> PathBuf {
        format!("/proc/self/fd/{}", self.file.as_raw_fd()).into()
    }
}

/// Opens a file, and fails for what could be read without end. Checked first: opening a pipe waits for its writer.
fn open_regular(path: &Path) -> io::Result<File> {
    let metadata = fs::metadata(path)?;
    match () {
        () if metadata.is_file() => File::open(path),
        () if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        () => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")),
    }
}
