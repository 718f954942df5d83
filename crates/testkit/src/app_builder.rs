//! Apps from a few lines.

use std::fs;
use std::path::{Path, PathBuf};

use insula_bundle::{Folder, IntegrityBlock, SigningKey, WebBundle};
use serde_json::{Value, json};

/// An app to be written as a folder or as a signed bundle.
///
/// Its manifest has what an installable app must have, and `controlled-frame`, `direct-sockets`, `loopback-network`,
/// `local-network`, `unrestricted-network` and `cross-origin-isolated` in its policy. The key is always the same for a
/// seed, so the app's id is too.
#[derive(Clone, Debug)]
pub struct AppBuilder {
    manifest: Value,
    files: Vec<(String, Vec<u8>)>,
    seed: u8,
}

const ICON: &str =
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#1f4d4a"/></svg>"##;

impl AppBuilder {
    /// An app of this name with an empty page.
    pub fn new(name: &str) -> Self {
        let own = json!(["self"]);
        let manifest = json!({
            "name": name,
            "version": "1.0.0",
            "id": "/",
            "start_url": "/",
            "scope": "/",
            "icons": [{ "src": "/icon.svg", "sizes": "any", "type": "image/svg+xml" }],
            "permissions_policy": {
                "cross-origin-isolated": own,
                "controlled-frame": own,
                "direct-sockets": own,
                "loopback-network": own,
                "local-network": own,
                "unrestricted-network": own,
            },
        });
        Self {
            manifest,
            files: Vec::new(),
            seed: 1,
        }
        .file("/icon.svg", ICON)
        .page("<!doctype html><meta charset=utf-8><title>App</title>")
    }

    /// Sets its start page.
    pub fn page(self, html: &str) -> Self {
        self.file("/index.html", html)
    }

    /// Adds a file, or replaces it.
    pub fn file(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.files.retain(|(existing, _)| existing != path);
        self.files.push((path.to_owned(), content.into()));
        self
    }

    /// Sets a member of the manifest; `null` takes it away.
    pub fn manifest(mut self, member: &str, value: Value) -> Self {
        if value.is_null() {
            if let Some(members) = self.manifest.as_object_mut() {
                members.remove(member);
            }
        } else {
            self.manifest[member] = value;
        }
        self
    }

    /// What the app asks for at its first run.
    pub fn permissions(self, names: &[&str]) -> Self {
        self.manifest("permissions", json!(names))
    }

    /// Takes a feature out of the manifest's policy.
    pub fn without_feature(mut self, feature: &str) -> Self {
        if let Some(policy) = self.manifest["permissions_policy"].as_object_mut() {
            policy.remove(feature);
        }
        self
    }

    /// Signs with another key: makes it another app.
    pub fn seed(mut self, seed: u8) -> Self {
        self.seed = seed;
        self
    }

    /// The app's id when it is signed.
    pub fn id(&self) -> String {
        self.key().id().to_string()
    }

    /// `isolated-app://<id>`.
    pub fn origin(&self) -> String {
        format!("isolated-app://{}", self.id())
    }

    /// Writes it into a folder, which is made.
    pub fn write_folder(&self, folder: &Path) -> PathBuf {
        let manifest = (
            "/.well-known/manifest.webmanifest".to_owned(),
            self.manifest.to_string().into_bytes(),
        );
        for (path, content) in self.files.iter().chain([&manifest]) {
            let file = folder.join(path.trim_start_matches('/'));
            let parent = file.parent().expect("every file is in the folder");
            fs::create_dir_all(parent).expect("a folder for the app's files");
            fs::write(&file, content).expect("a file of the app");
        }
        folder.to_owned()
    }

    /// The bytes of its signed bundle.
    pub fn bundle(&self) -> Vec<u8> {
        let folder = tempfile::tempdir().expect("a folder for the app's files");
        self.write_folder(folder.path());
        let (key, id) = (self.key(), self.key().id());
        let packed = Folder::open(folder.path())
            .and_then(|folder| folder.pack(&id))
            .expect("the app packs");
        let bundle = WebBundle::from_bytes(packed.bytes).expect("what was packed is a bundle");
        let mut bytes = IntegrityBlock::sign(&bundle, &id, &[key]).expect("the bundle can be signed");
        bytes.extend_from_slice(bundle.as_bytes());
        bytes
    }

    /// Writes its signed bundle into a file of a folder.
    pub fn write_bundle(&self, folder: &Path) -> PathBuf {
        let path = folder.join(format!("{}.swbn", &self.id()[..8]));
        fs::create_dir_all(folder).expect("a folder for the bundle");
        fs::write(&path, self.bundle()).expect("the file of the bundle");
        path
    }

    fn key(&self) -> SigningKey {
        SigningKey::from_ed25519_seed(&[self.seed; 32])
    }
}
