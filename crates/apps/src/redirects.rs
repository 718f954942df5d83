//! Redirects from one path of an app to another.
//!
//! `wbn`, the bundler that most apps are made with, answers `/index.html` with a 301 to `./`.

use insula_bundle::Response;
use insula_vocabulary::ISOLATED_APP_SCHEME;
use url::Url;

use crate::source::AppSource;

/// As many as the Fetch standard allows in a row.
const MAXIMUM: usize = 20;

/// The response that a request ends with.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Followed {
    /// Whose response it is: the URL that was asked for, or the one that it redirects to in the end. The fragment that
    /// was asked for stays, unless a redirect has another.
    pub url: Url,
    /// The response to that URL.
    pub response: Response,
}

/// Why a request ends with no response. Begins with a verb, to follow on what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FollowError {
    /// There is no response to the URL, or to the one that it redirects to.
    #[error("is not in the app")]
    Absent,
    /// The redirect leads to no URL of the app. An app may link to the web, but what answers its own URLs is in the app.
    #[error("redirects out of the app, to `{location}`")]
    Outside {
        /// The value of the header.
        location: String,
    },
    /// The redirects come back to where they began, or are too many.
    #[error("redirects in a circle")]
    Circle,
}

impl AppSource {
    /// Looks up a URL of the app, and follows redirects as long as they stay in the app.
    pub fn follow(&self, url: &Url) -> Result<Followed, FollowError> {
        let mut url = url.clone();
        for _ in 0..=MAXIMUM {
            let response = self.response(url.path()).ok_or(FollowError::Absent)?;
            let Some(location) = location(&response) else {
                return Ok(Followed { url, response });
            };
            let mut next = url
                .join(location)
                .ok()
                .filter(|next| is_same_origin(&url, next))
                .ok_or_else(|| FollowError::Outside {
                    location: location.to_owned(),
                })?;
            if next.fragment().is_none() {
                next.set_fragment(url.fragment());
            }
            url = next;
        }
        Err(FollowError::Circle)
    }
}

/// Where a response redirects to; `None` if it does not.
fn location(response: &Response) -> Option<&str> {
    matches!(response.status(), 301 | 302 | 303 | 307 | 308)
        .then(|| response.header("location"))
        .flatten()
}

/// The URL standard gives `isolated-app:` no origin, so its parts are compared.
fn is_same_origin(one: &Url, other: &Url) -> bool {
    let parts = |url: &Url| (url.host_str().map(str::to_owned), url.port());
    other.scheme() == ISOLATED_APP_SCHEME && other.scheme() == one.scheme() && parts(one) == parts(other)
}
