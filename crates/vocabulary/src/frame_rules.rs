//! What an app's manifest says its frames may show.

use crate::{is_localhost, is_loopback_host};
use std::fmt;
use std::str::FromStr;
use url::{Host, Url};

/// What the pages of an app's frames may be, besides blank.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrameRules {
    /// Whether http is shown from everywhere, and not from this machine alone.
    pub allow_http: bool,
    /// Where pages may come from; without a list from anywhere.
    pub origins: Option<Vec<OriginPattern>>,
}

impl FrameRules {
    /// Whether a URL has a scheme that a frame may show: https, http where that is allowed, and the blank page.
    pub fn allow_scheme_of(&self, url: &Url) -> bool {
        match url.scheme() {
            "https" => true,
            "http" => self.allow_http || url.host().is_some_and(|host| is_loopback_host(&host)),
            "about" => url.path() == "blank",
            _ => false,
        }
    }

    /// Whether the list of origins, if there is one, has that of a URL. The blank page belongs to whoever opens it.
    pub fn list(&self, url: &Url) -> bool {
        let Some(origins) = &self.origins else { return true };
        match url.scheme() {
            "about" => true,
            // What a page made belongs to the page's own origin.
            "blob" => Url::parse(url.path()).is_ok_and(|inner| inner.scheme() != "blob" && self.list(&inner)),
            _ => origins.iter().any(|pattern| pattern.matches(url)),
        }
    }

    /// The same of a URL as text; what is none is not listed.
    pub fn list_text(&self, url: &str) -> bool {
        self.origins.is_none() || Url::parse(url).is_ok_and(|url| self.list(&url))
    }
}

/// Origins: `https://example.com`, or several of them with `*` in the place of the scheme (http and https), of the port, or
/// of the host, which may also begin with `*.` for a host and all that are below it.
///
/// Without a port the scheme's usual one is meant. A slash, or `/*`, may stand at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginPattern {
    /// http and https where it is none.
    scheme: Option<&'static str>,
    host: HostPattern,
    port: PortPattern,
}

/// The hosts of an [`OriginPattern`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostPattern {
    /// All of them.
    Any,
    /// A host, as URLs have it.
    Exactly(Host<String>),
    /// A name, and all that are below it.
    Within(String),
}

/// The ports of an [`OriginPattern`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortPattern {
    /// All of them.
    Any,
    /// The one that URLs of the scheme need not name.
    Usual,
    /// This one.
    Exactly(u16),
}

/// Why a text is no [`OriginPattern`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidOriginPattern {
    /// It does not begin with `https://`, `http://` or `*://`.
    Scheme,
    /// Something comes after the origin: a path, a query.
    MoreThanOrigin,
    /// The host is none, or has `*` somewhere else than in front.
    Host,
    /// The port is no number up to 65535, and not `*`.
    Port,
}

impl OriginPattern {
    /// Whether it has the origin of a URL.
    pub fn matches(&self, url: &Url) -> bool {
        let is_host = match (&self.host, url.host()) {
            (HostPattern::Any, Some(_)) => true,
            (HostPattern::Exactly(host), Some(own)) => *host == own.to_owned(),
            (HostPattern::Within(name), Some(Host::Domain(own))) => {
                let below = own.strip_suffix(name.as_str());
                below.is_some_and(|below| below.is_empty() || below.ends_with('.'))
            }
            _ => false,
        };
        let is_port = match self.port {
            PortPattern::Any => true,
            // A URL does not keep the usual one.
            PortPattern::Usual => url.port().is_none(),
            PortPattern::Exactly(port) => url.port_or_known_default() == Some(port),
        };
        is_host && is_port && self.schemes().contains(&url.scheme())
    }

    /// Whether its origins are this machine's by name, where http is as good as https.
    pub fn is_this_machine(&self) -> bool {
        match &self.host {
            HostPattern::Any => false,
            HostPattern::Exactly(Host::Domain(name)) | HostPattern::Within(name) => is_localhost(name),
            HostPattern::Exactly(Host::Ipv4(address)) => address.is_loopback(),
            HostPattern::Exactly(Host::Ipv6(address)) => address.is_loopback(),
        }
    }

    /// The schemes of its origins.
    pub fn schemes(&self) -> &[&'static str] {
        match &self.scheme {
            Some(scheme) => std::slice::from_ref(scheme),
            None => &["http", "https"],
        }
    }

    /// The hosts of its origins.
    pub fn host(&self) -> &HostPattern {
        &self.host
    }

    /// The ports of its origins.
    pub fn port(&self) -> PortPattern {
        self.port
    }
}

impl FromStr for OriginPattern {
    type Err = InvalidOriginPattern;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, rest) = text.split_once("://").ok_or(InvalidOriginPattern::Scheme)?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "https" => Some("https"),
            "http" => Some("http"),
            "*" => None,
            _ => return Err(InvalidOriginPattern::Scheme),
        };
        let rest = rest.strip_suffix("/*").or(rest.strip_suffix('/')).unwrap_or(rest);
        if rest.contains(['/', '\\', '?', '#', '@']) {
            return Err(InvalidOriginPattern::MoreThanOrigin);
        }
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, "*")) => (host, PortPattern::Any),
            // An IPv6 address has colons of its own.
            Some((host, port)) if !port.ends_with(']') => (host, port_of(port)?),
            _ => (rest, PortPattern::Usual),
        };
        let port = match (scheme, port) {
            (Some("https"), PortPattern::Exactly(443)) | (Some("http"), PortPattern::Exactly(80)) => PortPattern::Usual,
            _ => port,
        };
        let host = host_of(host).ok_or(InvalidOriginPattern::Host)?;
        Ok(Self { scheme, host, port })
    }
}

fn port_of(text: &str) -> Result<PortPattern, InvalidOriginPattern> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let port = text.parse().ok().filter(|_| is_number);
    port.map(PortPattern::Exactly).ok_or(InvalidOriginPattern::Port)
}

fn host_of(text: &str) -> Option<HostPattern> {
    if text == "*" {
        return Some(HostPattern::Any);
    }
    let (is_within, name) = match text.strip_prefix("*.") {
        Some(name) => (true, name),
        None => (false, text),
    };
    // Only an address in brackets has colons.
    let has_port = name.contains(':') && !(name.starts_with('[') && name.ends_with(']'));
    // A URL leaves out what is invisible at its ends.
    let is_invisible = |character: char| character.is_whitespace() || character.is_control();
    if has_port || name.contains('*') || name.contains(is_invisible) {
        return None;
    }
    let url = Url::parse(&format!("https://{name}/")).ok()?;
    match (is_within, url.host()?.to_owned()) {
        (false, host) => Some(HostPattern::Exactly(host)),
        (true, Host::Domain(name)) => Some(HostPattern::Within(name)),
        (true, _) => None,
    }
}

impl fmt::Display for OriginPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://", self.scheme.unwrap_or("*"))?;
        match &self.host {
            HostPattern::Any => formatter.write_str("*")?,
            HostPattern::Exactly(host) => write!(formatter, "{host}")?,
            HostPattern::Within(name) => write!(formatter, "*.{name}")?,
        }
        match self.port {
            PortPattern::Any => formatter.write_str(":*"),
            PortPattern::Usual => Ok(()),
            PortPattern::Exactly(port) => write!(formatter, ":{port}"),
        }
    }
}

impl fmt::Display for InvalidOriginPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Scheme => "it does not begin with “https://”, “http://” or “*://”",
            Self::MoreThanOrigin => "an origin has a scheme, a host and a port, and nothing else",
            Self::Host => "its host is none; “*” may stand for it, or as “*.” in front of a name",
            Self::Port => "its port is no number up to 65535, and not “*”",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> OriginPattern {
        text.parse()
            .unwrap_or_else(|error: InvalidOriginPattern| panic!("{text}: {error}"))
    }

    #[test]
    fn a_pattern_has_the_origins_that_it_says_and_no_others() {
        let table: [(&str, &[&str], &[&str]); 9] = [
            (
                "https://example.com",
                &[
                    "https://example.com/",
                    "https://EXAMPLE.com:443/a?b#c",
                    "https://a:b@example.com/",
                ],
                &[
                    "http://example.com/",
                    "https://example.com:8443/",
                    "https://a.example.com/",
                    "https://example.com./",
                    "https://example.com@evil.example/",
                    "https://example.com.evil.example/",
                    "https://evil.example/https://example.com/",
                    "ws://example.com/",
                ],
            ),
            (
                "https://*.example.com",
                &["https://example.com/", "https://a.b.example.com/"],
                &[
                    "https://notexample.com/",
                    "https://example.com.evil.example/",
                    "https://a.example.com:1/",
                ],
            ),
            (
                "https://example.com:8443/",
                &["https://example.com:8443/"],
                &["https://example.com/"],
            ),
            (
                "https://example.com:*/*",
                &["https://example.com/", "https://example.com:8443/"],
                &["http://example.com/"],
            ),
            (
                "*://example.com",
                &["http://example.com/", "https://example.com/"],
                &["ftp://example.com/", "http://example.com:81/"],
            ),
            (
                "https://*/*",
                &["https://example.com/", "https://[::1]/"],
                &["http://example.com/", "https://a:1/"],
            ),
            (
                "http://127.0.0.1:80",
                &["http://127.0.0.1/", "http://0x7f.1/"],
                &["http://127.0.0.1:8080/"],
            ),
            ("https://[::1]:8443", &["https://[::1]:8443/"], &["https://[::1]/"]),
            (
                "HTTPS://BÜCHER.example",
                &["https://xn--bcher-kva.example/"],
                &["https://bucher.example/"],
            ),
        ];
        for (text, has, has_not) in table {
            let pattern = pattern(text);
            for (urls, expected) in [(has, true), (has_not, false)] {
                for url in urls {
                    assert_eq!(pattern.matches(&Url::parse(url).unwrap()), expected, "{text} {url}");
                }
            }
            let written = pattern.to_string();
            assert_eq!(written.parse(), Ok(pattern), "{text} {written}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_told_apart() {
        use InvalidOriginPattern::{Host, MoreThanOrigin, Port, Scheme};
        for (texts, expected) in [
            (
                "|example.com|*|<all_urls>|wss://example.com|data:|file:///a|//example.com",
                Scheme,
            ),
            (
                "https://example.com/a|https://example.com/*/a|https://a@example.com|https://example.com?|https://a\\b",
                MoreThanOrigin,
            ),
            (
                "https://|https:///|https://a.*|https://a*.b|https://**|https://*.*.a|https://*.127.0.0.1|https://*.[::1]\
                 |https://a:1:2|https://a:443:*|https://[::1]:1:2|https://a b| https:// a|https://a\t|https://a%00|https://[a|https://:443",
                Host,
            ),
            ("https://a:|https://a:x|https://a:+1|https://a:65536|https://a:-1", Port),
        ] {
            for text in texts.split('|') {
                let read = text.parse::<OriginPattern>();
                let is_scheme = read == Err(Scheme) && text.starts_with(' ');
                assert!(read == Err(expected) || is_scheme, "{text}: {read:?}");
            }
        }
    }

    #[test]
    fn a_list_has_what_a_page_makes_and_the_blank_page() {
        let rules = FrameRules {
            origins: Some(vec![pattern("https://example.com")]),
            ..FrameRules::default()
        };
        for (url, expected) in [
            ("https://example.com/", true),
            ("about:blank", true),
            ("blob:https://example.com/1", true),
            ("blob:https://other.example/1", false),
            ("blob:blob:https://example.com/1", false),
            ("blob:null/1", false),
            ("data:text/html,x", false),
            ("https://other.example/", false),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(rules.list(&url), expected, "{url}");
            assert!(FrameRules::default().list(&url), "{url}");
        }
        let nothing = FrameRules {
            origins: Some(Vec::new()),
            ..FrameRules::default()
        };
        assert!(!nothing.list(&Url::parse("https://example.com/").unwrap()));
    }
}
