//! What an app is, however its pages come to it.

use std::collections::{BTreeMap, BTreeSet};

use insula_vocabulary::ISOLATED_APP_SCHEME;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::Manifest;
use crate::location::{is_within_scope, root, same_origin};

/// Where an app's pages come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AppKind {
    /// A signed web bundle: an Isolated Web App.
    IsolatedApp,
    /// A developer's folder, which is served as an Isolated Web App is.
    Folder,
    /// A developer's server, whose pages are served as those of an Isolated Web App are.
    Server,
    /// A site on https, or on http where the host is this machine.
    WebApp,
}

/// What is an app's own. The windows, the web process and whoever installs ask here; nobody else compares schemes.
///
/// The app *owns* every document of its origin: documents of one origin reach each other, so no line through an origin
/// would hold. Its windows show what is *within its scope*: a link to anywhere else leaves the app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppIdentity {
    kind: AppKind,
    origin: String,
    scope: Url,
    features: BTreeSet<String>,
    /// By path, for the documents whose own header takes some of the features away: what is left.
    restricted: BTreeMap<String, BTreeSet<String>>,
}

/// Where a link of an app's page leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// To a page within the app's scope, which its windows show.
    App,
    /// To a program of the user's: the browser, or what is registered for the scheme.
    Outside,
    /// Nowhere. No link of an app starts files or scripts of this machine, nor leads into another app.
    Nowhere,
}

/// The features that documents of a web app have unless their responses take them away (Permissions Policy, default
/// allowlist "self"), of those that Insula knows. The member `permissions_policy` is for Isolated Web Apps alone.
const FEATURES_OF_THE_WEB: [&str; 12] = [
    "camera",
    "clipboard-read",
    "clipboard-write",
    "display-capture",
    "fullscreen",
    "geolocation",
    "local-network",
    "loopback-network",
    "microphone",
    "screen-wake-lock",
    "storage-access",
    "unrestricted-network",
];

/// Schemes that no program of the user's is started for.
const NOWHERE: [&str; 6] = ["about", "blob", "data", "file", ISOLATED_APP_SCHEME, "javascript"];

impl AppIdentity {
    /// An app with a manifest. The features of an Isolated Web App are those that the manifest switches on for the app's
    /// own origin, and those of a web app what any site has, and the network.
    pub fn new(kind: AppKind, manifest: &Manifest) -> Self {
        let origin = root(&manifest.scope).to_string();
        let features = match kind {
            AppKind::WebApp => FEATURES_OF_THE_WEB.map(str::to_owned).into(),
            _ => manifest.permissions_policy.own_features().map(str::to_owned).collect(),
        };
        Self {
            kind,
            origin: origin.trim_end_matches('/').to_owned(),
            scope: manifest.scope.clone(),
            features,
            restricted: BTreeMap::new(),
        }
    }

    /// Leaves the document at a path only what a `Permissions-Policy` header of its response leaves it.
    pub fn restrict(&mut self, path: &str, manifest: &Manifest, header: &str) {
        let left = manifest.permissions_policy.own_features_under(header);
        self.restricted
            .insert(path.to_owned(), left.map(str::to_owned).collect());
    }

    /// Where the app's pages come from.
    pub fn kind(&self) -> AppKind {
        self.kind
    }

    /// The app's origin as browsers serialise it, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Where the app's pages begin.
    pub fn scope(&self) -> &Url {
        &self.scope
    }

    /// The scheme of the app's pages.
    pub fn scheme(&self) -> &str {
        self.scope.scheme()
    }

    /// Whether a document at this address is one of the app's.
    pub fn owns(&self, url: &Url) -> bool {
        same_origin(url, &self.scope)
    }

    /// Whether an origin is the app's, given by its parts. A port of 0 is the scheme's own.
    pub fn is_origin(&self, scheme: &str, host: &str, port: u16) -> bool {
        self.scheme() == scheme && self.scope.host_str() == Some(host) && self.scope.port().unwrap_or(0) == port
    }

    /// Whether the app's windows show this address.
    pub fn contains(&self, url: &Url) -> bool {
        is_within_scope(url, &self.scope)
    }

    /// Whether its pages come from the network, and the engine has for them what it has for any site.
    pub fn is_on_the_web(&self) -> bool {
        self.kind == AppKind::WebApp
    }

    /// Where a link to this address leads.
    pub fn destination(&self, url: &Url) -> Destination {
        if self.contains(url) {
            Destination::App
        } else if NOWHERE.contains(&url.scheme()) {
            Destination::Nowhere
        } else {
            Destination::Outside
        }
    }

    /// The policy-controlled features that the app's origin has.
    pub fn features(&self) -> impl Iterator<Item = &str> {
        self.features.iter().map(String::as_str)
    }

    /// The policy-controlled features of the app's document at this address: those that the document's own header
    /// leaves it.
    pub fn features_at(&self, url: &Url) -> impl Iterator<Item = &str> {
        let left = self.restricted.get(url.path()).unwrap_or(&self.features);
        left.iter().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic";

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn identity(kind: AppKind, manifest_url: &str, json: &str) -> (AppIdentity, Manifest) {
        let (manifest, _) = Manifest::parse(json.as_bytes(), &url(manifest_url)).unwrap();
        (AppIdentity::new(kind, &manifest), manifest)
    }

    fn web_app() -> AppIdentity {
        let json = r#"{ "start_url": "/mail/", "scope": "/mail/" }"#;
        identity(AppKind::WebApp, "https://example.com/mail/app.webmanifest", json).0
    }

    #[test]
    fn a_web_app_stays_within_its_scope_and_leaves_by_every_other_link() {
        let app = web_app();
        assert_eq!(app.origin(), "https://example.com");
        for (to, expected) in [
            ("https://example.com/mail/", Destination::App),
            ("https://example.com/mail/inbox?folder=1#top", Destination::App),
            ("https://EXAMPLE.com:443/mail/x", Destination::App),
            ("https://example.com/shop/", Destination::Outside),
            ("https://example.com/mail", Destination::Outside),
            ("https://example.com/mail/../shop/", Destination::Outside),
            ("http://example.com/mail/", Destination::Outside),
            ("https://example.com:8443/mail/", Destination::Outside),
            ("https://user@example.com/mail/", Destination::Outside),
            ("https://www.example.com/mail/", Destination::Outside),
            ("mailto:somebody@example.com", Destination::Outside),
            ("file:///etc/passwd", Destination::Nowhere),
            ("blob:https://example.com/mail/", Destination::Nowhere),
            ("javascript:alert(1)", Destination::Nowhere),
            ("isolated-app://x/", Destination::Nowhere),
        ] {
            assert_eq!(app.destination(&url(to)), expected, "{to}");
        }
    }

    #[test]
    fn an_origin_is_owned_as_a_whole() {
        let app = web_app();
        assert!(app.owns(&url("https://example.com/shop/")));
        assert!(!app.owns(&url("https://example.com:8443/mail/")));
        assert!(app.is_origin("https", "example.com", 0));
        assert!(!app.is_origin("https", "example.com", 8443) && !app.is_origin("http", "example.com", 0));
        let json = r#"{ "start_url": "/" }"#;
        let (near, _) = identity(AppKind::WebApp, "http://[::1]:8080/app.webmanifest", json);
        assert_eq!(near.origin(), "http://[::1]:8080");
        assert!(near.is_origin("http", "[::1]", 8080) && !near.is_origin("http", "[::1]", 0));
    }

    #[test]
    fn an_isolated_app_is_all_of_its_origin_and_the_web_is_outside() {
        let json = r#"{ "start_url": "/", "scope": "/" }"#;
        let (app, _) = identity(AppKind::IsolatedApp, &format!("isolated-app://{ID}/"), json);
        assert_eq!(app.origin(), format!("isolated-app://{ID}"));
        for (to, expected) in [
            (format!("isolated-app://{ID}/page?query"), Destination::App),
            (format!("isolated-app://{ID}:1/"), Destination::Nowhere),
            ("isolated-app://another/".to_owned(), Destination::Nowhere),
            ("https://example.com/".to_owned(), Destination::Outside),
        ] {
            assert_eq!(app.destination(&url(&to)), expected, "{to}");
        }
    }

    #[test]
    fn a_documents_own_header_takes_features_away_from_it_alone() {
        let json = r#"{ "start_url": "/", "scope": "/", "permissions_policy":
            { "camera": ["self"], "controlled-frame": ["self"], "usb": [] } }"#;
        let (mut app, manifest) = identity(AppKind::IsolatedApp, &format!("isolated-app://{ID}/"), json);
        app.restrict("/plain", &manifest, "camera=()");
        let at = |path: &str| {
            app.features_at(&url(&format!("isolated-app://{ID}{path}")))
                .collect::<Vec<_>>()
        };
        assert_eq!(at("/"), ["camera", "controlled-frame"]);
        assert_eq!(at("/plain?query"), ["controlled-frame"]);
    }

    #[test]
    fn the_web_process_gets_the_same_identity() {
        let app = web_app();
        let json = serde_json::to_string(&app).unwrap();
        assert_eq!(serde_json::from_str::<AppIdentity>(&json).unwrap(), app);
    }
}
