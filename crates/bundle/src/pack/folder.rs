use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::builder::Content;
use super::{PackError, private_key};
use crate::header_map::HeaderMap;
use crate::media_type::media_type;
use crate::path::{canonical, decode_segment, encode_segment};
use crate::web_bundle::Response;

/// A folder seen as an app: each file has the URL that its place in the folder gives it.
///
/// * `index.html` has its folder's URL as well (`/` and `/index.html`), like on any web server. In
///   a bundle both URLs share one response.
/// * Files and folders whose name begins with a dot are left out (`.git`, editors' files), except
///   for `.well-known`, where the manifest is.
/// * Symbolic links are followed, but not out of the folder.
/// * Text that is valid UTF-8 says so in its type: otherwise the engine guesses from the locale.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

/// One file of a [`Folder`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderEntry {
    file: PathBuf,
    path: String,
    length: u64,
}

const INDEX: &str = "index.html";
const WELL_KNOWN: &str = ".well-known";

impl Folder {
    /// Sees the folder at `root` as an app.
    pub fn open(root: &Path) -> Result<Self, PackError> {
        let error = |source| PackError::Io {
            path: root.to_owned(),
            source,
        };
        let root = root.canonicalize().map_err(error)?;
        match root.is_dir() {
            true => Ok(Self { root }),
            false => Err(error(io::ErrorKind::NotADirectory.into())),
        }
    }

    /// The absolute path of the folder, without links in it.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// All files in the order of their names, and those left out because they are hidden.
    pub fn walk(&self) -> Result<(Vec<FolderEntry>, Vec<PathBuf>), PackError> {
        let mut found = (Vec::new(), Vec::new());
        self.walk_folder(&self.root, &mut vec![self.root.clone()], "", &mut found)?;
        Ok(found)
    }

    /// The response for a URL's path, read from the folder now: for an app that is being written.
    ///
    /// What follows a `?` or `#` is ignored. `Ok(None)` means that there is no such file.
    pub fn response(&self, path: &str) -> Result<Option<Response>, PackError> {
        let Some(file) = self.locate(path) else { return Ok(None) };
        let io_error = |source| PackError::Io {
            path: file.clone(),
            source,
        };
        // Checked before it is opened: opening a pipe would wait for its other end.
        if !file.is_file() {
            return Ok(None);
        }
        self.check_inside(&file)?;
        let bytes = match fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_error(error)),
        };
        let headers = headers_for(&file, Some(&bytes));
        Ok(Some(Response::new(headers, bytes)))
    }

    /// Where the file of a URL's path would be. `None` if no file can have that path, in the spelling that it will have
    /// in a bundle: what is not found there must not be found here either.
    fn locate(&self, path: &str) -> Option<PathBuf> {
        let path = canonical(path.split(['?', '#']).next()?);
        let path = path.strip_prefix('/')?;
        let mut file = self.root.clone();
        let mut segments = path.split('/').peekable();
        while let Some(segment) = segments.next() {
            if segment.is_empty() && segments.peek().is_none() {
                file.push(INDEX);
                break;
            }
            let name = decode_segment(segment)?;
            // A name that is none, or that would name something else than what is in this folder.
            if name.is_empty() || name.contains(['/', '\0']) || is_hidden(&name) || encode_segment(&name) != segment {
                return None;
            }
            file.push(name);
        }
        Some(file)
    }

    fn walk_folder(
        &self,
        folder: &Path,
        ancestors: &mut Vec<PathBuf>,
        path: &str,
        found: &mut (Vec<FolderEntry>, Vec<PathBuf>),
    ) -> Result<(), PackError> {
        let error = |source| PackError::Io {
            path: folder.to_owned(),
            source,
        };
        let mut files = fs::read_dir(folder)
            .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>())
            .map_err(error)?;
        files.sort();
        for file in files {
            let name = file.file_name().and_then(|name| name.to_str());
            let Some(name) = name else {
                return Err(PackError::UnusableName { path: file });
            };
            if is_hidden(name) {
                found.1.push(file);
                continue;
            }
            let metadata = fs::metadata(&file).map_err(|source| PackError::Io {
                path: file.clone(),
                source,
            })?;
            let target = self.check_inside(&file)?;
            let path = format!("{path}/{}", encode_segment(name));
            if metadata.is_dir() {
                if ancestors.contains(&target) {
                    return Err(PackError::LinkLoop { path: file });
                }
                ancestors.push(target);
                self.walk_folder(&file, ancestors, &path, found)?;
                ancestors.pop();
            } else if metadata.is_file() {
                found.0.push(FolderEntry {
                    file,
                    path,
                    length: metadata.len(),
                });
            } else {
                return Err(PackError::NotAFile { path: file });
            }
        }
        Ok(())
    }

    /// Where a file really is, after all links, which must be in the folder.
    fn check_inside(&self, file: &Path) -> Result<PathBuf, PackError> {
        let target = file.canonicalize().map_err(|source| PackError::Io {
            path: file.to_owned(),
            source,
        })?;
        if target.starts_with(&self.root) {
            Ok(target)
        } else {
            Err(PackError::LinkOutside { path: file.to_owned() })
        }
    }
}

impl FolderEntry {
    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The path of its URL, which begins with `/` and is percent-encoded.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Its length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The path of its folder, if this file is what the folder's URL shows.
    pub fn folder_path(&self) -> Option<&str> {
        self.path.strip_suffix(INDEX).filter(|folder| folder.ends_with('/'))
    }

    /// What a bundle says of this file. Text is read, to know its encoding; the rest is read later.
    pub(super) fn read_for_packing(&self) -> Result<(HeaderMap, Content), PackError> {
        let error = |source| PackError::Io {
            path: self.file.clone(),
            source,
        };
        if private_key::is_in(&self.file).map_err(error)? {
            return Err(PackError::PrivateKey {
                path: self.file.clone(),
            });
        }
        if media_type(&self.file).starts_with("text/") {
            let bytes = fs::read(&self.file).map_err(error)?;
            Ok((headers_for(&self.file, Some(&bytes)), bytes.into()))
        } else {
            let content = Content::File {
                path: self.file.clone(),
                length: self.length,
            };
            Ok((headers_for(&self.file, None), content))
        }
    }
}

fn headers_for(file: &Path, text: Option<&[u8]>) -> HeaderMap {
    let media_type = media_type(file);
    let is_utf8 = media_type.starts_with("text/") && text.is_some_and(|text| std::str::from_utf8(text).is_ok());
    let value = if is_utf8 {
        format!("{media_type}; charset=utf-8")
    } else {
        media_type.to_owned()
    };
    #[expect(
        clippy::unwrap_used,
        reason = "200 is a status, and every type of our table is a valid value"
    )]
    HeaderMap::new(200)
        .and_then(|headers| headers.with("content-type", &value))
        .unwrap()
}

fn is_hidden(name: &str) -> bool {
    name.starts_with('.') && name != WELL_KNOWN
}
