//! The TCP sockets of a page: connecting, and securing.

use std::net::{IpAddr, SocketAddr};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpStream, UnixStream};

use super::connection::{ConnectionId, Connections, Ends, HandedOver, Open};
use super::pair::pair;
use super::relay::{Buffered, relay};
use super::requests::{Registered, RequestId};
use crate::core::connect::{self, Target};
use crate::core::error::Error;
use crate::core::proxy::Scheme;
use crate::core::quota::Share;
use crate::core::resource::Resource;
use crate::core::scope::Shared;
use crate::core::stream::Stream;
use crate::core::tcp::TcpOptions;
use crate::core::tls::{Secured, TlsInfo, TlsOptions};
use crate::limits::CONNECT_TIMEOUT;

/// How a page's socket is opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SocketOptions {
    /// The connection's own options.
    pub tcp: TcpOptions,
    /// How it is secured at once; without it, it is not.
    pub tls: Option<TlsOptions>,
    /// By what the page can abort it, also once it is open.
    pub request: Option<RequestId>,
}

/// A TCP connection of a page.
#[derive(Debug)]
pub struct Connected {
    /// Its name within the document.
    pub connection: ConnectionId,
    /// The peer's address: the one of its name's addresses that answered. The name itself, where a proxy looks it
    /// up.
    pub remote_address: String,
    /// The peer's port.
    pub remote_port: u16,
    /// This side's address.
    pub local_address: IpAddr,
    /// This side's port.
    pub local_port: u16,
    /// How it is secured, if it is.
    pub tls: Option<TlsInfo>,
    /// The page's end of a socketpair: non-blocking, close-on-exec.
    pub descriptor: OwnedFd,
    /// How it ends.
    pub ends: Ends,
}

/// Where a connection leads, as the page is told.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    /// As the page named it.
    host: String,
    address: String,
    port: u16,
    local: SocketAddr,
}

/// What opens the sockets of a document.
pub(crate) struct Sockets {
    scope: Arc<Shared>,
    connections: Arc<Connections>,
}

impl From<TcpOptions> for SocketOptions {
    fn from(tcp: TcpOptions) -> Self {
        Self { tcp, ..Self::default() }
    }
}

impl SocketOptions {
    /// The bytes of what the page said.
    pub(crate) fn size(&self) -> usize {
        self.tls.as_ref().map_or(0, TlsOptions::size)
    }
}

impl Sockets {
    pub(crate) fn new(scope: &Arc<Shared>, connections: &Arc<Connections>) -> Self {
        Self {
            scope: scope.clone(),
            connections: connections.clone(),
        }
    }

    pub(crate) async fn connect(
        &self,
        resource: &Arc<Resource>,
        registered: Option<Registered>,
        host: &str,
        port: u16,
        options: &SocketOptions,
    ) -> Result<Connected, Error> {
        options.tcp.check()?;
        options.tls.as_ref().map(TlsOptions::check).transpose()?;
        let target = Target::new(Scheme::Tcp, host, port)?;
        let connection = connect::connect(&self.scope, resource, &target, &options.tcp).await?;
        let (local, remote) = connection.stream.addresses().map_err(|error| Error::broken(&error))?;
        let host = connection.destination.host.clone();
        let (address, port) = match connection.proxy {
            None => (remote.ip().to_string(), remote.port()),
            Some(_) => (host.clone(), port),
        };
        let peer = Peer {
            host,
            address,
            port,
            local,
        };
        let (resource, share) = (resource.clone(), connection.share);
        match &options.tls {
            None => {
                let (open, ends) = self.connections.open(resource, share, registered, Some(peer.clone()));
                self.serve_plain(connection.stream, open, ends, peer)
            }
            Some(tls) => {
                let (stream, info) = self.handshake(tls, &peer, connection.stream, connection.rest).await?;
                let (open, ends) = self.connections.open(resource, share, registered, Some(peer.clone()));
                self.serve_secured(stream, info, open, ends, peer)
            }
        }
    }

    /// Serves a connection that somebody else has made.
    pub(crate) fn accepted(
        &self,
        stream: Stream,
        remote: SocketAddr,
        resource: Arc<Resource>,
        share: Share,
    ) -> Result<Connected, Error> {
        let local = stream.local_address().map_err(|error| Error::broken(&error))?;
        let peer = Peer {
            host: remote.ip().to_string(),
            address: remote.ip().to_string(),
            port: remote.port(),
            local,
        };
        let (open, ends) = self.connections.open(resource, share, None, Some(peer.clone()));
        self.serve_plain(stream, open, ends, peer)
    }

    /// Secures what the relay has handed over, and goes on with it.
    pub(crate) async fn secure(&self, handed_over: HandedOver, options: &TlsOptions) -> Result<Connected, Error> {
        let HandedOver { mut stream, open } = handed_over;
        let connection = open.connection();
        let unknown = Error::UnknownConnection(open.id().0);
        let peer = connection.peer.clone().ok_or(unknown)?;
        let securing = async {
            options.check()?;
            // What came before nobody has secured (RFC 3207 §6).
            if stream.has_unread() {
                return Err(Error::DataBeforeTls);
            }
            let stream = on_this_thread(stream)?;
            self.handshake(options, &peer, stream, CONNECT_TIMEOUT).await
        };
        let (stream, info) = connection.life.run(Box::pin(securing)).await?;
        let (open, ends) = open.succeed();
        self.serve_secured(stream, info, open, ends, peer)
    }

    async fn handshake(
        &self,
        options: &TlsOptions,
        peer: &Peer,
        stream: Stream,
        limit: Duration,
    ) -> Result<(Secured<Stream>, TlsInfo), Error> {
        self.scope.load_tls().await;
        let tls = self.scope.services.tls();
        tls.connect_as(options, &peer.host, stream, limit).await
    }

    fn serve_plain(&self, stream: Stream, open: Open, ends: Ends, peer: Peer) -> Result<Connected, Error> {
        let (descriptor, ours) = pair()?;
        let connection = open.id();
        match stream {
            Stream::Tcp(tcp) => {
                // Moves to the relay thread's reactor.
                let tcp = tcp
                    .into_std()
                    .map_err(|error| Error::system("no socket for the relay", &error))?;
                self.scope.services.relay().spawn(async move {
                    match (TcpStream::from_std(tcp), UnixStream::from_std(ours)) {
                        (Ok(tcp), Ok(ours)) => relay(tcp, ours, open).await,
                        (Err(error), _) | (_, Err(error)) => no_room(&open, &error),
                    }
                });
            }
            other => {
                self.scope.services.handle().spawn(async move {
                    match UnixStream::from_std(ours) {
                        Ok(ours) => relay(Buffered::new(other), ours, open).await,
                        Err(error) => no_room(&open, &error),
                    }
                });
            }
        }
        Ok(connected(connection, peer, None, descriptor, ends))
    }

    fn serve_secured(
        &self,
        stream: Secured<Stream>,
        info: TlsInfo,
        open: Open,
        ends: Ends,
        peer: Peer,
    ) -> Result<Connected, Error> {
        let (descriptor, ours) = pair()?;
        let connection = open.id();
        self.scope.services.handle().spawn(async move {
            match UnixStream::from_std(ours) {
                Ok(ours) => relay(Buffered::new(stream), ours, open).await,
                Err(error) => no_room(&open, &error),
            }
        });
        Ok(connected(connection, peer, Some(info), descriptor, ends))
    }
}

fn connected(connection: ConnectionId, peer: Peer, tls: Option<TlsInfo>, descriptor: OwnedFd, ends: Ends) -> Connected {
    Connected {
        connection,
        remote_address: peer.address,
        remote_port: peer.port,
        local_address: peer.local.ip(),
        local_port: peer.local.port(),
        tls,
        descriptor,
        ends,
    }
}

/// A relay's TCP connection belongs to the reactor of the relay's thread.
fn on_this_thread(stream: Stream) -> Result<Stream, Error> {
    match stream {
        Stream::Tcp(tcp) => {
            let moved = tcp.into_std().and_then(TcpStream::from_std);
            moved
                .map(Stream::Tcp)
                .map_err(|error| Error::system("no socket for TLS", &error))
        }
        other => Ok(other),
    }
}

fn no_room(open: &Open, error: &std::io::Error) {
    open.end(Err(Error::system("no room in the relay", error)));
}
