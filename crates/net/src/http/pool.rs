//! HTTP connections: one scope's, and who may use which.
//!
//! An origin has six connections of HTTP/1.1 at most, as in browsers; requests that find them all in use wait in
//! order, for as long as it takes. Of HTTP/2 it has one, which all requests share. Nobody knows before the first
//! handshake which of the two a server speaks, so requests that come before its end wait for it a moment.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use hyper::client::conn::{http1, http2};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, sleep, timeout};

use super::link::Link;
use super::request::WireBody;
use crate::core::error::Error;
use crate::core::gate::Destination;
use crate::core::proxy::Proxy;
use crate::core::quota::Keeper;
use crate::limits::{CONNECTIONS_PER_ORIGIN, KEPT_PER_SCOPE};
use crate::lock;

/// How long a connection may wait for its next request.
const IDLE: Duration = Duration::from_secs(60);

/// How often it is looked whether one has waited that long.
const SWEEP: Duration = Duration::from_secs(10);

/// How long requests wait for an origin's first handshake, which may bring a connection for all of them.
const FIRST_HANDSHAKE: Duration = Duration::from_millis(300);

/// How many origins are remembered that no request goes to.
const LANES: usize = 1_000;

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
    /// The proxy that is sent the requests, for it to forward.
    pub(crate) forwarder: Option<Arc<Proxy>>,
}

pub(crate) type Http1 = Ready<http1::SendRequest<WireBody>>;
pub(crate) type Http2 = Ready<http2::SendRequest<WireBody>>;

/// What a request may go over.
pub(crate) enum Claim {
    /// A connection of HTTP/1.1, for this request alone until its response is over.
    Idle(Http1, Slot),
    /// A connection of HTTP/2, shared by any number of requests.
    Shared(Http2),
    /// A new connection.
    New(Opening),
}

/// The right to use one of an origin's connections of HTTP/1.1.
pub(crate) struct Slot {
    _permit: OwnedSemaphorePermit,
    lane: Arc<Lane>,
}

/// The right to make a connection.
pub(crate) struct Opening {
    slot: Slot,
    /// That to an origin of which nobody knows yet what it speaks. Others wait for its end.
    _first: Option<OwnedSemaphorePermit>,
}

impl Opening {
    /// It speaks HTTP/1.1: others need not wait. What is left is the right to use it.
    pub(crate) fn of_http1(self) -> Slot {
        self.slot.lane.is_http1.store(true, Ordering::Relaxed);
        self.slot
    }
}

/// The connections of a scope.
#[derive(Default)]
pub(crate) struct Pool {
    shelf: Mutex<Shelf>,
    /// What is known of origins: at least of those that requests go to, or wait for.
    lanes: Mutex<HashMap<Origin, Arc<Lane>>>,
}

#[derive(Default)]
struct Shelf {
    /// Idle ones, and those of HTTP/2 whether idle or not. The one used last is at the end. Dropping one closes it
    /// once the requests that share it are over.
    entries: VecDeque<Entry>,
    /// Whether a task closes those that wait for too long.
    is_swept: bool,
}

struct Entry {
    origin: Origin,
    since: Instant,
    kept: Kept,
}

enum Kept {
    Http1(Http1),
    Http2(Http2),
}

/// What the requests to one origin have in common.
struct Lane {
    slots: Arc<Semaphore>,
    /// Held while the first connection is made.
    first: Arc<Semaphore>,
    /// Whether the origin is known not to speak HTTP/2.
    is_http1: AtomicBool,
    /// Told when there is a connection for all.
    shared: Notify,
}

impl Pool {
    /// Waits until a request to `origin` may go, in the order of the calls.
    ///
    /// # Errors
    /// None but those of a pool whose scope has gone.
    pub(crate) async fn claim(self: &Arc<Self>, origin: &Origin) -> Result<Claim, Error> {
        let lane = self.lane(origin);
        loop {
            // First: what is told between looking and waiting is not missed.
            let told = lane.shared.notified();
            if let Some(shared) = self.shared(origin) {
                return Ok(Claim::Shared(shared));
            }
            let permit = tokio::select! {
                permit = lane.slots.clone().acquire_owned() => permit,
                () = told => continue,
            };
            // The semaphores are never closed.
            let slot = Slot {
                _permit: permit.map_err(|_| Error::Closed)?,
                lane: lane.clone(),
            };
            if let Some(idle) = self.idle(origin) {
                return Ok(Claim::Idle(idle, slot));
            }
            if !origin.https || lane.is_http1.load(Ordering::Relaxed) {
                return Ok(Claim::New(Opening { slot, _first: None }));
            }
            let first = timeout(FIRST_HANDSHAKE, lane.first.clone().acquire_owned()).await;
            if let Some(shared) = self.shared(origin) {
                return Ok(Claim::Shared(shared));
            }
            let is_http1 = lane.is_http1.load(Ordering::Relaxed);
            let _first = first.ok().and_then(Result::ok).filter(|_| !is_http1);
            return Ok(Claim::New(Opening { slot, _first }));
        }
    }

    fn lane(&self, origin: &Origin) -> Arc<Lane> {
        let mut lanes = lock(&self.lanes);
        if let Some(lane) = lanes.get(origin) {
            return lane.clone();
        }
        if lanes.len() >= LANES {
            lanes.retain(|_, lane| Arc::strong_count(lane) > 1);
        }
        let lane = Arc::new(Lane {
            slots: Arc::new(Semaphore::new(CONNECTIONS_PER_ORIGIN)),
            first: Arc::new(Semaphore::new(1)),
            is_http1: AtomicBool::new(false),
            shared: Notify::new(),
        });
        lanes.insert(origin.clone(), lane.clone());
        lane
    }

    /// The connection that all requests to `origin` share, if there is one.
    pub(crate) fn shared(&self, origin: &Origin) -> Option<Http2> {
        match self.take(origin, |kept| matches!(kept, Kept::Http2(_)))? {
            Kept::Http2(ready) => Some(ready),
            Kept::Http1(_) => None,
        }
    }

    /// A connection that no request uses, the one used last first.
    fn idle(&self, origin: &Origin) -> Option<Http1> {
        match self.take(origin, |kept| matches!(kept, Kept::Http1(_)))? {
            Kept::Http1(ready) => Some(ready),
            Kept::Http2(_) => None,
        }
    }

    fn take(&self, origin: &Origin, is_wanted: impl Fn(&Kept) -> bool) -> Option<Kept> {
        let entries = &mut lock(&self.shelf).entries;
        let is_found = |entry: &Entry| entry.origin == *origin && is_wanted(&entry.kept);
        while let Some(at) = entries.iter().rposition(is_found) {
            let mut entry = entries.remove(at)?;
            if !entry.kept.is_usable() {
                continue;
            }
            let Kept::Http2(ready) = &entry.kept else {
                return Some(entry.kept);
            };
            let shared = Kept::Http2(ready.clone());
            entry.since = Instant::now();
            entries.push_back(entry);
            return Some(shared);
        }
        None
    }

    /// Lets other requests share an HTTP/2 connection, unless they have one: one is enough.
    pub(crate) fn share(self: &Arc<Self>, origin: &Origin, ready: &Http2) {
        if self.shared(origin).is_none() {
            self.push(origin.clone(), Kept::Http2(ready.clone()));
        }
        let lane = lock(&self.lanes).get(origin).cloned();
        if let Some(lane) = lane {
            lane.shared.notify_waiters();
        }
    }

    /// Keeps an HTTP/1.1 connection once its present response is over. Until then it has its slot.
    pub(crate) fn keep(self: &Arc<Self>, origin: Origin, mut ready: Http1, slot: Slot) -> Back {
        let pool = self.clone();
        let (back, is_back) = oneshot::channel();
        tokio::spawn(async move {
            // An error means that the connection was closed: nothing to keep.
            if ready.sender.ready().await.is_ok() {
                pool.push(origin, Kept::Http1(ready));
                // Nobody need be waiting.
                let _ = back.send(());
            }
            drop(slot);
        });
        Back(Some(is_back))
    }

    fn push(self: &Arc<Self>, origin: Origin, kept: Kept) {
        let mut shelf = lock(&self.shelf);
        if shelf.entries.len() >= KEPT_PER_SCOPE {
            shelf.entries.pop_front();
        }
        let since = Instant::now();
        shelf.entries.push_back(Entry { origin, since, kept });
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
                .retain(|entry| entry.since.elapsed() < IDLE && entry.kept.is_usable());
            if shelf.entries.is_empty() {
                shelf.is_swept = false;
                return;
            }
        }
    }
}

impl Keeper for Pool {
    /// Connections that are kept for later are nobody's: they go. What is in use may go on, and be kept again after
    /// if it is HTTP/1.1.
    fn recheck(&self) {
        lock(&self.shelf).entries.clear();
    }

    fn let_go(&self) -> usize {
        let entries = &mut lock(&self.shelf).entries;
        let before = entries.len();
        entries.retain(|entry| !entry.kept.is_idle());
        before - entries.len()
    }
}

impl Kept {
    /// Whether no request is under way on it.
    fn is_idle(&self) -> bool {
        match self {
            // In use it is not kept.
            Self::Http1(_) => true,
            // Each resource that it carries has passed its destination, and refers to it until it ends.
            Self::Http2(ready) => Arc::strong_count(&ready.destination) == 1,
        }
    }

    fn is_usable(&self) -> bool {
        let (is_ready, link) = match self {
            Self::Http1(ready) => (ready.sender.is_ready(), &ready.link),
            Self::Http2(ready) => (ready.sender.is_ready(), &ready.link),
        };
        is_ready && !link.is_closed()
    }
}

/// Tells when a connection is back in the pool, or never will be.
pub(crate) struct Back(Option<oneshot::Receiver<()>>);

impl Back {
    /// For a connection that never left.
    pub(crate) fn always() -> Self {
        Self(None)
    }

    pub(crate) async fn wait(self) {
        if let Some(is_back) = self.0 {
            // An error: the connection was closed instead.
            let _ = is_back.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use hyper::rt::Executor;
    use hyper_util::rt::TokioIo;
    use tokio::io::DuplexStream;

    use super::*;
    use crate::core::life::Life;
    use crate::core::quota::Quota;
    use insula_vocabulary::AddressSpace;

    fn origin(host: &str) -> Origin {
        Origin {
            https: true,
            host: host.to_owned(),
            port: 443,
        }
    }

    /// What a connection needs besides a sender, the socket, and the server's end of it.
    fn parts() -> (
        Link,
        Arc<Destination>,
        impl hyper::rt::Read + hyper::rt::Write + Unpin + Send,
        DuplexStream,
    ) {
        let link = Link::new(&Life::of_scope());
        let destination = Destination {
            host: "a.example".to_owned(),
            port: 443,
            space: AddressSpace::Public,
            addresses: Vec::new(),
        };
        let (ours, theirs) = tokio::io::duplex(1024);
        let socket = link.socket(TokioIo::new(ours), Quota::default().socket_now().unwrap());
        (link, Arc::new(destination), socket, theirs)
    }

    async fn http1() -> (Http1, DuplexStream) {
        let (link, destination, socket, server) = parts();
        let (sender, connection) = http1::handshake(socket).await.unwrap();
        link.execute(connection);
        let ready = Ready {
            sender,
            link,
            destination,
            forwarder: None,
        };
        (ready, server)
    }

    async fn http2() -> (Http2, DuplexStream) {
        let (link, destination, socket, server) = parts();
        let (sender, connection) = http2::Builder::new(link.clone()).handshake(socket).await.unwrap();
        link.execute(connection);
        let ready = Ready {
            sender,
            link,
            destination,
            forwarder: None,
        };
        (ready, server)
    }

    /// What a request may go over, if it need not wait for longer than a first handshake.
    async fn claim(pool: &Arc<Pool>, origin: &Origin) -> Option<Claim> {
        timeout(2 * FIRST_HANDSHAKE, pool.claim(origin))
            .await
            .ok()
            .map(Result::unwrap)
    }

    fn opening(claim: Option<Claim>) -> Opening {
        match claim {
            Some(Claim::New(opening)) => opening,
            _ => panic!("no new connection"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_no_request_has_used_for_a_minute_is_closed() {
        let pool = Arc::new(Pool::default());
        let (ready, _server) = http2().await;
        let link = ready.link.clone();
        pool.share(&origin("a.example"), &ready);
        drop(ready);
        for _ in 0..3 {
            sleep(IDLE - Duration::from_secs(1)).await;
            assert!(pool.shared(&origin("a.example")).is_some());
        }
        sleep(IDLE + SWEEP).await;
        assert!(pool.shared(&origin("a.example")).is_none());
        timeout(SWEEP, link.closed()).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn the_connection_that_has_waited_longest_makes_room() {
        let pool = Arc::new(Pool::default());
        let mut links = Vec::new();
        let mut servers = Vec::new();
        for n in 0..=KEPT_PER_SCOPE {
            let origin = origin(&format!("{n}.example"));
            let (ready, server) = http1().await;
            links.push(ready.link.clone());
            servers.push(server);
            let slot = opening(claim(&pool, &origin).await).of_http1();
            pool.keep(origin, ready, slot).wait().await;
        }
        timeout(SWEEP, links[0].closed()).await.unwrap();
        assert!(pool.idle(&origin("0.example")).is_none());
        assert!(pool.idle(&origin("1.example")).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn six_requests_of_an_origin_go_at_once_and_the_next_in_order() {
        let pool = Arc::new(Pool::default());
        let plain = Origin {
            https: false,
            ..origin("a.example")
        };
        let mut slots = Vec::new();
        for _ in 0..CONNECTIONS_PER_ORIGIN {
            slots.push(opening(claim(&pool, &plain).await));
        }
        assert!(claim(&pool, &origin("b.example")).await.is_some(), "another origin");
        let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(pool.claim(&plain))).collect();
        for claim in &mut waiting {
            assert!(claim.now_or_never().is_none());
        }
        // The second gives up.
        drop(waiting.remove(1));
        slots.pop();
        let first = timeout(FIRST_HANDSHAKE, &mut waiting[0]).await.unwrap();
        assert!((&mut waiting[1]).now_or_never().is_none());
        drop(first);
        timeout(FIRST_HANDSHAKE, &mut waiting[1]).await.unwrap().unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn first_requests_wait_for_a_handshake_that_may_serve_them_all() {
        let pool = Arc::new(Pool::default());
        let origin = origin("a.example");
        let first = opening(claim(&pool, &origin).await);
        let mut waiting: Vec<_> = (0..50).map(|_| Box::pin(pool.claim(&origin))).collect();
        for claim in &mut waiting {
            assert!(claim.now_or_never().is_none());
        }
        let (ready, _server) = http2().await;
        pool.share(&origin, &ready);
        drop(first);
        for claim in waiting {
            let claim = timeout(Duration::from_millis(1), claim).await.unwrap();
            assert!(matches!(claim, Ok(Claim::Shared(_))));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_handshake_without_an_end_or_without_http2_holds_nobody_up() {
        let pool = Arc::new(Pool::default());
        let stuck = opening(claim(&pool, &origin("a.example")).await);
        opening(claim(&pool, &origin("a.example")).await);
        drop(stuck);
        let http1 = opening(claim(&pool, &origin("b.example")).await).of_http1();
        let origin = origin("b.example");
        let next = timeout(Duration::from_millis(1), pool.claim(&origin)).await;
        assert!(matches!(next, Ok(Ok(Claim::New(_)))));
        drop(http1);
    }
}
