//! Bundles that are fine, but not fit to be an app.

use insula_bundle::{CborProblem, Error, Part, UrlProblem};

use super::{refusal, refused, with_bundle};
use crate::craft::{self, Bundle};

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
