//! Bundles whose sections are not where or what they should be.

use insula_bundle::{CborProblem, Error, Part};

use super::{refusal, refused, with_bundle};
use crate::craft::{self, Bundle};

#[test]
fn a_byte_after_the_bundle() {
    let mut bytes = Bundle::small().signed();
    let actual = Bundle::small().encode().len() + 1;
    bytes.push(0);
    refused!(
        bytes,
        Error::LengthMismatch { .. },
        Delivery,
        format!(
            "the {actual} bytes after the integrity block are not as many as the web bundle says that it has: \
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
                "the {actual} bytes after the integrity block are not as many as the web bundle says that it has: \
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
