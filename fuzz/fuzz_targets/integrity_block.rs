#![no_main]

use insula_bundle::{IntegrityBlock, SignedWebBundle};
use libfuzzer_sys::fuzz_target;

// A block that is read is read from its own bytes only, and a whole file never verifies by chance.
fuzz_target!(|file: &[u8]| {
    if let Ok(block) = IntegrityBlock::parse(file) {
        let alone = IntegrityBlock::parse(&file[..block.length()]).expect("it does not depend on what follows");
        assert_eq!(alone.id(), block.id());
        assert!(block.signatures()[0].public_key().is_some());
    }
    if let Ok(bundle) = SignedWebBundle::from_bytes(file.to_vec()) {
        let _ = bundle.verify();
    }
});
