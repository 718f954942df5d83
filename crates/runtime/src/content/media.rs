//! Media URLs: what a page's `<audio>`, `<video>`, `<img>` and `<track>` load through the broker.
//!
//! A page gets a URL that leads nowhere. When one of its elements loads it, the library in its web process asks a scheme of
//! the engine's instead, which is answered here with what the broker fetches. The page's policy has been asked about the URL
//! by then, the element never learns of the scheme, and there is no server on this machine that anybody else could ask:
//! neither other users, nor other apps, nor what the app embeds.
//!
//! The URL names a [`Source`] by a number that nobody can guess, and is its document's: it is over with the document, and with
//! the grant of the network.

mod answer;

use crate::app_view::AppView;
use crate::documents::Document;
use crate::guard;
use gtk4::glib;
use gtk4::prelude::*;
use insula_manifest::AppIdentity;
use insula_net::Gate;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::Write;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use webkit6::{URISchemeRequest, WebContext, WebView};

/// How long a URL and the headers that are sent with it can be together, in bytes.
const LONGEST: usize = 64 << 10;

/// How much all of an app's may be, in bytes.
const MOST: usize = 16 << 20;

/// An isolated app's media URLs have a host that no name server knows (RFC 2606, section 2), because its own scheme has no media
/// player.
const OF_ISOLATED_APPS: &str = "https://media.insula.invalid/";

/// A site's are its own, so that its policy lets them pass where it lets its own pictures pass.
const OF_SITES: &str = "/.well-known/insula-media/";

/// What the media URLs of an app stand for.
pub(crate) struct MediaSources {
    /// What its media URLs begin with.
    prefix: String,
    /// The scheme that is asked for them.
    scheme: String,
    /// The app's origin, which may read what they stand for.
    origin: String,
    by_token: RefCell<HashMap<String, Rc<Source>>>,
    /// The bytes of all of them.
    size: Cell<usize>,
    /// The number of the last request.
    last: Cell<u64>,
}

/// What one media URL stands for.
pub(crate) struct Source {
    /// Whose it is, and over which network it is fetched.
    document: Weak<Document>,
    view: glib::WeakRef<AppView>,
    /// Asked each time.
    gate: Arc<dyn Gate>,
    url: String,
    headers: Vec<(String, String)>,
}

/// Why there is no media URL.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotMade {
    #[error("the URL and its headers have more than {LONGEST} bytes")]
    TooLong,
    #[error("the app's media URLs have {MOST} bytes together: revoke some that are not used any more")]
    TooMany,
    #[error("the system gives no random numbers: {0}")]
    NoRandomness(getrandom::Error),
}

impl MediaSources {
    /// None yet, of an app.
    pub(crate) fn of(identity: &AppIdentity) -> Rc<Self> {
        let origin = identity.origin();
        let prefix = match identity.is_on_the_web() {
            true => format!("{origin}{OF_SITES}"),
            false => OF_ISOLATED_APPS.to_owned(),
        };
        Rc::new(Self {
            prefix,
            scheme: format!("insula-media-{}", glib::uuid_string_random()),
            origin: origin.to_owned(),
            by_token: RefCell::default(),
            size: Cell::default(),
            last: Cell::default(),
        })
    }

    /// What all media URLs of the app begin with.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The scheme, with its colon, that is to be asked in their place.
    pub(crate) fn scheme(&self) -> String {
        format!("{}:", self.scheme)
    }

    /// Makes a context answer with what the media URLs stand for.
    pub(crate) fn register(self: &Rc<Self>, context: &WebContext) {
        let sources = Rc::downgrade(self);
        context.register_uri_scheme(&self.scheme, move |request| {
            guard("a media URL", (), || {
                if let Some(sources) = sources.upgrade() {
                    sources.asked(request);
                }
            });
        });
    }

    /// Makes a media URL.
    ///
    /// # Errors
    /// [`NotMade`].
    pub(crate) fn add(
        &self,
        document: &Rc<Document>,
        view: &AppView,
        gate: Arc<dyn Gate>,
        url: String,
        headers: Vec<(String, String)>,
    ) -> Result<String, NotMade> {
        let source = Source {
            document: Rc::downgrade(document),
            view: view.downgrade(),
            gate,
            url,
            headers,
        };
        let size = source.size();
        if size > LONGEST {
            return Err(NotMade::TooLong);
        }
        if self.size.get() + size > MOST {
            return Err(NotMade::TooMany);
        }
        let token = token().map_err(NotMade::NoRandomness)?;
        let url = format!("{}{token}", self.prefix);
        self.by_token.borrow_mut().insert(token, Rc::new(source));
        self.size.set(self.size.get() + size);
        Ok(url)
    }

    /// Takes a document's media URL back. What is being loaded by it goes on.
    pub(crate) fn revoke(&self, document: u64, url: &str) {
        if let Some(token) = url.strip_prefix(&self.prefix) {
            let token = token_in(token);
            self.retain(|known, source| known != token || !source.is_of(document));
        }
    }

    /// Takes all of a document's back. What is being loaded by them ends with its network, or as its gate says.
    pub(crate) fn forget(&self, document: u64) {
        self.retain(|_, source| !source.is_of(document));
    }

    fn retain(&self, keep: impl Fn(&str, &Source) -> bool) {
        let mut by_token = self.by_token.borrow_mut();
        by_token.retain(|token, source| keep(token, source));
        self.size.set(by_token.values().map(|source| source.size()).sum());
    }

    fn asked(&self, request: &URISchemeRequest) {
        let uri = request.uri().unwrap_or_default();
        let token = uri.strip_prefix(&self.scheme).and_then(|it| it.strip_prefix(':'));
        let source = token.and_then(|token| self.by_token.borrow().get(token_in(token)).cloned());
        match source.filter(|source| source.is_for(request.web_view().as_ref())) {
            Some(source) => {
                self.last.set(self.last.get() + 1);
                answer::fetch(request, source, &self.origin, self.last.get());
            }
            None => answer::refuse(request, "there is nothing behind this media URL any more"),
        }
    }
}

impl Source {
    fn size(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.len() + value.len());
        self.url.len() + headers.sum::<usize>()
    }

    /// Whether it is a document's. One that has ended has none.
    fn is_of(&self, document: u64) -> bool {
        self.document.upgrade().is_none_or(|known| known.id == document)
    }

    /// Whether a view may have it.
    fn is_for(&self, view: Option<&WebView>) -> bool {
        let own = self.view.upgrade();
        own.is_some_and(|own| view.is_some_and(|view| *view == own))
    }
}

/// 128 bits that nobody can guess.
fn token() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().fold(String::with_capacity(32), |mut token, byte| {
        // Writing to a string does not fail.
        let _ = write!(token, "{byte:02x}");
        token
    }))
}

/// The token at the beginning of something, which a page may have added a query or a fragment to.
fn token_in(text: &str) -> &str {
    let end = text.find(|it: char| !it.is_ascii_hexdigit()).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_before_what_a_page_adds() {
        let token = token().expect("there is randomness");
        assert_eq!(token.len(), 32);
        for added in ["", "#t=10", "?again", "/more"] {
            assert_eq!(token_in(&format!("{token}{added}")), token);
        }
        assert_eq!(token_in(""), "");
        assert_eq!(token_in("é"), "");
    }
}
