//! What an element's `src` means.

use crate::NetError;
use insula_vocabulary::is_loopback_host;
use url::Url;

/// Where a frame is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// There.
    Load(Url),
    /// Nowhere: `loadabort` tells why, and the frame shows `about:blank`.
    Refused {
        /// The URL that the event names.
        url: String,
        /// Why.
        error: NetError,
    },
}

impl Source {
    /// Reads a `src` as the app gave it. Relative URLs are not resolved against the app: they name nothing that a
    /// frame could show (Controlled Frame, section "src").
    pub fn parse(src: &str) -> Self {
        match Url::parse(src) {
            Err(_) => Self::Refused {
                url: String::new(),
                error: NetError::InvalidUrl,
            },
            Ok(url) if is_allowed(&url) => Self::Load(url),
            Ok(_) => Self::Refused {
                url: src.to_owned(),
                error: NetError::DisallowedUrlScheme,
            },
        }
    }
}

impl Source {
    /// Why a page may not go somewhere by itself. Documents inside it ask like the top one, without saying so: what only
    /// they may be is let through.
    pub fn refusal(url: &str) -> Option<NetError> {
        let inside = ["data:", "blob:", "about:", "javascript:"];
        match Self::parse(url) {
            Self::Refused { error, .. } if !inside.iter().any(|scheme| url.starts_with(scheme)) => Some(error),
            _ => None,
        }
    }
}

/// Whether a frame may show a URL: https, http on this machine, and the blank page.
fn is_allowed(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => url.host().is_some_and(|host| is_loopback_host(&host)),
        "about" => url.path() == "blank",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_http_on_this_machine_load() {
        for src in [
            "https://example.org/a?b#c",
            "http://localhost:8080/",
            "http://app.localhost/",
            "http://127.0.0.1/",
            "http://127.9.9.9:1/",
            "http://[::1]:8080/",
            "about:blank",
            "  https://example.org/ ",
        ] {
            assert!(matches!(Source::parse(src), Source::Load(_)), "{src}");
        }
    }

    #[test]
    fn everything_else_is_refused_by_name() {
        for src in [
            "http://example.org/",
            "http://localhost.example.org/",
            "http://10.0.0.1/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "blob:https://example.org/1",
            "isolated-app://aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic/",
            "ws://localhost/",
            "view-source:https://example.org/",
            "about:srcdoc",
            "unknown:x",
        ] {
            assert_eq!(
                Source::parse(src),
                Source::Refused {
                    url: src.to_owned(),
                    error: NetError::DisallowedUrlScheme
                },
                "{src}"
            );
        }
        for src in ["page.html", "/page.html", "//example.org/", "https://", ""] {
            assert_eq!(
                Source::parse(src),
                Source::Refused {
                    url: String::new(),
                    error: NetError::InvalidUrl
                },
                "{src}"
            );
        }
    }
}
