#![no_main]

use insula_frame::{Partition, Source};
use insula_vocabulary::{FrameRules, OriginPattern, is_loopback_host};
use insula_manifest::{Manifest, PermissionsPolicy};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use url::Url;

/// The policy of an app that switches on a few features.
static POLICY: LazyLock<PermissionsPolicy> = LazyLock::new(|| {
    let app = Url::parse("isolated-app://aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic/");
    let manifest = br#"{ "permissions_policy": { "camera": ["self"], "geolocation": ["*"], "usb": ["self"] } }"#;
    let (manifest, _) = Manifest::parse(manifest, &app.expect("it is an address")).expect("it is a manifest");
    manifest.permissions_policy
});

// The short texts of an app, each read as everything that it may be: a `Permissions-Policy` header, a frame's `src`, its
// partition, an origin that frames may show.
fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    assert!(POLICY.own_features_under(text).count() <= 3);
    if let Source::Load(url) = Source::parse(text, &FrameRules::default()) {
        let is_allowed = match url.scheme() {
            "http" => url.host().is_some_and(|host| is_loopback_host(&host)),
            scheme => scheme == "https" || url.path() == "blank",
        };
        assert!(is_allowed, "{url}");
    }
    if let Ok(pattern) = text.parse::<OriginPattern>() {
        assert_eq!(pattern.to_string().parse(), Ok(pattern));
    }
    if let Ok(partition) = text.parse::<Partition>() {
        let folder = partition.folder();
        let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
        assert!(!folder.is_empty() && folder.bytes().all(is_plain), "{folder}");
    }
});
