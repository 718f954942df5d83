//! One cookie: from a `Set-Cookie` header to where it may be sent.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::PublicSuffixes;

/// Name and value together (RFC 6265bis, "The Set-Cookie Header Field").
const LONGEST: usize = 4096;

/// The value of an attribute.
const LONGEST_ATTRIBUTE: usize = 1024;

/// No cookie stays for longer: 400 days, in seconds.
const LONGEST_LIFE: i64 = 400 * 24 * 60 * 60;

/// A cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cookie {
    pub(super) name: String,
    pub(super) value: String,
    /// A host in small letters and ASCII.
    pub(super) domain: String,
    /// Whether it is for that host alone.
    pub(super) host_only: bool,
    pub(super) path: String,
    pub(super) secure: bool,
    /// Seconds since 1970; none, if it goes with the app.
    pub(super) expires: Option<i64>,
    /// Which came first.
    pub(super) created: u64,
    /// Which was sent last.
    pub(super) used: u64,
}

impl Cookie {
    /// Reads a header of a response from `url`; `None`, if it sets no cookie that browsers would take.
    pub(super) fn parse(header: &[u8], url: &Url, suffixes: &dyn PublicSuffixes, now: i64) -> Option<Self> {
        let header = std::str::from_utf8(header).ok()?;
        if header.chars().any(|it| it.is_ascii_control() && it != '\t') {
            return None;
        }
        let parsed = cookie::Cookie::parse(header).ok()?;
        let (name, value) = parsed.name_value();
        if name.len() + value.len() > LONGEST {
            return None;
        }
        let host = url.host_str()?;
        let is_trustworthy = is_trustworthy(url);
        let asked = parsed
            .domain()
            .filter(|it| !it.is_empty() && it.len() <= LONGEST_ATTRIBUTE);
        let (domain, host_only) = match asked {
            None => (host.to_owned(), true),
            Some(asked) => {
                let asked = Host::parse(asked).ok()?.to_string();
                match suffixes.contains(&asked) {
                    true if asked == host => (asked, true),
                    true => return None,
                    false => (asked, false),
                }
            }
        };
        if !domain_matches(url, &domain) {
            return None;
        }
        let asked = parsed
            .path()
            .filter(|it| it.starts_with('/') && it.len() <= LONGEST_ATTRIBUTE);
        let path = asked.map_or_else(|| default_path(url), str::to_owned);
        let secure = parsed.secure() == Some(true);
        if secure && !is_trustworthy {
            return None;
        }
        let begins = |prefix: &str| {
            name.get(..prefix.len())
                .is_some_and(|it| it.eq_ignore_ascii_case(prefix))
        };
        let is_of_host = host_only && parsed.domain().is_none() && asked == Some("/");
        if (begins("__Secure-") && !secure) || (begins("__Host-") && !(secure && is_of_host)) {
            return None;
        }
        Some(Self {
            name: name.to_owned(),
            value: value.to_owned(),
            domain,
            host_only,
            path,
            secure,
            expires: expiry(&parsed, now),
            created: 0,
            used: 0,
        })
    }

    pub(super) fn is_over(&self, now: i64) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    /// Whether a request to `url` gets it. Its domain matches.
    pub(super) fn is_for(&self, url: &Url) -> bool {
        let is_host = url.host_str() == Some(self.domain.as_str());
        (is_host || !self.host_only) && path_matches(url.path(), &self.path) && (!self.secure || is_trustworthy(url))
    }

    /// Whether it is the same cookie, with another value perhaps.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.name == other.name
            && self.domain == other.domain
            && self.path == other.path
            && self.host_only == other.host_only
    }

    /// Whether `newer`, which came unprotected, would stand in the place of this one where that is sent.
    pub(super) fn is_shadowed_by(&self, newer: &Self) -> bool {
        let of = |one: &str, other: &str| one == other || is_below(one, other);
        self.name == newer.name
            && (of(&self.domain, &newer.domain) || of(&newer.domain, &self.domain))
            && path_matches(&newer.path, &self.path)
    }
}

/// Whether the cookies of `domain` are for the host of `url` (RFC 6265 §5.1.3).
pub(super) fn domain_matches(url: &Url, domain: &str) -> bool {
    match url.host() {
        Some(Host::Domain(host)) => host == domain || is_below(host, domain),
        // Addresses have no domains above them.
        Some(_) => url.host_str() == Some(domain),
        None => false,
    }
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// Whether nobody on the way sees or changes what is sent: what leads to this machine needs no TLS for that, as in browsers.
pub(super) fn is_trustworthy(url: &Url) -> bool {
    url.scheme() == "https"
        || match url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
}

/// RFC 6265 §5.1.4.
fn path_matches(asked: &str, path: &str) -> bool {
    match asked.strip_prefix(path) {
        Some(rest) => rest.is_empty() || path.ends_with('/') || rest.starts_with('/'),
        None => false,
    }
}

/// RFC 6265 §5.1.4, "default-path".
fn default_path(url: &Url) -> String {
    match url.path().rfind('/') {
        None | Some(0) => "/".to_owned(),
        Some(last) => url.path()[..last].to_owned(),
    }
}

/// When it is over: `Max-Age` says it before `Expires`.
fn expiry(parsed: &cookie::Cookie<'_>, now: i64) -> Option<i64> {
    let asked = match (parsed.max_age(), parsed.expires_datetime()) {
        (Some(age), _) => now.saturating_add(age.whole_seconds()),
        (None, Some(time)) => time.unix_timestamp(),
        (None, None) => return None,
    };
    Some(asked.min(now.saturating_add(LONGEST_LIFE)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::TopLevel;

    struct Suffixes;
    impl PublicSuffixes for Suffixes {
        fn contains(&self, domain: &str) -> bool {
            TopLevel.contains(domain) || domain == "co.uk" || domain == "github.io"
        }
    }

    const NOW: i64 = 1_800_000_000;

    fn parse(header: &str, url: &str) -> Option<Cookie> {
        Cookie::parse(header.as_bytes(), &Url::parse(url).unwrap(), &Suffixes, NOW)
    }

    #[test]
    fn a_cookie_is_for_the_domain_that_it_names_if_that_is_the_hosts() {
        for (url, header, domain) in [
            ("https://a.b.example/", "n=v", Some(("a.b.example", true))),
            ("https://a.b.example/", "n=v; Domain=", Some(("a.b.example", true))),
            (
                "https://a.b.example/",
                "n=v; Domain=a.b.example",
                Some(("a.b.example", false)),
            ),
            (
                "https://a.b.example/",
                "n=v; domain=.B.Example",
                Some(("b.example", false)),
            ),
            ("https://a.b.example/", "n=v; Domain=c.example", None),
            ("https://ab.example/", "n=v; Domain=b.example", None),
            ("https://b.example/", "n=v; Domain=a.b.example", None),
            ("https://a.b.example/", "n=v; Domain=example", None),
            ("https://shop.co.uk/", "n=v; Domain=co.uk", None),
            ("https://me.github.io/", "n=v; Domain=github.io", None),
            ("https://github.io/", "n=v; Domain=github.io", Some(("github.io", true))),
            ("http://localhost/", "n=v; Domain=localhost", Some(("localhost", true))),
            ("http://192.0.2.1/", "n=v", Some(("192.0.2.1", true))),
            ("http://192.0.2.1/", "n=v; Domain=192.0.2.1", Some(("192.0.2.1", false))),
            ("http://192.0.2.1/", "n=v; Domain=2.1", None),
            ("http://[::1]/", "n=v", Some(("[::1]", true))),
        ] {
            let parsed = parse(header, url);
            let found = parsed.as_ref().map(|it| (it.domain.as_str(), it.host_only));
            assert_eq!(found, domain, "{url} {header}");
        }
    }

    #[test]
    fn secrets_come_and_go_protected_and_prefixes_hold_what_they_promise() {
        for (url, header, is_taken) in [
            ("https://a.example/", "n=v; Secure", true),
            ("http://a.example/", "n=v; Secure", false),
            ("http://localhost/", "n=v; Secure", true),
            ("http://127.0.0.2/", "n=v; Secure", true),
            ("http://192.168.0.1/", "n=v; Secure", false),
            ("https://a.example/", "__Secure-n=v; Secure", true),
            ("https://a.example/", "__Secure-n=v", false),
            ("https://a.example/", "__host-n=v; Secure; Path=/", true),
            ("https://a.example/", "__Host-n=v; Secure", false),
            ("https://a.example/", "__Host-n=v; Path=/", false),
            (
                "https://a.example/",
                "__Host-n=v; Secure; Path=/; Domain=a.example",
                false,
            ),
            ("https://a.example/", "__Host-n=v; Secure; Path=/x", false),
        ] {
            assert_eq!(parse(header, url).is_some(), is_taken, "{url} {header}");
        }
        let secret = parse("n=v; Secure", "https://a.example/").unwrap();
        assert!(secret.is_for(&Url::parse("https://a.example/").unwrap()));
        assert!(!secret.is_for(&Url::parse("http://a.example/").unwrap()));
    }

    #[test]
    fn a_cookie_is_for_its_path_and_what_lies_below() {
        let at = |header: &str| parse(header, "https://a.example/shop/cart?q").unwrap();
        assert_eq!(at("n=v").path, "/shop");
        assert_eq!(at("n=v; Path=shop").path, "/shop");
        assert_eq!(parse("n=v", "https://a.example/shop").unwrap().path, "/");
        for (path, asked, is_sent) in [
            ("/shop", "/shop", true),
            ("/shop", "/shop/", true),
            ("/shop", "/shop/x", true),
            ("/shop", "/shopping", false),
            ("/shop/", "/shop", false),
            ("/", "/anything", true),
        ] {
            let cookie = at(&format!("n=v; Path={path}"));
            let url = Url::parse("https://a.example").unwrap().join(asked).unwrap();
            assert_eq!(cookie.is_for(&url), is_sent, "{path} {asked}");
        }
    }

    #[test]
    fn a_cookie_stays_as_long_as_it_says_and_400_days_at_the_most() {
        let expires = |attributes: &str| {
            let header = format!("n=v{attributes}");
            parse(&header, "https://a.example/").unwrap().expires
        };
        assert_eq!(expires(""), None);
        assert_eq!(expires("; Max-Age=60"), Some(NOW + 60));
        assert_eq!(
            expires("; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
            Some(NOW + 60)
        );
        assert_eq!(expires("; Expires=Thu, 01 Jan 1970 00:00:10 GMT"), Some(10));
        assert_eq!(expires("; Expires=Thu, 01-Jan-1970 00:00:10 GMT"), Some(10));
        assert_eq!(expires("; Expires=soon"), None);
        assert_eq!(expires("; Max-Age=99999999999"), Some(NOW + LONGEST_LIFE));
        for over in ["; Max-Age=0", "; Max-Age=-1", "; Expires=Thu, 01 Jan 1970 00:00:00 GMT"] {
            assert!(parse(&format!("n=v{over}"), "https://a.example/").unwrap().is_over(NOW));
        }
    }

    #[test]
    fn what_is_no_cookie_or_too_long_is_left_out() {
        for header in ["", "=", "no value", "n\u{1}=v", "n=a\r\nb"] {
            assert_eq!(parse(header, "https://a.example/"), None, "{header:?}");
        }
        let long = "v".repeat(LONGEST);
        assert_eq!(parse(&format!("n={long}"), "https://a.example/"), None);
        assert!(parse(&format!("n={}; Comment={long}", &long[1..]), "https://a.example/").is_some());
        assert_eq!(
            Cookie::parse(b"n=\xff", &Url::parse("https://a.example/").unwrap(), &Suffixes, NOW),
            None
        );
        let quoted = parse("n=\"a b\"; HttpOnly", "https://a.example/").unwrap();
        assert_eq!(quoted.value, "\"a b\"");
    }
}
