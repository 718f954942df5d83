//! What to tell the author of a manifest that is right by itself: what cannot work here.

use insula_manifest::{AppKind, Manifest, Warning};
use insula_permissions::{FeatureSet, PermissionName};

/// The members of a manifest that Insula acts on.
const ACTED_ON: [&str; 20] = [
    "background_color",
    "controlled_frame",
    "description",
    "display",
    "display_override",
    "file_handlers",
    "icons",
    "id",
    "launch_handler",
    "name",
    "permissions",
    "permissions_policy",
    "protocol_handlers",
    "scope",
    "short_name",
    "shortcuts",
    "start_url",
    "theme_color",
    "update_manifest_url",
    "version",
];

/// Members that only Chromium has ever acted on: for Isolated Web Apps, and for windows as it has them.
const ONLY_CHROMIUMS: [&str; 4] = [
    "isolated_storage",
    "tab_strip",
    "borderless_url_patterns",
    "note_taking",
];

/// The members of a manifest that Insula does not act on: those that it does nothing for yet, and names that mean nothing.
pub(crate) fn not_acted_on(manifest: &Manifest) -> Vec<String> {
    let is_acted_on = |member: &&String| ACTED_ON.contains(&member.as_str());
    manifest
        .members
        .iter()
        .filter(|member| !is_acted_on(member))
        .cloned()
        .collect()
}

/// Requests that will never be asked: for permissions that do not exist, and for those whose feature the manifest
/// does not switch on.
pub(crate) fn about(manifest: &Manifest, kind: AppKind) -> Vec<Warning> {
    let features: FeatureSet = manifest.permissions_policy.own_features().collect();
    let mut warnings = Vec::new();
    for requested in &manifest.permissions {
        let names = PermissionName::resolve(requested.as_str());
        let mut add = |message| {
            warnings.push(Warning {
                path: "$.permissions".to_owned(),
                message,
            });
        };
        if names.is_empty() {
            add(format!("“{requested}” is not a permission that is known here; ignored"));
        }
        // A site has what the web has.
        let is_listing = kind != AppKind::WebApp;
        let missing = names.into_iter().filter_map(|name| missing_feature(&features, name));
        for feature in missing.filter(|_| is_listing) {
            add(format!(
                "“{requested}” is never asked for: “permissions_policy” does not list “{feature}”"
            ));
        }
    }
    warnings
}

/// A member of the manifest of an app with frames by which it shows that it was made for Chromium, and which does not say whose
/// answers its frames give.
pub(crate) fn sign_of_chromium(manifest: &Manifest) -> Option<&'static str> {
    let has = |member: &str| manifest.members.iter().any(|own| own == member);
    let mut features = manifest.permissions_policy.own_features();
    let has_frames = features.any(|feature| feature == "controlled-frame");
    ONLY_CHROMIUMS
        .into_iter()
        .find(|member| has_frames && !has("controlled_frame") && has(member))
}

/// The feature that an app would have to list before it can have a permission; `None` if it can.
pub(crate) fn missing_feature(features: &FeatureSet, name: PermissionName) -> Option<&'static str> {
    name.feature().filter(|_| !features.concerns(name))
}
