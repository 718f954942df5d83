//! The broker: its threads, and the apps that use it.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::document::{self, Document, DocumentId};
use crate::error::NetError;
use crate::fetch::tls::{Roots, Tls};
use crate::limits::{CONNECTS_PER_APP, PENDING_KIB_PER_APP, RESOLVER_THREADS, SOCKETS_PER_APP};
use crate::lock;
use crate::resolver::{Resolver, SystemResolver};

/// Names an app: whatever the runtime calls it, compared as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppId(Arc<str>);

impl AppId {
    /// The app named `id`.
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// What can be chosen when a broker starts.
pub struct BrokerOptions {
    /// Looks up names. [`SystemResolver`] unless chosen otherwise.
    pub resolver: Box<dyn Resolver>,
    /// Whom TLS trusts. [`Roots::System`] unless chosen otherwise.
    pub roots: Roots,
}

impl Default for BrokerOptions {
    fn default() -> Self {
        Self {
            resolver: Box::new(SystemResolver),
            roots: Roots::System,
        }
    }
}

impl fmt::Debug for BrokerOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BrokerOptions")
            .field("roots", &self.roots)
            .finish_non_exhaustive()
    }
}

/// Opens connections on behalf of documents. Cheap to clone; its threads end, and everything that
/// is open with them, when the last clone and the last [`Document`] are gone.
#[derive(Clone, Debug)]
pub struct Broker {
    shared: Arc<Shared>,
}

impl Broker {
    /// Starts the broker's threads.
    ///
    /// Writing to a page that has gone raises `SIGPIPE`, which a Rust program ignores unless it
    /// asked not to; a program that did would be killed by it.
    ///
    /// # Errors
    /// When the system has no threads or descriptors for them.
    pub fn start(options: BrokerOptions) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(RESOLVER_THREADS)
            .thread_name("insula-net")
            .enable_all()
            .build()?;
        let stop = CancellationToken::new();
        let relays = (0..relay_threads())
            .map(|_| start_relay_thread(stop.clone()))
            .collect::<io::Result<_>>()?;
        Ok(Self {
            shared: Arc::new(Shared {
                runtime: Some(runtime),
                relays,
                next_relay: AtomicUsize::new(0),
                _stop: stop.drop_guard(),
                resolver: options.resolver,
                roots: options.roots,
                tls: OnceLock::new(),
                apps: Mutex::default(),
            }),
        })
    }

    /// The scope of one document: what is opened through it ends with it.
    pub fn document(&self, id: DocumentId) -> Document {
        let app = self.shared.app(&id.app);
        Document::new(self.shared.clone(), app, id)
    }

    /// Ends what `app` has open or is opening and its gates do not allow any more, with
    /// [`NetError::Revoked`]. What they still allow goes on.
    pub fn recheck(&self, app: &AppId) {
        for document in self.shared.documents(app) {
            document.recheck();
        }
    }

    /// How many connections and response bodies `app` has open.
    pub fn open_connections(&self, app: &AppId) -> usize {
        self.shared
            .documents(app)
            .iter()
            .map(|document| document.connections.count_open())
            .sum()
    }
}

/// What all documents share.
pub(crate) struct Shared {
    /// Resolving, asking, connecting, TLS and HTTP. Taken only when dropped.
    runtime: Option<Runtime>,
    /// Threads that do nothing but move bytes, each with a reactor of its own: waking one does
    /// not wake a work-stealing scheduler.
    relays: Vec<Handle>,
    next_relay: AtomicUsize,
    /// Ends the relay threads.
    _stop: DropGuard,
    pub(crate) resolver: Box<dyn Resolver>,
    roots: Roots,
    /// Made when first needed: reading the system's certificates takes milliseconds.
    tls: OnceLock<Tls>,
    apps: Mutex<HashMap<AppId, Weak<App>>>,
}

impl Shared {
    /// Where everything but relaying runs.
    pub(crate) fn handle(&self) -> &Handle {
        #[expect(clippy::expect_used, reason = "only `drop` takes the runtime")]
        self.runtime.as_ref().expect("present until dropped").handle()
    }

    /// The thread for the next relay.
    pub(crate) fn relay(&self) -> &Handle {
        let next = self.next_relay.fetch_add(1, Ordering::Relaxed);
        &self.relays[next % self.relays.len()]
    }

    pub(crate) fn tls(&self) -> &Tls {
        self.tls.get_or_init(|| Tls::new(&self.roots))
    }

    fn app(&self, id: &AppId) -> Arc<App> {
        let mut apps = lock(&self.apps);
        if let Some(app) = apps.get(id).and_then(Weak::upgrade) {
            return app;
        }
        apps.retain(|_, app| app.strong_count() > 0);
        let app = Arc::new(App::default());
        apps.insert(id.clone(), Arc::downgrade(&app));
        app
    }

    fn documents(&self, id: &AppId) -> Vec<Arc<document::Inner>> {
        let app = lock(&self.apps).get(id).and_then(Weak::upgrade);
        app.map_or_else(Vec::new, |app| {
            lock(&app.documents).iter().filter_map(Weak::upgrade).collect()
        })
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Shared")
            .field("relays", &self.relays.len())
            .finish_non_exhaustive()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // The last reference may be dropped by a task of the runtime itself, which must not wait
        // for itself to end.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// How long idle connections may take to close.
const CLOSING: Duration = Duration::from_secs(1);

/// What the documents of an app share: its quota.
#[derive(Debug)]
pub(crate) struct App {
    sockets: Arc<Semaphore>,
    /// Look-ups and connects in flight.
    pub(crate) connects: Semaphore,
    /// KiB that calls without an answer may hold.
    pending: Arc<Semaphore>,
    documents: Mutex<Vec<Weak<document::Inner>>>,
}

impl Default for App {
    fn default() -> Self {
        Self {
            sockets: Arc::new(Semaphore::new(SOCKETS_PER_APP)),
            connects: Semaphore::new(CONNECTS_PER_APP),
            pending: Arc::new(Semaphore::new(PENDING_KIB_PER_APP)),
            documents: Mutex::default(),
        }
    }
}

impl App {
    /// A share of the app's sockets; if there is none left, that of an HTTP connection that is only kept
    /// for later.
    ///
    /// # Errors
    /// [`NetError::TooManySockets`].
    pub(crate) async fn socket(&self) -> Result<OwnedSemaphorePermit, NetError> {
        let too_many = match self.socket_now() {
            Ok(permit) => return Ok(permit),
            Err(error) => error,
        };
        if self.close_idle() == 0 {
            return Err(too_many);
        }
        match timeout(CLOSING, self.sockets.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            // Others were faster; or the semaphore was closed, which it never is.
            Err(_) | Ok(Err(_)) => Err(too_many),
        }
    }

    fn close_idle(&self) -> usize {
        let documents: Vec<_> = lock(&self.documents).iter().filter_map(Weak::upgrade).collect();
        documents.iter().map(|document| document.close_idle()).sum()
    }

    /// A share of the app's sockets, if there is one left.
    ///
    /// # Errors
    /// [`NetError::TooManySockets`].
    pub(crate) fn socket_now(&self) -> Result<OwnedSemaphorePermit, NetError> {
        self.sockets
            .clone()
            .try_acquire_owned()
            .map_err(|_| NetError::TooManySockets { limit: SOCKETS_PER_APP })
    }

    /// The right to hold a call's parameters, of `bytes`, until it has an answer.
    ///
    /// # Errors
    /// [`NetError::TooManyCalls`].
    pub(crate) fn call(&self, bytes: usize) -> Result<OwnedSemaphorePermit, NetError> {
        let cost = u32::try_from(1 + bytes / 1024).unwrap_or(u32::MAX);
        let permit = self.pending.clone().try_acquire_many_owned(cost);
        permit.map_err(|_| NetError::TooManyCalls)
    }

    pub(crate) fn add(&self, document: &Arc<document::Inner>) {
        let mut documents = lock(&self.documents);
        documents.retain(|document| document.strong_count() > 0);
        documents.push(Arc::downgrade(document));
    }
}

/// One thread fills two cores together with a page and a peer; more cores can serve more pages.
fn relay_threads() -> usize {
    thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).clamp(1, 4))
}

fn start_relay_thread(stop: CancellationToken) -> io::Result<Handle> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    thread::Builder::new()
        .name("insula-relay".to_owned())
        .spawn(move || runtime.block_on(stop.cancelled()))?;
    Ok(handle)
}
