//! HTTP connections between requests: one document's, from one revocation to the next.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use hyper::client::conn::{http1, http2};
use tokio::sync::{Semaphore, SemaphorePermit, oneshot};
use tokio::time::{Instant, sleep};

use super::link::Link;
use super::upload::WireBody;
use crate::error::NetError;
use crate::gate::Destination;
use crate::limits::KEPT_PER_DOCUMENT;
use crate::lock;

/// How long a connection may wait for its next request.
const IDLE: Duration = Duration::from_secs(60);

/// How often it is looked whether one has waited that long.
const SWEEP: Duration = Duration::from_secs(10);

/// Connections to one origin that may be in the making at once. Whoever waits for a slot first
/// looks for a connection that became idle: a burst of requests shares a few connections, while
/// long-lived streams never block each other.
const OPENING: usize = 6;

/// Which requests can share a connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Origin {
    pub(crate) https: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// An HTTP connection that is ready for a request.
#[derive(Clone)]
pub(crate) struct Ready<Sender> {
    pub(crate) sender: Sender,
    pub(crate) link: Link,
    /// What was checked before it was made: asked about again before each use.
    pub(crate) destination: Arc<Destination>,
}

pub(crate) enum Pooled {
    Http1(Ready<http1::SendRequest<WireBody>>),
    /// Shared by any number of requests: in the pool and in use at the same time.
    Http2(Ready<http2::SendRequest<WireBody>>),
}

impl Pooled {
    pub(crate) fn link(&self) -> &Link {
        match self {
            Self::Http1(ready) => &ready.link,
            Self::Http2(ready) => &ready.link,
        }
    }

    pub(crate) fn destination(&self) -> &Arc<Destination> {
        match self {
            Self::Http1(ready) => &ready.destination,
            Self::Http2(ready) => &ready.destination,
        }
    }

    /// Whether no request is under way on it, while it is in the pool.
    fn is_idle(&self) -> bool {
        match self {
            // In use it is not in the pool.
            Self::Http1(_) => true,
            // Each operation that it carries has passed its destination, and refers to it until it ends.
            Self::Http2(ready) => Arc::strong_count(&ready.destination) == 1,
        }
    }

    fn is_usable(&self) -> bool {
        let is_ready = match self {
            Self::Http1(ready) => ready.sender.is_ready(),
            Self::Http2(ready) => ready.sender.is_ready(),
        };
        is_ready && !self.link().is_closed()
    }
}

/// The connections that a document keeps for its next requests.
#[derive(Default)]
pub(crate) struct Pool {
    shelf: Mutex<Shelf>,
    /// Where connections are in the making.
    openings: Mutex<HashMap<Origin, Arc<Semaphore>>>,
}

#[derive(Default)]
struct Shelf {
    /// The one used last at the end. Dropping one closes it once the requests that share it are over.
    entries: VecDeque<Entry>,
    /// Whether a task closes those that wait for too long.
    is_swept: bool,
}

struct Entry {
    origin: Origin,
    since: Instant,
    pooled: Pooled,
}

impl Pool {
    /// A connection that is open and ready, if there is one; the one used last first.
    pub(crate) fn take(&self, origin: &Origin) -> Option<Pooled> {
        let entries = &mut lock(&self.shelf).entries;
        while let Some(at) = entries.iter().rposition(|entry| entry.origin == *origin) {
            let mut entry = entries.remove(at)?;
            if !entry.pooled.is_usable() {
                continue;
            }
            let Pooled::Http2(ready) = &entry.pooled else {
                return Some(entry.pooled);
            };
            let shared = Pooled::Http2(ready.clone());
            entry.since = Instant::now();
            entries.push_back(entry);
            return Some(shared);
        }
        None
    }

    /// The right to open connections to `origin`.
    pub(crate) fn opening(self: &Arc<Self>, origin: &Origin) -> Opening {
        let mut openings = lock(&self.openings);
        let slots = openings
            .entry(origin.clone())
            .or_insert_with(|| Arc::new(Semaphore::new(OPENING)));
        Opening {
            pool: self.clone(),
            origin: origin.clone(),
            slots: slots.clone(),
        }
    }

    /// Lets other requests share an HTTP/2 connection.
    pub(crate) fn share(self: &Arc<Self>, origin: Origin, ready: Ready<http2::SendRequest<WireBody>>) {
        // One is enough, whatever a burst of first requests has opened.
        lock(&self.shelf)
            .entries
            .retain(|entry| entry.origin != origin || matches!(entry.pooled, Pooled::Http1(_)));
        self.push(origin, Pooled::Http2(ready));
    }

    /// Keeps an HTTP/1.1 connection once its present response is over.
    pub(crate) fn keep(self: &Arc<Self>, origin: Origin, mut ready: Ready<http1::SendRequest<WireBody>>) -> Kept {
        let pool = self.clone();
        let (kept, is_kept) = oneshot::channel();
        tokio::spawn(async move {
            // An error means that the connection was closed: nothing to keep.
            if ready.sender.ready().await.is_ok() {
                pool.push(origin, Pooled::Http1(ready));
                // Nobody need be waiting.
                let _ = kept.send(());
            }
        });
        Kept(Some(is_kept))
    }

    /// Closes what nobody uses, and returns how much that is.
    pub(crate) fn close_idle(&self) -> usize {
        let entries = &mut lock(&self.shelf).entries;
        let before = entries.len();
        entries.retain(|entry| !entry.pooled.is_idle());
        before - entries.len()
    }

    /// Forgets all. What is in use may go on, and be kept again after if it is HTTP/1.1.
    pub(crate) fn clear(&self) {
        lock(&self.shelf).entries.clear();
    }

    fn push(self: &Arc<Self>, origin: Origin, pooled: Pooled) {
        let mut shelf = lock(&self.shelf);
        if shelf.entries.len() >= KEPT_PER_DOCUMENT {
            shelf.entries.pop_front();
        }
        let since = Instant::now();
        shelf.entries.push_back(Entry { origin, since, pooled });
        if !shelf.is_swept {
            shelf.is_swept = true;
            tokio::spawn(Self::sweep(Arc::downgrade(self)));
        }
    }

    /// Closes what has waited for too long, until nothing is kept.
    async fn sweep(pool: Weak<Self>) {
        loop {
            sleep(SWEEP).await;
            let Some(pool) = pool.upgrade() else { return };
            let mut shelf = lock(&pool.shelf);
            shelf
                .entries
                .retain(|entry| entry.since.elapsed() < IDLE && entry.pooled.is_usable());
            if shelf.entries.is_empty() {
                shelf.is_swept = false;
                return;
            }
        }
    }
}

/// A claim to one of the slots in which connections to an origin are made.
pub(crate) struct Opening {
    pool: Arc<Pool>,
    origin: Origin,
    slots: Arc<Semaphore>,
}

impl Opening {
    pub(crate) async fn slot(&self) -> Result<SemaphorePermit<'_>, NetError> {
        // The semaphore is never closed.
        self.slots.acquire().await.map_err(|_| NetError::DocumentClosed)
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        let mut openings = lock(&self.pool.openings);
        // The table's and this one: nobody else waits. References are only made under the lock.
        if Arc::strong_count(&self.slots) == 2 {
            openings.remove(&self.origin);
        }
    }
}

/// Tells when a connection is back in the pool, or never will be.
pub(crate) struct Kept(Option<oneshot::Receiver<()>>);

impl Kept {
    /// For a connection that never left.
    pub(crate) fn always() -> Self {
        Self(None)
    }

    pub(crate) async fn wait(self) {
        if let Some(is_kept) = self.0 {
            // An error: the connection was closed instead.
            let _ = is_kept.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use hyper::rt::Executor;
    use hyper_util::rt::TokioIo;
    use tokio::io::DuplexStream;
    use tokio::time::timeout;

    use super::*;
    use crate::address::AddressSpace;
    use crate::lifetime::Life;

    fn origin(host: &str) -> Origin {
        Origin {
            https: true,
            host: host.to_owned(),
            port: 443,
        }
    }

    /// What a connection needs besides a sender, the socket, and the server's end of it.
    async fn parts() -> (
        Link,
        Arc<Destination>,
        impl hyper::rt::Read + hyper::rt::Write + Unpin + Send,
        DuplexStream,
    ) {
        let link = Link::new(&Life::of_document());
        let destination = Destination {
            host: "a.example".to_owned(),
            port: 443,
            space: AddressSpace::Public,
            addresses: Vec::new(),
        };
        let (ours, theirs) = tokio::io::duplex(1024);
        let permit = Arc::new(Semaphore::new(1)).acquire_owned().await.unwrap();
        let socket = link.socket(TokioIo::new(ours), permit);
        (link, Arc::new(destination), socket, theirs)
    }

    #[tokio::test(start_paused = true)]
    async fn what_no_request_has_used_for_a_minute_is_closed() {
        let pool = Arc::new(Pool::default());
        let (link, destination, socket, _server) = parts().await;
        let builder = http2::Builder::new(link.clone());
        let (sender, connection) = builder.handshake(socket).await.unwrap();
        link.execute(connection);
        let ready = Ready {
            sender,
            link: link.clone(),
            destination,
        };
        pool.share(origin("a.example"), ready);
        for _ in 0..3 {
            sleep(IDLE - Duration::from_secs(1)).await;
            assert!(pool.take(&origin("a.example")).is_some());
        }
        sleep(IDLE + SWEEP).await;
        assert!(pool.take(&origin("a.example")).is_none());
        timeout(SWEEP, link.closed()).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn the_connection_that_has_waited_longest_makes_room() {
        let pool = Arc::new(Pool::default());
        let mut links = Vec::new();
        let mut servers = Vec::new();
        for n in 0..=KEPT_PER_DOCUMENT {
            let (link, destination, socket, server) = parts().await;
            let (sender, connection) = http1::handshake(socket).await.unwrap();
            link.execute(connection);
            let ready = Ready {
                sender,
                link: link.clone(),
                destination,
            };
            pool.keep(origin(&format!("{n}.example")), ready).wait().await;
            links.push(link);
            servers.push(server);
        }
        timeout(SWEEP, links[0].closed()).await.unwrap();
        assert!(pool.take(&origin("0.example")).is_none());
        assert!(pool.take(&origin("1.example")).is_some());
    }
}
