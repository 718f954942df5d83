//! Which documents may share a process: those of one site (HTML, "site").

use gtk4::glib;
use std::ffi::{CStr, CString};
use std::ptr;
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
            // A public suffix itself, or a name of one label, has none.
            Host::Domain(name) => registrable_domain(name).unwrap_or_else(|| name.to_owned()),
            address => address.to_string(),
        };
        let scheme = url.scheme().to_owned();
        Some(Self { scheme, domain })
    }

    /// The registrable domain, or the host.
    pub(super) fn into_domain(self) -> String {
        self.domain
    }
}

/// The domain that one party can register, with the system's list of public suffixes.
#[expect(
    unsafe_code,
    reason = "the binding frees the name before it reads the answer, which points into it"
)]
fn registrable_domain(name: &str) -> Option<String> {
    let name = CString::new(name).ok()?;
    let mut error = ptr::null_mut();
    // SAFETY: the name is a string that ends in NUL, and the place for an error is empty.
    let domain = unsafe { soup::ffi::soup_tld_get_base_domain(name.as_ptr(), &mut error) };
    if domain.is_null() {
        // SAFETY: the error is this function's to free, or null, which is nothing to free.
        unsafe { glib::ffi::g_clear_error(&mut error) };
        return None;
    }
    // SAFETY: the domain is the end of the name, which lives until this function returns.
    let domain = unsafe { CStr::from_ptr(domain) };
    domain.to_str().ok().map(str::to_owned)
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
