//! A page that waits for connections.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use insula_vocabulary::AddressSpace;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use super::connection::{ConnectionId, Connections, Ends, Open};
use super::socket::{Connected, Sockets};
use crate::core::error::Error;
use crate::core::gate::{Destination, Gate};
use crate::core::resource::Resource;
use crate::core::scope::Shared;
use crate::core::stream::Stream;
use crate::lock;

/// How many connections wait to be accepted, if the page does not say. The system has a limit of its own.
const BACKLOG: u32 = 1024;

/// Ports that only the system's own services have (RFC 6335 §6).
pub(crate) const FIRST_PORT: u16 = 1024;

/// How soon to try again to accept a connection when the system has no room for it.
const TRY_AGAIN: Duration = Duration::from_millis(100);

/// Where a page waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenOptions {
    /// The address of this machine; `0.0.0.0` and `::` stand for all of them.
    pub address: IpAddr,
    /// The port; without it the system chooses one.
    pub port: Option<u16>,
    /// How many connections may wait to be accepted.
    pub backlog: Option<u32>,
    /// Of `::`, whether it takes no connections of IPv4.
    pub ipv6_only: bool,
}

/// A page waits for connections.
#[derive(Debug)]
pub struct Listening {
    /// Its name within the document, among its connections.
    pub listener: ConnectionId,
    /// Where it is.
    pub local_address: IpAddr,
    /// Its port.
    pub local_port: u16,
    /// How it ends.
    pub ends: Ends,
}

/// The listeners of a document.
#[derive(Default)]
pub(crate) struct Listeners(Mutex<HashMap<ConnectionId, Arc<Listener>>>);

struct Listener {
    tcp: TcpListener,
    /// What lets each of its connections, too.
    gate: Arc<dyn Gate>,
    place: Arc<Destination>,
    open: Open,
}

impl ListenOptions {
    /// The checks that need no network.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`], [`Error::ReservedPort`].
    pub fn check(&self) -> Result<(), Error> {
        if self.port == Some(0) {
            return Err(Error::invalid("localPort must be greater than zero"));
        }
        if self.backlog == Some(0) {
            return Err(Error::invalid("backlog must be greater than zero"));
        }
        match self.port {
            Some(port) if port < FIRST_PORT => Err(Error::ReservedPort(port)),
            _ => Ok(()),
        }
    }

    fn bind(&self) -> io::Result<TcpListener> {
        let address = SocketAddr::new(self.address, self.port.unwrap_or_default());
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        if self.address.is_ipv6() {
            socket.set_only_v6(self.ipv6_only)?;
        }
        // A server that starts again has its port again, while old connections are still being forgotten.
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        let backlog = self.backlog.unwrap_or(BACKLOG);
        socket.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
        TcpListener::from_std(socket.into())
    }
}

/// A place of this machine, for the gate: its space is that of whoever can reach it.
pub(crate) fn place(address: IpAddr, port: Option<u16>) -> Arc<Destination> {
    Arc::new(Destination {
        host: address.to_string(),
        port: port.unwrap_or_default(),
        space: match address.to_canonical().is_loopback() {
            true => AddressSpace::Loopback,
            false => AddressSpace::Local,
        },
        addresses: Vec::new(),
    })
}

impl Listeners {
    /// Begins to wait, once the resource's gate lets it.
    pub(crate) async fn listen(
        self: &Arc<Self>,
        scope: &Arc<Shared>,
        connections: &Arc<Connections>,
        resource: &Arc<Resource>,
        gate: Arc<dyn Gate>,
        options: ListenOptions,
    ) -> Result<Listening, Error> {
        options.check()?;
        let share = scope.quota.socket().await?;
        let asked = place(options.address, options.port);
        resource.pass(&asked).await?;
        let tcp = options
            .bind()
            .map_err(|error| Error::listening(&asked.to_string(), &error))?;
        let local = tcp.local_addr().map_err(|error| Error::broken(&error))?;
        let (open, ends) = connections.open(resource.clone(), share, None, None);
        let listener = open.id();
        let connection = open.connection();
        let waiting = Listener {
            tcp,
            gate,
            place: asked,
            open,
        };
        lock(&self.0).insert(listener, Arc::new(waiting));
        let listeners = self.clone();
        scope.services.handle().spawn(async move {
            let end = tokio::select! {
                error = connection.life.over() => Err(error),
                () = connection.released.cancelled() => Ok(()),
            };
            let ended = lock(&listeners.0).remove(&listener);
            if let Some(ended) = ended {
                ended.open.end(end);
            }
        });
        Ok(Listening {
            listener,
            local_address: local.ip(),
            local_port: local.port(),
            ends,
        })
    }

    /// The next connection of a listener.
    pub(crate) async fn accept(
        &self,
        scope: &Arc<Shared>,
        sockets: Sockets,
        id: ConnectionId,
    ) -> Result<Connected, Error> {
        let listener = lock(&self.0).get(&id).cloned();
        let listener = listener.ok_or(Error::UnknownConnection(id.0))?;
        let connection = listener.open.connection();
        let accepting = async {
            loop {
                let share = scope.quota.socket_in_time().await?;
                let (tcp, peer) = listener.next().await;
                let resource = scope.begin(listener.gate.clone())?;
                resource.pass(&listener.place).await?;
                match sockets.accepted(Stream::Tcp(tcp), peer, resource, share) {
                    Ok(connected) => return Ok(connected),
                    // One connection that cannot be had is no reason to wait for no others.
                    Err(error) => {
                        tracing::debug!("a connection is lost: {error}");
                        sleep(TRY_AGAIN).await;
                    }
                }
            }
        };
        let accepted = connection.life.run(async {
            tokio::select! {
                accepted = accepting => accepted,
                () = connection.released.cancelled() => Err(Error::Aborted),
            }
        });
        Box::pin(accepted).await
    }
}

impl Listener {
    async fn next(&self) -> (TcpStream, SocketAddr) {
        loop {
            match self.tcp.accept().await {
                // Whose it is: one that was reset already does not know any more.
                Ok(accepted) => return accepted,
                // Whoever came has gone.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                // No descriptors or no memory: others may close. The connection waits.
                Err(error) => {
                    tracing::debug!("a connection cannot be accepted yet: {error}");
                    sleep(TRY_AGAIN).await;
                }
            }
        }
    }
}

impl fmt::Debug for Listeners {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Listeners").finish_non_exhaustive()
    }
}
