use std::fmt;
use std::io;
use std::ops::{Deref, Range};
use std::path::Path;
use std::sync::Arc;

use memmap2::{Advice, Mmap};

use crate::error::Error;
use crate::fs::open_regular;

/// Bytes that share their storage with the bundle they come from: a part of a mapped file or of
/// memory. Cloning copies a pointer; the storage lives until its last part is dropped.
///
/// It is `AsRef<[u8]> + Send + 'static`, which is what `glib::Bytes::from_owned` asks for.
///
/// # A mapped file must not change
///
/// The kernel reads a mapped file when its bytes are first used. If another program *shortens* the
/// file meanwhile, using the lost bytes ends the process with `SIGBUS`; if one *changes* it, bytes
/// that were verified are replaced. So map only files that nobody else writes: the installed
/// copy of an app is private to its user, and is replaced by renaming, never written in place.
#[derive(Clone)]
pub struct Body {
    storage: Arc<Storage>,
    range: Range<usize>,
}

enum Storage {
    Mapped(Mmap),
    Owned(Vec<u8>),
}

impl Body {
    /// Maps a whole file. See the type's own warning.
    pub(crate) fn map(path: &Path) -> Result<Self, Error> {
        Self::try_map(path).map_err(|source| Error::Io {
            path: path.to_owned(),
            source,
        })
    }

    fn try_map(path: &Path) -> io::Result<Self> {
        let file = open_regular(path)?;
        // An empty file cannot be mapped.
        if file.metadata()?.len() == 0 {
            return Ok(Vec::new().into());
        }
        #[expect(
            unsafe_code,
            reason = "mapping a file is the one thing here that safe Rust cannot express"
        )]
        // SAFETY: the map is read-only and lives as long as the slices that borrow it. That the file
        // does not change is the caller's part, stated in the documentation of `Body`, and of every
        // public function that maps a file.
        let map = unsafe { Mmap::map(&file)? };
        Ok(Self::whole(Storage::Mapped(map)))
    }

    /// Tells the kernel that the bytes are about to be read once from start to end.
    pub(crate) fn advise_sequential(&self) {
        self.advise(Advice::Sequential);
    }

    /// Takes back [`Body::advise_sequential`].
    pub(crate) fn advise_normal(&self) {
        self.advise(Advice::Normal);
    }

    fn advise(&self, advice: Advice) {
        if let Storage::Mapped(map) = &*self.storage {
            // Only advice: a kernel that does not take it reads the file all the same.
            let _ = map.advise(advice);
        }
    }

    /// A part of these bytes, `None` if it reaches beyond them.
    pub(crate) fn slice(&self, range: Range<usize>) -> Option<Self> {
        if range.start > range.end || range.end > self.len() {
            return None;
        }
        let start = self.range.start;
        Some(Self {
            storage: Arc::clone(&self.storage),
            range: start + range.start..start + range.end,
        })
    }

    fn whole(storage: Storage) -> Self {
        let range = 0..storage.len();
        Self {
            storage: Arc::new(storage),
            range,
        }
    }
}

impl Deref for Storage {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(bytes) => bytes,
        }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::whole(Storage::Owned(bytes))
    }
}

impl Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // In bounds: `slice` is the only way to a part, and checks it.
        &self.storage[self.range.clone()]
    }
}

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Body({} bytes)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_part_stays_within_it() {
        let whole = Body::from(b"0123456789".to_vec());
        let part = whole.slice(2..8).unwrap();
        assert_eq!(&*part.slice(1..3).unwrap(), b"34");
        assert_eq!(&*part.slice(6..6).unwrap(), b"");
        assert!(part.slice(0..7).is_none());
        assert!(part.slice(usize::MAX..usize::MAX).is_none());
    }

    #[test]
    fn what_is_not_a_file_of_bytes_is_an_error_with_its_path() {
        for path in ["/", "/dev/null", "/does/not/exist"] {
            let error = Body::map(Path::new(path)).unwrap_err();
            assert!(error.to_string().contains(path), "{error}");
        }
    }

    #[test]
    fn an_empty_file_is_empty() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(&*Body::map(file.path()).unwrap(), b"");
    }
}
