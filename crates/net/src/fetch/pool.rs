//! HTTP connections between requests: one document's, from one revocation to the next.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::client::conn::{http1, http2};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::upload::WireBody;
use crate::gate::Destination;
use crate::lock;

/// How long a connection may wait for its next request.
const IDLE: Duration = Duration::from_secs(60);

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
    /// Fires once the connection has closed, and closes it when fired.
    pub(crate) closed: CancellationToken,
    /// What was checked before it was made: asked about again before each use.
    pub(crate) destination: Arc<Destination>,
}

pub(crate) enum Pooled {
    Http1(Ready<http1::SendRequest<WireBody>>),
    Http2(Ready<http2::SendRequest<WireBody>>),
}

impl Pooled {
    pub(crate) fn closed(&self) -> &CancellationToken {
        match self {
            Self::Http1(ready) => &ready.closed,
            Self::Http2(ready) => &ready.closed,
        }
    }

    pub(crate) fn destination(&self) -> &Destination {
        match self {
            Self::Http1(ready) => &ready.destination,
            Self::Http2(ready) => &ready.destination,
        }
    }
}

/// A document's idle connections.
#[derive(Default)]
pub(crate) struct Pool {
    origins: Mutex<HashMap<Origin, Slot>>,
}

struct Slot {
    idle: Vec<(Instant, Ready<http1::SendRequest<WireBody>>)>,
    /// Shared by any number of requests.
    http2: Option<Ready<http2::SendRequest<WireBody>>>,
    opening: Arc<Semaphore>,
}

impl Default for Slot {
    fn default() -> Self {
        Self {
            idle: Vec::new(),
            http2: None,
            opening: Arc::new(Semaphore::new(OPENING)),
        }
    }
}

impl Pool {
    /// A connection that is open and ready, if there is one; the one used last first.
    pub(crate) fn take(&self, origin: &Origin) -> Option<Pooled> {
        let mut origins = lock(&self.origins);
        let slot = origins.get_mut(origin)?;
        match &slot.http2 {
            Some(ready) if ready.sender.is_ready() => return Some(Pooled::Http2(ready.clone())),
            Some(ready) if ready.sender.is_closed() => slot.http2 = None,
            _ => {}
        }
        while let Some((_, ready)) = slot.idle.pop() {
            if ready.sender.is_ready() {
                return Some(Pooled::Http1(ready));
            }
        }
        None
    }

    /// The right to open connections to `origin`.
    pub(crate) fn opening(&self, origin: &Origin) -> Arc<Semaphore> {
        lock(&self.origins).entry(origin.clone()).or_default().opening.clone()
    }

    /// Lets other requests share an HTTP/2 connection.
    pub(crate) fn share(&self, origin: Origin, ready: Ready<http2::SendRequest<WireBody>>) {
        lock(&self.origins).entry(origin).or_default().http2 = Some(ready);
    }

    /// Keeps an HTTP/1.1 connection once its present response is over.
    pub(crate) fn keep(self: &Arc<Self>, origin: Origin, mut ready: Ready<http1::SendRequest<WireBody>>) -> Kept {
        let pool = self.clone();
        let (kept, is_kept) = oneshot::channel();
        tokio::spawn(async move {
            // An error means that the connection was closed: nothing to keep.
            if ready.sender.ready().await.is_err() {
                return;
            }
            let entry = (Instant::now(), ready);
            lock(&pool.origins).entry(origin).or_default().idle.push(entry);
            let pool = Arc::downgrade(&pool);
            // Nobody need be waiting.
            let _ = kept.send(());
            sleep(IDLE).await;
            if let Some(pool) = pool.upgrade() {
                pool.expire();
            }
        });
        Kept(Some(is_kept))
    }

    /// Closes what nobody uses. What is in use may go on, and be kept again after.
    pub(crate) fn close_idle(&self) {
        for slot in lock(&self.origins).values_mut() {
            slot.idle.clear();
            slot.http2 = None;
        }
    }

    fn expire(&self) {
        lock(&self.origins).retain(|_, slot| {
            slot.idle
                .retain(|(since, ready)| since.elapsed() < IDLE && !ready.sender.is_closed());
            slot.http2.take_if(|ready| ready.sender.is_closed());
            // A slot that somebody opens a connection for is referred to twice.
            !slot.idle.is_empty() || slot.http2.is_some() || Arc::strong_count(&slot.opening) > 1
        });
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
