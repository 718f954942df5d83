//! Moves datagrams between a socket and a page. Each side waits for the other: what a page does not read in time the
//! system drops, as it does with any datagram that finds no room.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::OwnedFd;

use rustix::net::{RecvFlags, SendFlags};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::net::UdpSocket;

use super::frame::{self, LONGEST};
use super::peers::Peers;
use crate::core::error::Error;
use crate::core::gate::Destination;
use crate::page::connection::Open;

/// Serves until the page has closed its end, or something ends the socket. `peers` is for one that has no peer of its own.
pub(super) async fn serve(socket: UdpSocket, page: OwnedFd, peers: Option<Peers>, open: Open) {
    let connection = open.connection();
    #[expect(
        deprecated,
        reason = "it is unsound for what lies about its descriptor, which an `OwnedFd` does not"
    )]
    let registered = AsyncFd::new(page);
    let page = match registered {
        Ok(page) => page,
        Err(error) => return open.end(Err(Error::system("no room in the relay", &error))),
    };
    let is_bound = peers.is_some();
    let served = async {
        tokio::select! {
            end = up(&socket, &page, peers) => end,
            end = down(&socket, &page, is_bound) => end,
            () = connection.released.cancelled() => Ok(()),
        }
    };
    open.end(connection.life.run(Box::pin(served)).await);
}

/// From the page to the network.
async fn up(socket: &UdpSocket, page: &AsyncFd<OwnedFd>, mut peers: Option<Peers>) -> Result<(), Error> {
    let mut packet = vec![0; LONGEST + 1];
    loop {
        let received = page
            .async_io(Interest::READABLE, |page| {
                let (length, _) = rustix::net::recv(page, &mut packet[..], RecvFlags::DONTWAIT)?;
                Ok(length)
            })
            .await;
        let length = match received {
            // No frame is empty: the page has closed its end, or cannot be heard any more.
            Ok(0) | Err(_) => return Ok(()),
            Ok(length) => length,
        };
        let outgoing = frame::read(&packet[..length])?;
        let sent = match (&mut peers, outgoing.to) {
            (None, None) => socket.send(outgoing.data).await,
            (Some(peers), Some(to)) => {
                let destination = peers.admit(to.host, to.port, to.family).await?;
                send_to(socket, &destination, outgoing.data).await
            }
            (None, Some(_)) => return Err(Error::invalid("the socket has one peer, which cannot be changed")),
            (Some(_), None) => return Err(Error::invalid("a datagram needs an address")),
        };
        sent.map_err(|error| Error::datagram(&error))?;
    }
}

/// Sends to the first address of the socket's own family.
async fn send_to(socket: &UdpSocket, destination: &Destination, data: &[u8]) -> io::Result<usize> {
    let is_ipv6 = socket.local_addr()?.is_ipv6();
    // A socket of IPv6 reaches those of IPv4 as well, by another way to write them.
    let mut reached = destination
        .addresses
        .iter()
        .map(|address| match (is_ipv6, address.ip()) {
            (true, IpAddr::V4(v4)) => SocketAddr::new(v4.to_ipv6_mapped().into(), address.port()),
            _ => *address,
        });
    match reached.find(|address| address.is_ipv6() == is_ipv6) {
        Some(address) => socket.send_to(data, address).await,
        None => Err(io::Error::new(
            io::ErrorKind::AddrNotAvailable,
            "the destination has no address of the socket's family",
        )),
    }
}

/// From the network to the page.
async fn down(socket: &UdpSocket, page: &AsyncFd<OwnedFd>, is_bound: bool) -> Result<(), Error> {
    let mut datagram = vec![0; 65_536];
    let mut packet = Vec::new();
    loop {
        let (length, from) = socket
            .recv_from(&mut datagram)
            .await
            .map_err(|error| Error::datagram(&error))?;
        frame::write(&mut packet, is_bound.then_some(from), &datagram[..length]);
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        let given = page.async_io(Interest::WRITABLE, |page| Ok(rustix::net::send(page, &packet, flags)?));
        if given.await.is_err() {
            return Ok(());
        }
    }
}
