use super::*;
use NetError::{Aborted, ConnectionRefused, DisallowedUrlScheme};
use Signal::{
    Began, Committed, ContentLoaded, Failed, Finished, Redirected, SameDocument, Started, SubframeCommitted,
    SubframeFailed, SubframeStarted, Superseded, Unauthorized,
};

fn check(signals: impl IntoIterator<Item = Signal>, expected: &str) {
    let mut loads = Loads::default();
    let events: Vec<String> = signals
        .into_iter()
        .flat_map(|signal| loads.step(signal))
        .map(|event| {
            let inside = |is_top_level| if is_top_level { "" } else { " inside" };
            match event {
                LoadStart { url, is_top_level } => format!("loadstart {url}{}", inside(is_top_level)),
                LoadCommit { url, is_top_level } => format!("loadcommit {url}{}", inside(is_top_level)),
                LoadRedirect {
                    old_url,
                    new_url,
                    is_top_level,
                } => format!("loadredirect {old_url} {new_url}{}", inside(is_top_level)),
                ContentLoad => "contentload".to_owned(),
                LoadStop => "loadstop".to_owned(),
                LoadAbort {
                    url,
                    is_top_level,
                    reason,
                    ..
                } => format!("loadabort {url}{} {reason}", inside(is_top_level)),
                other => format!("{other:?}"),
            }
        })
        .collect();
    assert_eq!(events.join(", "), expected);
}

/// A load of `a` up to its commit.
fn committed(url: &str) -> [Signal; 3] {
    [Began, Started(url.into()), Committed(url.into())]
}

#[test]
fn a_simple_load() {
    check(
        committed("a").into_iter().chain([ContentLoaded, Finished]),
        "loadstart a, loadcommit a, contentload, loadstop",
    );
}

#[test]
fn what_two_processes_report_may_come_in_either_order() {
    check(
        [Started("a".into()), Began, Committed("a".into()), Finished],
        "loadstart a, loadcommit a, contentload, loadstop",
    );
}

#[test]
fn a_load_that_nothing_is_asked_for_starts_with_its_commit() {
    check(
        [Began, Committed("about:blank".into()), Finished],
        "loadstart about:blank, loadcommit about:blank, contentload, loadstop",
    );
    check(
        [Began, Failed("a".into(), Aborted)],
        "loadstart a, loadabort a ERR_ABORTED, loadstop",
    );
}

#[test]
fn content_load_is_never_missing_and_never_twice() {
    check(
        committed("a").into_iter().chain([Finished, ContentLoaded]),
        "loadstart a, loadcommit a, contentload, loadstop",
    );
}

#[test]
fn redirects_are_told_one_by_one_and_commit_where_they_led() {
    check(
        [
            Began,
            Started("a".into()),
            Redirected("b".into()),
            Redirected("c".into()),
            // Another process goes on with it.
            Redirected("c".into()),
            Started("c".into()),
            Committed("c".into()),
            ContentLoaded,
            Finished,
        ],
        "loadstart a, loadredirect a b, loadredirect b c, loadcommit c, contentload, loadstop",
    );
}

#[test]
fn a_load_that_another_supersedes_aborts_and_nothing_stops() {
    check(
        [
            Began,
            Started("a".into()),
            Superseded("a".into()),
            Superseded("b".into()),
            Began,
            Started("c".into()),
            Committed("c".into()),
            ContentLoaded,
            Finished,
        ],
        "loadstart a, loadabort a ERR_ABORTED, loadstart b, loadabort b ERR_ABORTED, \
         loadstart c, loadcommit c, contentload, loadstop",
    );
}

#[test]
fn a_server_that_wants_to_know_who_it_is_aborts_and_shows_its_page() {
    check(
        [
            Began,
            Started("a".into()),
            Unauthorized("a".into()),
            Committed("a".into()),
            ContentLoaded,
            Finished,
        ],
        "loadstart a, loadabort a ERR_INVALID_AUTH_CREDENTIALS, loadcommit a, contentload, loadstop",
    );
}

#[test]
fn a_redirect_to_where_no_frame_may_go_leads_to_the_blank_page() {
    check(
        [
            Began,
            Started("a".into()),
            Failed("file:b".into(), DisallowedUrlScheme),
            Finished,
            Began,
            Committed("about:blank".into()),
            Finished,
        ],
        "loadstart a, loadabort file:b ERR_DISALLOWED_URL_SCHEME, \
         loadstart about:blank, loadcommit about:blank, contentload, loadstop",
    );
}

#[test]
fn documents_inside_are_told_apart() {
    check(
        committed("a").into_iter().chain([
            SubframeStarted("b".into()),
            SubframeStarted("c".into()),
            SubframeCommitted("b".into()),
            SubframeFailed("c".into(), ConnectionRefused),
            ContentLoaded,
            Finished,
        ]),
        "loadstart a, loadcommit a, loadstart b inside, loadstart c inside, loadcommit b inside, \
         loadabort c inside ERR_CONNECTION_REFUSED, contentload, loadstop",
    );
}

#[test]
fn a_document_inside_that_loads_alone_stops_alone() {
    check(
        [SubframeStarted("b".into()), SubframeCommitted("b".into())],
        "loadstart b inside, loadcommit b inside, loadstop",
    );
    check(
        [SubframeStarted("b".into()), SubframeFailed("b".into(), Aborted)],
        "loadstart b inside, loadabort b inside ERR_ABORTED, loadstop",
    );
}

#[test]
fn a_failed_load_shows_an_error_page_at_the_failed_url() {
    check(
        [
            Began,
            Started("a".into()),
            Failed("a".into(), ConnectionRefused),
            Finished,
            Began,
            Committed("a".into()),
            ContentLoaded,
            Finished,
        ],
        "loadstart a, loadabort a ERR_CONNECTION_REFUSED, loadcommit a, contentload, loadstop",
    );
}

#[test]
fn an_error_page_is_there_until_another_document_is() {
    let failed = || {
        [
            Began,
            Started("a".into()),
            Failed("a".into(), ConnectionRefused),
            Finished,
        ]
    };
    let error_page = || failed().into_iter().chain([Began, Committed("a".into()), Finished]);
    let shows = |signals: Vec<Signal>| {
        let mut loads = Loads::default();
        signals.into_iter().for_each(|signal| drop(loads.step(signal)));
        loads.shows_error_page()
    };
    for (after, next, expected) in [
        ("a load asked for", vec![Began, Started("b".into())], true),
        (
            "a load that was stopped",
            vec![Began, Started("b".into()), Failed("b".into(), Aborted)],
            true,
        ),
        ("a step within it", vec![SameDocument("a#b".into())], true),
        ("another document", committed("b").to_vec(), false),
        ("the same document, at last", committed("a").to_vec(), false),
    ] {
        assert_eq!(shows(error_page().chain(next).collect()), expected, "{after}");
    }
    assert!(shows(failed().to_vec()), "it comes next");
    assert!(
        !shows(failed().into_iter().chain(committed("a")).collect()),
        "a load came first"
    );
    assert!(
        !shows(vec![Began, Failed("tel:1".into(), DisallowedUrlScheme)]),
        "the blank page comes next"
    );
}

#[test]
fn the_page_of_a_process_that_is_gone_is_not_told_of() {
    let gone = || {
        [
            Signal::Gone("a".into()),
            Began,
            Committed("a".into()),
            ContentLoaded,
            Finished,
        ]
    };
    check(
        committed("a")
            .into_iter()
            .chain([ContentLoaded, Finished])
            .chain(gone()),
        "loadstart a, loadcommit a, contentload, loadstop",
    );
    check(
        committed("a").into_iter().chain(gone()),
        "loadstart a, loadcommit a, loadstop",
    );
    check(gone().into_iter().chain(committed("a")), "loadstart a, loadcommit a");
    let mut loads = Loads::default();
    gone().into_iter().for_each(|signal| drop(loads.step(signal)));
    assert!(loads.shows_error_page());
}

#[test]
fn a_load_may_come_instead_of_an_error_page() {
    check(
        [
            Began,
            Started("a".into()),
            Failed("a".into(), ConnectionRefused),
            Began,
            Began,
            Started("b".into()),
            Committed("b".into()),
            Finished,
        ],
        "loadstart a, loadabort a ERR_CONNECTION_REFUSED, loadstart b, loadcommit b, contentload, loadstop",
    );
}

#[test]
fn an_aborted_load_leaves_the_document() {
    check(
        [Began, Started("a".into()), Failed("a".into(), Aborted), Finished],
        "loadstart a, loadabort a ERR_ABORTED, loadstop",
    );
}

#[test]
fn a_superseded_load_is_aborted_before_the_next_starts() {
    check(
        [Began, Started("a".into())]
            .into_iter()
            .chain(committed("b"))
            .chain([ContentLoaded, Finished]),
        "loadstart a, loadabort a ERR_ABORTED, loadstart b, loadcommit b, contentload, loadstop",
    );
}

#[test]
fn a_load_that_goes_on_in_another_process_is_one_load() {
    check(
        [
            Began,
            Started("a".into()),
            Started("b".into()),
            Started("b".into()),
            Committed("b".into()),
            ContentLoaded,
            Finished,
        ],
        "loadstart a, loadcommit b, contentload, loadstop",
    );
}

#[test]
fn a_superseding_load_whose_start_comes_early_is_told_of_at_its_end() {
    let superseded = || [Began, Started("a".into()), Started("b".into()), Began];
    check(
        superseded().into_iter().chain([Committed("b".into()), Finished]),
        "loadstart a, loadabort a ERR_ABORTED, loadstart b, loadcommit b, contentload, loadstop",
    );
    check(
        superseded().into_iter().chain([Failed("b".into(), Aborted)]),
        "loadstart a, loadabort a ERR_ABORTED, loadstart b, loadabort b ERR_ABORTED, loadstop",
    );
}

#[test]
fn steps_within_a_document_commit_without_a_start() {
    check([SameDocument("a#b".into())], "loadcommit a#b, loadstop");
}
