//! Apps to install, and a data folder to install them in.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use insula_apps::{
    AppId, DataDir, InstallOptions, Installation, InstalledApp, InstalledBundle, SignedWebBundleId, Store,
};
use insula_bundle::{Folder, IntegrityBlock, SigningKey, WebBundle};
use tempfile::TempDir;

pub(crate) struct Fixture {
    pub(crate) folder: TempDir,
}

/// An app that is not packed yet.
#[derive(Clone)]
pub(crate) struct Draft {
    key: [u8; 32],
    files: BTreeMap<String, String>,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn data(&self) -> DataDir {
        DataDir::new(self.folder.path().join("data"))
    }

    pub(crate) fn store(&self) -> Store {
        Store::open(self.data())
            .unwrap()
            .with_patience(Duration::from_millis(200))
    }

    pub(crate) fn install(&self, draft: &Draft) -> Installation {
        self.store()
            .install(&self.pack(draft), InstallOptions::default())
            .unwrap()
    }

    /// Packs and signs an app; returns the file.
    pub(crate) fn pack(&self, draft: &Draft) -> PathBuf {
        self.pack_with(draft, &[draft.signing_key()])
    }

    pub(crate) fn pack_with(&self, draft: &Draft, keys: &[SigningKey]) -> PathBuf {
        let folder = self.folder(draft);
        let packed = Folder::open(&folder).unwrap().pack(&draft.bundle_id()).unwrap();
        let bundle = WebBundle::from_bytes(packed.bytes).unwrap();
        let block = IntegrityBlock::sign_rotated(&bundle, &draft.bundle_id(), keys).unwrap();
        let path = self.folder.path().join("app.swbn");
        fs::write(&path, [block.as_slice(), bundle.as_bytes()].concat()).unwrap();
        path
    }

    /// Writes an app's files to a folder.
    pub(crate) fn folder(&self, draft: &Draft) -> PathBuf {
        let folder = self.folder.path().join("source");
        let _ = fs::remove_dir_all(&folder);
        for (name, content) in &draft.files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    /// Every file under the data folder with its content, but for the lock.
    pub(crate) fn snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        fn read(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    read(&path, found);
                } else if path.file_name().unwrap() != "lock" {
                    let content = fs::read(&path).unwrap();
                    found.insert(path, content);
                }
            }
        }
        let mut found = BTreeMap::new();
        read(self.data().root(), &mut found);
        found
    }
}

/// What is installed of an Isolated Web App.
pub(crate) fn bundle_of(app: &InstalledApp) -> &InstalledBundle {
    app.content.bundle().unwrap()
}

/// Its version, as text.
pub(crate) fn version(app: &InstalledApp) -> String {
    bundle_of(app).version.to_string()
}

impl Draft {
    /// A small app of this name and version.
    pub(crate) fn new(name: &str, version: &str) -> Self {
        let manifest = format!(
            r#"{{"name":"{name}","version":"{version}","start_url":"/","icons":[{{"src":"/icon.svg","sizes":"any"}}]}}"#
        );
        let files = [
            (".well-known/manifest.webmanifest", manifest.as_str()),
            ("index.html", "<!doctype html><title>App</title>"),
            ("icon.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ];
        let files = files.map(|(name, content)| (name.to_owned(), content.to_owned()));
        // Apps of one name have one key, so that versions of one app are.
        let mut key = [0; 32];
        key[..name.len()].copy_from_slice(name.as_bytes());
        Self {
            key,
            files: files.into(),
        }
    }

    pub(crate) fn with_file(mut self, name: &str, content: &str) -> Self {
        self.files.insert(name.to_owned(), content.to_owned());
        self
    }

    pub(crate) fn without_file(mut self, name: &str) -> Self {
        self.files.remove(name);
        self
    }

    pub(crate) fn with_manifest(self, manifest: &str) -> Self {
        self.with_file(".well-known/manifest.webmanifest", manifest)
    }

    pub(crate) fn signing_key(&self) -> SigningKey {
        SigningKey::from_ed25519_seed(&self.key)
    }

    pub(crate) fn id(&self) -> AppId {
        self.bundle_id().into()
    }

    pub(crate) fn bundle_id(&self) -> SignedWebBundleId {
        self.signing_key().id()
    }
}
