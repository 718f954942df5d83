//! Files that are refused: each with the error that says what is wrong with it.

mod any_file;
mod app_rules;
mod integrity_block;
mod responses;
mod structure;
mod verification;

use insula_bundle::{Error, SignedWebBundle};

use crate::craft::{self, Block, Bundle};

fn refusal(bytes: Vec<u8>) -> Error {
    SignedWebBundle::from_bytes(bytes)
        .and_then(SignedWebBundle::verify)
        .map(|bundle| bundle.id().clone())
        .unwrap_err()
}

/// The error, and its text so that a change to it is seen.
macro_rules! refused {
    ($bytes:expr, $pattern:pat $(if $guard:expr)?, $fault:ident, $text:expr) => {{
        let error = crate::refusals::refusal($bytes);
        assert!(matches!(&error, $pattern $(if $guard)?), "{error:?}");
        assert_eq!(error.fault(), insula_bundle::Fault::$fault);
        assert_eq!(error.to_string(), $text);
    }};
}
use refused;

/// A small bundle under a block that `change` has changed.
fn with_block(change: impl FnOnce(&mut Block, &[u8])) -> Vec<u8> {
    let bundle = Bundle::small().encode();
    let mut block = Block::new(&bundle, &[craft::key()]);
    change(&mut block, &bundle);
    [block.encode(), bundle].concat()
}

/// A small bundle whose signed content is `change`d before it is signed.
fn with_bundle(change: impl FnOnce(&mut Bundle)) -> Vec<u8> {
    let mut bundle = Bundle::small();
    change(&mut bundle);
    bundle.signed()
}

fn replaced(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    let start = bytes
        .windows(from.len())
        .position(|window| window == from)
        .expect("the bytes to replace");
    bytes.splice(start..start + from.len(), to.iter().copied());
    bytes
}
