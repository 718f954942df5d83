//! The public suffixes that the app's cookies are held against: the system's list, which the engine's cookies are held
//! against as well.

use insula_net::http::PublicSuffixes;
use std::ffi::CString;
use webkit6::soup;

/// The system's list.
pub(super) struct SystemSuffixes;

impl SystemSuffixes {
    /// Reads the list: the library does that when it is first asked, and not for several threads at once.
    pub(super) fn read() -> Self {
        Self.contains("example");
        Self
    }
}

impl PublicSuffixes for SystemSuffixes {
    #[expect(
        unsafe_code,
        reason = "the binding lets only the main thread ask, and what it asks only reads a list"
    )]
    fn contains(&self, domain: &str) -> bool {
        let Ok(domain) = CString::new(domain) else {
            // No host has such a name.
            return true;
        };
        // SAFETY: the name is a string that ends in NUL. The list has been read, and nothing changes it.
        let is_suffix = unsafe { soup::ffi::soup_tld_domain_is_public_suffix(domain.as_ptr()) };
        is_suffix != gtk4::glib::ffi::GFALSE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suffix_is_what_anybody_can_register_under() {
        let suffixes = SystemSuffixes::read();
        for (domain, is_suffix) in [
            ("com", true),
            ("co.uk", true),
            ("github.io", true),
            ("example.com", false),
            ("shop.co.uk", false),
            ("192.0.2.1", false),
        ] {
            assert_eq!(suffixes.contains(domain), is_suffix, "{domain}");
        }
    }
}
