//! Which documents may share a process: those of one site (HTML, "site").

use url::{Host, Url};

/// A scheme and a registrable domain; where there is no such domain, a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Site {
    scheme: String,
    domain: String,
}

impl Site {
    /// The site of a URL; none for what is loaded from nowhere.
    pub(super) fn of(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        let domain = match url.host()? {
            Host::Domain(name) => match soup::tld_get_base_domain(name) {
                Ok(domain) => domain.into(),
                // A public suffix itself, or a name of one label.
                Err(_) => name.to_owned(),
            },
            address => address.to_string(),
        };
        let scheme = url.scheme().to_owned();
        Some(Self { scheme, domain })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_what_one_party_can_register() {
        let same = |one: &str, other: &str| Site::of(one).is_some() && Site::of(one) == Site::of(other);
        assert!(same("https://a.example.org/x", "https://b.example.org:8443/"));
        assert!(same("http://127.0.0.1:1/", "http://127.0.0.1:2/"));
        assert!(same("http://localhost/", "http://localhost:2/"));
        assert!(!same("https://one.co.uk/", "https://two.co.uk/"));
        assert!(!same("https://one.github.io/", "https://two.github.io/"));
        assert!(!same("http://127.0.0.1/", "http://127.0.0.2/"));
        assert!(!same("http://localhost/", "https://localhost/"));
        assert_eq!(Site::of("about:blank"), None);
    }
}
