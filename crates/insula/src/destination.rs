use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use insula_bundle::{BundleFile, Error as BundleError};

/// The file that a bundle is to be written to. Links are resolved: what they lead to is replaced, not they.
#[derive(Debug)]
pub(crate) struct Destination {
    path: PathBuf,
}

impl Destination {
    /// Makes sure that writing a bundle there destroys nothing but an older bundle: no key, above all.
    ///
    /// `keys` are the files of the keys that the bundle is signed with.
    pub(crate) fn new(output: &Path, keys: &[PathBuf]) -> Result<Self> {
        let shown = output.display();
        if output == Path::new("-") {
            bail!("a bundle is written to a file, not to standard output; `./-` is a file of that name");
        }
        let path = match output.canonicalize() {
            Ok(path) => path,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !output.is_symlink() => {
                return Ok(Self {
                    path: output.to_owned(),
                });
            }
            Err(error) => return Err(error).with_context(|| format!("cannot write `{shown}`")),
        };
        let metadata = fs::metadata(&path).with_context(|| format!("cannot write `{shown}`"))?;
        if metadata.is_dir() {
            bail!("`{shown}` is a folder: name a file in it");
        }
        if !metadata.is_file() {
            bail!("`{shown}` is not a regular file, and would be replaced by one");
        }
        if let Some(key) = keys.iter().find(|key| is_same_file(key, &metadata)) {
            bail!("`{shown}` is the key `{}`, which would be overwritten", key.display());
        }
        if !may_be_replaced(&path).with_context(|| format!("cannot write `{shown}`"))? {
            bail!("`{shown}` exists and is not a bundle: it is not overwritten");
        }
        Ok(Self { path })
    }

    /// Where the file will be.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a signed bundle beside its place and renames it: nobody sees half of it, and the unsigned
    /// bundle may be in its place.
    pub(crate) fn write(&self, block: &[u8], bundle: &[u8]) -> Result<()> {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.tmp", std::process::id()));
        let temporary = self.path.with_file_name(name);
        let write = || -> io::Result<()> {
            let mut file = File::create_new(&temporary)?;
            file.write_all(block)?;
            file.write_all(bundle)?;
            file.sync_all()?;
            fs::rename(&temporary, &self.path)
        };
        write()
            .inspect_err(|_| _ = fs::remove_file(&temporary))
            .with_context(|| format!("cannot write `{}`", self.path.display()))
    }
}

/// Whether it is the same file under whatever name: a hard link has another.
fn is_same_file(path: &Path, other: &Metadata) -> bool {
    fs::metadata(path).is_ok_and(|metadata| (metadata.dev(), metadata.ino()) == (other.dev(), other.ino()))
}

/// A bundle, signed or not, whole or not; or nothing, as `mktemp` leaves it.
fn may_be_replaced(path: &Path) -> Result<bool, BundleError> {
    match BundleFile::open(path)?.integrity_block() {
        Err(BundleError::NotABundle) => Ok(false),
        Err(error @ BundleError::Io { .. }) => Err(error),
        _ => Ok(true),
    }
}
