//! What an element's `src` means.

use crate::NetError;
use insula_vocabulary::FrameRules;
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
    /// Nowhere: the manifest lists what frames may show, and this is not among it. To the app it is a load that fails.
    NotListed(Url),
}

impl Source {
    /// Reads a `src` as the app gave it. Relative URLs are not resolved against the app: they name nothing that a
    /// frame could show (Controlled Frame, section "src").
    pub fn parse(src: &str, rules: &FrameRules) -> Self {
        match Url::parse(src) {
            Err(_) => Self::Refused {
                url: String::new(),
                error: NetError::InvalidUrl,
            },
            Ok(url) if !rules.allow_scheme_of(&url) => Self::Refused {
                url: src.to_owned(),
                error: NetError::DisallowedUrlScheme,
            },
            Ok(url) if !rules.list(&url) => Self::NotListed(url),
            Ok(url) => Self::Load(url),
        }
    }
}

impl Source {
    /// Why a page may not go somewhere by itself. Documents inside it ask like the top one, without saying so: what only
    /// they may be is let through, and what is not listed is, too.
    pub fn refusal(url: &str, rules: &FrameRules) -> Option<NetError> {
        let inside = ["data:", "blob:", "about:", "javascript:"];
        match Self::parse(url, rules) {
            Self::Refused { error, .. } if !inside.iter().any(|scheme| url.starts_with(scheme)) => Some(error),
            _ => None,
        }
    }

    /// Why the top document may not be there.
    pub(crate) fn top_level_refusal(url: &str, rules: &FrameRules) -> Option<NetError> {
        Self::refusal(url, rules).or_else(|| (!rules.list_text(url)).then_some(NetError::BlockedByClient))
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
            assert!(
                matches!(Source::parse(src, &FrameRules::default()), Source::Load(_)),
                "{src}"
            );
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
                Source::parse(src, &FrameRules::default()),
                Source::Refused {
                    url: src.to_owned(),
                    error: NetError::DisallowedUrlScheme
                },
                "{src}"
            );
        }
        for src in ["page.html", "/page.html", "//example.org/", "https://", ""] {
            assert_eq!(
                Source::parse(src, &FrameRules::default()),
                Source::Refused {
                    url: String::new(),
                    error: NetError::InvalidUrl
                },
                "{src}"
            );
        }
    }

    #[test]
    fn http_from_elsewhere_is_for_the_manifest_to_allow() {
        let rules = FrameRules {
            allow_http: true,
            ..FrameRules::default()
        };
        for src in ["http://example.org/", "http://10.0.0.1/", "https://example.org/"] {
            assert!(matches!(Source::parse(src, &rules), Source::Load(_)), "{src}");
            assert_eq!(Source::refusal(src, &rules), None);
        }
        for src in ["file:///etc/passwd", "data:text/html,x", "ftp://example.org/"] {
            assert!(matches!(Source::parse(src, &rules), Source::Refused { .. }), "{src}");
        }
        let error = Source::refusal("http://example.org/", &FrameRules::default());
        assert_eq!(error, Some(NetError::DisallowedUrlScheme));
    }

    #[test]
    fn what_the_manifest_does_not_list_is_not_for_the_top_document() {
        let rules = FrameRules {
            origins: Some(vec!["https://listed.example".parse().unwrap()]),
            ..FrameRules::default()
        };
        for (src, is_shown) in [
            ("https://listed.example/a", true),
            ("about:blank", true),
            ("https://other.example/", false),
            ("http://localhost/", false),
        ] {
            let expected = match is_shown {
                true => Source::Load(Url::parse(src).unwrap()),
                false => Source::NotListed(Url::parse(src).unwrap()),
            };
            assert_eq!(Source::parse(src, &rules), expected);
            assert_eq!(
                Source::refusal(src, &rules),
                None,
                "a document inside may be there: {src}"
            );
            let error = Source::top_level_refusal(src, &rules);
            assert_eq!(error, (!is_shown).then_some(NetError::BlockedByClient), "{src}");
        }
        let error = Source::top_level_refusal("file:///a", &rules);
        assert_eq!(error, Some(NetError::DisallowedUrlScheme));
    }
}
