//! Files that are refused: each with the error that says what is wrong with it.

use insula_bundle::{CborProblem, Error, Fault, IdError, Part, SignedWebBundle, UrlProblem, limits};

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
        let error = refusal($bytes);
        assert!(matches!(&error, $pattern $(if $guard)?), "{error:?}");
        assert_eq!(error.fault(), Fault::$fault);
        assert_eq!(error.to_string(), $text);
    }};
}

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

// The integrity block.

#[test]
fn an_empty_file() {
    refused!(
        vec![],
        Error::Malformed {
            part: Part::IntegrityBlock,
            offset: 0,
            problem: CborProblem::Truncated
        },
        Delivery,
        "malformed integrity block at byte 0: the data ends too early"
    );
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

// Verification.

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
    let error = bundle.verify_as(&expected).unwrap_err();
    assert_eq!(error.fault(), Fault::Caller);
    assert_eq!(
        error.to_string(),
        format!("this is the app `{}`, not `{expected}`", craft::id())
    );
}

// The structure of the bundle.

#[test]
fn a_byte_after_the_bundle() {
    let mut bytes = Bundle::small().signed();
    let actual = Bundle::small().encode().len() + 1;
    bytes.push(0);
    // The last eight bytes are no longer the length, but the length shifted by a byte.
    let declared = (actual as u64 - 1) << 8;
    refused!(
        bytes,
        Error::LengthMismatch { .. },
        Delivery,
        format!(
            "the bundle says that it is {declared} bytes long, but {actual} bytes follow the integrity block: \
             the file is truncated or has been added to"
        )
    );
}

#[test]
fn a_length_at_the_end_that_is_wrong() {
    for total in [0, 1, u64::MAX] {
        let bytes = with_bundle(|bundle| bundle.total = Some(total));
        let actual = Bundle::small().encode().len();
        refused!(
            bytes,
            Error::LengthMismatch { .. },
            Delivery,
            format!(
                "the bundle says that it is {total} bytes long, but {actual} bytes follow the integrity block: \
                 the file is truncated or has been added to"
            )
        );
    }
}

#[test]
fn something_else_where_the_bundle_should_be() {
    let bytes = with_bundle(|bundle| bundle.magic = b"12345678".to_vec());
    let offset = bytes.len() - Bundle::small().encode().len();
    refused!(
        bytes,
        Error::NotAWebBundle { .. },
        Author,
        format!("there is no web bundle at byte {offset}")
    );
}

#[test]
fn a_bundle_of_version_b1() {
    refused!(
        with_bundle(|bundle| bundle.version = b"b1\0\0".to_vec()),
        Error::UnsupportedBundleVersion { .. },
        Unsupported,
        r"the web bundle has version `b1\x00\x00`; only `b2` is supported"
    );
}

#[test]
fn a_section_that_exists_twice() {
    refused!(
        with_bundle(|bundle| *bundle = bundle.clone().with_section("index", craft::map(&[]))),
        Error::DuplicateSection { .. },
        Author,
        "the section `index` exists twice"
    );
}

#[test]
fn responses_that_are_not_the_last_section() {
    refused!(
        with_bundle(|bundle| bundle.sections.reverse()),
        Error::ResponsesNotLast { .. },
        Author,
        "the section `responses` must be the last, but `index` is"
    );
}

#[test]
fn a_missing_section() {
    for (removed, name) in [(0, "index"), (1, "responses")] {
        refused!(
            with_bundle(|bundle| drop(bundle.sections.remove(removed))),
            Error::MissingSection { .. },
            Author,
            format!("the section `{name}` is missing")
        );
    }
}

#[test]
fn a_critical_section_that_is_unknown() {
    let critical = craft::array(&[craft::text("index"), craft::text("layered")]);
    refused!(
        with_bundle(|bundle| *bundle = bundle.clone().with_section("critical", critical)),
        Error::UnknownCriticalSection { .. },
        Unsupported,
        "the bundle needs the section `layered` to be understood, which is unknown"
    );
}

#[test]
fn section_lengths_that_are_not_pairs() {
    refused!(
        with_bundle(|bundle| bundle.lengths = Some(craft::array(&[craft::text("responses")]))),
        Error::OddSectionLengths,
        Author,
        "the table of section lengths has an odd number of elements"
    );
}

#[test]
fn section_lengths_of_other_sections() {
    let lengths = craft::array(&[craft::text("responses"), craft::unsigned(1)]);
    refused!(
        with_bundle(|bundle| bundle.lengths = Some(lengths)),
        Error::SectionCountMismatch { listed: 1, found: 2 },
        Author,
        "the bundle lists 1 sections but has 2"
    );
}

#[test]
fn section_lengths_that_are_wrong() {
    let actual = Bundle::small().sections[0].1.len() as u64;
    let lengths = |index: u64, responses: u64| {
        let elements = [
            craft::text("index"),
            craft::unsigned(index),
            craft::text("responses"),
            craft::unsigned(responses),
        ];
        with_bundle(|bundle| bundle.lengths = Some(craft::array(&elements)))
    };
    for declared in [0, actual - 1, actual + 1] {
        refused!(
            lengths(declared, 1),
            Error::SectionLengthMismatch { .. },
            Author,
            format!("the section `index` is said to take {declared} bytes, but takes {actual}")
        );
    }
    refused!(
        lengths(u64::MAX, 1),
        Error::SectionTooLarge { .. },
        Author,
        "the section `index` is larger than 8388608 bytes"
    );
    for declared in [u64::MAX, u64::MAX - 200, 100_000] {
        let error = refusal(lengths(actual, declared));
        assert!(
            matches!(
                error,
                Error::Malformed {
                    problem: CborProblem::Truncated,
                    ..
                }
            ),
            "{error}"
        );
    }
    // Shorter by one: what follows is not the length of the bundle.
    let error = refusal(lengths(actual, Bundle::small().sections[1].1.len() as u64 - 1));
    assert!(
        matches!(
            error,
            Error::Malformed {
                part: Part::WebBundle,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_table_of_section_lengths_that_is_too_large() {
    let lengths = craft::array(&[craft::text(&"x".repeat(9000)), craft::unsigned(1)]);
    refused!(
        with_bundle(|bundle| bundle.lengths = Some(lengths)),
        Error::SectionLengthsTooLarge,
        Author,
        "the table of section lengths is larger than 8192 bytes"
    );
}

// The responses.

/// A bundle of one response and an index entry for `/` with this offset and length.
fn with_location(offset: u64, length: u64) -> Vec<u8> {
    let responses = craft::array(&[craft::text_response("hello")]);
    Bundle::with_index(&[("/", offset, length)], responses).signed()
}

#[test]
fn index_entries_that_reach_out_of_the_responses() {
    let length = craft::text_response("hello").len() as u64;
    for (offset, length) in [
        (1, length + 1),
        (2, length),
        (1, u64::MAX),
        (u64::MAX, 2),
        (u64::MAX, u64::MAX),
    ] {
        refused!(
            with_location(offset, length),
            Error::ResponseOutOfBounds { .. },
            Author,
            format!("the response of `/` (offset {offset}, {length} bytes) lies outside of the responses")
        );
    }
}

#[test]
fn an_index_entry_that_overlaps_the_head_of_the_responses() {
    let length = craft::text_response("hello").len() as u64;
    refused!(
        with_location(0, length),
        Error::ResponseOutOfBounds { offset: 0, .. },
        Author,
        format!("the response of `/` (offset 0, {length} bytes) lies outside of the responses")
    );
}

#[test]
fn index_entries_that_are_not_on_the_bounds_of_a_response() {
    let length = craft::text_response("hello").len() as u64;
    for (offset, length) in [(1, length - 1), (2, length - 1), (1, 0)] {
        refused!(
            with_location(offset, length),
            Error::ResponseMisplaced { .. },
            Author,
            "the index entry of `/` does not lie on the bounds of a response"
        );
    }
}

#[test]
fn a_response_hidden_in_the_body_of_another() {
    let inner = craft::text_response("inner");
    let outer = craft::response(&craft::headers(&[("content-type", "text/plain")]), &inner);
    let start = 1 + (outer.len() - inner.len()) as u64;
    let bundle = Bundle::with_index(&[("/", start, inner.len() as u64)], craft::array(&[outer]));
    let error = refusal(bundle.signed());
    assert!(matches!(error, Error::ResponseMisplaced { .. }), "{error}");
}

fn with_headers(headers: &[u8]) -> Vec<u8> {
    Bundle::new(&[("/", craft::response(headers, b""))]).signed()
}

/// The offset in the signed file of the header map in [`with_headers`].
fn headers_offset(bytes: &[u8], headers: &[u8]) -> usize {
    bytes
        .windows(headers.len())
        .position(|window| window == headers)
        .unwrap()
}

#[test]
fn a_header_with_capitals() {
    let headers = craft::headers(&[("X-Powered-By", "capitals")]);
    let bytes = with_headers(&headers);
    let offset = headers_offset(&bytes, &headers) + 13;
    refused!(
        bytes,
        Error::InvalidHeaderName { .. },
        Author,
        format!("invalid header name `X-Powered-By` at byte {offset}; names are lowercase tokens")
    );
}

#[test]
fn headers_without_a_status() {
    let headers = craft::map(&[(craft::bytes(b"a"), craft::bytes(b"b"))]);
    let bytes = with_headers(&headers);
    let offset = headers_offset(&bytes, &headers);
    refused!(
        bytes,
        Error::MissingStatus { .. },
        Author,
        format!("the headers at byte {offset} have no `:status`")
    );
}

#[test]
fn headers_with_two_statuses() {
    let status = (craft::bytes(b":status"), craft::bytes(b"200"));
    let headers = craft::map(&[status.clone(), status]);
    let bytes = with_headers(&headers);
    let offset = headers_offset(&bytes, &headers) + 13;
    refused!(
        bytes,
        Error::DuplicateHeader { .. },
        Author,
        format!("the header `:status` at byte {offset} exists twice")
    );
}

#[test]
fn a_body_of_no_declared_type() {
    let bundle = Bundle::new(&[("/", craft::response(&craft::headers(&[]), b"x"))]).signed();
    let error = refusal(bundle);
    assert!(matches!(error, Error::MissingContentType { .. }), "{error}");
}

#[test]
fn a_malformed_response_that_the_index_does_not_have() {
    let good = craft::text_response("good");
    let length = good.len() as u64;
    let bundle = Bundle::with_index(&[("/", 1, length)], craft::array(&[good, craft::unsigned(1)]));
    let error = refusal(bundle.signed());
    assert!(
        matches!(
            error,
            Error::Malformed {
                part: Part::Responses,
                ..
            }
        ),
        "{error}"
    );
}

// The rules for apps.

#[test]
fn a_primary_url() {
    refused!(
        with_bundle(|bundle| *bundle = bundle.clone().with_section("primary", craft::text("/"))),
        Error::PrimaryUrl,
        Author,
        "the bundle of an app must not have a primary URL"
    );
}

#[test]
fn urls_that_are_not_the_apps_own() {
    let (own, other) = (craft::id(), craft::other_key().id());
    for (url, expected) in [
        (format!("isolated-app://{other}/"), UrlProblem::OtherHost),
        (format!("https://{own}/"), UrlProblem::OtherScheme),
        (format!("isolated-app://{own}/?q"), UrlProblem::Query),
        (format!("isolated-app://{own}/#f"), UrlProblem::Fragment),
        (format!("isolated-app://{own}:443/"), UrlProblem::Port),
        (format!("isolated-app://me@{own}/"), UrlProblem::Credentials),
        ("isolated-app://[/".to_owned(), UrlProblem::Invalid),
    ] {
        let bundle = Bundle::new(&[(&url, craft::text_response("x"))]);
        refused!(
            bundle.signed(),
            Error::UnsuitableUrl { problem, .. } if *problem == expected,
            Author,
            format!("the URL `{url}` in the index {expected}")
        );
    }
}

#[test]
fn two_spellings_of_one_url() {
    let response = craft::text_response("x");
    let bundle = Bundle::new(&[("/a", response.clone()), ("/b/../a", response)]);
    refused!(
        bundle.signed(),
        Error::DuplicateUrl { .. },
        Author,
        "the URL `/b/../a` exists twice in the index"
    );
}

#[test]
fn an_index_that_is_not_sorted() {
    let entry = |url: &str| {
        (
            craft::text(url),
            craft::array(&[craft::unsigned(1), craft::unsigned(1)]),
        )
    };
    let error = refusal(with_bundle(|bundle| {
        bundle.sections[0].1 = craft::map(&[entry("/b"), entry("/a")])
    }));
    assert!(
        matches!(
            error,
            Error::Malformed {
                part: Part::Index,
                problem: CborProblem::UnsortedKeys,
                ..
            }
        ),
        "{error}"
    );
}

// Any file.

#[test]
fn no_file_that_differs_in_one_byte_is_verified() {
    let original = Bundle::small().signed();
    for position in 0..original.len() {
        for difference in [1, 0x20, 0x80, 0xff] {
            let mut changed = original.clone();
            changed[position] ^= difference;
            refusal(changed);
        }
    }
}

#[test]
fn no_file_that_lacks_or_repeats_a_byte_is_verified() {
    let original = Bundle::small().signed();
    for position in 0..original.len() {
        refusal(original[..position].to_vec());
        let mut shorter = original.clone();
        shorter.remove(position);
        refusal(shorter);
        let mut longer = original.clone();
        longer.insert(position, longer[position]);
        refusal(longer);
    }
}

#[test]
fn a_length_of_any_size_anywhere_is_survived() {
    // Every byte of the file in turn becomes the head of an item that claims to be huge.
    let original = Bundle::small().signed();
    for position in 0..original.len() {
        for major in 0..8 {
            for argument in [u64::MAX, u64::MAX / 2 + 1, 1 << 32] {
                let mut changed = original.clone();
                changed.splice(position..=position, craft::head(major, argument));
                refusal(changed);
            }
        }
    }
}
