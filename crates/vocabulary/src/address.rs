//! Which part of the network an address belongs to (Local Network Access, section "IP address space").
//!
//! *Loopback* is this machine, *local* is the network around it, *public* is everything else. An address that carries
//! another address inside it (IPv4-mapped, NAT64, 6to4, Teredo) is as private as what it carries, since that is where the
//! packets may end up.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How near an address is. Ordered: the later variant is the nearer one, and of several addresses the nearest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressSpace {
    /// Anywhere on the internet.
    Public,
    /// The network around this machine: private, link-local, carrier-grade NAT.
    Local,
    /// This machine.
    Loopback,
}

impl AddressSpace {
    /// The space of `address`, or `None` when nothing can be *connected to* there: unspecified,
    /// broadcast, multicast and reserved addresses. (Linux connects `0.0.0.0` to this machine,
    /// which is exactly why it is refused rather than called public.)
    pub fn of(address: IpAddr) -> Option<Self> {
        match address {
            IpAddr::V4(address) => of_v4(address),
            IpAddr::V6(address) => of_v6(address),
        }
    }

    /// What a name promises before it is resolved. A name on the local network stays local even if
    /// the resolver answers with a public address; the opposite is never assumed.
    pub fn of_name(name: &str) -> Self {
        let name = name.strip_suffix('.').unwrap_or(name);
        if is_localhost(name) {
            Self::Loopback
        } else if is_under(name, "local") || !name.contains('.') {
            Self::Local
        } else {
            Self::Public
        }
    }
}

/// `localhost` and everything under it is this machine and is never looked up (RFC 6761 §6.3).
pub fn is_localhost(name: &str) -> bool {
    is_under(name.strip_suffix('.').unwrap_or(name), "localhost")
}

fn is_under(name: &str, zone: &str) -> bool {
    match name.len().checked_sub(zone.len()) {
        Some(0) => name.eq_ignore_ascii_case(zone),
        Some(at) => name.as_bytes()[at - 1] == b'.' && name.as_bytes()[at..].eq_ignore_ascii_case(zone.as_bytes()),
        None => false,
    }
}

fn of_v4(address: Ipv4Addr) -> Option<AddressSpace> {
    match address.octets() {
        // "This network", multicast, reserved and broadcast.
        [0, ..] | [224..=255, ..] => None,
        [127, ..] => Some(AddressSpace::Loopback),
        [10, ..]
        | [172, 16..=31, ..]
        | [192, 168, ..]
        // Link-local; cloud metadata services answer on 169.254.169.254.
        | [169, 254, ..]
        // Carrier-grade NAT (RFC 6598), protocol assignments (RFC 6890), benchmarks (RFC 2544).
        | [100, 64..=127, ..]
        | [192, 0, 0, _]
        | [198, 18..=19, ..] => Some(AddressSpace::Local),
        _ => Some(AddressSpace::Public),
    }
}

fn of_v6(address: Ipv6Addr) -> Option<AddressSpace> {
    if let Some(inside) = embedded_ipv4(address) {
        return of_v4(inside);
    }
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => None,
        [0, 0, 0, 0, 0, 0, 0, 1] => Some(AddressSpace::Loopback),
        // A network's own NAT64 prefix (RFC 8215).
        [0x64, 0xff9b, 1, ..] => Some(AddressSpace::Local),
        // Discard-only (RFC 6666).
        [0x100, 0, 0, 0, ..] => None,
        // Teredo (RFC 4380): the server's address, and the client's with every bit inverted.
        [0x2001, 0, server_high, server_low, _, _, client_high, client_low] => {
            let server = of_v4(v4(server_high, server_low))?;
            let client = of_v4(v4(!client_high, !client_low))?;
            Some(server.max(client))
        }
        // Unique local, link-local, and the deprecated site-local.
        [0xfc00..=0xfdff, ..] | [0xfe80..=0xfeff, ..] => Some(AddressSpace::Local),
        [0xff00..=0xffff, ..] => None,
        _ => Some(AddressSpace::Public),
    }
}

/// The IPv4 address inside an IPv6 address: IPv4-mapped, translated by NAT64, or the way out of a 6to4 network.
pub fn embedded_ipv4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        // Unspecified and loopback.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        // IPv4-mapped, IPv4-translated (RFC 2765), IPv4-compatible, well-known NAT64 (RFC 6052).
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0, 0, 0, 0, 0, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        // 6to4 (RFC 3056).
        | [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    }
}

fn v4(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: Option<AddressSpace> = Some(AddressSpace::Public);
    const LOCAL: Option<AddressSpace> = Some(AddressSpace::Local);
    const LOOPBACK: Option<AddressSpace> = Some(AddressSpace::Loopback);

    #[test]
    fn every_address_is_as_private_as_where_its_packets_end() {
        let table = [
            (
                LOOPBACK,
                "127.0.0.1 127.255.255.254 ::1 ::ffff:127.0.0.1 ::127.0.0.1 64:ff9b::7f00:1 \
                 2002:7f00:1:: ::ffff:0:127.0.0.1",
            ),
            (
                LOCAL,
                "10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 \
                 100.127.255.255 fc00::1 fd12:3456::1 fe80::1 fec0::1 ::ffff:10.0.0.1 \
                 ::ffff:169.254.169.254 64:ff9b::a00:1 64:ff9b:1::808:808 2002:c0a8:101::1 \
                 2001:0:808:808::f5ff:fffe 198.18.0.1",
            ),
            (
                PUBLIC,
                "1.1.1.1 172.15.255.255 172.32.0.1 100.63.255.255 100.128.0.1 192.167.1.1 \
                 169.253.0.1 2606:4700::1111 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1 \
                 2001:0:808:808::f7f7:f7f7",
            ),
            (
                None,
                "0.0.0.0 0.1.2.3 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 :: ff02::1 \
                 ::ffff:0.0.0.0 64:ff9b::e000:1 100::1 2002:0:0::1",
            ),
        ];
        for (expected, addresses) in table {
            for address in addresses.split_whitespace() {
                assert_eq!(AddressSpace::of(address.parse().unwrap()), expected, "{address}");
            }
        }
    }

    #[test]
    fn names_of_the_local_network_are_local_whatever_they_resolve_to() {
        for (name, expected) in [
            ("localhost", AddressSpace::Loopback),
            ("LOCALHOST.", AddressSpace::Loopback),
            ("app.localhost", AddressSpace::Loopback),
            ("printer.local", AddressSpace::Local),
            ("printer.LOCAL.", AddressSpace::Local),
            ("printer", AddressSpace::Local),
            ("notlocalhost.example", AddressSpace::Public),
            ("notlocal.example", AddressSpace::Public),
            ("mylocal", AddressSpace::Local),
            ("a.notlocal", AddressSpace::Public),
        ] {
            assert_eq!(AddressSpace::of_name(name), expected, "{name}");
        }
    }

    #[test]
    fn the_more_private_space_is_the_greater_one() {
        assert!(AddressSpace::Loopback > AddressSpace::Local);
        assert!(AddressSpace::Local > AddressSpace::Public);
    }
}
