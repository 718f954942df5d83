//! The network as one document has it.

use std::net::IpAddr;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use tokio::net::{TcpStream, UnixStream};

use super::connection::{ConnectionId, Connections, Ends, Open};
use super::fetch::{FetchRequest, Fetched, Fetches, RequestId};
use super::pair::pair;
use super::relay::{Buffered, relay};
use super::upload::{Upload, Uploads};
use crate::core::broker::{AppId, Broker};
use crate::core::connect::{self, Target};
use crate::core::error::Error;
use crate::core::gate::Gate;
use crate::core::proxy::Scheme;
use crate::core::resource::Resource;
use crate::core::scope::{Answer, Scope, Shared};
use crate::core::stream::Stream;
use crate::core::tcp::TcpOptions;

/// Everything that one document opens. Dropping it, or [`close`](Self::close), ends all of it.
///
/// The methods may be called on any thread and without a tokio runtime: the work happens on the
/// broker's threads, and the returned [`Answer`] can be awaited by any executor.
#[derive(Debug)]
pub struct DocumentNetwork {
    scope: Scope,
    connections: Arc<Connections>,
    uploads: Arc<Uploads>,
    fetches: Arc<Fetches>,
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
    /// The page's end of a socketpair: non-blocking, close-on-exec.
    pub descriptor: OwnedFd,
    /// How it ends.
    pub ends: Ends,
}

impl DocumentNetwork {
    /// The network for a new document of `app`.
    pub fn open(broker: &Broker, app: &AppId) -> Self {
        let scope = broker.scope(app);
        let connections: Arc<Connections> = Arc::default();
        let uploads = Uploads::new(&scope);
        Self {
            fetches: Arc::new(Fetches::new(&scope, &connections, &uploads)),
            connections,
            uploads,
            scope,
        }
    }

    /// Connects to `host`, once `gate` has let its addresses pass.
    ///
    /// # Errors
    /// [`Error`] of every kind that names an argument, a denial or a failure to connect.
    pub fn connect(&self, host: &str, port: u16, options: TcpOptions, gate: Arc<dyn Gate>) -> Answer<Connected> {
        // Begun now, not when the task first runs: a revocation in between must end it.
        let resource = match self.scope.begin(gate) {
            Ok(resource) => resource,
            Err(error) => return Answer::ready(Err(error)),
        };
        let scope = self.scope.shared().clone();
        let connections = self.connections.clone();
        let host = host.to_owned();
        self.scope.shared().run(host.len(), async move {
            let work = connect(&scope, &connections, &resource, &host, port, &options);
            resource.run(work).await
        })
    }

    /// Opens a request body for a later [`fetch`](Self::fetch): the page writes to the descriptor,
    /// shuts it down for writing at the end, and keeps it until the other end is closed. Closing it
    /// before breaks off a body without a length. Until the fetch takes it, `gate` decides whether it
    /// stays.
    ///
    /// # Errors
    /// [`Error::TooManySockets`], [`Error::System`], [`Error::Closed`].
    pub fn upload(&self, gate: Arc<dyn Gate>) -> Result<Upload, Error> {
        self.uploads.open(gate)
    }

    /// Fetches, once `gate` has let the destination of each hop pass. The answer is there as soon
    /// as the response's head is; the body follows through the descriptor.
    ///
    /// # Errors
    /// [`Error`] of every kind.
    pub fn fetch(&self, request: FetchRequest, gate: Arc<dyn Gate>) -> Answer<Fetched> {
        match self.scope.begin(gate) {
            Ok(resource) => {
                let bytes = request.size();
                let work = self.fetches.fetch(resource, request);
                self.scope.shared().run(bytes, work)
            }
            Err(error) => Answer::ready(Err(error)),
        }
    }

    /// Aborts the fetch that the page calls `request`, whether its response has begun or not. A
    /// request that is not there, or not any more, needs no aborting.
    pub fn abort(&self, request: RequestId) {
        self.fetches.abort(request);
    }

    /// The page is done with `connection` and closes its end, or has. What it wrote is still
    /// delivered, within a limit; its record is forgotten.
    pub fn release(&self, connection: ConnectionId) {
        self.connections.release(connection);
    }

    /// How many connections and response bodies are open.
    pub fn open_connections(&self) -> usize {
        self.connections.count_open()
    }

    /// Ends everything at once. Further operations fail with [`Error::Closed`].
    pub fn close(&self) {
        self.scope.close();
        self.uploads.clear();
    }
}

impl Drop for DocumentNetwork {
    fn drop(&mut self) {
        self.close();
    }
}

async fn connect(
    scope: &Shared,
    connections: &Arc<Connections>,
    resource: &Arc<Resource>,
    host: &str,
    port: u16,
    options: &TcpOptions,
) -> Result<Connected, Error> {
    options.check()?;
    let target = Target::new(Scheme::Tcp, host, port)?;
    let connection = connect::connect(scope, resource, &target, options).await?;
    let (local, remote) = connection.stream.addresses().map_err(|error| Error::broken(&error))?;
    let (remote_address, remote_port) = match connection.proxy {
        None => (remote.ip().to_string(), remote.port()),
        Some(_) => (connection.destination.host.clone(), port),
    };
    let (descriptor, ours) = pair()?;
    let (open, ends) = connections.open(resource.clone(), connection.share);
    let connection_id = open.id;
    match connection.stream {
        Stream::Tcp(tcp) => {
            // Moves to the relay thread's reactor.
            let tcp = tcp
                .into_std()
                .map_err(|error| Error::system("no socket for the relay", &error))?;
            scope.services.relay().spawn(async move {
                match (TcpStream::from_std(tcp), UnixStream::from_std(ours)) {
                    (Ok(tcp), Ok(ours)) => relay(tcp, ours, open).await,
                    (Err(error), _) | (_, Err(error)) => no_room(&open, &error),
                }
            });
        }
        other => {
            scope.services.handle().spawn(async move {
                match UnixStream::from_std(ours) {
                    Ok(ours) => relay(Buffered::new(other), ours, open).await,
                    Err(error) => no_room(&open, &error),
                }
            });
        }
    }
    Ok(Connected {
        connection: connection_id,
        remote_address,
        remote_port,
        local_address: local.ip(),
        local_port: local.port(),
        descriptor,
        ends,
    })
}

fn no_room(open: &Open, error: &std::io::Error) {
    open.end(Err(Error::system("no room in the relay", error)));
}
