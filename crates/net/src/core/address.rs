//! Which part of the network an address belongs to, as this machine sees it.
//!
//! This machine has addresses in all ranges. Which ones, the system's routes say.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use insula_vocabulary::{AddressSpace, embedded_ipv4};

/// The space of the host of a URL before it is resolved. Where nothing can be connected to, Linux may take the host for
/// this machine.
pub fn space_of_host(host: &url::Host<&str>) -> AddressSpace {
    let of_address = |address: IpAddr| space_of(SocketAddr::new(address, 0)).unwrap_or(AddressSpace::Loopback);
    match host {
        url::Host::Domain(name) => AddressSpace::of_name(name),
        url::Host::Ipv4(address) => of_address((*address).into()),
        url::Host::Ipv6(address) => of_address((*address).into()),
    }
}

/// The space of an address, or `None` when nothing can be connected to there. The addresses that this machine has at the
/// moment are loopback, whichever range they are from.
pub(crate) fn space_of(address: SocketAddr) -> Option<AddressSpace> {
    let space = AddressSpace::of(address.ip())?;
    let embedded = match address.ip() {
        IpAddr::V6(address) => embedded_ipv4(address).map(|inside| SocketAddr::new(inside.into(), 0)),
        IpAddr::V4(_) => None,
    };
    if space < AddressSpace::Loopback && (is_own(address) || embedded.is_some_and(is_own)) {
        return Some(AddressSpace::Loopback);
    }
    Some(space)
}

/// Whether this machine itself has `address`.
///
/// The system is asked for the route, by a datagram socket that sends nothing: what leads to this machine has
/// the destination for its source. That costs a few microseconds and cannot be out of date.
fn is_own(address: SocketAddr) -> bool {
    let any: IpAddr = match address {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let source = |socket: UdpSocket| {
        let mut to = address;
        // Any port will do; 0 is none.
        to.set_port(9);
        socket.connect(to)?;
        io::Result::Ok(socket.local_addr()?.ip())
    };
    match UdpSocket::bind((any, 0)) {
        // Without a route nothing can be connected to there either.
        Ok(socket) => source(socket).is_ok_and(|source| source == address.ip()),
        // Out of descriptors, for one: what is not known is not let pass as somebody else's. Where there is
        // no IPv6 nothing can be connected to by it.
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: Option<AddressSpace> = Some(AddressSpace::Public);
    const LOOPBACK: Option<AddressSpace> = Some(AddressSpace::Loopback);

    #[test]
    fn the_addresses_of_this_machine_are_loopback_whichever_range_they_are_from() {
        // Documentation's ranges are nobody's.
        for (address, expected) in [
            ("192.0.2.1", PUBLIC),
            ("2001:db8::1", PUBLIC),
            ("127.0.0.1", LOOPBACK),
            ("0.0.0.0", None),
        ] {
            let address = SocketAddr::new(address.parse().unwrap(), 80);
            assert_eq!(space_of(address), expected, "{address}");
        }
        for address in own_addresses() {
            let mut addresses = vec![IpAddr::V4(address), address.to_ipv6_mapped().into()];
            let [a, b, c, d] = address.octets().map(u16::from);
            let (high, low) = (a << 8 | b, c << 8 | d);
            addresses.push(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low).into());
            addresses.push(Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1).into());
            for address in addresses {
                let space = space_of(SocketAddr::new(address, 80));
                assert_eq!(space, LOOPBACK, "{address}");
            }
        }
    }

    /// The IPv4 addresses of this machine, as the kernel lists them for people.
    fn own_addresses() -> Vec<Ipv4Addr> {
        let table = std::fs::read_to_string("/proc/net/fib_trie").unwrap();
        let mut lines = table.lines().peekable();
        let mut found = Vec::new();
        while let Some(line) = lines.next() {
            let is_local = lines.peek().is_some_and(|next| next.contains("/32 host LOCAL"));
            if let Some((_, address)) = line.split_once("|-- ").filter(|_| is_local) {
                found.push(address.parse().unwrap());
            }
        }
        assert!(found.contains(&Ipv4Addr::LOCALHOST), "{table}");
        found
    }
}
