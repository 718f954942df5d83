//! The proxies of the environment: `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, as curl reads them.
//!
//! Each may also be in capitals, except `HTTP_PROXY`: in a CGI program it is what the request's header `Proxy` says.
//! The variable in small letters wins. An empty one is none.

use std::net::IpAddr;
use std::sync::Arc;

use super::{Proxy, ProxyResolver, Scheme, Way};
use crate::core::error::Error;
use crate::core::gate::BoxFuture;

/// What the environment says about proxies.
#[derive(Clone, Debug, Default)]
pub struct EnvironmentProxies {
    http: Option<String>,
    https: Option<String>,
    all: Option<String>,
    exceptions: Exceptions,
}

impl EnvironmentProxies {
    /// Reads this process's environment; nothing, if no proxy is in it.
    pub fn read() -> Option<Self> {
        Self::of(|name| std::env::var(name).ok())
    }

    fn of(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let either = |name: &str| {
            let value = variable(name).or_else(|| variable(&name.to_ascii_uppercase()));
            value
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        let proxies = Self {
            http: variable("http_proxy").filter(|value| !value.trim().is_empty()),
            https: either("https_proxy"),
            all: either("all_proxy"),
            exceptions: either("no_proxy")
                .map(|list| Exceptions::parse(&list))
                .unwrap_or_default(),
        };
        let is_any = [&proxies.http, &proxies.https, &proxies.all]
            .iter()
            .any(|proxy| proxy.is_some());
        is_any.then_some(proxies)
    }

    fn proxy(&self, scheme: Scheme, host: &str) -> Result<Way, Error> {
        if self.exceptions.contains(host) {
            return Ok(None);
        }
        let own = match scheme {
            Scheme::Http => self.http.as_ref().or(self.all.as_ref()),
            Scheme::Https => self.https.as_ref().or(self.all.as_ref()),
            // What tunnels for https can tunnel for anything.
            Scheme::Tcp => self.all.as_ref().or(self.https.as_ref()),
        };
        own.map(|text| Proxy::parse(text.trim()).map(Arc::new)).transpose()
    }
}

impl ProxyResolver for EnvironmentProxies {
    fn find<'a>(&'a self, scheme: Scheme, host: &'a str, _: u16) -> BoxFuture<'a, Result<Vec<Way>, Error>> {
        Box::pin(std::future::ready(self.proxy(scheme, host).map(|way| vec![way])))
    }
}

/// `no_proxy`: hosts that are reached directly.
#[derive(Clone, Debug, Default)]
struct Exceptions {
    all: bool,
    /// Networks: an address, and how many of its bits count.
    networks: Vec<(IpAddr, u8)>,
    /// Names, in small letters, which stand for all under them as well.
    names: Vec<String>,
}

impl Exceptions {
    /// Entries lie between commas or white space.
    fn parse(list: &str) -> Self {
        let mut exceptions = Self::default();
        for entry in list.split([',', ' ', '\t']).filter(|entry| !entry.is_empty()) {
            if entry == "*" {
                exceptions.all = true;
            } else if let Some(network) = network(entry) {
                exceptions.networks.push(network);
            } else {
                let name = entry.trim_matches('.').to_ascii_lowercase();
                exceptions.names.extend((!name.is_empty()).then_some(name));
            }
        }
        exceptions
    }

    fn contains(&self, host: &str) -> bool {
        if self.all {
            return true;
        }
        if let Ok(address) = host.parse::<IpAddr>() {
            return self.networks.iter().any(|network| is_within(address, *network));
        }
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.names.iter().any(|name| {
            let before = host.strip_suffix(name.as_str());
            before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
    }
}

/// An address, or a network in CIDR's notation.
fn network(entry: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = match entry.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse().ok()?)),
        None => (entry, None),
    };
    let address: IpAddr = address.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(longest);
    (bits <= longest).then_some((address, bits))
}

fn is_within(address: IpAddr, (network, bits): (IpAddr, u8)) -> bool {
    let (differing, longest) = match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            let differing = address.to_bits() ^ network.to_bits();
            (u128::from(differing), 32)
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => (address.to_bits() ^ network.to_bits(), 128),
        _ => return false,
    };
    differing.checked_shr(longest - u32::from(bits)).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &[(&str, &str)]) -> Option<EnvironmentProxies> {
        EnvironmentProxies::of(|name| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn each_scheme_has_its_proxy() {
        let own = [("http_proxy", "a:1"), ("https_proxy", "b:2"), ("all_proxy", "c:3")];
        for (variables, expected) in [
            (&own[..], ["a:1", "b:2", "c:3"]),
            (&own[..2], ["a:1", "b:2", "b:2"]),
            (&own[2..], ["c:3", "c:3", "c:3"]),
            (&own[..1], ["a:1", "", ""]),
        ] {
            let proxies = proxies(variables).unwrap();
            let found = [Scheme::Http, Scheme::Https, Scheme::Tcp].map(|scheme| {
                let way = proxies.proxy(scheme, "x.example").unwrap();
                way.map(|proxy| proxy.to_string()).unwrap_or_default()
            });
            assert_eq!(found, expected, "{variables:?}");
        }
    }

    #[test]
    fn small_letters_win_and_a_capital_http_proxy_is_a_trap() {
        let way = |variables: &[(&str, &str)], scheme| {
            let way = proxies(variables)?.proxy(scheme, "x.example").unwrap();
            way.map(|proxy| proxy.to_string())
        };
        let both = [("https_proxy", "small:1"), ("HTTPS_PROXY", "CAPITAL:2")];
        assert_eq!(way(&both, Scheme::Https).as_deref(), Some("small:1"));
        assert_eq!(way(&both[1..], Scheme::Https).as_deref(), Some("capital:2"));
        assert_eq!(way(&[("HTTP_PROXY", "evil:1")], Scheme::Http), None);
        assert!(proxies(&[("HTTP_PROXY", "evil:1"), ("no_proxy", "a")]).is_none());
        assert!(proxies(&[("http_proxy", " "), ("all_proxy", "")]).is_none());
        let error = proxies(&[("all_proxy", "gopher://a")])
            .unwrap()
            .proxy(Scheme::Tcp, "b")
            .unwrap_err();
        assert!(error.to_string().contains("gopher"), "{error}");
    }

    #[test]
    fn no_proxy_names_hosts_with_all_under_them_and_networks() {
        for (list, inside, outside) in [
            (
                "example.com,.intra, Corp.Example.",
                "example.com www.example.com WWW.EXAMPLE.COM. intra a.intra corp.example",
                "notexample.com example.com.evil example.org com 10.0.0.1",
            ),
            (
                "10.0.0.0/8 192.168.1.1,[fd00::]/8,fe80::1",
                "10.1.2.3 192.168.1.1 fd12::1 fe80::1",
                "11.0.0.1 192.168.1.2 fe80::2 ::ffff:10.0.0.1 10.example",
            ),
            ("0.0.0.0/0", "1.2.3.4", "::1 a.example"),
            ("*", "a.example 1.2.3.4 ::1", ""),
            ("*.example.com,10.0.0.0/33,,", "", "a.example.com 10.0.0.0"),
        ] {
            let exceptions = Exceptions::parse(list);
            for host in inside.split_whitespace() {
                assert!(exceptions.contains(host), "{host} is in {list}");
            }
            for host in outside.split_whitespace() {
                assert!(!exceptions.contains(host), "{host} is not in {list}");
            }
        }
    }
}
