//! Files that are fine.

use std::io::Write;

use insula_bundle::{Error, SignedWebBundle, VerifiedBundle, WebBundle};

use crate::craft::{self, Block, Bundle};

const VECTOR: &[u8] = include_bytes!("../vectors/rfc8032t1.swbn");
const VECTOR_VALUES: &str = include_str!("../vectors/rfc8032t1.json");

fn verify(bytes: Vec<u8>) -> VerifiedBundle {
    SignedWebBundle::from_bytes(bytes).unwrap().verify().unwrap()
}

#[test]
fn the_test_vector_verifies_with_its_published_values() {
    let values: serde_json::Value = serde_json::from_str(VECTOR_VALUES).unwrap();
    let bundle = verify(VECTOR.to_vec());
    assert_eq!(bundle.id().as_str(), values["web_bundle_id"]);
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    assert_eq!(hex(bundle.digest()), values["bundle_sha512"].as_str().unwrap());
    assert_eq!(bundle.integrity_block().signatures().len(), 1);

    let root = bundle.response("/").unwrap();
    assert_eq!(root.status(), 200);
    assert_eq!(root.headers(), [("content-type".to_owned(), "text/html".to_owned())]);
    assert_eq!(&**root.body(), b"<!doctype html><title>t</title>");
    assert!(bundle.response("/.well-known/manifest.webmanifest").is_some());
}

#[test]
fn lookup_is_exact_but_for_query_and_fragment() {
    let bundle = verify(VECTOR.to_vec());
    for path in ["/?q=1", "/#top", "/?a?b#c"] {
        assert!(bundle.response(path).is_some(), "{path}");
    }
    for path in [
        "",
        "?",
        "//",
        "/index.html",
        "/.Well-Known/manifest.webmanifest",
        "/.well-known",
    ] {
        assert!(bundle.response(path).is_none(), "{path}");
    }
}

#[test]
fn a_mapped_file_serves_bodies_that_outlive_the_bundle() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(VECTOR).unwrap();
    let body = {
        let bundle = SignedWebBundle::open(file.path()).unwrap().verify().unwrap();
        bundle.response("/").unwrap().body().clone()
    };
    drop(file);
    let bytes = std::thread::spawn(move || body.to_vec()).join().unwrap();
    assert_eq!(bytes, b"<!doctype html><title>t</title>");
}

#[test]
fn responses_share_the_storage_instead_of_copying_it() {
    let bundle = verify(VECTOR.to_vec());
    let [first, second] = [(); 2].map(|()| bundle.response("/").unwrap().body().as_ptr());
    assert_eq!(first, second);
}

#[test]
fn a_second_signature_of_an_unknown_kind_is_skipped() {
    let bundle = Bundle::small().encode();
    let mut block = Block::new(&bundle, &[craft::key()]);
    let unknown = craft::map(&[(craft::text("mlDsa44PublicKey"), craft::bytes(&[1; 1312]))]);
    block.signatures.push((unknown, vec![2; 2420]));
    let bundle = verify([block.encode(), bundle].concat());
    assert_eq!(bundle.integrity_block().signatures().len(), 2);
    assert!(bundle.integrity_block().signatures()[1].public_key().is_none());
}

#[test]
fn attributes_that_are_not_known_are_kept_and_covered_by_the_signatures() {
    let bundle = Bundle::small().encode();
    let attributes = craft::map(&[
        (craft::text("future"), craft::array(&[vec![0xf5], craft::map(&[])])),
        (craft::text("webBundleId"), craft::text(craft::id().as_str())),
    ]);
    let mut block = Block::with_attributes(&bundle, attributes, &[]);
    let key_attributes = craft::map(&[
        (craft::text("note"), craft::text("x")),
        craft::key_attribute(&craft::key().public_key()),
    ]);
    block.sign(&bundle, key_attributes, &craft::key());
    verify([block.encode(), bundle].concat());
}

#[test]
fn relative_urls_belong_to_the_app_and_unindexed_responses_are_tolerated() {
    let [first, second] = ["one", "two"].map(craft::text_response);
    let (start, length) = (1 + first.len() as u64, second.len() as u64);
    let bundle = Bundle::with_index(&[("a/b.txt", start, length)], craft::array(&[first, second]));
    let bundle = verify(bundle.signed());
    assert_eq!(bundle.paths().collect::<Vec<_>>(), ["/a/b.txt"]);
    assert_eq!(&**bundle.response("/a/b.txt").unwrap().body(), b"two");
}

#[test]
fn known_critical_sections_and_unknown_others_are_fine() {
    let critical = craft::array(&["index", "responses", "critical", "manifest"].map(craft::text));
    let bundle = Bundle::small()
        .with_section("critical", critical)
        .with_section("manifest", craft::text("/manifest"))
        .with_section("other", craft::map(&[]));
    verify(bundle.signed());
}

#[test]
fn what_is_in_an_unknown_section_is_for_others_to_read() {
    let tagged_float = b"\xc1\xfb\x3f\xf8\0\0\0\0\0\0".to_vec();
    let deep = [&[0x81; 40][..], &[0x80]].concat();
    let unsorted = b"\xa2\x41b\x01\x41a\x01".to_vec();
    for content in [tagged_float, deep, unsorted, b"\xff\xff".to_vec()] {
        let bundle = verify(Bundle::small().with_section("other", content.clone()).signed());
        assert!(bundle.paths().len() > 0);
        // Where somebody says that it must be understood, it cannot be passed over.
        let critical = Bundle::small()
            .with_section("critical", craft::array(&[craft::text("other")]))
            .with_section("other", content);
        assert!(matches!(
            SignedWebBundle::from_bytes(critical.signed()),
            Err(Error::UnknownCriticalSection { .. })
        ));
    }
}

#[test]
fn a_host_in_capitals_is_the_same_host() {
    let origin = craft::id().origin_url().as_str().to_uppercase();
    let url = format!("{origin}A.txt");
    let bundle = verify(Bundle::new(&[(&url, craft::text_response("a"))]).signed());
    assert_eq!(bundle.paths().collect::<Vec<_>>(), ["/A.txt"]);
}

#[test]
fn an_unsigned_bundle_of_any_origin_can_be_read() {
    let urls = ["https://example.com/?q", "https://example.com/a", "b"];
    let responses: Vec<_> = urls.iter().map(|url| (*url, craft::text_response(url))).collect();
    let bundle = Bundle::new(&responses).with_section("primary", craft::text("https://example.com/a"));
    let bundle = WebBundle::from_bytes(bundle.encode()).unwrap();
    assert_eq!(bundle.primary_url(), Some("https://example.com/a"));
    assert_eq!(bundle.urls().len(), 3);
    for url in urls {
        assert_eq!(&**bundle.response(url).unwrap().unwrap().body(), url.as_bytes());
    }
    assert!(bundle.response("c").unwrap().is_none());
}

#[test]
fn a_bundle_is_sent_to_other_threads() {
    fn check<T: Send + Sync + 'static>() {}
    check::<SignedWebBundle>();
    check::<VerifiedBundle>();
    check::<insula_bundle::Body>();
}
