#![no_main]

use insula_bundle::HeaderMap;
use libfuzzer_sys::fuzz_target;

// The encoding is deterministic: whatever is read is written as the same bytes.
fuzz_target!(|bytes: &[u8]| {
    if let Ok(headers) = HeaderMap::parse(bytes) {
        assert_eq!(headers.to_bytes(), bytes);
        assert!((100..=999).contains(&headers.status()));
    }
});
