//! Files that are not what was signed.

use insula_bundle::{Error, Fault, KeyRotations, SignedWebBundle};

use super::{refused, replaced, with_block};
use crate::craft::{self, Block, Bundle};

const CHANGED: &str =
    "signature 1 (Ed25519) does not match the contents: the file was damaged or changed after it was signed";

#[test]
fn a_byte_of_a_body_that_was_changed() {
    let bytes = replaced(Bundle::small().signed(), b"hello", b"hellp");
    refused!(bytes, Error::SignatureInvalid { signature: 1, .. }, Delivery, CHANGED);
}

#[test]
fn attributes_of_a_signature_that_were_added_to_after_signing() {
    let more = craft::map(&[
        (craft::text("note"), craft::text("")),
        craft::key_attribute(&craft::key().public_key()),
    ]);
    let bytes = with_block(|block, _| block.signatures[0].0 = more);
    refused!(bytes, Error::SignatureInvalid { signature: 1, .. }, Delivery, CHANGED);
}

#[test]
fn an_id_that_was_changed_after_signing() {
    let bytes = with_block(|block, _| block.attributes = craft::id_attributes(craft::other_key().id().as_str()));
    refused!(bytes, Error::SignatureInvalid { signature: 1, .. }, Delivery, CHANGED);
}

#[test]
fn one_of_two_signatures_that_is_wrong() {
    let bytes = with_block(|block, bundle| {
        *block = Block::new(bundle, &[craft::key(), craft::other_key()]);
        block.signatures[1].1[5] ^= 1;
    });
    refused!(
        bytes,
        Error::SignatureInvalid { signature: 2, .. },
        Delivery,
        CHANGED.replace("signature 1", "signature 2")
    );
}

#[test]
fn a_signature_of_the_wrong_length() {
    for length in [0, 63, 65] {
        let bytes = with_block(|block, _| block.signatures[0].1.resize(length, 0));
        refused!(bytes, Error::SignatureInvalid { .. }, Delivery, CHANGED);
    }
}

#[test]
fn signatures_of_which_none_is_by_the_key_of_the_id() {
    let id = craft::id();
    refused!(
        with_block(|block, bundle| {
            *block = Block::with_attributes(bundle, craft::id_attributes(id.as_str()), &[craft::other_key()]);
        }),
        Error::NotSignedByItsKey { .. },
        Author,
        format!("none of the signatures is by the key of `{id}`")
    );
}

#[test]
fn another_app_than_the_one_expected() {
    let bundle = SignedWebBundle::from_bytes(Bundle::small().signed()).unwrap();
    let expected = craft::other_key().id();
    let error = bundle.verify_as(&expected, &KeyRotations::default()).unwrap_err();
    assert_eq!(error.fault(), Fault::Caller);
    assert_eq!(
        error.to_string(),
        format!("this is the app `{}`, not `{expected}`", craft::id())
    );
}
