use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use insula_bundle::{BundleFile, CopyError, Error as BundleError};

/// A bundle's file as it was at one moment, where nobody can change or shorten it.
///
/// Bundles are mapped. Whoever shortened a mapped file would end this process (`SIGBUS`), and whoever changed it
/// could replace what has been verified. The copy has no name, and is gone when this is dropped and nothing is
/// mapped from it any more.
#[derive(Debug)]
pub(crate) struct PrivateCopy {
    file: File,
}

impl PrivateCopy {
    /// Copies a file. What does not begin like a bundle is not copied: it may be a film.
    pub(crate) fn of(path: &Path) -> Result<Self> {
        let mut source = BundleFile::open(path)?;
        if let Err(refusal @ (BundleError::NotABundle | BundleError::Empty | BundleError::Io { .. })) =
            source.integrity_block()
        {
            return Err(refusal.into());
        }
        let shown = path.display();
        let failed = || format!("cannot copy `{shown}` to the folder for temporary files");
        let mut file = tempfile::tempfile().with_context(failed)?;
        match source.copy_to(&mut file) {
            Ok(_) => Ok(Self { file }),
            Err(CopyError::Source(error)) => Err(error.into()),
            Err(CopyError::Target(error)) => Err(error).with_context(failed),
        }
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

#[cfg(test)]
mod tests {

    use std::fs;

    use insula_bundle::{Folder, IntegrityBlock, SignedWebBundle, SigningKey, WebBundle};

    use super::*;

    #[test]
    fn a_file_that_is_shortened_while_its_copy_is_judged_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("index.html"), "<!doctype html>").unwrap();
        let key = SigningKey::from_ed25519_seed(&[1; 32]);
        let packed = Folder::open(folder.path()).unwrap().pack(&key.id()).unwrap();
        let bundle = WebBundle::from_bytes(packed.bytes).unwrap();
        let block = IntegrityBlock::sign(&bundle, &key.id(), &[key]).unwrap();
        let path = folder.path().join("app.swbn");
        fs::write(&path, [block.as_slice(), bundle.as_bytes()].concat()).unwrap();

        let copy = PrivateCopy::of(&path).unwrap();
        let opened = SignedWebBundle::open(&copy.path()).unwrap();
        // What is mapped of a file and is no longer in it ends whoever reads it.
        fs::write(&path, "").unwrap();
        assert_eq!(opened.verify().unwrap().paths().count(), 2);
        assert!(PrivateCopy::of(&path).is_err());
    }
}
