//! The documents inside a page that are loading.
//!
//! The engine tells neither which document a navigation is for nor of which document a resource is: a document inside is
//! what was first navigated to and then loaded without being the top one.

use std::collections::VecDeque;

/// How many navigations without a load are remembered: those to places that are loaded from nowhere.
const MOST_ASKED: usize = 32;

/// How many documents of one page are followed at once.
const MOST_LOADING: usize = 1_024;

/// A resource of a page, by a number that its frame uses once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResourceId(pub u64);

#[derive(Debug, Default)]
pub(crate) struct NestedDocuments {
    asked: VecDeque<String>,
    loading: Vec<(ResourceId, String)>,
}

impl NestedDocuments {
    /// Some document is about to load from there.
    pub(crate) fn asked(&mut self, url: &str) {
        self.asked.truncate(MOST_ASKED - 1);
        self.asked.push_front(without_fragment(url).to_owned());
    }

    /// A resource loads from there: whether it is a document.
    pub(crate) fn take_asked(&mut self, url: &str) -> bool {
        let position = self.asked.iter().position(|asked| asked == without_fragment(url));
        position.and_then(|position| self.asked.remove(position)).is_some()
    }

    /// A resource is a document inside.
    pub(crate) fn started(&mut self, resource: ResourceId, url: &str) {
        if self.loading.len() < MOST_LOADING {
            self.loading.push((resource, url.to_owned()));
        }
    }

    /// It was redirected; answers from where, unless it is no document or was there already.
    pub(crate) fn moved(&mut self, resource: ResourceId, url: &str) -> Option<String> {
        let (_, loading) = self.loading.iter_mut().find(|(id, _)| *id == resource)?;
        (loading != url).then(|| std::mem::replace(loading, url.to_owned()))
    }

    /// It loads no more; answers where it last was.
    pub(crate) fn take(&mut self, resource: ResourceId) -> Option<String> {
        let position = self.loading.iter().position(|(id, _)| *id == resource)?;
        Some(self.loading.swap_remove(position).1)
    }

    /// A document at a URL is shown: whether it is one that was loading.
    pub(crate) fn take_at(&mut self, url: &str) -> bool {
        let url = without_fragment(url);
        let position = self
            .loading
            .iter()
            .position(|(_, loading)| without_fragment(loading) == url);
        position.map(|position| self.loading.swap_remove(position)).is_some()
    }
}

fn without_fragment(url: &str) -> &str {
    url.split_once('#').map_or(url, |(url, _)| url)
}
