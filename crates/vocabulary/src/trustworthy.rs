//! Which hosts a browser trusts without https.

use crate::is_localhost;
use url::Host;

/// Whether a URL's host is this machine by what it is called: `localhost`, names below it, and the loopback addresses
/// (Secure Contexts, section 3.1 "Is origin potentially trustworthy?"). There http is as good as https.
///
/// This machine has other addresses, too. They are no secret between it and a page: nothing depends on them here.
pub fn is_loopback_host(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => is_localhost(name),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    #[test]
    fn this_machine_is_known_by_its_names_and_loopback_addresses() {
        let is_loopback = |url: &str| is_loopback_host(&Url::parse(url).unwrap().host().unwrap());
        for url in [
            "http://localhost:8080/",
            "http://LOCALHOST./",
            "http://app.localhost/",
            "http://127.0.0.1/",
            "http://127.9.9.9:1/",
            "http://[::1]:8080/",
        ] {
            assert!(is_loopback(url), "{url}");
        }
        for url in [
            "http://localhost.example.org/",
            "http://notlocalhost/",
            "http://10.0.0.1/",
            "http://0.0.0.0/",
            "http://[::ffff:127.0.0.1]/",
        ] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
