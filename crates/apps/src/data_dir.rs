use std::path::{Path, PathBuf};

use crate::id::AppId;

/// Where things are in the folder that holds everything of Insula's, for one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataDir {
    root: PathBuf,
}

impl DataDir {
    /// Names a folder; nothing is created yet. A relative path is relative to the current folder.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        // Kept absolute, because a process may change its current folder later.
        Self {
            root: std::path::absolute(&root).unwrap_or(root),
        }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What an app stores. Also for an app that is served from a folder.
    pub fn storage(&self, id: &AppId) -> PathBuf {
        self.all_storage().join(id.as_str())
    }

    /// The file that a running app holds locked (`flock`), in its storage.
    pub fn running(&self, id: &AppId) -> PathBuf {
        self.storage(id).join("running")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    pub(crate) fn apps(&self) -> PathBuf {
        self.root.join("apps")
    }

    pub(crate) fn app(&self, id: &AppId) -> PathBuf {
        self.apps().join(id.as_str())
    }

    pub(crate) fn staging(&self) -> PathBuf {
        self.root.join("staging")
    }

    pub(crate) fn downloads(&self) -> PathBuf {
        self.root.join("downloads")
    }

    pub(crate) fn all_storage(&self) -> PathBuf {
        self.root.join("storage")
    }

    pub(crate) fn development_secret(&self) -> PathBuf {
        self.root.join("development-secret")
    }
}
