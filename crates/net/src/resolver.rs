//! From a host as a page writes it to addresses.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::address::is_localhost;
use crate::error::NetError;
use crate::gate::BoxFuture;

/// Looks up names. The broker asks once for each connection, and never for a literal address.
pub trait Resolver: Send + Sync + 'static {
    /// The addresses of `host`, best first; the port is carried over. The broker imposes its own
    /// time limit.
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>>;
}

/// The system's resolver (`getaddrinfo`), with all that the machine's administrator configured:
/// `/etc/hosts`, mDNS, systemd-resolved.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        // Runs on the runtime's blocking threads, whose number the broker bounds.
        Box::pin(async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) })
    }
}

/// Which addresses of a name to use: `dnsQueryType` of Direct Sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DnsQueryType {
    /// Only `A` records.
    Ipv4,
    /// Only `AAAA` records.
    Ipv6,
}

impl DnsQueryType {
    pub(crate) fn admits(self, address: IpAddr) -> bool {
        match self {
            Self::Ipv4 => address.is_ipv4(),
            Self::Ipv6 => address.is_ipv6(),
        }
    }
}

/// A host after normalisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// An address: nothing to look up.
    Literal(IpAddr),
    /// A name to look up, in ASCII.
    Name(String),
}

impl Host {
    /// Reads what a page calls a remote address: a name, in Unicode or not, an IPv4 address in any
    /// of its spellings, an IPv6 address with brackets or without.
    ///
    /// # Errors
    /// [`NetError::InvalidArgument`] when it is none of these.
    pub(crate) fn parse(text: &str) -> Result<Self, NetError> {
        let bare = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(text);
        if let Ok(address) = bare.parse() {
            return Ok(Self::Literal(address));
        }
        match url::Host::parse(text) {
            Ok(url::Host::Ipv4(address)) => Ok(Self::Literal(address.into())),
            Ok(url::Host::Ipv6(address)) => Ok(Self::Literal(address.into())),
            // 253 is the longest name that DNS can carry; one more for the root's dot.
            Ok(url::Host::Domain(name)) if name.len() <= 254 => Ok(Self::Name(name)),
            _ => Err(NetError::invalid(format!(
                "\"{text}\" is not a host name or an address"
            ))),
        }
    }

    /// What needs no looking up.
    pub(crate) fn known_addresses(&self, port: u16) -> Option<Vec<SocketAddr>> {
        match self {
            Self::Literal(address) => Some(vec![SocketAddr::new(*address, port)]),
            Self::Name(name) if is_localhost(name) => Some(vec![
                SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port),
                SocketAddr::new(Ipv6Addr::LOCALHOST.into(), port),
            ]),
            Self::Name(_) => None,
        }
    }
}

impl std::fmt::Display for Host {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Literal(address) => address.fmt(formatter),
            Self::Name(name) => name.fmt(formatter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_read_in_every_spelling() {
        for (text, expected) in [
            ("127.0.0.1", "127.0.0.1"),
            ("0x7f.1", "127.0.0.1"),
            ("2130706433", "127.0.0.1"),
            ("::1", "::1"),
            ("[::1]", "::1"),
            ("EXAMPLE.com", "example.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("_imaps._tcp.example.com", "_imaps._tcp.example.com"),
        ] {
            assert_eq!(Host::parse(text).unwrap().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_host_is_a_type_error() {
        for text in ["", " ", "a b", "a/b", "a\0b", "a:b", "[::1", "user@host", "%", "a\nb"] {
            let error = Host::parse(text).unwrap_err();
            assert_eq!(error.dom_name(), "TypeError", "{text:?}");
        }
        assert!(Host::parse(&"a.".repeat(200)).is_err());
    }

    #[test]
    fn localhost_is_never_asked_of_a_server() {
        for name in ["localhost", "dev.localhost", "localhost."] {
            let addresses = Host::parse(name).unwrap().known_addresses(80).unwrap();
            assert!(addresses.iter().all(|address| address.ip().is_loopback()), "{name}");
        }
        assert_eq!(Host::parse("localhost.example").unwrap().known_addresses(80), None);
    }
}
