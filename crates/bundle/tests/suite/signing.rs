//! Signing: what is signed here verifies here, and what would not verify is not signed.

use insula_bundle::{Error, IntegrityBlock, KeyRotations, KeyType, SignError, SignedWebBundle, SigningKey, WebBundle};

use crate::craft::{self, Bundle};

const UNSIGNED: &[u8] = include_bytes!("../vectors/rfc8032t1.wbn");
const SIGNED: &[u8] = include_bytes!("../vectors/rfc8032t1.swbn");

fn small() -> WebBundle {
    WebBundle::from_bytes(Bundle::small().encode()).unwrap()
}

#[test]
fn signing_the_test_vector_gives_its_bytes() {
    let bundle = WebBundle::from_bytes(UNSIGNED.to_vec()).unwrap();
    let block = IntegrityBlock::sign(&bundle, &craft::id(), &[craft::key()]).unwrap();
    assert_eq!([block.as_slice(), UNSIGNED].concat(), SIGNED);
}

#[test]
fn several_keys_of_both_kinds_all_verify() {
    let keys = KeyType::ALL.map(|key_type| SigningKey::generate(key_type).unwrap());
    for id in keys.each_ref().map(SigningKey::id) {
        let bundle = small();
        let block = IntegrityBlock::sign(&bundle, &id, &keys).unwrap();
        let signed = [block.as_slice(), bundle.as_bytes()].concat();
        let verified = SignedWebBundle::from_bytes(signed)
            .unwrap()
            .verify_as(&id, &KeyRotations::default())
            .unwrap();
        let signers: Vec<_> = verified
            .integrity_block()
            .signatures()
            .iter()
            .map(|signature| signature.public_key().unwrap())
            .collect();
        assert_eq!(signers, [&keys[0].public_key(), &keys[1].public_key()]);
    }
}

#[test]
fn the_same_key_twice_signs_once() {
    let block = IntegrityBlock::sign(&small(), &craft::id(), &[craft::key(), craft::key()]).unwrap();
    assert_eq!(IntegrityBlock::parse(&block).unwrap().signatures().len(), 1);
}

#[test]
fn a_block_says_how_long_it_is() {
    let block = IntegrityBlock::sign(&small(), &craft::id(), &[craft::key()]).unwrap();
    let parsed = IntegrityBlock::parse(&[&block[..], b"more"].concat()).unwrap();
    assert_eq!(parsed.length(), block.len());
    assert_eq!(parsed.id(), &craft::id());
}

#[test]
fn nobody_and_strangers_cannot_sign() {
    let error = IntegrityBlock::sign(&small(), &craft::id(), &[]).unwrap_err();
    assert!(matches!(error, SignError::NoKeys));
    let error = IntegrityBlock::sign(&small(), &craft::id(), &[craft::other_key()]).unwrap_err();
    assert!(matches!(error, SignError::NotTheKeyOf { .. }));
    let keys: Vec<_> = (0..17).map(|seed| SigningKey::from_ed25519_seed(&[seed; 32])).collect();
    let error = IntegrityBlock::sign(&small(), &keys[0].id(), &keys).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there are 17 keys, more than the 16 signatures allowed"
    );
}

#[test]
fn a_bundle_of_another_app_is_not_signed() {
    let url = format!("isolated-app://{}/", craft::other_key().id());
    let bundle = Bundle::new(&[(&url, craft::text_response("x"))]).encode();
    let bundle = WebBundle::from_bytes(bundle).unwrap();
    let error = IntegrityBlock::sign(&bundle, &craft::id(), &[craft::key()]).unwrap_err();
    assert!(matches!(
        error,
        SignError::UnfitBundle {
            source: Error::UnsuitableUrl { .. },
            ..
        }
    ));
}
