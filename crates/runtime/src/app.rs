//! The app that this process runs.

use insula_apps::AppSource;
use insula_manifest::Manifest;
use insula_permissions::{AppOrigin, Caller, FeatureSet};
use std::collections::BTreeMap;
use std::path::PathBuf;
use url::Url;

/// An app as the runtime knows it. All of it was established natively: from the verified bundle, the record of its
/// installation, the manifest inside.
#[derive(Debug)]
pub struct App {
    /// `isolated-app://<id>`.
    pub origin: AppOrigin,
    /// The host of its URLs.
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
    /// What is left of them in the documents, by path, whose own `Permissions-Policy` header takes some away.
    pub restricted: BTreeMap<String, FeatureSet>,
}

/// An app that `insula_apps` has verified. One that is run from a folder counts as installed: its developer runs it on
/// purpose.
impl From<insula_apps::App> for App {
    fn from(app: insula_apps::App) -> Self {
        let id = app.id.to_string();
        let origin = AppOrigin::of(&app.id.origin_url()).expect("a signed web bundle id makes an origin");
        Self {
            origin,
            features: app.manifest.permissions_policy.own_features().collect(),
            restricted: restricted(&app.manifest, &app.source),
            id,
            manifest: app.manifest,
            source: app.source,
            installed: true,
            storage: app.storage,
        }
    }
}

/// Looks through the headers of a bundle, once. A file in a folder has none of its own.
fn restricted(manifest: &Manifest, source: &AppSource) -> BTreeMap<String, FeatureSet> {
    let AppSource::Bundle(bundle) = source else {
        return BTreeMap::new();
    };
    let left = |path| {
        let response = bundle.response(path)?;
        let policy = response.header("permissions-policy")?;
        Some(manifest.permissions_policy.own_features_under(policy).collect())
    };
    bundle
        .paths()
        .filter_map(|path| Some((path.to_owned(), left(path)?)))
        .collect()
}

impl App {
    /// Whether a URL is one of the app's pages.
    pub fn owns(&self, url: &Url) -> bool {
        url.scheme() == crate::content::scheme::SCHEME && url.host_str() == Some(&self.id) && url.port().is_none()
    }

    /// The URL of a path of the app; without one, of its start page.
    pub fn url(&self, path: Option<&str>) -> String {
        match path {
            Some(path) => format!("{}/{}", self.origin, path.trim_start_matches('/')),
            None => self.manifest.start_url.to_string(),
        }
    }

    /// The features of its document at a URL: those of the manifest that the document's own header leaves it.
    pub(crate) fn features_at(&self, url: &Url) -> &FeatureSet {
        self.restricted.get(url.path()).unwrap_or(&self.features)
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
