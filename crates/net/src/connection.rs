//! What a document knows about each of its connections.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio_util::sync::CancellationToken;

use crate::error::NetError;
use crate::lifetime::Life;
use crate::limits::REMEMBERED_ENDS;
use crate::lock;
use crate::operation::Operation;

/// Names a connection or a response body within its document; never used twice by a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

impl ConnectionId {
    pub(crate) fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// How far a connection is, as far as its reader cares.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Progress {
    /// There may be more to read.
    Open,
    /// The peer has finished in order. What the page still writes can break the connection yet.
    ReadEnded,
    /// All over.
    Ended(Result<(), NetError>),
}

/// The record of one connection.
#[derive(Debug)]
pub(crate) struct Connection {
    progress: watch::Sender<Progress>,
    /// Ends it at once.
    pub(crate) life: Life,
    /// The page is done with it: what is on its way may still be delivered, for a while.
    pub(crate) released: CancellationToken,
}

impl Connection {
    fn new(life: Life) -> Self {
        Self {
            progress: watch::Sender::new(Progress::Open),
            life,
            released: CancellationToken::new(),
        }
    }

    /// The peer finished sending, and the page has got, or can get, every byte.
    pub(crate) fn read_ended(&self) {
        self.progress.send_replace(Progress::ReadEnded);
    }

    /// It is all over. What is recorded first stays.
    fn ended(&self, result: Result<(), NetError>) {
        self.progress.send_if_modified(|progress| {
            let is_open = !matches!(progress, Progress::Ended(_));
            if is_open {
                *progress = Progress::Ended(result);
            }
            is_open
        });
    }

    /// Waits until the reading side is over and tells how it ended. Of what was taken away it tells that, even when
    /// the reading had ended before.
    pub(crate) async fn end(&self) -> Result<(), NetError> {
        let mut progress = self.progress.subscribe();
        let is_over = |progress: &Progress| match progress {
            Progress::Open => false,
            Progress::ReadEnded => !self.life.is_over(),
            Progress::Ended(_) => true,
        };
        match progress.wait_for(is_over).await.as_deref() {
            Ok(Progress::Ended(result)) => result.clone(),
            // The sender is `self`: the channel cannot be closed here.
            Ok(Progress::Open | Progress::ReadEnded) | Err(_) => Ok(()),
        }
    }
}

/// All connections of a document.
#[derive(Debug, Default)]
pub(crate) struct Connections(Mutex<Records>);

#[derive(Debug, Default)]
struct Records {
    by_id: HashMap<ConnectionId, Arc<Connection>>,
    /// Ended, but not yet released by the page; oldest first.
    ended: VecDeque<ConnectionId>,
}

impl Connections {
    /// Records a new connection. It counts as open until the returned guard ends it.
    pub(crate) fn open(self: &Arc<Self>, operation: Arc<Operation>, permit: OwnedSemaphorePermit) -> Open {
        let id = ConnectionId::next();
        let connection = Arc::new(Connection::new(operation.life.clone()));
        lock(&self.0).by_id.insert(id, connection.clone());
        Open {
            id,
            connection,
            connections: self.clone(),
            _operation: operation,
            _permit: permit,
        }
    }

    /// # Errors
    /// [`NetError::UnknownConnection`].
    pub(crate) fn find(&self, id: ConnectionId) -> Result<Arc<Connection>, NetError> {
        lock(&self.0)
            .by_id
            .get(&id)
            .cloned()
            .ok_or(NetError::UnknownConnection(id.0))
    }

    /// Forgets a connection and lets it end in order.
    pub(crate) fn release(&self, id: ConnectionId) {
        let released = lock(&self.0).by_id.remove(&id);
        if let Some(connection) = released {
            connection.released.cancel();
        }
    }

    /// How many have not ended.
    pub(crate) fn count_open(&self) -> usize {
        let records = lock(&self.0);
        records
            .by_id
            .values()
            .filter(|connection| !matches!(*connection.progress.borrow(), Progress::Ended(_)))
            .count()
    }

    fn remember_end(&self, id: ConnectionId) {
        let mut records = lock(&self.0);
        if !records.by_id.contains_key(&id) {
            return;
        }
        records.ended.push_back(id);
        if records.ended.len() > REMEMBERED_ENDS
            && let Some(oldest) = records.ended.pop_front()
        {
            records.by_id.remove(&oldest);
        }
    }
}

/// A connection in the hands of the task that serves it. Dropped with that task, whatever stopped
/// it, so that nobody waits for ever to hear how it ended.
#[derive(Debug)]
pub(crate) struct Open {
    pub(crate) id: ConnectionId,
    pub(crate) connection: Arc<Connection>,
    connections: Arc<Connections>,
    /// What let it, to be asked again for as long as it is open.
    _operation: Arc<Operation>,
    /// Its share of the app's sockets.
    _permit: OwnedSemaphorePermit,
}

impl Open {
    /// Records how it ended. To be called before the page's end is closed: a page that sees that
    /// asks at once, and has to hear the final answer.
    pub(crate) fn end(&self, result: Result<(), NetError>) {
        self.connection.ended(result);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.connection.ended(Err(NetError::Aborted));
        self.connections.remember_end(self.id);
    }
}
