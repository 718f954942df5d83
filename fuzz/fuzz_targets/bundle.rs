#![no_main]

use insula_bundle::{SignedWebBundleId, WebBundle};
use libfuzzer_sys::fuzz_target;

/// The app of the seed `app.wbn`.
const APP: &str = "25njqamcweflpvkl73j4szahhihoc4xt3ktcgjnpaingr5yhkenaaaic";

// What is checked as an app answers every URL of its index.
fuzz_target!(|file: &[u8]| {
    let Ok(bundle) = WebBundle::from_bytes(file.to_vec()) else {
        return;
    };
    let app: SignedWebBundleId = APP.parse().expect("it is an id");
    let is_app = bundle.check_app(&app).is_ok();
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
