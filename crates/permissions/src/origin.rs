use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use insula_vocabulary::{ISOLATED_APP_SCHEME, is_loopback_host};
use url::{Host, Url};

/// The origin that decisions belong to: `isolated-app://<id>`, `https://host[:port]`, or http
/// where the host is this machine.
///
/// It is kept in its serialised form, so that equal origins are equal text. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AppOrigin {
    text: Arc<str>,
}

/// Why text is not an [`AppOrigin`]; the caller's or the page's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseOriginError {
    /// Not an absolute address.
    #[error("“{0}” is not an address")]
    NotAnAddress(String),
    /// An address of a kind that permissions are not given to.
    #[error("“{0}” is neither isolated-app: nor https: nor http: on this machine")]
    UnsupportedScheme(String),
    /// An address with a path, a query, a fragment or a user.
    #[error("“{0}” has more than an origin has")]
    MoreThanAnOrigin(String),
    /// `isolated-app:` with something else than a signed web bundle id, or with a port.
    #[error("“{0}” does not have a signed web bundle id")]
    InvalidBundleId(String),
}

impl AppOrigin {
    /// The origin of an address, whatever its path.
    ///
    /// # Errors
    ///
    /// The address has no origin that permissions are given to.
    pub fn of(url: &Url) -> Result<Self, ParseOriginError> {
        let shown = || shorten(url.as_str());
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ParseOriginError::MoreThanAnOrigin(shown()));
        }
        match (url.scheme(), url.host()) {
            (ISOLATED_APP_SCHEME, Some(Host::Domain(id))) => {
                if !is_bundle_id(id) || url.port().is_some() {
                    return Err(ParseOriginError::InvalidBundleId(shown()));
                }
                Ok(Self {
                    text: format!("{ISOLATED_APP_SCHEME}://{id}").into(),
                })
            }
            (ISOLATED_APP_SCHEME, _) => Err(ParseOriginError::InvalidBundleId(shown())),
            ("https", Some(_)) => Ok(Self {
                text: url.origin().ascii_serialization().into(),
            }),
            ("http", Some(host)) if is_loopback_host(&host) => Ok(Self {
                text: url.origin().ascii_serialization().into(),
            }),
            _ => Err(ParseOriginError::UnsupportedScheme(shown())),
        }
    }

    /// The serialised origin, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is an Isolated Web App.
    pub fn is_isolated(&self) -> bool {
        self.scheme() == ISOLATED_APP_SCHEME
    }

    /// `isolated-app`, `https` or `http`.
    pub fn scheme(&self) -> &str {
        self.text.split("://").next().unwrap_or_default()
    }

    /// The host in lower case: an id, a domain, `192.0.2.1` or `[2001:db8::1]`.
    pub fn host(&self) -> &str {
        let authority = self.authority();
        match authority.rfind(':') {
            Some(colon) if !authority.ends_with(']') => &authority[..colon],
            _ => authority,
        }
    }

    /// The port, the scheme's own included; none for `isolated-app:`.
    pub fn port(&self) -> Option<u16> {
        let written = self.authority()[self.host().len()..].strip_prefix(':');
        match (written, self.scheme()) {
            (Some(port), _) => port.parse().ok(),
            (None, "https") => Some(443),
            (None, "http") => Some(80),
            _ => None,
        }
    }

    fn authority(&self) -> &str {
        self.text.split_once("://").map_or("", |(_, authority)| authority)
    }
}

impl FromStr for AppOrigin {
    type Err = ParseOriginError;

    /// An origin; one slash at the end is forgiven.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| ParseOriginError::NotAnAddress(shorten(text)))?;
        let bare = matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none()
            && !text.trim_end_matches('/').is_empty();
        let origin = Self::of(&url)?;
        if bare {
            Ok(origin)
        } else {
            Err(ParseOriginError::MoreThanAnOrigin(shorten(text)))
        }
    }
}

impl fmt::Display for AppOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// The shape of a signed web bundle id. Whether it is canonical and whose key it is has been
/// checked by whoever verified the bundle.
fn is_bundle_id(id: &str) -> bool {
    matches!(id.len(), 56 | 58) && id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
}

fn shorten(text: &str) -> String {
    text.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic";

    fn origin(text: &str) -> AppOrigin {
        text.parse().unwrap()
    }

    #[test]
    fn equal_origins_are_equal_text() {
        for (written, expected) in [
            (format!("isolated-app://{ID}/"), format!("isolated-app://{ID}")),
            ("HTTPS://Example.COM:443".to_owned(), "https://example.com".to_owned()),
            (
                "https://example.com:8443/".to_owned(),
                "https://example.com:8443".to_owned(),
            ),
            (
                "https://b\u{fc}cher.example".to_owned(),
                "https://xn--bcher-kva.example".to_owned(),
            ),
            ("http://localhost:8080".to_owned(), "http://localhost:8080".to_owned()),
            ("http://[::1]:1/".to_owned(), "http://[::1]:1".to_owned()),
        ] {
            assert_eq!(origin(&written).to_string(), expected);
            assert_eq!(origin(&expected), origin(&written));
        }
    }

    #[test]
    fn an_origin_comes_apart_again() {
        let isolated = origin(&format!("isolated-app://{ID}"));
        assert!(isolated.is_isolated());
        assert_eq!((isolated.host(), isolated.port()), (ID, None));
        let web = origin("https://[2001:db8::1]");
        assert_eq!(
            (web.scheme(), web.host(), web.port()),
            ("https", "[2001:db8::1]", Some(443))
        );
        let local = origin("http://127.0.0.1:8080");
        assert_eq!((local.host(), local.port()), ("127.0.0.1", Some(8080)));
    }

    #[test]
    fn what_is_not_an_origin_is_refused() {
        let id = format!("isolated-app://{ID}");
        for text in [
            "",
            "example.com",
            "http://example.com",
            "file:///etc/passwd",
            "data:,x",
            "about:blank",
            "https://example.com/path",
            "https://example.com/?q",
            "https://example.com#f",
            "https://user@example.com",
            "isolated-app://short",
            "isolated-app:",
            "https://",
            &format!("{id}:80"),
            &format!("{id}/x"),
            &id.to_uppercase(),
        ] {
            assert!(text.parse::<AppOrigin>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_origin_of_a_page_ignores_its_path() {
        let url = Url::parse("https://example.com/deep/page?x#y").unwrap();
        assert_eq!(AppOrigin::of(&url).unwrap().as_str(), "https://example.com");
    }
}
