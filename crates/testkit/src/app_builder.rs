//! Apps from a few lines.

use std::fs;
use std::path::{Path, PathBuf};

use insula_bundle::{
    BundleBuilder, Content, Folder, HeaderMap, IntegrityBlock, SignedWebBundleId, SigningKey, WebBundle,
};
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
    headers: Vec<(String, String, String)>,
    redirects: Vec<(String, String)>,
    seed: u8,
    /// Of the key that signs it, where that is not the key of its id.
    signing_seed: Option<u8>,
    number: u16,
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
            headers: Vec::new(),
            redirects: Vec::new(),
            seed: 1,
            signing_seed: None,
            number: 0,
        }
        .file("/icon.svg", ICON)
        .page("<!doctype html><meta charset=utf-8><title>App</title>")
    }

    /// Whether it embeds anything: one of its files names the element.
    pub fn has_frames(&self) -> bool {
        let element = b"controlledframe";
        let names_it = |content: &Vec<u8>| content.windows(element.len()).any(|bytes| bytes == element);
        self.files.iter().any(|(_, content)| names_it(content))
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

    /// Adds a header to the response of a path. It is in the bundle only: a folder has nowhere to say it.
    pub fn header(mut self, path: &str, name: &str, value: &str) -> Self {
        self.headers.push((path.to_owned(), name.to_owned(), value.to_owned()));
        self
    }

    /// Answers a path with a 301, in the place of a file if there is one. It is in the bundle only.
    pub fn redirect(mut self, path: &str, location: &str) -> Self {
        self.redirects.push((path.to_owned(), location.to_owned()));
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

    /// The same, for more apps than there are seeds.
    pub fn number(mut self, number: u16) -> Self {
        self.number = number;
        self
    }

    /// Signs with another key, and keeps the id: the developer has changed keys.
    pub fn signing_seed(mut self, seed: u8) -> Self {
        self.signing_seed = Some(seed);
        self
    }

    /// The public key that signs it, in base64.
    pub fn public_key(&self) -> String {
        data_encoding::BASE64.encode(&self.signing_key().public_key().to_bytes())
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
        let (key, id) = (self.signing_key(), self.key().id());
        let packed = Folder::open(folder.path())
            .and_then(|folder| folder.pack(&id))
            .expect("the app packs");
        let bundle = self.with_headers(
            WebBundle::from_bytes(packed.bytes).expect("what was packed is a bundle"),
            &id,
        );
        let mut bytes = IntegrityBlock::sign_rotated(&bundle, &id, &[key]).expect("the bundle can be signed");
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

    /// The same bundle with the headers and redirects that were added.
    fn with_headers(&self, packed: WebBundle, id: &SignedWebBundleId) -> WebBundle {
        if self.headers.is_empty() && self.redirects.is_empty() {
            return packed;
        }
        let mut builder = BundleBuilder::new();
        for url in packed.urls() {
            let response = packed.response(url).ok().flatten().expect("a response that was packed");
            let path = url.strip_prefix(&format!("isolated-app://{id}")).unwrap_or(url);
            if self.redirects.iter().any(|redirect| redirect.0 == path) {
                continue;
            }
            let own = response.headers().iter().map(|(name, value)| (name, value));
            let added = self.headers.iter().filter(|header| header.0 == path);
            let headers = own.chain(added.map(|(_, name, value)| (name, value))).try_fold(
                HeaderMap::new(response.status()).expect("a valid status"),
                |headers, (name, value)| headers.with(name, value),
            );
            let body = Content::Bytes(response.body().as_ref().to_vec());
            builder
                .add(url, headers.expect("valid headers"), body)
                .expect("a response of its own");
        }
        for (path, location) in &self.redirects {
            let headers = HeaderMap::new(301).and_then(|headers| headers.with("location", location));
            let url = format!("isolated-app://{id}{path}");
            builder
                .add(&url, headers.expect("a location"), Vec::new().into())
                .expect("a redirect of its own");
        }
        WebBundle::from_bytes(builder.build().expect("the bundle is built")).expect("what was built is a bundle")
    }

    fn signing_key(&self) -> SigningKey {
        self.signing_seed
            .map_or_else(|| self.key(), |seed| Self::key_of(seed, 0))
    }

    fn key(&self) -> SigningKey {
        Self::key_of(self.seed, self.number)
    }

    fn key_of(seed: u8, number: u16) -> SigningKey {
        let mut seed = [seed; 32];
        for (byte, of_number) in seed.iter_mut().zip(number.to_le_bytes()) {
            *byte ^= of_number;
        }
        SigningKey::from_ed25519_seed(&seed)
    }
}
