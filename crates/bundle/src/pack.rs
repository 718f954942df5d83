//! Making bundles: from responses one by one, or from a folder.

pub(crate) mod builder;
pub(crate) mod folder;
mod private_key;

use std::io;
use std::path::PathBuf;

use crate::id::SignedWebBundleId;
use builder::BundleBuilder;
use folder::{Folder, FolderEntry};

/// Why a folder was not packed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// A file or folder could not be read.
    #[error("cannot read `{}`", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no file to pack.
    #[error("there are no files in `{}`", folder.display())]
    Empty {
        /// The folder.
        folder: PathBuf,
    },
    /// A symbolic link points out of the folder: what is there is not the app's.
    #[error("`{}` is a link to something outside of the app's folder", path.display())]
    LinkOutside {
        /// The link.
        path: PathBuf,
    },
    /// A symbolic link points to a folder that it is in.
    #[error("`{}` is a link to a folder that contains it", path.display())]
    LinkLoop {
        /// The link.
        path: PathBuf,
    },
    /// It is a socket, a pipe or a device.
    #[error("`{}` is neither a file nor a folder", path.display())]
    NotAFile {
        /// Which.
        path: PathBuf,
    },
    /// Its name is not text, so it can have no URL.
    #[error("the name of `{}` is not valid UTF-8", path.display())]
    UnusableName {
        /// Which.
        path: PathBuf,
    },
    /// The file has a private key, which must not be given to everybody who installs the app.
    #[error("`{}` contains a private key, which must not be published", path.display())]
    PrivateKey {
        /// The file.
        path: PathBuf,
    },
    /// The file had another length when it was read than a moment before.
    #[error("`{}` changed while it was being packed", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// Two responses have one URL.
    #[error("there are two responses for `{url}`")]
    DuplicateUrl {
        /// The URL.
        url: String,
    },
    /// There is content, but no header says of which type.
    #[error("the response for `{url}` has content but no `content-type`")]
    MissingContentType {
        /// The URL.
        url: String,
    },
    /// An alias was to be made of a URL that has no response.
    #[error("there is no response for `{url}`")]
    NoSuchUrl {
        /// The URL.
        url: String,
    },
}

/// A bundle made of a folder.
#[derive(Debug)]
#[non_exhaustive]
pub struct Packed {
    /// The unsigned web bundle.
    pub bytes: Vec<u8>,
    /// The files in it.
    pub entries: Vec<FolderEntry>,
    /// Files that were left out because their name, or that of a folder they are in, begins with a dot.
    pub hidden: Vec<PathBuf>,
}

impl Folder {
    /// Packs the folder as the app `id`. The same files always give the same bytes.
    pub fn pack(&self, id: &SignedWebBundleId) -> Result<Packed, PackError> {
        let (entries, hidden) = self.walk()?;
        if entries.is_empty() {
            return Err(PackError::Empty {
                folder: self.root().to_owned(),
            });
        }
        let origin = id.origin_url();
        // Without the slash, which every path begins with.
        let origin = origin.as_str().trim_end_matches('/');
        let mut builder = BundleBuilder::new();
        for entry in &entries {
            let url = format!("{origin}{}", entry.path());
            let (headers, content) = entry.read_for_packing()?;
            builder.add(&url, headers, content)?;
            if let Some(folder) = entry.folder_path() {
                builder.alias(&format!("{origin}{folder}"), &url)?;
            }
        }
        Ok(Packed {
            bytes: builder.build()?,
            entries,
            hidden,
        })
    }
}
