//! The UDP sockets of a page.

mod frame;
mod multicast;
mod peers;
mod serve;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::OwnedFd;
use std::sync::Arc;

use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::net::UdpSocket;

use super::connection::{ConnectionId, Connections, Ends};
use super::listener::{FIRST_PORT, place};
use crate::core::error::Error;
use crate::core::gate::{Destination, Gate};
use crate::core::resolver::DnsQueryType;
use crate::core::resource::Resource;
use crate::core::scope::Shared;
use crate::limits::PAIR_BUFFER;
pub(crate) use multicast::Groups;
use multicast::Member;
pub use multicast::{Membership, MulticastOptions};
use peers::Peers;
use serve::serve;

/// How a page's socket is opened: with one peer, or bound to an address of this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UdpOptions {
    /// The peer: host and port.
    pub remote: Option<(String, u16)>,
    /// The address of this machine, and the port; without a port the system chooses one.
    pub local: Option<(IpAddr, Option<u16>)>,
    /// `SO_SNDBUF` in bytes; not 0.
    pub send_buffer_size: Option<u32>,
    /// `SO_RCVBUF` in bytes; not 0.
    pub receive_buffer_size: Option<u32>,
    /// Which addresses of the peer's name to use.
    pub dns_query_type: Option<DnsQueryType>,
    /// Of `::`, whether it has no part in IPv4.
    pub ipv6_only: bool,
    /// How it sends to groups.
    pub multicast: MulticastOptions,
}

/// A UDP socket of a page.
#[derive(Debug)]
pub struct UdpOpened {
    /// Its name within the document, among its connections.
    pub connection: ConnectionId,
    /// The peer, if it has one.
    pub remote: Option<SocketAddr>,
    /// This side's address and port.
    pub local: SocketAddr,
    /// The page's end of a pair that keeps packets apart; see the module `frame` for what is in one. Non-blocking,
    /// close-on-exec.
    pub descriptor: OwnedFd,
    /// How it ends.
    pub ends: Ends,
}

impl UdpOptions {
    /// The checks that need no network.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`], [`Error::ReservedPort`].
    pub fn check(&self) -> Result<(), Error> {
        if self.remote.is_some() == self.local.is_some() {
            return Err(Error::invalid("a socket has either a remote or a local address"));
        }
        if self.send_buffer_size == Some(0) || self.receive_buffer_size == Some(0) {
            return Err(Error::invalid("a buffer size must be greater than 0"));
        }
        match self.local {
            Some((_, Some(0))) => Err(Error::invalid("localPort must be greater than zero")),
            Some((_, Some(port))) if port < FIRST_PORT => Err(Error::ReservedPort(port)),
            _ => Ok(()),
        }
    }

    /// The bytes of what the page said.
    pub(crate) fn size(&self) -> usize {
        self.remote.as_ref().map_or(0, |(host, _)| host.len()) + self.multicast.size()
    }

    fn socket(&self, local: SocketAddr) -> io::Result<Socket> {
        let socket = Socket::new(Domain::for_address(local), Type::DGRAM, Some(Protocol::UDP))?;
        if local.is_ipv6() {
            socket.set_only_v6(self.ipv6_only)?;
        }
        if self.local.is_some() && self.multicast.allow_address_sharing {
            socket.set_reuse_address(true)?;
            socket.set_reuse_port(true)?;
        }
        self.multicast.apply(&socket, local.is_ipv6(), self.ipv6_only)?;
        if let Some(size) = self.send_buffer_size {
            socket.set_send_buffer_size(size as usize)?;
        }
        if let Some(size) = self.receive_buffer_size {
            socket.set_recv_buffer_size(size as usize)?;
        }
        socket.set_nonblocking(true)?;
        socket.bind(&local.into())?;
        Ok(socket)
    }
}

/// Opens a socket, once the gate has let its peer pass, or its place.
pub(crate) async fn open(
    scope: &Arc<Shared>,
    connections: &Arc<Connections>,
    groups: &Groups,
    resource: &Arc<Resource>,
    gate: Arc<dyn Gate>,
    options: UdpOptions,
) -> Result<UdpOpened, Error> {
    options.check()?;
    let share = scope.quota.socket().await?;
    let mut peers = Peers::new(scope, gate);
    let (socket, remote) = match (&options.remote, options.local) {
        (Some((host, port)), _) => {
            let destination = peers.find(host, *port, options.dns_query_type).await?;
            resource.pass(&destination).await?;
            let (socket, remote) = connect(&options, &destination)?;
            (socket, Some(remote))
        }
        (None, local) => {
            let (address, port) = local.unwrap_or((Ipv4Addr::UNSPECIFIED.into(), None));
            let place = place(address, port);
            resource.pass(&place).await?;
            let local = SocketAddr::new(address, port.unwrap_or_default());
            let socket = options.socket(local);
            (
                socket.map_err(|error| Error::listening(&place.to_string(), &error))?,
                None,
            )
        }
    };
    let local = socket.local_addr().map_err(|error| Error::broken(&error))?;
    let local = local.as_socket().unwrap_or((Ipv4Addr::UNSPECIFIED, 0).into());
    let (descriptor, ours) = pair()?;
    // Held until it has ended, also by what serves it.
    let member = match remote {
        Some(_) => None,
        None => {
            let source_groups = scope.services.source_groups.clone();
            Some(Arc::new(Member::new(&socket, local.port(), resource, source_groups)?))
        }
    };
    let (open, ends) = connections.open(resource.clone(), share, None, None);
    let connection = open.id();
    let peers = remote.is_none().then_some(peers);
    if let Some(member) = &member {
        groups.add(connection, member);
    }
    scope.services.relay().spawn(async move {
        let _serving = member.as_ref().map(|member| member.serving());
        match UdpSocket::from_std(socket.into()) {
            Ok(socket) => serve(socket, ours, peers, open).await,
            Err(error) => open.end(Err(Error::system("no room in the relay", &error))),
        }
    });
    Ok(UdpOpened {
        connection,
        remote,
        local,
        descriptor,
        ends,
    })
}

/// A socket with the first of the peer's addresses to which there is a way.
fn connect(options: &UdpOptions, destination: &Destination) -> Result<(Socket, SocketAddr), Error> {
    let attempt = |remote: SocketAddr| {
        let any: IpAddr = match remote {
            SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        let socket = options.socket(SocketAddr::new(any, 0))?;
        socket.connect(&remote.into())?;
        io::Result::Ok((socket, remote))
    };
    let mut failure = None;
    for address in &destination.addresses {
        match attempt(*address) {
            Ok(connected) => return Ok(connected),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    let none = || io::Error::from(io::ErrorKind::AddrNotAvailable);
    Err(Error::connecting(
        &destination.to_string(),
        &failure.unwrap_or_else(none),
    ))
}

/// The page's end, and the broker's.
fn pair() -> Result<(OwnedFd, OwnedFd), Error> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let open = || {
        let (page, ours) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
        for end in [&page, &ours] {
            SockRef::from(end).set_send_buffer_size(PAIR_BUFFER)?;
        }
        io::Result::Ok((page, ours))
    };
    open().map_err(|error| Error::system("no descriptors for the page", &error))
}
