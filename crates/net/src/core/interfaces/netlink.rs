//! rtnetlink(7): what the kernel tells of interfaces and addresses, and when they change.
//!
//! Numbers are in this machine's order. What does not have the form that the kernel's headers say is left out.

use std::io;
use std::net::{IpAddr, Ipv6Addr};
use std::os::fd::OwnedFd;

use insula_vocabulary::AddressSpace;
use rustix::io::Errno;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, bind, recvfrom, sendto, socket_with};
use tokio::io::unix::AsyncFd;

use super::{AddressScope, InterfaceAddress};

/// The groups that tell of changes: `RTMGRP_LINK`, `RTMGRP_IPV4_IFADDR`, `RTMGRP_IPV6_IFADDR`.
pub(super) const CHANGES: u32 = 0x1 | 0x10 | 0x100;

/// Kinds of messages (`linux/netlink.h`, `linux/rtnetlink.h`).
const ERROR: u16 = 2;
const DONE: u16 = 3;
const NEW_LINK: u16 = 16;
const GET_LINK: u16 = 18;
const NEW_ADDRESS: u16 = 20;
const GET_ADDRESS: u16 = 22;

/// `NLM_F_REQUEST | NLM_F_DUMP`.
const DUMP: u16 = 0x1 | 0x300;
/// `NLM_F_DUMP_INTR`: something has changed in the middle.
const INTERRUPTED: u16 = 0x10;

/// More than the kernel puts into one datagram.
const BUFFER: usize = 64 * 1024;

/// Something that the kernel tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Record {
    Link(Link),
    Address { index: u32, address: InterfaceAddress },
}

/// An interface without its addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) index: u32,
    pub(super) name: String,
    /// Its hardware type (`linux/if_arp.h`).
    pub(super) hardware: u16,
    /// The kernel's name for what it is, if it has made it itself (`IFLA_INFO_KIND`).
    pub(super) driver: Option<String>,
    pub(super) is_up: bool,
    pub(super) is_loopback: bool,
}

/// A socket that talks to the kernel.
#[derive(Debug)]
pub(super) struct Netlink {
    descriptor: AsyncFd<OwnedFd>,
    buffer: Vec<u8>,
}

impl Netlink {
    /// One that is told what these groups are told. To be called on a tokio runtime.
    ///
    /// # Errors
    /// When the system has none.
    pub(super) fn open(groups: u32) -> io::Result<Self> {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        // Without a protocol it is that of routes.
        let descriptor = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
        bind(&descriptor, &SocketAddrNetlink::new(0, groups))?;
        #[expect(
            deprecated,
            reason = "a descriptor that is owned and never replaced is what `register` asks for"
        )]
        let descriptor = AsyncFd::new(descriptor)?;
        Ok(Self {
            descriptor,
            buffer: vec![0; BUFFER],
        })
    }

    /// All interfaces, and then all addresses.
    ///
    /// # Errors
    /// [`io::ErrorKind::Interrupted`], when something has changed meanwhile.
    pub(super) async fn records(&mut self) -> io::Result<Vec<Record>> {
        let mut records = Vec::new();
        self.dump(GET_LINK, 16, &mut records).await?;
        self.dump(GET_ADDRESS, 8, &mut records).await?;
        Ok(records)
    }

    /// Asks for everything of a kind, with a question about nothing in particular, of `length` bytes.
    async fn dump(&mut self, kind: u16, length: usize, records: &mut Vec<Record>) -> io::Result<()> {
        let mut request = vec![0; HEADER + length];
        // `nlmsg_len`, `nlmsg_type`, `nlmsg_flags`; the rest may stay 0.
        let total = u32::try_from(request.len()).unwrap_or_default();
        request[0..4].copy_from_slice(&total.to_ne_bytes());
        request[4..6].copy_from_slice(&kind.to_ne_bytes());
        request[6..8].copy_from_slice(&DUMP.to_ne_bytes());
        let kernel = SocketAddrNetlink::new(0, 0);
        sendto(self.descriptor.get_ref(), &request, SendFlags::empty(), &kernel)?;
        let mut is_whole = true;
        loop {
            let length = self.receive().await?;
            for message in messages(&self.buffer[..length]) {
                is_whole &= message.flags & INTERRUPTED == 0;
                match message.kind {
                    DONE if is_whole => return Ok(()),
                    DONE => return Err(io::ErrorKind::Interrupted.into()),
                    ERROR => return Err(failure(message.body)),
                    _ => records.extend(record(&message)),
                }
            }
        }
    }

    /// Waits until something is told.
    ///
    /// # Errors
    /// When nothing is told any more.
    pub(super) async fn wait(&mut self) -> io::Result<()> {
        // Too much to be kept is told of by an error, and is a change as well.
        match self.receive().await {
            Err(error) if Errno::from_io_error(&error) != Some(Errno::NOBUFS) => Err(error),
            _ => Ok(()),
        }
    }

    /// Leaves out what was told until now.
    ///
    /// # Errors
    /// When nothing is told any more.
    pub(super) fn forget(&mut self) -> io::Result<()> {
        loop {
            match recvfrom(self.descriptor.get_ref(), &mut self.buffer[..], RecvFlags::empty()) {
                Ok(_) | Err(Errno::NOBUFS | Errno::INTR) => {}
                Err(Errno::AGAIN) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The kernel's next datagram: how many bytes of the buffer it has. Others may send here as well, and are not heard.
    async fn receive(&mut self) -> io::Result<usize> {
        loop {
            let mut ready = self.descriptor.readable().await?;
            let received = ready.try_io(|descriptor| {
                Ok(recvfrom(
                    descriptor.get_ref(),
                    &mut self.buffer[..],
                    RecvFlags::empty(),
                )?)
            });
            let Ok(received) = received else { continue };
            let (_, length, sender) = received?;
            let sender = sender.and_then(|address| SocketAddrNetlink::try_from(address).ok());
            if sender.is_some_and(|sender| sender.pid() == 0) {
                return Ok(length.min(BUFFER));
            }
        }
    }
}

/// `struct nlmsghdr`.
const HEADER: usize = 16;

struct Message<'a> {
    kind: u16,
    flags: u16,
    body: &'a [u8],
}

/// The messages in a datagram, up to the first that is not whole.
fn messages(mut bytes: &[u8]) -> impl Iterator<Item = Message<'_>> {
    std::iter::from_fn(move || {
        let length = usize::try_from(u32_at(bytes, 0)?).ok()?;
        let message = Message {
            kind: u16_at(bytes, 4)?,
            flags: u16_at(bytes, 6)?,
            body: bytes.get(HEADER..length)?,
        };
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some(message)
    })
}

/// `struct nlmsgerr`: a negative number of an error comes first.
fn failure(body: &[u8]) -> io::Error {
    let number = u32_at(body, 0).map_or(0, u32::cast_signed);
    io::Error::from_raw_os_error(number.saturating_neg())
}

fn record(message: &Message<'_>) -> Option<Record> {
    match message.kind {
        NEW_LINK => link(message.body).map(Record::Link),
        NEW_ADDRESS => address(message.body),
        _ => None,
    }
}

/// `struct ifinfomsg`, and its attributes (`linux/if_link.h`).
fn link(body: &[u8]) -> Option<Link> {
    const NAME: u16 = 3;
    const INFO: u16 = 18;
    const INFO_KIND: u16 = 1;
    /// `IFF_UP`, and `IFF_RUNNING`, which a cable that is not plugged in has not.
    const UP: u32 = 0x1 | 0x40;
    const LOOPBACK: u32 = 0x8;
    let flags = u32_at(body, 8)?;
    let attributes = body.get(16..)?;
    let information = attribute(attributes, INFO);
    Some(Link {
        index: u32_at(body, 4)?,
        name: text(attribute(attributes, NAME)?),
        hardware: u16_at(body, 2)?,
        driver: information.and_then(|inside| attribute(inside, INFO_KIND)).map(text),
        is_up: flags & UP == UP,
        is_loopback: flags & LOOPBACK != 0,
    })
}

/// `struct ifaddrmsg`, and its attributes (`linux/if_addr.h`).
fn address(body: &[u8]) -> Option<Record> {
    const ADDRESS: u16 = 1;
    const LOCAL: u16 = 2;
    let &[family, prefix_length, _, scope, ..] = body else {
        return None;
    };
    let attributes = body.get(8..)?;
    // Where there are two, the other one is that of the other end.
    let bytes = attribute(attributes, LOCAL).or_else(|| attribute(attributes, ADDRESS))?;
    let address = match (u16::from(family), bytes.len()) {
        (family, 4) if family == AddressFamily::INET.as_raw() => IpAddr::from(<[u8; 4]>::try_from(bytes).ok()?),
        (family, 16) if family == AddressFamily::INET6.as_raw() => {
            Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).into()
        }
        _ => return None,
    };
    Some(Record::Address {
        index: u32_at(body, 4)?,
        address: InterfaceAddress {
            address,
            prefix_length,
            scope: match scope {
                0 => AddressScope::Global,
                200 => AddressScope::Site,
                253 => AddressScope::Link,
                254 => AddressScope::Host,
                _ => AddressScope::Other,
            },
            space: AddressSpace::of(address),
        },
    })
}

/// What an attribute says (`struct rtattr`): its length with the head of four bytes, its type, its value.
fn attribute(mut bytes: &[u8], wanted: u16) -> Option<&[u8]> {
    /// Two bits of the type say something else.
    const TYPE: u16 = 0x3fff;
    loop {
        let length = usize::from(u16_at(bytes, 0)?);
        let value = bytes.get(4..length)?;
        if u16_at(bytes, 2)? & TYPE == wanted {
            return Some(value);
        }
        bytes = bytes.get(length.next_multiple_of(4)..)?;
    }
}

/// What comes before the first 0.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u16::from_ne_bytes(bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_ne_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message with attributes, as the kernel lays it out.
    fn message(kind: u16, head: &[u8], attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut body = head.to_vec();
        body.extend(packed(attributes));
        let mut bytes = Vec::new();
        bytes.extend(u32::try_from(HEADER + body.len()).unwrap().to_ne_bytes());
        bytes.extend(kind.to_ne_bytes());
        bytes.extend([0; 10]);
        bytes.extend(body);
        bytes
    }

    fn packed(attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (kind, value) in attributes {
            bytes.extend(u16::try_from(4 + value.len()).unwrap().to_ne_bytes());
            bytes.extend(kind.to_ne_bytes());
            bytes.extend(*value);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        bytes
    }

    fn tunnel() -> Vec<u8> {
        let mut head = vec![0, 0];
        head.extend(65534_u16.to_ne_bytes());
        head.extend(9_u32.to_ne_bytes());
        head.extend(0x41_u32.to_ne_bytes());
        head.extend([0; 4]);
        let information = packed(&[(1, b"wireguard\0")]);
        message(NEW_LINK, &head, &[(3, b"wg0\0"), (18, &information)])
    }

    fn far_end() -> Vec<u8> {
        let mut head = vec![2, 32, 0, 253];
        head.extend(9_u32.to_ne_bytes());
        message(NEW_ADDRESS, &head, &[(1, &[192, 0, 2, 9]), (2, &[10, 0, 0, 1])])
    }

    fn records(bytes: &[u8]) -> Vec<Record> {
        messages(bytes).filter_map(|message| record(&message)).collect()
    }

    #[test]
    fn an_interface_and_its_own_address_are_read() {
        let link = Link {
            index: 9,
            name: "wg0".to_owned(),
            hardware: 65534,
            driver: Some("wireguard".to_owned()),
            is_up: true,
            is_loopback: false,
        };
        let address = InterfaceAddress {
            address: IpAddr::from([10, 0, 0, 1]),
            prefix_length: 32,
            scope: AddressScope::Link,
            space: Some(AddressSpace::Local),
        };
        let expected = [Record::Link(link), Record::Address { index: 9, address }];
        assert_eq!(records(&[tunnel(), far_end()].concat()), expected);
    }

    #[test]
    fn what_is_cut_off_or_changed_is_left_out() {
        let whole = [tunnel(), far_end()].concat();
        for end in 0..whole.len() {
            assert!(records(&whole[..end]).len() < 2, "{end}");
        }
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut bytes = whole.clone();
                bytes[at] ^= 1 << bit;
                assert!(records(&bytes).len() <= 2);
            }
        }
    }
}
