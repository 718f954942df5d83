//! Responses that are malformed, and index entries that do not point to one.

use insula_bundle::{Error, Part};

use super::{refusal, refused};
use crate::craft::{self, Bundle};

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
