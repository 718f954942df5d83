#![no_main]

use insula_bundle::{SignedWebBundleId, WebBundle};
use libfuzzer_sys::fuzz_target;

// What is checked as an app answers every URL of its index.
fuzz_target!(|file: &[u8]| {
    let Ok(bundle) = WebBundle::from_bytes(file.to_vec()) else {
        return;
    };
    let is_app = bundle.check_app(&SignedWebBundleId::development([0; 32])).is_ok();
    for url in bundle.urls() {
        match bundle.response(url) {
            Ok(response) => {
                let response = response.expect("the URL is in the index");
                assert!(response.body().len() < file.len());
            }
            Err(error) => assert!(!is_app, "{error}"),
        }
    }
});
