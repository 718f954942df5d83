mod header;

pub use header::ResponsePolicy;

use std::collections::BTreeMap;

use insula_vocabulary::ISOLATED_APP_SCHEME;
use serde_json::{Map, Value};
use url::Url;

use crate::json::{Members, item_path, kind, member_path};
use crate::warning::{Warnings, quote};

/// Most features that are read.
const MAXIMUM_FEATURES: usize = 300;

/// Most origins in one allowlist that are read.
const MAXIMUM_ORIGINS: usize = 200;

/// Policy-controlled features by their specifications' names, in alphabetical order.
///
/// Being listed says only that the name is not a slip of the pen; it does not say that the engine
/// has the feature.
const KNOWN_FEATURES: [&str; 63] = [
    "accelerometer",
    "all-screens-capture",
    "ambient-light-sensor",
    "attribution-reporting",
    "autoplay",
    "bluetooth",
    "browsing-topics",
    "camera",
    "captured-surface-control",
    "clipboard-read",
    "clipboard-write",
    "compute-pressure",
    "controlled-frame",
    "cross-origin-isolated",
    "deferred-fetch",
    "device-attributes",
    "digital-credentials-get",
    "direct-sockets",
    "direct-sockets-multicast",
    "direct-sockets-private",
    "display-capture",
    "encrypted-media",
    "focus-without-user-activation",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "keyboard-map",
    "local-fonts",
    "local-network",
    "loopback-network",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "pointer-lock",
    "popins",
    "private-state-token-issuance",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "smart-card",
    "speaker-selection",
    "storage-access",
    "sub-apps",
    "summarizer",
    "sync-xhr",
    "translator",
    "unload",
    "unrestricted-network",
    "usb",
    "usb-unrestricted",
    "vertical-scroll",
    "web-printing",
    "web-share",
    "window-management",
    "xr-spatial-tracking",
];

/// Other spellings that apps use, and the features they mean.
const ALIASES: [(&str, &[&str]); 3] = [
    ("controlledframe", &["controlled-frame"]),
    ("local-network-access", &["local-network", "loopback-network"]),
    ("window-placement", &["window-management"]),
];

/// Which features an Isolated Web App switches on for its own documents.
///
/// Every feature that is not listed is off inside the app. A `Permissions-Policy` header of a
/// response can only take away from this.
///
/// Origins in its allowlists, and `*`, are about pages in `<controlledframe>`s. What an iframe of the app may use is decided
/// by the engine, from the iframe's `allow`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PermissionsPolicy {
    /// Every listed feature, and whether the app's own documents are in its allowlist.
    features: BTreeMap<&'static str, bool>,
    /// Whose the features are besides.
    others: BTreeMap<&'static str, Others>,
}

/// Other origins in an allowlist.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Others {
    /// Whether all are (`*`).
    all: bool,
    /// Those that are named. A host may begin with a wildcard.
    origins: Vec<Url>,
}

impl PermissionsPolicy {
    /// Whether the app's own documents may use a feature, by its specification's name.
    pub fn allows_self(&self, feature: &str) -> bool {
        self.features.get(feature).is_some_and(|allowed| *allowed)
    }

    /// Whether a page of another origin is in a feature's allowlist, by name or because all are.
    pub fn lists(&self, feature: &str, page: &Url) -> bool {
        let others = self.others.get(feature);
        others.is_some_and(|others| others.all || others.origins.iter().any(|origin| covers(origin, page)))
    }

    /// The features that the app's own documents may use, in alphabetical order.
    pub fn own_features(&self) -> impl Iterator<Item = &'static str> {
        let allowed = self.features.iter().filter(|(_, allowed)| **allowed);
        allowed.map(|(feature, _)| *feature)
    }

    /// The same for a document that came with a `Permissions-Policy` header. It can only take away; one that cannot be
    /// read takes nothing, as the standard has it.
    pub fn own_features_under(&self, header: &str) -> impl Iterator<Item = &'static str> {
        let declared = header::parse(header).unwrap_or_default();
        self.own_features()
            .filter(move |feature| declared.features.get(feature).is_none_or(|allowed| *allowed))
    }
}

pub(crate) fn read(members: &Members<'_>, warnings: &mut Warnings) -> PermissionsPolicy {
    let path = members.path("permissions_policy");
    let Some(map) = members.object("permissions_policy", warnings) else {
        return PermissionsPolicy::default();
    };
    read_features(map, &path, warnings)
}

fn read_features(map: &Map<String, Value>, path: &str, warnings: &mut Warnings) -> PermissionsPolicy {
    if map.len() > MAXIMUM_FEATURES {
        warnings.add(path, format!("only {MAXIMUM_FEATURES} features are read"));
    }
    let mut policy = PermissionsPolicy::default();
    for (name, value) in map.iter().take(MAXIMUM_FEATURES) {
        let path = member_path(path, name);
        let features = canonical(name);
        if features.is_empty() {
            warnings.add(&path, "is not a known feature; ignored");
            continue;
        }
        if name == "direct-sockets-private" {
            let is_listed = |feature: &str| map.keys().any(|name| canonical(name).contains(&feature));
            let missing: Vec<_> = ["local-network", "loopback-network"]
                .into_iter()
                .filter(|feature| !is_listed(feature))
                .map(quote)
                .collect();
            if !missing.is_empty() {
                warnings.add(&path, format!("has no effect any more; list {}", missing.join(" and ")));
            }
        }
        let Value::Array(items) = value else {
            warnings.add(&path, format!("must be an array, not {}; ignored", kind(value)));
            continue;
        };
        let (allows_self, others) = read_allowlist(items, &path, warnings);
        for feature in features {
            *policy.features.entry(feature).or_default() |= allows_self;
            let all = policy.others.entry(feature).or_default();
            all.all |= others.all;
            all.origins.extend(others.origins.iter().cloned());
        }
    }
    policy
}

/// The features that a written name stands for; none when it is unknown.
fn canonical(name: &str) -> Vec<&'static str> {
    if let Some((_, features)) = ALIASES.iter().find(|(alias, _)| *alias == name) {
        return features.to_vec();
    }
    KNOWN_FEATURES
        .iter()
        .find(|known| **known == name)
        .copied()
        .into_iter()
        .collect()
}

/// Whether the app's own documents are in an allowlist, and who else is.
fn read_allowlist(items: &[Value], path: &str, warnings: &mut Warnings) -> (bool, Others) {
    let mut allows_self = false;
    let mut others = Others::default();
    for (index, item) in items.iter().take(MAXIMUM_ORIGINS).enumerate() {
        let path = item_path(path, index);
        let Value::String(text) = item else {
            warnings.add(&path, format!("is {}, not a string; ignored", kind(item)));
            continue;
        };
        match text.trim() {
            "*" => (allows_self, others.all) = (true, true),
            "self" | "'self'" => allows_self = true,
            "none" | "'none'" => {}
            other => match origin(other) {
                Some(origin) => others.origins.push(origin),
                None => warnings.add(
                    &path,
                    format!("{} is neither “self”, “*” nor an origin; ignored", quote(other)),
                ),
            },
        }
    }
    (allows_self, others)
}

/// Reads an absolute address with a host and nothing behind it. The host may begin with a wildcard.
fn origin(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let web = matches!(url.scheme(), "https" | "http" | "wss" | "ws" | ISOLATED_APP_SCHEME);
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("*.").unwrap_or(host);
    (bare && web && !host.is_empty() && !host.contains('*')).then_some(url)
}

/// Whether a page is of an origin, or of one that its wildcard stands for.
fn covers(origin: &Url, page: &Url) -> bool {
    let host = || match (origin.host_str(), page.host_str()) {
        (Some(listed), Some(host)) => match listed.strip_prefix('*') {
            Some(domain) => host.strip_suffix(domain).is_some_and(|subdomain| !subdomain.is_empty()),
            None => listed == host,
        },
        _ => false,
    };
    origin.scheme() == page.scheme() && origin.port_or_known_default() == page.port_or_known_default() && host()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_features_is_sorted_and_without_doubles() {
        let mut sorted = KNOWN_FEATURES.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted, KNOWN_FEATURES);
        for (alias, features) in ALIASES {
            assert!(!KNOWN_FEATURES.contains(&alias), "{alias}");
            assert!(
                features.iter().all(|feature| KNOWN_FEATURES.contains(feature)),
                "{alias}"
            );
        }
    }

    #[test]
    fn others_are_listed_by_name_by_wildcard_or_all_together() {
        let json = serde_json::json!({
            "camera": ["self", "https://meet.example"],
            "microphone": ["https://*.example:8443"],
            "geolocation": ["*"],
            "fullscreen": ["self"],
            "controlledframe": ["https://meet.example"],
        });
        let mut warnings = Warnings::default();
        let policy = read_features(json.as_object().unwrap(), "", &mut warnings);
        let lists = |feature, page| policy.lists(feature, &Url::parse(page).unwrap());
        for (feature, page, expected) in [
            ("camera", "https://meet.example/room?1", true),
            ("camera", "https://meet.example:8443/", false),
            ("camera", "http://meet.example/", false),
            ("camera", "https://www.meet.example/", false),
            ("camera", "about:blank", false),
            ("microphone", "https://a.example:8443/", true),
            ("microphone", "https://a.b.example:8443/", true),
            ("microphone", "https://example:8443/", false),
            ("microphone", "https://aexample:8443/", false),
            ("geolocation", "https://anywhere.test/", true),
            ("fullscreen", "https://meet.example/", false),
            ("controlled-frame", "https://meet.example/", true),
            ("usb", "https://meet.example/", false),
        ] {
            assert_eq!(lists(feature, page), expected, "{feature} {page}");
        }
        assert!(policy.allows_self("geolocation") && !policy.allows_self("microphone"));
    }
}
