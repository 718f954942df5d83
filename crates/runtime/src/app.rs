//! The app that this process runs.

use gtk4::gdk::RGBA;
use insula_apps::AppSource;
use insula_manifest::{AppIdentity, Color, Manifest, ProtocolHandler};
use insula_permissions::{AppOrigin, Caller, FeatureSet};
use std::path::PathBuf;
use url::Url;

/// An app as the runtime knows it. All of it was established natively: from the verified bundle, the record of its
/// installation, the manifest inside.
#[derive(Debug)]
pub struct App {
    /// What is its own.
    pub identity: AppIdentity,
    /// Its origin, to which decisions belong.
    pub origin: AppOrigin,
    /// The id that tells the app from others, in names of files and windows.
    pub id: String,
    /// Its manifest.
    pub manifest: Manifest,
    /// Where its pages come from.
    pub source: AppSource,
    /// Whether the user installed it; a developer's folder counts, being run on purpose.
    pub installed: bool,
    /// Where the engine keeps its storage.
    pub storage: PathBuf,
    /// Which policy-controlled features its own pages have.
    pub features: FeatureSet,
}

/// An app that `insula_apps` has verified. One that is run from a folder counts as installed: its developer runs it on
/// purpose.
impl From<insula_apps::LaunchableApp> for App {
    fn from(app: insula_apps::LaunchableApp) -> Self {
        let identity = app.identity();
        let origin = AppOrigin::of(app.origin_url()).expect("an app that can be launched has an origin");
        Self {
            origin,
            features: identity.features().collect(),
            identity,
            id: app.id.to_string(),
            manifest: app.manifest,
            source: app.source,
            installed: true,
            storage: app.storage,
        }
    }
}

impl App {
    /// The URL of its start page.
    pub fn start_url(&self) -> &Url {
        &self.manifest.start_url
    }

    /// The URL of one of its pages, named by a path, by the URL itself, or by a link that the page opens; nothing when it is
    /// not the app's.
    pub fn page(&self, named: &str) -> Option<Url> {
        let url = match Url::parse(named) {
            Ok(url) if self.handler(&url).is_some() => return self.handler(&url)?.page(named),
            Ok(url) if url.has_authority() => url,
            _ => Url::parse(&format!("{}/{}", self.identity.origin(), named.trim_start_matches('/'))).ok()?,
        };
        self.identity.contains(&url).then_some(url)
    }

    /// What of the app opens links of a scheme.
    fn handler(&self, link: &Url) -> Option<&ProtocolHandler> {
        let mut handlers = self.manifest.protocol_handlers.iter();
        handlers.find(|handler| handler.protocol == link.scheme())
    }

    /// What is seen of it before its first picture.
    pub(crate) fn background(&self) -> Option<RGBA> {
        self.manifest.background_color.map(opaque)
    }

    /// What colours its windows.
    pub(crate) fn theme(&self) -> Option<RGBA> {
        self.manifest.theme_color.map(opaque)
    }

    /// The features of its document at a URL: those of the manifest that the document's own header leaves it.
    pub(crate) fn features_at(&self, url: &Url) -> FeatureSet {
        self.identity.features_at(url).collect()
    }

    /// The facts about its top document, without a user's activation.
    pub(crate) fn caller(&self) -> Caller {
        Caller {
            origin: self.origin.clone(),
            installed: self.installed,
            secure_context: true,
            top_level: true,
            features: self.features.clone(),
            user_activation: false,
        }
    }

    /// What to call it in windows and dialogs.
    pub fn name(&self) -> &str {
        self.manifest.display_name().unwrap_or(&self.id)
    }
}

fn opaque(color: Color) -> RGBA {
    let [red, green, blue] = [color.red, color.green, color.blue].map(|part| f32::from(part) / 255.0);
    RGBA::new(red, green, blue, 1.0)
}
