//! Integrity blocks that are malformed, or of a kind that is not supported.

use insula_bundle::{CborProblem, Error, IdError, limits};

use super::{refused, replaced, with_block};
use crate::craft::{self, Block, Bundle};

#[test]
fn an_empty_file() {
    refused!(vec![], Error::Empty, Delivery, "the file is empty");
}

#[test]
fn a_file_of_another_kind() {
    refused!(
        b"\x89PNG\r\n\x1a\n".to_vec(),
        Error::NotABundle,
        Unsupported,
        "the file is not a signed web bundle"
    );
    let wrong_magic = replaced(Bundle::small().signed(), craft::BLOCK_MAGIC, b"12345678");
    refused!(
        wrong_magic,
        Error::NotABundle,
        Unsupported,
        "the file is not a signed web bundle"
    );
}

#[test]
fn an_unsigned_bundle() {
    refused!(
        Bundle::small().encode(),
        Error::NotSigned,
        Unsupported,
        "the web bundle is not signed"
    );
}

#[test]
fn a_block_of_version_1() {
    // Three elements: magic, version, signatures.
    let block = [&b"\x83\x48"[..], craft::BLOCK_MAGIC, b"\x441b\0\0\x80"].concat();
    refused!(
        [block, Bundle::small().encode()].concat(),
        Error::DeprecatedIntegrityBlock,
        Unsupported,
        "the integrity block has the deprecated version 1; only version 2 is supported"
    );
}

#[test]
fn a_block_of_an_unknown_version() {
    refused!(
        with_block(|block, _| block.version = b"3b\0\0".to_vec()),
        Error::UnknownIntegrityBlockVersion { .. },
        Unsupported,
        r"the integrity block has the unknown version 3b\x00\x00"
    );
}

#[test]
fn a_block_with_an_element_too_many() {
    let mut bytes = Bundle::small().signed();
    bytes[0] = 0x85;
    refused!(
        bytes,
        Error::Malformed {
            problem: CborProblem::WrongCount { expected: 4, found: 5 },
            ..
        },
        Author,
        "malformed integrity block at byte 0: expected 4 elements, found 5"
    );
}

#[test]
fn a_block_without_signatures() {
    refused!(
        with_block(|block, _| block.signatures.clear()),
        Error::NoSignatures,
        Author,
        "the integrity block has no signatures"
    );
}

#[test]
fn a_block_with_too_many_signatures() {
    refused!(
        with_block(|block, _| block.signatures = vec![block.signatures[0].clone(); 17]),
        Error::TooManySignatures { count: 17 },
        Author,
        "the integrity block has 17 signatures, more than the 16 allowed"
    );
}

#[test]
fn a_block_that_is_too_large() {
    refused!(
        with_block(|block, _| block.signatures[0].1 = vec![0; limits::INTEGRITY_BLOCK]),
        Error::IntegrityBlockTooLarge,
        Author,
        "the integrity block is larger than 65536 bytes"
    );
}

#[test]
fn attributes_that_are_too_large() {
    let padding = (craft::text("x"), craft::bytes(&[0; limits::ATTRIBUTES]));
    refused!(
        with_block(|block, _| block.attributes = craft::map(&[padding])),
        Error::AttributesTooLarge { offset: 15 },
        Author,
        "the attributes at byte 15 are larger than 4096 bytes"
    );
}

#[test]
fn attributes_that_nest_too_deeply() {
    let deep = (0..100).fold(craft::array(&[]), |inner, _| craft::array(&[inner]));
    refused!(
        with_block(|block, _| block.attributes = craft::map(&[(craft::text("x"), deep)])),
        Error::Malformed {
            problem: CborProblem::TooDeep,
            ..
        },
        Author,
        "malformed integrity block at byte 21: arrays or maps are nested too deeply"
    );
}

#[test]
fn a_block_without_an_id() {
    refused!(
        with_block(|block, _| block.attributes = craft::map(&[])),
        Error::MissingId,
        Author,
        "the integrity block does not say which app this is (`webBundleId`)"
    );
}

#[test]
fn a_block_whose_id_is_none() {
    refused!(
        with_block(|block, _| block.attributes = craft::id_attributes("my-app")),
        Error::InvalidId {
            source: IdError::Length(6)
        },
        Author,
        "the integrity block's `webBundleId` is invalid"
    );
}

#[test]
fn a_block_with_an_id_for_development() {
    let id = insula_bundle::SignedWebBundleId::development([1; 32]);
    refused!(
        with_block(|block, bundle| {
            *block = Block::with_attributes(bundle, craft::id_attributes(id.as_str()), &[craft::key()]);
        }),
        Error::DevelopmentId { .. },
        Author,
        format!("`{id}` is an id for development, which a file cannot have")
    );
}

#[test]
fn two_keys_in_one_signature() {
    let ecdsa = insula_bundle::SigningKey::generate(insula_bundle::KeyType::EcdsaP256Sha256).unwrap();
    let both = craft::map(&[
        craft::key_attribute(&craft::key().public_key()),
        craft::key_attribute(&ecdsa.public_key()),
    ]);
    refused!(
        with_block(|block, bundle| {
            block.signatures.clear();
            block.sign(bundle, both, &craft::key());
        }),
        Error::TwoKeys { signature: 1 },
        Author,
        "signature 1 names two public keys"
    );
}

#[test]
fn a_first_signature_of_an_unknown_kind() {
    let unknown = craft::map(&[(craft::text("otherKey"), craft::bytes(&[0; 32]))]);
    refused!(
        with_block(|block, _| block.signatures.insert(0, (unknown, vec![0; 64]))),
        Error::UnknownFirstSignature,
        Unsupported,
        "the first signature is of an unknown kind"
    );
}

#[test]
fn keys_that_are_no_points_of_their_curve() {
    for (name, length, text) in [
        ("ed25519PublicKey", 31, "signature 1 has an invalid Ed25519 public key"),
        (
            "ecdsaP256SHA256PublicKey",
            33,
            "signature 1 has an invalid ECDSA P-256 public key",
        ),
        (
            "ecdsaP256SHA256PublicKey",
            65,
            "signature 1 has an invalid ECDSA P-256 public key",
        ),
    ] {
        let attributes = craft::map(&[(craft::text(name), craft::bytes(&vec![4; length]))]);
        refused!(
            with_block(|block, _| block.signatures[0].0 = attributes),
            Error::InvalidPublicKey { signature: 1, .. },
            Author,
            text
        );
    }
}

#[test]
fn a_number_that_is_not_in_its_shortest_form() {
    // The version's length, 4, in two bytes.
    let bytes = replaced(Bundle::small().signed(), b"\x442b\0\0", b"\x58\x042b\0\0");
    refused!(
        bytes,
        Error::Malformed {
            problem: CborProblem::NotShortest,
            ..
        },
        Author,
        "malformed integrity block at byte 10: a number is not encoded in its shortest form"
    );
}

#[test]
fn an_array_of_indefinite_length() {
    let mut bytes = Bundle::small().signed();
    bytes[0] = 0x9f;
    refused!(
        bytes,
        Error::Malformed {
            problem: CborProblem::IndefiniteLength,
            ..
        },
        Author,
        "malformed integrity block at byte 0: an item of indefinite length is not allowed"
    );
}

#[test]
fn a_map_whose_keys_are_not_sorted() {
    let id = (craft::text("webBundleId"), craft::text(craft::id().as_str()));
    refused!(
        with_block(|block, _| block.attributes = craft::map(&[id, (craft::text("a"), craft::unsigned(0))])),
        Error::Malformed {
            problem: CborProblem::UnsortedKeys,
            ..
        },
        Author,
        "malformed integrity block at byte 86: the keys of a map are not sorted"
    );
}
