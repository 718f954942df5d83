//! What is known of the data that a session keeps, to remove some of it.

use super::cookies::{Cookies, now};
use insula_frame::Visits;
use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use url::Url;
use webkit6::NetworkSession;

/// What is known of a session's data.
pub(super) struct Kept {
    /// Its cookies.
    pub(super) cookies: Rc<Cookies>,
    visits: RefCell<Visits>,
}

impl Kept {
    /// Follows what a session keeps, as far as the engine tells. One on the disk has its data in a folder.
    pub(super) fn follow(session: &NetworkSession, folder: Option<&Path>) -> Rc<Self> {
        Rc::new(Self {
            cookies: Cookies::follow(session, folder),
            visits: RefCell::new(Visits::new(now() as f64)),
        })
    }

    /// Whether a site, as the engine names it, may have written anything at a time or later, in milliseconds since 1970.
    pub(super) fn may_have_written(&self, since: f64, site: &str) -> bool {
        self.visits.borrow().may_have_written(since, site)
    }
}

/// The sites of the documents that a frame shows.
pub(super) struct ShownSites {
    kept: Rc<Kept>,
    sites: RefCell<Vec<String>>,
}

impl ShownSites {
    /// None yet.
    pub(super) fn new(kept: Rc<Kept>) -> Self {
        let sites = RefCell::default();
        Self { kept, sites }
    }

    /// A document is shown. One at the top takes the place of all others.
    pub(super) fn show(&self, url: &str, is_top: bool) {
        if is_top {
            self.leave();
        }
        let Some(site) = site_of(url) else { return };
        let mut sites = self.sites.borrow_mut();
        if !sites.contains(&site) {
            self.kept.visits.borrow_mut().enter(&site);
            sites.push(site);
        }
    }

    fn leave(&self) {
        for site in self.sites.take() {
            self.kept.visits.borrow_mut().leave(now() as f64, &site);
        }
    }
}

impl Drop for ShownSites {
    fn drop(&mut self) {
        self.leave();
    }
}

/// The name under which the engine keeps the data of a document's site.
fn site_of(url: &str) -> Option<String> {
    super::site::Site::of(url)
        .map(super::site::Site::into_domain)
        .or_else(|| {
            // A `blob:` belongs to whom it names.
            let url = Url::parse(url).ok()?;
            (url.scheme() == "blob").then(|| site_of(url.path()))?
        })
}
