//! From a host as a page writes it to addresses.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};

use insula_vocabulary::{AddressSpace, is_localhost};

use super::address;
use super::error::Error;
use super::gate::BoxFuture;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    /// An address, with its zone if it has one: nothing to look up. The port is none yet.
    Literal(SocketAddr),
    /// A name to look up, in ASCII.
    Name(String),
}

impl Host {
    /// Reads what a page calls a remote address: a name, in Unicode or not, an IPv4 address in any
    /// of its spellings, an IPv6 address with brackets or without, and with a zone (`fe80::1%eth0`)
    /// where it needs one.
    ///
    /// # Errors
    /// [`Error::Resolve`] when it is none of these: Direct Sockets knows no other error for it.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let bare = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(text);
        if let Ok(address) = bare.parse() {
            return Ok(Self::literal(address));
        }
        if let Some(address) = zoned(bare) {
            return Ok(Self::Literal(address));
        }
        match url::Host::parse(text) {
            Ok(url::Host::Ipv4(address)) => Ok(Self::literal(address.into())),
            Ok(url::Host::Ipv6(address)) => Ok(Self::literal(address.into())),
            // 253 is the longest name that DNS can carry; one more for the root's dot.
            Ok(url::Host::Domain(name)) if name.len() <= 254 => Ok(Self::Name(name)),
            _ => Err(Error::Resolve {
                host: text.to_owned(),
                reason: "it is not a host name or an address".to_owned(),
            }),
        }
    }

    fn literal(address: IpAddr) -> Self {
        Self::Literal(SocketAddr::new(address, 0))
    }

    /// Whether it is this machine, whatever anybody answers.
    pub(crate) fn is_this_machine(&self) -> bool {
        match self {
            Self::Literal(address) => address::space_of(*address) == Some(AddressSpace::Loopback),
            Self::Name(name) => is_localhost(name),
        }
    }

    /// What needs no looking up.
    pub(crate) fn known_addresses(&self, port: u16) -> Option<Vec<SocketAddr>> {
        match self {
            Self::Literal(address) => {
                let mut address = *address;
                address.set_port(port);
                Some(vec![address])
            }
            Self::Name(name) if is_localhost(name) => Some(vec![
                SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port),
                SocketAddr::new(Ipv6Addr::LOCALHOST.into(), port),
            ]),
            Self::Name(_) => None,
        }
    }
}

/// A link-local address, of a machine or of a group, with the interface that it is on (RFC 4007 §11), by name or number.
fn zoned(text: &str) -> Option<SocketAddr> {
    let (address, _) = text.split_once('%')?;
    let is_link_local = address.parse().is_ok_and(|it: Ipv6Addr| {
        // The scope of a group is in its fourth digit (RFC 4291 §2.7).
        it.is_unicast_link_local() || it.segments()[0] & 0xff0f == 0xff02
    });
    // The system reads literals without asking anybody, and it alone knows the interfaces.
    let read = is_link_local.then(|| (text, 0).to_socket_addrs().ok());
    read??.next()
}

impl std::fmt::Display for Host {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Literal(address) => address.ip().fmt(formatter),
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
    fn what_is_no_host_is_a_network_error() {
        for text in [
            "",
            " ",
            "a b",
            "a/b",
            "a\0b",
            "a:b",
            "[::1",
            "user@host",
            "%",
            "a\nb",
            "fe80::1%",
            "fe80::1%no-such",
            "::1%lo",
            "a%lo",
        ] {
            let error = Host::parse(text).unwrap_err();
            assert_eq!(error.dom_name(), "NetworkError", "{text:?}");
        }
        assert!(Host::parse(&"a.".repeat(200)).is_err());
    }

    #[test]
    fn a_link_local_address_keeps_its_zone() {
        // Every machine calls it so.
        for text in ["fe80::1%lo", "[fe80::1%lo]", "fe80::1%1"] {
            let host = Host::parse(text).unwrap();
            assert_eq!(host.to_string(), "fe80::1");
            let addresses = host.known_addresses(80).unwrap();
            let [SocketAddr::V6(address)] = addresses[..] else {
                panic!("{addresses:?}")
            };
            assert_eq!((address.scope_id(), address.port()), (1, 80), "{text}");
        }
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
