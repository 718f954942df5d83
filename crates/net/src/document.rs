//! A document's view of the broker.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use tokio::net::{TcpStream, UnixStream};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use crate::broker::{App, AppId, Shared};
use crate::connection::{ConnectionId, Connections};
use crate::destination;
use crate::error::NetError;
use crate::fetch::pool::Pool;
use crate::fetch::upload::{Upload, Uploads};
use crate::fetch::{self, FetchRequest, Fetched, RequestId};
use crate::gate::Gate;
use crate::lifetime::Life;
use crate::lock;
use crate::operation::{Operation, Operations};
use crate::pair::pair;
use crate::relay::relay;
use crate::resolver::Host;
use crate::tcp::TcpOptions;

/// Names a document of an app.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DocumentId {
    /// The app.
    pub app: AppId,
    /// The runtime's number for the document.
    pub document: u64,
}

/// Everything that one document opens. Dropping it, or [`close`](Self::close), ends all of it.
///
/// The methods may be called on any thread and without a tokio runtime: the work happens on the
/// broker's threads, and the returned [`Answer`] can be awaited by any executor.
#[derive(Debug)]
pub struct Document {
    inner: Arc<Inner>,
}

/// A TCP connection of a page.
#[derive(Debug)]
pub struct Connected {
    /// Its name within the document.
    pub connection: ConnectionId,
    /// The peer's address: the one of its name's addresses that answered.
    pub remote_address: IpAddr,
    /// The peer's port.
    pub remote_port: u16,
    /// This side's address.
    pub local_address: IpAddr,
    /// This side's port.
    pub local_port: u16,
    /// The page's end of a socketpair: non-blocking, close-on-exec.
    pub descriptor: OwnedFd,
}

impl Document {
    pub(crate) fn new(shared: Arc<Shared>, app: Arc<App>, id: DocumentId) -> Self {
        let inner = Arc::new(Inner {
            id,
            shared,
            app: app.clone(),
            session: Mutex::new(Some(Session::default())),
            connections: Arc::default(),
            operations: Arc::default(),
            uploads: Uploads::default(),
            requests: Mutex::default(),
        });
        app.add(&inner);
        Self { inner }
    }

    /// The name it was opened under.
    pub fn id(&self) -> &DocumentId {
        &self.inner.id
    }

    /// Connects to `host`, once `gate` has let its addresses pass.
    ///
    /// # Errors
    /// [`NetError`] of every kind that names an argument, a denial or a failure to connect.
    pub fn connect(&self, host: &str, port: u16, options: TcpOptions, gate: Arc<dyn Gate>) -> Answer<Connected> {
        let host = host.to_owned();
        self.operate(host.len(), gate, |inner, operation| async move {
            let work = connect(&inner, &operation, &host, port, &options);
            operation.life.run(work).await
        })
    }

    /// Opens a request body for a later [`fetch`](Self::fetch): the page writes to the descriptor,
    /// shuts it down for writing at the end, and keeps it until the other end is closed. Closing it
    /// before breaks off a body without a length. Until the fetch takes it, `gate` decides whether it
    /// stays.
    ///
    /// # Errors
    /// [`NetError::TooManySockets`], [`NetError::System`], [`NetError::DocumentClosed`].
    pub fn upload(&self, gate: Arc<dyn Gate>) -> Result<Upload, NetError> {
        self.inner.life()?;
        self.inner.uploads.open(&self.inner.app, gate)
    }

    /// Fetches, once `gate` has let the destination of each hop pass. The answer is there as soon
    /// as the response's head is; the body follows through the descriptor.
    ///
    /// # Errors
    /// [`NetError`] of every kind.
    pub fn fetch(&self, request: FetchRequest, gate: Arc<dyn Gate>) -> Answer<Fetched> {
        self.operate(request.size(), gate, |inner, operation| {
            fetch::fetch(inner, operation, request)
        })
    }

    /// Aborts the fetch that the page calls `request`, whether its response has begun or not. A
    /// request that is not there, or not any more, needs no aborting.
    pub fn abort(&self, request: RequestId) {
        if let Some(life) = lock(&self.inner.requests).get(&request) {
            life.abort();
        }
    }

    /// Waits until nothing more can be read from `connection` and tells how it ended: `Ok` when
    /// the peer finished in order.
    ///
    /// # Errors
    /// What broke it, or [`NetError::UnknownConnection`].
    pub fn end(&self, connection: ConnectionId) -> Answer<()> {
        match self.inner.connections.find(connection) {
            Ok(connection) => self.answer(0, async move { connection.end().await }),
            Err(error) => Answer::ready(Err(error)),
        }
    }

    /// The page is done with `connection` and closes its end, or has. What it wrote is still
    /// delivered, within a limit; its record is forgotten.
    pub fn release(&self, connection: ConnectionId) {
        self.inner.connections.release(connection);
    }

    /// Resets `connection`: what is on its way is lost, and the peer is told so.
    pub fn reset(&self, connection: ConnectionId) {
        if let Ok(connection) = self.inner.connections.find(connection) {
            connection.life.abort();
        }
    }

    /// How many connections and response bodies are open.
    pub fn open_connections(&self) -> usize {
        self.inner.connections.count_open()
    }

    /// Ends everything at once. Further operations fail with [`NetError::DocumentClosed`].
    pub fn close(&self) {
        self.inner.close();
    }

    /// Does what goes to the network and needs `gate` for that.
    fn operate<T, Work>(
        &self,
        bytes: usize,
        gate: Arc<dyn Gate>,
        work: impl FnOnce(Arc<Inner>, Arc<Operation>) -> Work,
    ) -> Answer<T>
    where
        T: Send + 'static,
        Work: Future<Output = Result<T, NetError>> + Send + 'static,
    {
        // The life is taken now, not when the task first runs: a revocation in between must end it.
        let life = match self.inner.life() {
            Ok(life) => life.child(),
            Err(error) => return Answer::ready(Err(error)),
        };
        let operation = self.inner.operations.begin(life, gate);
        self.answer(bytes, work(self.inner.clone(), operation))
    }

    /// Does `work`, whose parameters have so many bytes, on the broker's threads.
    fn answer<T>(&self, bytes: usize, work: impl Future<Output = Result<T, NetError>> + Send + 'static) -> Answer<T>
    where
        T: Send + 'static,
    {
        let permit = match self.inner.app.call(bytes) {
            Ok(permit) => permit,
            Err(error) => return Answer::ready(Err(error)),
        };
        let (sender, receiver) = oneshot::channel();
        let task = self.inner.shared.handle().spawn(async move {
            let result = work.await;
            drop(permit);
            // Nobody listens any more: what was opened is dropped, and so closed.
            let _ = sender.send(result);
        });
        Answer {
            receiver,
            task: Some(task.abort_handle()),
        }
    }
}

impl Drop for Document {
    fn drop(&mut self) {
        self.close();
    }
}

/// A result on its way from the broker's threads. Dropping it cancels the operation.
#[derive(Debug)]
#[must_use = "dropping an answer cancels the operation"]
pub struct Answer<T> {
    receiver: oneshot::Receiver<Result<T, NetError>>,
    task: Option<AbortHandle>,
}

impl<T> Answer<T> {
    fn ready(result: Result<T, NetError>) -> Self {
        let (sender, receiver) = oneshot::channel();
        let _ = sender.send(result);
        Self { receiver, task: None }
    }
}

impl<T> Future for Answer<T> {
    type Output = Result<T, NetError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.receiver)
            .poll(context)
            // The task is gone without an answer: the broker's threads are.
            .map(|received| received.unwrap_or(Err(NetError::DocumentClosed)))
    }
}

impl<T> Drop for Answer<T> {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// The part of a document that its tasks share.
pub(crate) struct Inner {
    id: DocumentId,
    pub(crate) shared: Arc<Shared>,
    pub(crate) app: Arc<App>,
    /// `None` once the document is closed.
    session: Mutex<Option<Session>>,
    pub(crate) connections: Arc<Connections>,
    pub(crate) uploads: Uploads,
    operations: Arc<Operations>,
    /// Fetches that can be aborted, until their bodies end.
    pub(crate) requests: Mutex<HashMap<RequestId, Life>>,
}

/// What ends when the document is closed.
struct Session {
    life: Life,
    /// Idle HTTP connections.
    pool: Arc<Pool>,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            life: Life::of_document(),
            pool: Arc::default(),
        }
    }
}

impl Inner {
    /// # Errors
    /// [`NetError::DocumentClosed`].
    fn life(&self) -> Result<Life, NetError> {
        match &*lock(&self.session) {
            Some(session) => Ok(session.life.clone()),
            None => Err(NetError::DocumentClosed),
        }
    }

    /// # Errors
    /// [`NetError::DocumentClosed`].
    pub(crate) fn pool(&self) -> Result<(Arc<Pool>, Life), NetError> {
        match &*lock(&self.session) {
            Some(session) => Ok((session.pool.clone(), session.life.clone())),
            None => Err(NetError::DocumentClosed),
        }
    }

    /// Ends what its gates do not allow any more. Connections that are kept for later are nobody's: they go.
    pub(crate) fn recheck(&self) {
        self.operations.recheck();
        self.uploads.recheck();
        if let Ok((pool, _)) = self.pool() {
            pool.clear();
        }
    }

    /// Closes HTTP connections that nobody uses, and returns how many.
    pub(crate) fn close_idle(&self) -> usize {
        self.pool().map_or(0, |(pool, _)| pool.close_idle())
    }

    fn close(&self) {
        // A closed document stays closed.
        let ended = lock(&self.session).take();
        if let Some(ended) = ended {
            ended.life.close();
            self.uploads.clear();
        }
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Inner")
            .field("id", &self.id)
            .field("open", &self.connections.count_open())
            .finish_non_exhaustive()
    }
}

async fn connect(
    inner: &Inner,
    operation: &Arc<Operation>,
    host: &str,
    port: u16,
    options: &TcpOptions,
) -> Result<Connected, NetError> {
    options.check()?;
    let host = Host::parse(host)?;
    let permit = inner.app.socket().await?;
    let destination = destination::check(inner, &host, port, options.dns_query_type, operation).await?;
    let stream = destination::connect(inner, &destination, options).await?;
    let addresses = || {
        let (remote, local) = (stream.peer_addr()?, stream.local_addr()?);
        std::io::Result::Ok((remote, local))
    };
    let (remote, local) = addresses().map_err(|error| NetError::broken(&error))?;
    // Moves to the relay thread's reactor.
    let stream = stream
        .into_std()
        .map_err(|error| NetError::system("no socket for the relay", &error))?;
    let (descriptor, ours) = pair()?;
    let open = inner.connections.open(operation.clone(), permit);
    let connection = open.id;
    inner.shared.relay().spawn(async move {
        match (TcpStream::from_std(stream), UnixStream::from_std(ours)) {
            (Ok(stream), Ok(ours)) => relay(stream, ours, open).await,
            (Err(error), _) | (_, Err(error)) => {
                open.end(Err(NetError::system("no room in the relay", &error)));
            }
        }
    });
    Ok(Connected {
        connection,
        remote_address: remote.ip(),
        remote_port: remote.port(),
        local_address: local.ip(),
        local_port: local.port(),
        descriptor,
    })
}
