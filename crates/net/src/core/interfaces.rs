//! The network interfaces of this machine, as the kernel tells of them (rtnetlink), in the network namespace that this
//! program is in.

mod netlink;

use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use insula_vocabulary::AddressSpace;
use tokio::time::sleep;

use netlink::{Link, Netlink, Record};

/// A network interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Its name, such as `eth0`.
    pub name: String,
    /// What it is made of.
    pub kind: InterfaceKind,
    /// Whether it is switched on and there is something at its other end.
    pub is_up: bool,
    /// Whether it leads back to this machine.
    pub is_loopback: bool,
    /// The addresses that this machine has on it, in the kernel's order.
    pub addresses: Vec<InterfaceAddress>,
}

/// What an interface is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InterfaceKind {
    /// This machine itself.
    Loopback,
    /// A cable, or what a virtual machine has for one.
    Ethernet,
    /// IEEE 802.11.
    Wifi,
    /// A mobile network.
    Cellular,
    /// Another device's network, over Bluetooth.
    Bluetooth,
    /// A network inside another one, such as a VPN's.
    Tunnel,
    /// What the kernel makes by itself: bridges, pairs, VLANs.
    Virtual,
    /// Anything else.
    Other,
}

/// An address of an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InterfaceAddress {
    /// The address.
    pub address: IpAddr,
    /// How many of its bits are those of the network.
    pub prefix_length: u8,
    /// Where it means something.
    pub scope: AddressScope,
    /// The space of its range; none, if nothing can be connected to in that.
    pub space: Option<AddressSpace>,
}

/// Where an address means something (rtnetlink(7), `ifa_scope`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressScope {
    /// Everywhere.
    Global,
    /// At this site.
    Site,
    /// On the link of its interface.
    Link,
    /// On this machine.
    Host,
    /// Where an administrator says.
    Other,
}

/// How often a list is begun anew that has changed while it was made.
const ATTEMPTS: usize = 8;

/// All interfaces of this machine.
///
/// # Errors
/// When the kernel does not tell.
pub(crate) async fn list() -> io::Result<Vec<Interface>> {
    let mut netlink = Netlink::open(0)?;
    for _ in 0..ATTEMPTS {
        match Box::pin(netlink.records()).await {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            records => return records.map(assemble),
        }
    }
    Err(io::Error::other("the interfaces change without a pause"))
}

fn assemble(records: Vec<Record>) -> Vec<Interface> {
    let mut found: Vec<(u32, Interface)> = Vec::new();
    for record in records {
        match record {
            Record::Link(link) => found.push((link.index, interface(link))),
            Record::Address { index, address } => {
                if let Some((_, interface)) = found.iter_mut().find(|(of, _)| *of == index) {
                    interface.addresses.push(address);
                }
            }
        }
    }
    found.sort_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, interface)| interface).collect()
}

fn interface(link: Link) -> Interface {
    Interface {
        kind: kind_of(&link, device_type(&link).as_deref()),
        is_up: link.is_up,
        is_loopback: link.is_loopback,
        name: link.name,
        addresses: Vec::new(),
    }
}

/// Hardware types (`linux/if_arp.h`).
const ETHER: u16 = 1;
const PPP: u16 = 512;
const TUNNELS: std::ops::RangeInclusive<u16> = 768..=769;
const SIT: u16 = 776;
const GRE: [u16; 2] = [778, 823];
const RAW_IP: [u16; 2] = [519, 65534];

fn kind_of(link: &Link, device_type: Option<&str>) -> InterfaceKind {
    if link.is_loopback {
        return InterfaceKind::Loopback;
    }
    match device_type {
        Some("wlan") => return InterfaceKind::Wifi,
        Some("wwan") => return InterfaceKind::Cellular,
        Some("bluetooth") => return InterfaceKind::Bluetooth,
        _ => {}
    }
    match link.driver.as_deref() {
        Some("wwan" | "rmnet") => InterfaceKind::Cellular,
        Some(
            "wireguard" | "tun" | "ipip" | "ip6tnl" | "sit" | "gre" | "gretap" | "ip6gre" | "ip6gretap" | "vti"
            | "vti6" | "xfrm" | "ppp" | "ovpn",
        ) => InterfaceKind::Tunnel,
        Some(_) => InterfaceKind::Virtual,
        None => match link.hardware {
            ETHER => InterfaceKind::Ethernet,
            PPP | SIT => InterfaceKind::Tunnel,
            other if TUNNELS.contains(&other) || GRE.contains(&other) || RAW_IP.contains(&other) => {
                InterfaceKind::Tunnel
            }
            _ => InterfaceKind::Other,
        },
    }
}

/// What the device's driver says of it. Netlink does not tell of radio, `/sys` does: that of the namespace in which it was
/// mounted, where another interface may have the name.
fn device_type(link: &Link) -> Option<String> {
    let folder = Path::new("/sys/class/net").join(&link.name);
    let index: u32 = std::fs::read_to_string(folder.join("ifindex"))
        .ok()?
        .trim()
        .parse()
        .ok()?;
    let event = std::fs::read_to_string(folder.join("uevent"))
        .ok()
        .filter(|_| index == link.index)?;
    event
        .lines()
        .find_map(|line| line.strip_prefix("DEVTYPE=").map(str::to_owned))
}

/// Several messages tell of one change: they come within this time.
const SETTLING: Duration = Duration::from_millis(100);

/// Tells when the interfaces are others than before. It takes nothing while they stay.
#[derive(Debug)]
pub(crate) struct Changes {
    netlink: Netlink,
    known: Vec<Interface>,
}

impl Changes {
    /// From now on.
    ///
    /// # Errors
    /// When the kernel does not tell.
    pub(crate) async fn begin() -> io::Result<Self> {
        let netlink = Netlink::open(netlink::CHANGES)?;
        Ok(Self {
            netlink,
            known: list().await?,
        })
    }

    /// Waits for the next change.
    ///
    /// # Errors
    /// When the kernel does not tell any more.
    pub(crate) async fn next(&mut self) -> io::Result<()> {
        loop {
            self.netlink.wait().await?;
            sleep(SETTLING).await;
            self.netlink.forget()?;
            // The kernel also tells of what is not said here, such as that a radio looks for networks.
            let now = list().await?;
            if now != self.known {
                self.known = now;
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(hardware: u16, driver: Option<&str>) -> Link {
        Link {
            index: 7,
            name: "x".to_owned(),
            hardware,
            driver: driver.map(str::to_owned),
            is_up: true,
            is_loopback: hardware == 772,
        }
    }

    #[test]
    fn an_interface_is_what_the_kernel_and_its_driver_say() {
        for (hardware, driver, device_type, expected) in [
            (772, None, None, InterfaceKind::Loopback),
            (ETHER, None, None, InterfaceKind::Ethernet),
            (ETHER, None, Some("wlan"), InterfaceKind::Wifi),
            (RAW_IP[1], None, Some("wwan"), InterfaceKind::Cellular),
            (ETHER, None, Some("bluetooth"), InterfaceKind::Bluetooth),
            (RAW_IP[1], Some("wireguard"), Some("wireguard"), InterfaceKind::Tunnel),
            (RAW_IP[1], Some("tun"), None, InterfaceKind::Tunnel),
            (PPP, None, None, InterfaceKind::Tunnel),
            (ETHER, Some("veth"), None, InterfaceKind::Virtual),
            (ETHER, Some("bridge"), Some("bridge"), InterfaceKind::Virtual),
            (32, None, None, InterfaceKind::Other),
        ] {
            let kind = kind_of(&link(hardware, driver), device_type);
            assert_eq!(kind, expected, "{hardware} {driver:?} {device_type:?}");
        }
    }

    #[test]
    fn addresses_come_to_their_interfaces_and_those_of_none_are_left_out() {
        let address = InterfaceAddress {
            address: IpAddr::from([192, 0, 2, 1]),
            prefix_length: 24,
            scope: AddressScope::Global,
            space: None,
        };
        let at = |index| Record::Address { index, address };
        let found = assemble(vec![Record::Link(link(ETHER, None)), at(7), at(8)]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].addresses, [address]);
    }
}
