//! From an engine's load signals to the element's events.

use crate::NetError;
use insula_bridge::FrameEventKind;

/// What the engine reports of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// A load of the top document began.
    Started(String),
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
    /// A document inside the top document began and was shown.
    SubframeCommitted(String),
}

/// An event for the element, without the frame's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadEvent {
    /// Which event.
    pub kind: FrameEventKind,
    /// The document's URL, for events that name one.
    pub url: Option<String>,
    /// Whether it is the top document.
    pub is_top_level: bool,
    /// Why, for `loadabort`.
    pub error: Option<NetError>,
}

/// Where a frame's current load stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Idle,
    /// Between `loadstart` and `loadcommit`.
    Provisional(String),
    /// Between `loadcommit` and `loadstop`; whether `contentload` was sent.
    Committed { content_loaded: bool },
    /// `loadabort` was sent; the engine's error page commits next.
    ErrorPage(String),
}

/// The loads of one frame (Controlled Frame, section "Events"; the order is that of Chromium's element).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loads {
    state: State,
}

impl Loads {
    /// Whether a load is under way.
    pub fn is_loading(&self) -> bool {
        self.state != State::Idle
    }

    /// Takes a signal and answers the events that it makes, in order.
    pub fn step(&mut self, signal: Signal) -> Vec<LoadEvent> {
        use FrameEventKind::{ContentLoad, LoadAbort, LoadCommit, LoadStart, LoadStop};
        let top = |kind, url: &str| LoadEvent {
            kind,
            url: Some(url.to_owned()),
            is_top_level: true,
            error: None,
        };
        let bare = |kind| LoadEvent {
            kind,
            url: None,
            is_top_level: true,
            error: None,
        };
        let abort = |url: &str, error| LoadEvent {
            error: Some(error),
            ..top(LoadAbort, url)
        };
        let mut events = Vec::new();
        match signal {
            Signal::Started(url) => {
                if matches!(self.state, State::ErrorPage(_)) {
                    // The error page's own load: its start is nobody's business.
                    return events;
                }
                if let State::Provisional(superseded) = &self.state {
                    events.push(abort(superseded, NetError::Aborted));
                }
                events.push(top(LoadStart, &url));
                self.state = State::Provisional(url);
            }
            Signal::Committed(url) => {
                let shown = match &self.state {
                    State::ErrorPage(failed) => failed.clone(),
                    _ => url,
                };
                events.push(top(LoadCommit, &shown));
                self.state = State::Committed { content_loaded: false };
            }
            Signal::ContentLoaded => {
                if let State::Committed {
                    content_loaded: loaded @ false,
                } = &mut self.state
                {
                    *loaded = true;
                    events.push(bare(ContentLoad));
                }
            }
            Signal::Finished => {
                if let State::Committed { content_loaded } = self.state {
                    if !content_loaded {
                        events.push(bare(ContentLoad));
                    }
                    events.push(bare(LoadStop));
                    self.state = State::Idle;
                }
            }
            Signal::Failed(url, error) => match (&self.state, error) {
                (State::Provisional(_), NetError::Aborted) => {
                    events.extend([abort(&url, error), bare(LoadStop)]);
                    self.state = State::Idle;
                }
                (State::Provisional(_), _) => {
                    events.push(abort(&url, error));
                    self.state = State::ErrorPage(url);
                }
                // Stopped while its parts were loading: the document stays.
                (State::Committed { .. }, _) => {
                    events.push(bare(LoadStop));
                    self.state = State::Idle;
                }
                (State::Idle | State::ErrorPage(_), _) => {}
            },
            Signal::SameDocument(url) => {
                events.push(top(LoadCommit, &url));
                if self.state == State::Idle {
                    events.push(bare(LoadStop));
                }
            }
            Signal::SubframeCommitted(url) => {
                let inside = |kind| LoadEvent {
                    is_top_level: false,
                    ..top(kind, &url)
                };
                events.extend([inside(LoadStart), inside(LoadCommit)]);
                if self.state == State::Idle {
                    events.push(bare(LoadStop));
                }
            }
        }
        events
    }

    /// A `src` that may not be loaded: the events before `about:blank` loads instead.
    pub fn refuse(&mut self, url: &str, error: NetError) -> Vec<LoadEvent> {
        vec![LoadEvent {
            kind: FrameEventKind::LoadAbort,
            url: Some(url.to_owned()),
            is_top_level: true,
            error: Some(error),
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use NetError::{Aborted, ConnectionRefused};
    use Signal::{Committed, ContentLoaded, Failed, Finished, SameDocument, Started, SubframeCommitted};

    fn check(signals: impl IntoIterator<Item = Signal>, expected: &str) {
        let mut loads = Loads::default();
        let events: Vec<String> = signals
            .into_iter()
            .flat_map(|signal| loads.step(signal))
            .map(|event| {
                let mut line = format!("{:?}", event.kind).to_lowercase();
                if let Some(url) = &event.url {
                    line.push_str(&format!(" {url}"));
                }
                if !event.is_top_level {
                    line.push_str(" inside");
                }
                if let Some(error) = event.error {
                    line.push_str(&format!(" {}", error.reason()));
                }
                line
            })
            .collect();
        assert_eq!(events.join(", "), expected);
    }

    #[test]
    fn a_simple_load() {
        check(
            [Started("a".into()), Committed("a".into()), ContentLoaded, Finished],
            "loadstart a, loadcommit a, contentload, loadstop",
        );
    }

    #[test]
    fn content_load_is_never_missing_and_never_twice() {
        check(
            [Started("a".into()), Committed("a".into()), Finished, ContentLoaded],
            "loadstart a, loadcommit a, contentload, loadstop",
        );
    }

    #[test]
    fn a_redirect_commits_where_it_led() {
        check(
            [Started("a".into()), Committed("b".into()), ContentLoaded, Finished],
            "loadstart a, loadcommit b, contentload, loadstop",
        );
    }

    #[test]
    fn documents_inside_are_told_apart() {
        check(
            [
                Started("a".into()),
                Committed("a".into()),
                SubframeCommitted("b".into()),
                ContentLoaded,
                Finished,
            ],
            "loadstart a, loadcommit a, loadstart b inside, loadcommit b inside, contentload, loadstop",
        );
    }

    #[test]
    fn a_failed_load_shows_an_error_page_at_the_failed_url() {
        check(
            [
                Started("a".into()),
                Failed("a".into(), ConnectionRefused),
                Started("a".into()),
                Committed("error".into()),
                ContentLoaded,
                Finished,
            ],
            "loadstart a, loadabort a ERR_CONNECTION_REFUSED, loadcommit a, contentload, loadstop",
        );
    }

    #[test]
    fn an_aborted_load_leaves_the_document() {
        check(
            [Started("a".into()), Failed("a".into(), Aborted)],
            "loadstart a, loadabort a ERR_ABORTED, loadstop",
        );
    }

    #[test]
    fn a_superseded_load_is_aborted_before_the_next_starts() {
        check(
            [
                Started("a".into()),
                Started("b".into()),
                Committed("b".into()),
                ContentLoaded,
                Finished,
            ],
            "loadstart a, loadabort a ERR_ABORTED, loadstart b, loadcommit b, contentload, loadstop",
        );
    }

    #[test]
    fn steps_within_a_document_commit_without_a_start() {
        check([SameDocument("a#b".into())], "loadcommit a#b, loadstop");
    }
}
