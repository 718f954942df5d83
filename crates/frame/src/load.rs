//! From an engine's load signals to the element's events.

use crate::NetError;
use insula_bridge::FrameEvent::{self, ContentLoad, LoadAbort, LoadCommit, LoadRedirect, LoadStart, LoadStop};

/// What the engine reports of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// A load of the top document began; where it goes is not known yet.
    Began,
    /// The top document was asked for, from there. Some loads, such as the blank page's, never say so; some say it again
    /// when they go on in another process; and as it comes from another process, it may come before [`Signal::Began`].
    Started(String),
    /// Its server led it there.
    Redirected(String),
    /// Its server wants to know who it is; the document comes nevertheless.
    Unauthorized(String),
    /// Its document replaced the one before.
    Committed(String),
    /// Its document is parsed.
    ContentLoaded,
    /// It and everything in it has loaded.
    Finished,
    /// It ended without a document.
    Failed(String, NetError),
    /// The top document moved within itself: a fragment, `pushState`.
    SameDocument(String),
    /// The process of the document that is there is gone, and with it the document.
    Gone(String),
    /// A document inside the top document was asked for.
    SubframeStarted(String),
    /// It was led from one URL to another.
    SubframeRedirected(String, String),
    /// It was shown.
    SubframeCommitted(String),
    /// It could not be had.
    SubframeFailed(String, NetError),
}

/// Where a frame's current load stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Idle,
    /// Before `loadstart`, which names a URL.
    Beginning,
    /// Between `loadstart` and `loadcommit`; whether the engine has said that it began.
    Provisional { url: String, begun: bool },
    /// Between `loadcommit` and `loadstop`; whether `contentload` was sent.
    Committed { content_loaded: bool },
    /// `loadabort` was sent; the error page commits next, under the failed URL.
    ErrorPage(String),
    /// The document's process is gone; a page that says so commits next, under its URL, and nobody is told of it.
    GonePage(String),
}

/// The loads of one frame (Controlled Frame, section "Events"; the order is that of Chromium's element).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Loads {
    state: State,
    /// Whether the document that is there is the error page of a failed load.
    in_error_page: bool,
}

impl Loads {
    /// Whether there is no document of a site: the error page of a failed load is shown, or comes next.
    pub(crate) fn shows_error_page(&self) -> bool {
        self.in_error_page || self.expects_error_page()
    }

    /// Whether the error page of a failed load comes next, or the one of a process that is gone.
    pub(crate) fn expects_error_page(&self) -> bool {
        matches!(self.state, State::ErrorPage(_) | State::GonePage(_))
    }

    /// Whether a load has begun whose document is not there yet.
    pub(crate) fn is_provisional(&self) -> bool {
        matches!(self.state, State::Beginning | State::Provisional { .. })
    }

    /// Whether the page of a process that is gone comes next.
    pub(crate) fn expects_gone_page(&self) -> bool {
        matches!(self.state, State::GonePage(_))
    }

    /// The page that was to come next does not: there is none.
    pub(crate) fn give_up_page(&mut self) {
        self.in_error_page = self.expects_error_page();
        self.state = State::Idle;
    }

    /// Takes a signal and answers the events that it makes, in order.
    pub(crate) fn step(&mut self, signal: Signal) -> Vec<FrameEvent> {
        let mut events = Vec::new();
        match signal {
            Signal::Began => self.began(&mut events),
            Signal::Started(url) => self.started(url, &mut events),
            Signal::Redirected(url) => self.redirected(url, &mut events),
            Signal::Unauthorized(url) => {
                if matches!(self.state, State::Beginning) {
                    self.started(url.clone(), &mut events);
                }
                if matches!(self.state, State::Provisional { .. }) {
                    events.push(abort(url, true, NetError::InvalidAuthCredentials));
                }
            }
            Signal::Committed(url) => self.committed(url, &mut events),
            Signal::ContentLoaded => self.content_loaded(&mut events),
            Signal::Finished => {
                if matches!(self.state, State::Committed { .. }) {
                    self.content_loaded(&mut events);
                    self.stop(&mut events);
                }
            }
            Signal::Failed(url, error) => self.failed(url, error, &mut events),
            Signal::SameDocument(url) => {
                events.push(commit(url));
                self.stop_if_idle(&mut events);
            }
            Signal::Gone(url) => {
                self.stop_unless_idle(&mut events);
                self.state = State::GonePage(url);
            }
            Signal::SubframeStarted(url) => events.push(LoadStart {
                url,
                is_top_level: false,
            }),
            Signal::SubframeRedirected(old_url, new_url) => events.push(LoadRedirect {
                old_url,
                new_url,
                is_top_level: false,
            }),
            Signal::SubframeCommitted(url) => {
                events.push(LoadCommit {
                    url,
                    is_top_level: false,
                });
                self.stop_if_idle(&mut events);
            }
            Signal::SubframeFailed(url, error) => {
                events.push(abort(url, false, error));
                self.stop_if_idle(&mut events);
            }
        }
        events
    }

    fn began(&mut self, events: &mut Vec<FrameEvent>) {
        match &mut self.state {
            // It may be the error page's own load.
            State::ErrorPage(_) | State::GonePage(_) => {}
            State::Provisional {
                begun: begun @ false, ..
            } => *begun = true,
            State::Provisional { url, .. } => {
                events.push(abort(url.clone(), true, NetError::Aborted));
                self.state = State::Beginning;
            }
            State::Idle | State::Beginning | State::Committed { .. } => self.state = State::Beginning,
        }
    }

    fn started(&mut self, url: String, events: &mut Vec<FrameEvent>) {
        // The same load, asked for again by another process: a redirect led to another site, or the document's
        // Cross-Origin-Opener-Policy parts it from the one before.
        if matches!(self.state, State::Provisional { .. }) {
            return;
        }
        let begun = matches!(self.state, State::Beginning);
        events.push(start(url.clone()));
        self.state = State::Provisional { url, begun };
    }

    fn redirected(&mut self, new_url: String, events: &mut Vec<FrameEvent>) {
        if let State::Provisional { url, .. } = &mut self.state
            && *url != new_url
        {
            let old_url = std::mem::replace(url, new_url.clone());
            events.push(LoadRedirect {
                old_url,
                new_url,
                is_top_level: true,
            });
        }
    }

    fn committed(&mut self, url: String, events: &mut Vec<FrameEvent>) {
        let is_announced = match &self.state {
            State::ErrorPage(failed) => *failed == url,
            State::GonePage(gone) if *gone == url => {
                self.in_error_page = true;
                self.state = State::Idle;
                return;
            }
            State::Provisional { .. } => true,
            State::Idle | State::Beginning | State::Committed { .. } | State::GonePage(_) => false,
        };
        self.in_error_page = is_announced && self.expects_error_page();
        if !is_announced {
            events.push(start(url.clone()));
        }
        events.push(commit(url));
        self.state = State::Committed { content_loaded: false };
    }

    fn content_loaded(&mut self, events: &mut Vec<FrameEvent>) {
        if let State::Committed {
            content_loaded: loaded @ false,
        } = &mut self.state
        {
            *loaded = true;
            events.push(ContentLoad);
        }
    }

    fn failed(&mut self, url: String, error: NetError, events: &mut Vec<FrameEvent>) {
        match &self.state {
            State::Idle | State::ErrorPage(_) | State::GonePage(_) => return,
            // Stopped while its parts were loading: the document stays.
            State::Committed { .. } => return self.stop(events),
            State::Beginning => events.push(start(url.clone())),
            State::Provisional { .. } => {}
        }
        events.push(abort(url.clone(), true, error));
        match error {
            NetError::Aborted => self.stop(events),
            // The blank page loads instead, with its own events.
            NetError::DisallowedUrlScheme | NetError::InvalidUrl => self.state = State::Idle,
            _ => self.state = State::ErrorPage(url),
        }
    }

    fn stop(&mut self, events: &mut Vec<FrameEvent>) {
        events.push(LoadStop);
        self.state = State::Idle;
    }

    fn stop_unless_idle(&mut self, events: &mut Vec<FrameEvent>) {
        if matches!(self.state, State::Committed { .. }) {
            self.stop(events);
        }
    }

    fn stop_if_idle(&self, events: &mut Vec<FrameEvent>) {
        if self.state == State::Idle {
            events.push(LoadStop);
        }
    }
}

/// What is told of a top document that could not be had, or may not be.
pub fn refused(url: &str, error: NetError) -> FrameEvent {
    abort(url.to_owned(), true, error)
}

fn start(url: String) -> FrameEvent {
    LoadStart {
        url,
        is_top_level: true,
    }
}

fn commit(url: String) -> FrameEvent {
    LoadCommit {
        url,
        is_top_level: true,
    }
}

fn abort(url: String, is_top_level: bool, error: NetError) -> FrameEvent {
    LoadAbort {
        url,
        is_top_level,
        code: error.code(),
        reason: error.reason(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use NetError::{Aborted, ConnectionRefused, DisallowedUrlScheme};
    use Signal::{
        Began, Committed, ContentLoaded, Failed, Finished, Redirected, SameDocument, Started, SubframeCommitted,
        SubframeFailed, SubframeStarted, Unauthorized,
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
}
