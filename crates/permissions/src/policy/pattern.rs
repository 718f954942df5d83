//! URL patterns as Chrome's content settings have them: `[*.]example.com`, `https://*:8443`.

use std::str::FromStr;

use insula_vocabulary::ISOLATED_APP_SCHEME;
use url::{Host, Url};

use crate::AppOrigin;

/// A set of origins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OriginPattern {
    /// As it is written.
    text: String,
    scheme: Option<String>,
    host: HostPattern,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum HostPattern {
    Any,
    Exact(String),
    /// The domain itself and everything under it.
    Domain(String),
}

impl OriginPattern {
    /// As it is written.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Equal for patterns that are about the same origins, however they are written.
    pub(super) fn identity(&self) -> impl Eq + std::hash::Hash + use<> {
        (self.scheme.clone(), self.host.clone(), self.port)
    }

    /// Of the patterns that match an origin, the greatest says most precisely which it is about: a host before a domain, a
    /// longer domain before a shorter one, a port before none, a scheme before none.
    pub(super) fn specificity(&self) -> impl Ord + use<> {
        let host = match &self.host {
            HostPattern::Any => (0, 0),
            HostPattern::Domain(domain) => (1, domain.len()),
            HostPattern::Exact(_) => (2, 0),
        };
        (host, self.port.is_some(), self.scheme.is_some())
    }

    pub(super) fn matches(&self, origin: &AppOrigin) -> bool {
        let scheme = self.scheme.as_deref().is_none_or(|scheme| scheme == origin.scheme());
        let port = self.port.is_none_or(|port| origin.port() == Some(port));
        let host = match &self.host {
            HostPattern::Any => true,
            HostPattern::Exact(host) => host == origin.host(),
            HostPattern::Domain(domain) => origin
                .host()
                .strip_suffix(domain.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
        };
        scheme && host && port
    }

    /// `*` alone, which some policies do not accept.
    pub(super) fn is_everything(&self) -> bool {
        self.scheme.is_none() && self.host == HostPattern::Any && self.port.is_none()
    }
}

/// What an item of a list is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    /// These origins.
    Origins(OriginPattern),
    /// Some of what is at these origins, which nobody can tell apart: a path, a form that Chrome does not know.
    Within(OriginPattern),
    /// No origin that an app can have.
    Nobody,
}

impl FromStr for Item {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (scheme, rest) = match text.split_once("://") {
            Some(("*", rest)) => (None, rest),
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
            None => (None, text),
        };
        match scheme.as_deref() {
            None | Some("https" | "http" | ISOLATED_APP_SCHEME) => {}
            Some(scheme) if is_scheme(scheme) => return Ok(Self::Nobody),
            Some(_) => return Err(format!("“{text}” has no valid scheme")),
        }
        if text.is_empty() {
            return Ok(Self::Nobody);
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if authority.contains('@') {
            return Err(format!("“{text}” has more than a scheme, a host and a port"));
        }
        let (host, port) = split_port(authority).ok_or_else(|| format!("“{text}” has a bad port"))?;
        // Chrome has `[*.]` for it.
        let (host, is_odd) = match host.strip_prefix("*.") {
            Some(domain) => (format!("[*.]{domain}"), true),
            None => (host.to_owned(), false),
        };
        let host = host_pattern(&host, scheme.as_deref()).ok_or_else(|| format!("“{text}” has no valid host"))?;
        let pattern = OriginPattern {
            text: text.to_owned(),
            scheme,
            host,
            port,
        };
        match path {
            "" | "/" | "/*" if !is_odd => Ok(Self::Origins(pattern)),
            _ => Ok(Self::Within(pattern)),
        }
    }
}

/// URL, "scheme".
fn is_scheme(text: &str) -> bool {
    let is_rest = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.bytes().all(is_rest)
}

/// The host, and the port unless it is `*` or missing.
fn split_port(text: &str) -> Option<(&str, Option<u16>)> {
    match text.rsplit_once(':') {
        Some((host, "*")) => Some((host, None)),
        Some((host, port)) if !port.ends_with(']') => Some((host, Some(port.parse().ok()?))),
        _ => Some((text, None)),
    }
}

fn host_pattern(text: &str, scheme: Option<&str>) -> Option<HostPattern> {
    if text == "*" {
        return Some(HostPattern::Any);
    }
    if scheme == Some(ISOLATED_APP_SCHEME) {
        let origin: AppOrigin = format!("isolated-app://{text}").parse().ok()?;
        return Some(HostPattern::Exact(origin.host().to_owned()));
    }
    match text.strip_prefix("[*.]") {
        Some(domain) => match normal_host(domain)? {
            (host, true) => Some(HostPattern::Domain(host)),
            // Addresses have no subdomains.
            (_, false) => None,
        },
        None => Some(HostPattern::Exact(normal_host(text)?.0)),
    }
}

/// The host as origins write it, and whether it is a domain name.
fn normal_host(text: &str) -> Option<(String, bool)> {
    if text.is_empty() || text.contains('*') {
        return None;
    }
    let url = Url::parse(&format!("https://{text}")).ok()?;
    let is_domain = matches!(url.host()?, Host::Domain(_));
    Some((url.host_str()?.to_owned(), is_domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = "isolated-app://aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic";

    #[test]
    fn a_pattern_matches_the_origins_it_names() {
        for (pattern, origin, expected) in [
            ("*", "https://any.example", true),
            ("*", APP, true),
            ("example.com", "https://example.com", true),
            ("example.com", "https://example.com:8443", true),
            ("example.com", "https://www.example.com", false),
            ("[*.]example.com", "https://example.com", true),
            ("[*.]example.com", "https://a.b.example.com", true),
            ("[*.]example.com", "https://badexample.com", false),
            ("https://Example.com/", "https://example.com", true),
            ("http://localhost", "https://localhost", false),
            ("https://example.com:443", "https://example.com", true),
            ("example.com:8443", "https://example.com", false),
            ("https://*:8443", "https://other.example:8443", true),
            ("*://example.com:*", "https://example.com:9", true),
            ("192.0.2.1", "https://192.0.2.1", true),
            ("[2001:DB8::1]:8443", "https://[2001:db8::1]:8443", true),
            ("[2001:db8::1]", "https://[2001:db8::1]:8443", true),
            ("isolated-app://*", APP, true),
            ("isolated-app://*", "https://example.com", false),
            ("https://example.com/*", "https://example.com", true),
            ("example.com/*", "https://other.example", false),
            ("*://*/*", "https://any.example", true),
            (APP, APP, true),
            ("https://b\u{fc}cher.example", "https://xn--bcher-kva.example", true),
        ] {
            let Ok(Item::Origins(parsed)) = pattern.parse() else {
                panic!("{pattern}")
            };
            assert_eq!(parsed.matches(&origin.parse().unwrap()), expected, "{pattern} {origin}");
        }
    }

    #[test]
    fn what_no_app_can_be_is_nobody() {
        for text in [
            "",
            " ",
            "file:///*",
            "file://*",
            "chrome-extension://abcdefghijklmnopabcdefghijklmnop/*",
            "devtools://*",
            "ftp://example.com",
        ] {
            assert_eq!(text.parse(), Ok(Item::Nobody), "{text}");
        }
    }

    #[test]
    fn what_is_about_a_part_of_an_origin_is_known_to_be() {
        for (text, origin) in [
            ("https://example.com/path", "https://example.com"),
            ("https://example.com?x", "https://example.com"),
            ("*.example.com", "https://a.example.com"),
            ("https://*.example.com/*", "https://example.com"),
            (&format!("{APP}/index.html"), APP),
        ] {
            let Ok(Item::Within(pattern)) = text.parse() else {
                panic!("{text}")
            };
            assert!(pattern.matches(&origin.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_pattern_is_refused() {
        for text in [
            "https://",
            "://example.com",
            "a b://example.com",
            "user@example.com",
            "a.*.example.com",
            "example.com:99999",
            "example.com:",
            "[*.]192.0.2.1",
            "[*.]",
            "isolated-app://short",
            "a b",
        ] {
            assert!(text.parse::<Item>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_more_specific_of_two_patterns_is_the_greater() {
        let patterns = [
            "*",
            "https://*",
            "*:443",
            "https://*:443",
            "[*.]com",
            "[*.]example.com",
            "[*.]a.example.com",
            "[*.]a.example.com:443",
            "a.example.com",
            "https://a.example.com",
            "a.example.com:443",
            "https://a.example.com:443",
        ];
        let specificity = |text: &str| match text.parse() {
            Ok(Item::Origins(pattern)) => pattern.specificity(),
            _ => panic!("{text}"),
        };
        assert!(patterns.is_sorted_by(|less, more| specificity(less) < specificity(more)));
    }

    #[test]
    fn only_a_lone_star_is_everything() {
        let is_everything = |text: &str| matches!(text.parse(), Ok(Item::Origins(it)) if it.is_everything());
        assert!(is_everything("*") && is_everything("*://*/*"));
        assert!(!is_everything("isolated-app://*"));
    }
}
