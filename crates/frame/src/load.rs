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
    /// Its document has loaded, and all that its `load` event waits for.
    ContentLoaded,
    /// Nothing of it loads any more.
    Finished,
    /// It ended without a document.
    Failed(String, NetError),
    /// It ended, or never began, because the app has asked for another.
    Superseded(String),
    /// No other goes on instead.
    Stopped,
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

    /// The URL of the failed load whose error page comes next.
    pub(crate) fn failed_url(&self) -> Option<&str> {
        match &self.state {
            State::ErrorPage(url) => Some(url),
            _ => None,
        }
    }

    /// Whether the error page of a failed load comes next, or the one of a process that is gone.
    pub(crate) fn expects_error_page(&self) -> bool {
        matches!(self.state, State::ErrorPage(_) | State::GonePage(_))
    }

    /// Whether a load has begun whose document is not there yet.
    pub(crate) fn is_provisional(&self) -> bool {
        matches!(self.state, State::Beginning | State::Provisional { .. })
    }

    /// Where the load leads that has begun, and whose document is not there yet.
    pub(crate) fn provisional_url(&self) -> Option<&str> {
        match &self.state {
            State::Provisional { url, .. } => Some(url),
            _ => None,
        }
    }

    /// Whether the page of a process that is gone comes next.
    pub(crate) fn expects_gone_page(&self) -> bool {
        matches!(self.state, State::GonePage(_))
    }

    /// The load that has begun is one that was told of before, and has ended.
    pub(crate) fn forget_beginning(&mut self) {
        if self.state == State::Beginning {
            self.state = State::Idle;
        }
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
            Signal::Superseded(url) => self.superseded(url, &mut events),
            Signal::Stopped => self.stop(&mut events),
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

    /// Nothing has stopped: another load goes on.
    fn superseded(&mut self, url: String, events: &mut Vec<FrameEvent>) {
        let current = self.provisional_url().map(str::to_owned);
        if current.as_deref() != Some(&url) {
            events.extend(current.map(|current| abort(current, true, NetError::Aborted)));
            events.push(start(url.clone()));
        }
        events.push(abort(url, true, NetError::Aborted));
        if self.is_provisional() {
            self.state = State::Idle;
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
mod tests;
