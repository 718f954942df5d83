//! Which load the app asked for last, and which ones came to nothing by that.

use std::collections::VecDeque;

/// How many loads are remembered of which the engine may still tell.
const MOST_DROPPED: usize = 16;

/// How the app asks for a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedBy {
    /// By a URL.
    Url,
    /// By a reload of the document that is there.
    Reload,
    /// By a step in the session history.
    Traversal,
}

/// Whose document is requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Requested {
    /// That of the load that was asked for.
    Asked,
    /// That of a load that has come to nothing.
    Dropped,
    /// Another.
    Other,
}

/// The load that the app asked for last, until it begins.
#[derive(Debug, Default)]
pub(super) struct Asked {
    load: Option<Load>,
    /// The URLs of loads that came to nothing: the app has heard of them, the engine may not have told yet.
    dropped: VecDeque<String>,
}

#[derive(Debug)]
struct Load {
    url: String,
    by: AskedBy,
    /// It is asked of the engine when a page of the runtime's own is there.
    waits: bool,
    /// A load has begun since, perhaps this one.
    may_have_begun: bool,
}

impl Asked {
    pub(super) fn ask(&mut self, url: String, by: AskedBy, waits: bool) {
        self.load = Some(Load {
            url,
            by,
            waits,
            may_have_begun: false,
        });
    }

    pub(super) fn is_some(&self) -> bool {
        self.load.is_some()
    }

    pub(super) fn is_by(&self, by: AskedBy) -> bool {
        self.load.as_ref().is_some_and(|load| load.by == by)
    }

    pub(super) fn is_for(&self, url: &str) -> bool {
        self.load.as_ref().is_some_and(|load| load.url == url)
    }

    /// Forgets the load; answers its URL, if the engine knows of it.
    pub(super) fn take_of_engine(&mut self) -> Option<String> {
        self.load.take().filter(|load| !load.waits).map(|load| load.url)
    }

    pub(super) fn forget(&mut self) {
        self.load = None;
    }

    /// The load is asked of the engine now; answers whether it waited for that.
    pub(super) fn go_on(&mut self) -> bool {
        self.load
            .as_mut()
            .is_some_and(|load| std::mem::replace(&mut load.waits, false))
    }

    /// A load has come to nothing, of which the engine may still tell.
    pub(super) fn drop_load(&mut self, url: String) {
        if self.dropped.len() == MOST_DROPPED {
            self.dropped.pop_front();
        }
        self.dropped.push_back(url);
    }

    /// A load has begun; answers whether it is the one that was asked for. If others were asked for before that, nobody knows.
    pub(super) fn began(&mut self) -> bool {
        match &mut self.load {
            Some(load) if !self.dropped.is_empty() => {
                load.may_have_begun = true;
                false
            }
            load => load.take().is_some(),
        }
    }

    /// A document is requested.
    pub(super) fn requested(&mut self, url: &str) -> Requested {
        if self.is_for(url) {
            self.begun();
            Requested::Asked
        } else if self.is_behind() || self.dropped.iter().any(|dropped| dropped == url) {
            Requested::Dropped
        } else {
            Requested::Other
        }
    }

    /// A load was aborted; answers whether it is one that has come to nothing.
    pub(super) fn aborted(&mut self, url: &str) -> bool {
        match self.dropped.iter().position(|dropped| dropped == url) {
            Some(index) => self.dropped.remove(index).is_some(),
            None => self.is_behind(),
        }
    }

    /// Whether the engine has not come to the load yet, and tells of those before it.
    fn is_behind(&self) -> bool {
        self.load.is_some() && !self.dropped.is_empty()
    }

    /// A document is there.
    pub(super) fn committed(&mut self) {
        if self.load.as_ref().is_none_or(|load| load.may_have_begun) {
            self.begun();
        }
    }

    /// The engine tells in order: of what was before the load it tells no more.
    fn begun(&mut self) {
        self.load = None;
        self.dropped.clear();
    }
}
