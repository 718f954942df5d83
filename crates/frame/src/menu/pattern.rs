//! Which URLs a menu item is for.

use insula_bridge::{MenuUrlPattern, UrlComponents};
use url::Url;
use urlpattern::{UrlPattern, UrlPatternInit, UrlPatternMatchInput, UrlPatternOptions};

/// A pattern of URLs that has been read.
#[derive(Debug)]
pub(super) enum Pattern {
    /// A match pattern of WebExtensions.
    Match(MatchPattern),
    /// A `URLPattern`. It is large.
    Components(Box<UrlPattern>),
}

/// The parts of a match pattern; nothing stands for everything.
#[derive(Debug)]
pub(super) struct MatchPattern {
    /// http and https, where there is none.
    scheme: Option<String>,
    host: Option<String>,
    has_subdomains: bool,
    port: Option<u16>,
    /// A glob of the path and the query.
    path: String,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// It is none, or longer than `longest` bytes.
    pub(super) fn read(pattern: &MenuUrlPattern, longest: usize) -> Result<Self, String> {
        match pattern {
            MenuUrlPattern::Match(text) if text.len() <= longest => match MatchPattern::read(text) {
                Some(pattern) => Ok(Self::Match(pattern)),
                None => Err(format!("“{text}” is not a match pattern.")),
            },
            MenuUrlPattern::Components(components) if length(components) <= longest => {
                let pattern = UrlPattern::parse(init(components), UrlPatternOptions::default());
                pattern
                    .map(|pattern| Self::Components(Box::new(pattern)))
                    .map_err(|error| format!("A URL pattern cannot be used: {error}"))
            }
            _ => Err(format!("A URL pattern is longer than {longest} bytes.")),
        }
    }

    /// Whether a URL is meant.
    pub(super) fn matches(&self, url: &str) -> bool {
        let Ok(url) = Url::parse(url) else { return false };
        match self {
            Self::Match(pattern) => pattern.matches(&url),
            Self::Components(pattern) => pattern.test(UrlPatternMatchInput::Url(url)).unwrap_or(false),
        }
    }
}

fn length(components: &UrlComponents) -> usize {
    let UrlComponents {
        protocol,
        username,
        password,
        hostname,
        port,
        pathname,
        search,
        hash,
    } = components;
    let parts = [protocol, username, password, hostname, port, pathname, search, hash];
    parts.iter().map(|part| part.len()).sum()
}

fn init(components: &UrlComponents) -> UrlPatternInit {
    let part = |text: &String| Some(text.clone());
    UrlPatternInit {
        protocol: part(&components.protocol),
        username: part(&components.username),
        password: part(&components.password),
        hostname: part(&components.hostname),
        port: part(&components.port),
        pathname: part(&components.pathname),
        search: part(&components.search),
        hash: part(&components.hash),
        base_url: None,
    }
}

impl MatchPattern {
    fn read(text: &str) -> Option<Self> {
        let (scheme, rest) = if text == "<all_urls>" {
            ("*", "*/*")
        } else {
            text.split_once("://")?
        };
        let scheme = scheme.to_ascii_lowercase();
        if !matches!(scheme.as_str(), "*" | "http" | "https" | "ws" | "wss" | "ftp" | "file") {
            return None;
        }
        // An origin alone means all that is at it.
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let path = if path.is_empty() { "/*" } else { path };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, "*")) => (host, None),
            Some((host, port)) if !port.ends_with(']') => (host, Some(port.parse().ok()?)),
            _ => (authority, None),
        };
        let (has_subdomains, host) = match host.strip_prefix("*.") {
            Some(domain) => (true, domain),
            None => (false, host),
        };
        let host = match host {
            "*" if !has_subdomains => None,
            "" if scheme == "file" => Some(String::new()),
            host if host.contains(['*', '?', '#', '@', '\\']) => return None,
            host => Some(Url::parse(&format!("http://{host}/")).ok()?.host_str()?.to_owned()),
        };
        Some(Self {
            scheme: (scheme != "*").then_some(scheme),
            host,
            has_subdomains,
            port,
            path: path.to_owned(),
        })
    }

    fn matches(&self, url: &Url) -> bool {
        let is_scheme = match &self.scheme {
            Some(scheme) => scheme == url.scheme(),
            None => matches!(url.scheme(), "http" | "https"),
        };
        let own = url.host_str().unwrap_or_default();
        let own = own.strip_suffix('.').unwrap_or(own);
        let is_host = self.host.as_deref().is_none_or(|host| {
            let above = own.strip_suffix(host).filter(|_| self.has_subdomains);
            own == host || above.is_some_and(|above| above.ends_with('.'))
        });
        let is_port = self.port.is_none() || self.port == url.port_or_known_default();
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        is_scheme && is_host && is_port && matches_glob(&self.path, &path)
    }
}

/// Whether a glob, in which `*` stands for any characters, stands for the whole of a text. It goes back to the last `*`
/// alone.
fn matches_glob(glob: &str, text: &str) -> bool {
    let (glob, text) = (glob.as_bytes(), text.as_bytes());
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        if glob.get(at) == Some(&b'*') {
            at += 1;
            star = Some((at, from));
        } else if glob.get(at) == text.get(from) {
            at += 1;
            from += 1;
        } else if let Some((after, tried)) = star {
            star = Some((after, tried + 1));
            at = after;
            from = tried + 1;
        } else {
            return false;
        }
    }
    glob[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_match_pattern_is_exact() {
        for (pattern, url, expected) in [
            ("<all_urls>", "https://a.example/", true),
            ("<all_urls>", "about:blank", false),
            ("*://*/*", "http://a.example:81/x?y#z", true),
            ("https://a.example/*", "http://a.example/", false),
            ("https://*.a.example/*", "https://b.a.example/", true),
            ("https://*.a.example/*", "https://a.example/", true),
            ("https://*.a.example/*", "https://ba.example/", false),
            ("https://a.example:8443/*", "https://a.example:8443/", true),
            ("https://a.example:8443/*", "https://a.example/", false),
            ("https://a.example:443/*", "https://a.example/", true),
            ("https://a.example:*/x*z", "https://a.example:1/x?y=z", true),
            ("https://a.example/x", "https://a.example/x#y", true),
            ("https://a.example/x?y", "https://a.example/xzy", false),
            ("https://a.example", "https://a.example/anything", true),
            ("http://127.0.0.1/*", "http://127.0.0.1:1234/", true),
            ("https://b\u{fc}cher.example/*", "https://xn--bcher-kva.example/", true),
        ] {
            let read = Pattern::read(&MenuUrlPattern::Match(pattern.into()), 100).unwrap();
            assert_eq!(read.matches(url), expected, "{pattern} {url}");
        }
        for pattern in [
            "",
            "a",
            "https:/",
            "chrome://*/*",
            "https://a*/*",
            "https://*.*/",
            "https:///x",
        ] {
            let read = Pattern::read(&MenuUrlPattern::Match(pattern.into()), 100);
            assert!(read.is_err(), "{pattern}");
        }
    }

    #[test]
    fn a_glob_is_not_slow() {
        let glob = "*a".repeat(1000) + "b";
        assert!(!matches_glob(&glob, &"a".repeat(10_000)));
        assert!(matches_glob("*a*", "banana"));
        assert!(!matches_glob("*a*b", "banana"));
    }

    #[test]
    fn a_url_pattern_is_that_of_the_standard() {
        let components = UrlComponents {
            protocol: "http{s}?".into(),
            username: "*".into(),
            password: "*".into(),
            hostname: ":sub.a.example".into(),
            port: String::new(),
            pathname: "/x/:id(\\d+)".into(),
            search: "*".into(),
            hash: "*".into(),
        };
        let read = Pattern::read(&MenuUrlPattern::Components(components.clone()), 100).unwrap();
        assert!(read.matches("https://b.a.example/x/12?y"));
        assert!(!read.matches("https://b.a.example/x/y"));
        assert!(!read.matches("https://b.a.example:81/x/12"));
        let broken = UrlComponents {
            pathname: "(".into(),
            ..components
        };
        assert!(Pattern::read(&MenuUrlPattern::Components(broken.clone()), 100).is_err());
        assert!(Pattern::read(&MenuUrlPattern::Components(broken), 10).is_err());
    }
}
