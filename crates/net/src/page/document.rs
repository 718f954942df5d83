//! The network as one document has it.

use std::sync::Arc;

use super::addresses::Watching;
use super::connection::{ConnectionId, Connections};
use super::fetch::{FetchRequest, Fetched, Fetches};
use super::listener::{ListenOptions, Listeners, Listening};
use super::requests::{RequestId, Requests};
use super::socket::{Connected, SocketOptions, Sockets};
use super::udp::{self, Groups, Membership, UdpOpened, UdpOptions};
use super::upload::{Upload, Uploads};
use super::websocket::{self, WebSocketOpened, WebSocketOptions};
use crate::core::broker::{AppId, Broker};
use crate::core::error::Error;
use crate::core::gate::Gate;
use crate::core::scope::{Answer, Scope};
use crate::core::tls::TlsOptions;
use crate::http::{CookieJar, TopLevel};

/// Everything that one document opens. Dropping it, or [`close`](Self::close), ends all of it.
///
/// The methods may be called on any thread and without a tokio runtime: the work happens on the
/// broker's threads, and the returned [`Answer`] can be awaited by any executor.
#[derive(Debug)]
pub struct DocumentNetwork {
    pub(super) scope: Scope,
    connections: Arc<Connections>,
    uploads: Arc<Uploads>,
    pub(super) requests: Arc<Requests>,
    listeners: Arc<Listeners>,
    groups: Arc<Groups>,
    fetches: Arc<Fetches>,
    pub(super) watching: Watching,
}

impl DocumentNetwork {
    /// The network for a new document of `app`, with cookies that nobody else has.
    pub fn open(broker: &Broker, app: &AppId) -> Self {
        Self::open_with(broker, app, &CookieJar::in_memory(Box::new(TopLevel)))
    }

    /// The same, with cookies that the app's documents share.
    pub fn open_with(broker: &Broker, app: &AppId, cookies: &Arc<CookieJar>) -> Self {
        let scope = broker.scope(app);
        let connections: Arc<Connections> = Arc::default();
        let uploads = Uploads::new(&scope);
        let requests: Arc<Requests> = Arc::default();
        Self {
            fetches: Arc::new(Fetches::new(&scope, &connections, &uploads, &requests, cookies)),
            connections,
            uploads,
            requests,
            listeners: Arc::default(),
            groups: Arc::default(),
            watching: Watching::default(),
            scope,
        }
    }

    /// Connects to `host`, once `gate` has let its addresses pass.
    ///
    /// # Errors
    /// [`Error`] of every kind that names an argument, a denial or a failure to connect.
    pub fn connect(
        &self,
        host: &str,
        port: u16,
        options: impl Into<SocketOptions>,
        gate: Arc<dyn Gate>,
    ) -> Answer<Connected> {
        let options = options.into();
        // Begun now, not when the task first runs: a revocation or an abort in between must end it.
        let begun = self.scope.begin(gate).and_then(|resource| {
            let request = options.request;
            let registered = request.map(|request| self.requests.register(request, &resource));
            Ok((resource, registered.transpose()?))
        });
        let (resource, registered) = match begun {
            Ok(begun) => begun,
            Err(error) => return Answer::ready(Err(error)),
        };
        let scope = self.scope.shared().clone();
        let sockets = Sockets::new(&scope, &self.connections);
        let host = host.to_owned();
        scope.run(host.len() + options.size(), async move {
            let work = sockets.connect(&resource, registered, &host, port, &options);
            resource.run(Box::pin(work)).await
        })
    }

    /// Secures a connection, which ends in order for that, and answers the one that goes on in its place (STARTTLS). All that
    /// the page has written is sent before.
    ///
    /// # Errors
    /// [`Error::UnknownConnection`], [`Error::DataBeforeTls`], [`Error::Tls`], [`Error::TimedOut`]; the connection is closed
    /// then.
    pub fn start_tls(&self, connection: ConnectionId, options: TlsOptions) -> Answer<Connected> {
        let scope = self.scope.shared().clone();
        let sockets = Sockets::new(&scope, &self.connections);
        let taken = self.connections.take_over(connection);
        scope.run(options.size(), async move {
            let taken = taken.ok_or(Error::UnknownConnection(connection.0))?;
            sockets.secure(taken.handed_over().await?, &options).await
        })
    }

    /// Waits for connections, once `gate` has let it: its destination is the place where they come.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`], [`Error::ReservedPort`], [`Error::Listen`], those of a denial.
    pub fn listen(&self, options: ListenOptions, gate: Arc<dyn Gate>) -> Answer<Listening> {
        let resource = match self.scope.begin(gate.clone()) {
            Ok(resource) => resource,
            Err(error) => return Answer::ready(Err(error)),
        };
        let (scope, connections) = (self.scope.shared().clone(), self.connections.clone());
        let listeners = self.listeners.clone();
        self.scope.shared().run(0, async move {
            let work = listeners.listen(&scope, &connections, &resource, gate, options);
            resource.run(Box::pin(work)).await
        })
    }

    /// Waits for the next connection of a listener. [`release`](Self::release) ends the listener.
    ///
    /// # Errors
    /// [`Error::UnknownConnection`], [`Error::Aborted`] where the listener ends before, those of a denial.
    pub fn accept(&self, listener: ConnectionId) -> Answer<Connected> {
        let scope = self.scope.shared().clone();
        let sockets = Sockets::new(&scope, &self.connections);
        let listeners = self.listeners.clone();
        self.scope
            .shared()
            .run(0, async move { listeners.accept(&scope, sockets, listener).await })
    }

    /// Opens a UDP socket, once `gate` has let its peer pass; of one that is bound the place where it is, and each peer
    /// when something is sent to it.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`], [`Error::ReservedPort`], [`Error::Listen`], [`Error::Resolve`], those of a denial.
    pub fn udp(&self, options: UdpOptions, gate: Arc<dyn Gate>) -> Answer<UdpOpened> {
        let resource = match self.scope.begin(gate.clone()) {
            Ok(resource) => resource,
            Err(error) => return Answer::ready(Err(error)),
        };
        let (scope, connections) = (self.scope.shared().clone(), self.connections.clone());
        let groups = self.groups.clone();
        self.scope.shared().run(options.size(), async move {
            let work = udp::open(&scope, &connections, &groups, &resource, gate, options);
            resource.run(Box::pin(work)).await
        })
    }

    /// Opens a WebSocket, once `gate` has let its addresses pass.
    ///
    /// # Errors
    /// [`Error`] of every kind that names an argument, a denial, a failure to connect, or a server of something else.
    pub fn web_socket(&self, options: WebSocketOptions, gate: Arc<dyn Gate>) -> Answer<WebSocketOpened> {
        // Begun now, as with `connect`.
        let begun = self.scope.begin(gate).and_then(|resource| {
            let registered = self.requests.register(options.request, &resource)?;
            Ok((resource, registered))
        });
        let (resource, registered) = match begun {
            Ok(begun) => begun,
            Err(error) => return Answer::ready(Err(error)),
        };
        let (scope, connections) = (self.scope.shared().clone(), self.connections.clone());
        self.scope.shared().run(options.size(), async move {
            let work = websocket::open(&scope, &connections, &resource, registered, options);
            resource.run(Box::pin(work)).await
        })
    }

    /// Has a bound UDP socket join a group, once its gate has let it: the group's members are in the local network.
    ///
    /// # Errors
    /// [`Error::UnknownConnection`], [`Error::InvalidArgument`], [`Error::InvalidState`], [`Error::TooManyGroups`],
    /// [`Error::Group`], [`Error::NotSupported`], those of a denial.
    pub fn join_group(&self, socket: ConnectionId, membership: Membership) -> Answer<()> {
        let member = self.groups.find(socket);
        self.scope.shared().run(membership.size(), async move {
            let member = member?;
            member.run(member.join(&membership)).await
        })
    }

    /// Has a UDP socket leave a group.
    ///
    /// # Errors
    /// [`Error::UnknownConnection`], [`Error::InvalidArgument`], [`Error::InvalidState`], [`Error::Group`].
    pub fn leave_group(&self, socket: ConnectionId, membership: Membership) -> Answer<()> {
        let member = self.groups.find(socket);
        self.scope.shared().run(membership.size(), async move {
            let member = member?;
            member.run(member.leave(&membership)).await
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

    /// Aborts the fetch or the socket that the page calls `request`, whether its response has begun, or it is connected, or
    /// not. A request that is not there, or not any more, needs no aborting.
    pub fn abort(&self, request: RequestId) {
        self.requests.abort(request);
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
