#![no_main]

use insula_manifest::{AppIdentity, AppKind, Manifest, UpdateManifest};
use libfuzzer_sys::fuzz_target;
use url::Url;

const APP: &str = "isolated-app://aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic/";

// Whatever the bytes say, an app keeps to its own origin, and a release is fetched securely.
fuzz_target!(|bytes: &[u8]| {
    let app = Url::parse(APP).expect("it is an address");
    if let Ok((manifest, _)) = Manifest::parse(bytes, &app) {
        assert!(manifest.start_url.as_str().starts_with(APP));
        assert!(AppIdentity::new(AppKind::IsolatedApp, &manifest).contains(&manifest.start_url));
        if manifest.check_isolated().is_ok() {
            assert_eq!(manifest.id, app);
            assert_eq!(manifest.scope, app);
        }
    }
    let web = Url::parse("https://example.com/updates.json").expect("it is an address");
    if let Ok((updates, _)) = UpdateManifest::parse(bytes, &web) {
        assert!(updates.releases.is_sorted_by(|a, b| a.version < b.version));
        assert!(updates.releases.iter().all(|release| matches!(release.src.scheme(), "https" | "http")));
    }
});
