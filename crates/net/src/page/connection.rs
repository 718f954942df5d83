//! What a document knows about each of its connections, and how each ends.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::requests::Registered;
use super::socket::Peer;
use crate::core::error::Error;
use crate::core::life::Life;
use crate::core::quota::Share;
use crate::core::resource::Resource;
use crate::core::stream::Stream;
use crate::lock;

/// Names a connection or a response body within its document; never used twice by a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

impl ConnectionId {
    fn next() -> Self {
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
    Ended(Result<(), Error>),
}

/// How a connection ends. The page's descriptor cannot say it: it only ends.
///
/// One end always comes, when there is nothing more to read: `Ok` when the peer has finished in order. Where the page
/// could still write then, another one follows when that is over as well.
#[derive(Debug)]
pub struct Ends {
    progress: watch::Receiver<Progress>,
    told: Told,
}

#[derive(Debug, PartialEq, Eq)]
enum Told {
    Nothing,
    ReadEnded,
    Ended,
}

impl Ends {
    /// Waits for the next end, on any executor. Nothing, when no more will come.
    pub async fn next(&mut self) -> Option<Result<(), Error>> {
        if self.told == Told::Ended {
            return None;
        }
        let is_news = |progress: &Progress| match progress {
            Progress::Open => false,
            Progress::ReadEnded => self.told == Told::Nothing,
            Progress::Ended(_) => true,
        };
        let progress = match self.progress.wait_for(is_news).await {
            Ok(progress) => progress.clone(),
            // Whoever serves a connection records its end before it goes.
            Err(_) => Progress::Ended(Err(Error::Aborted)),
        };
        match progress {
            Progress::Ended(result) => {
                self.told = Told::Ended;
                Some(result)
            }
            Progress::Open | Progress::ReadEnded => {
                self.told = Told::ReadEnded;
                Some(Ok(()))
            }
        }
    }

    /// Whether the last end was that of everything.
    pub fn is_over(&self) -> bool {
        self.told == Told::Ended
    }
}

/// The record of one connection.
#[derive(Debug)]
pub(crate) struct Connection {
    progress: watch::Sender<Progress>,
    /// Ends it at once.
    pub(crate) life: Life,
    /// The page is done with it: what is on its way may still be delivered, for a while.
    pub(crate) released: CancellationToken,
    /// Where it leads, if it is a socket of the page's.
    pub(crate) peer: Option<Peer>,
    /// Who wants to go on with it otherwise.
    successor: Mutex<Option<oneshot::Sender<HandedOver>>>,
    /// Fires when somebody does.
    handover: CancellationToken,
}

/// What the relay gives to who goes on with a connection. All that the page had written is sent. What it has not read of what
/// had come is lost, or still in its descriptor.
#[derive(Debug)]
pub(crate) struct HandedOver {
    /// The bytes from now on.
    pub(crate) stream: Stream,
    /// The connection, which is still open.
    pub(crate) open: Open,
}

impl Connection {
    /// The peer finished sending, and the page has got, or can get, every byte.
    pub(crate) fn read_ended(&self) {
        self.progress.send_replace(Progress::ReadEnded);
    }

    /// Waits until somebody wants to go on with it otherwise.
    pub(crate) async fn handover_wanted(&self) {
        self.handover.cancelled().await;
    }

    pub(crate) fn is_handed_over(&self) -> bool {
        self.handover.is_cancelled()
    }

    /// Gives it to who wants it.
    pub(crate) fn hand_over(&self, handed_over: HandedOver) {
        if let Some(successor) = lock(&self.successor).take() {
            // Where nobody waits any more it is dropped, and so closed.
            let _ = successor.send(handed_over);
        }
    }

    /// It is all over. What is recorded first stays.
    fn ended(&self, result: Result<(), Error>) {
        self.progress.send_if_modified(|progress| {
            let is_open = !matches!(progress, Progress::Ended(_));
            if is_open {
                *progress = Progress::Ended(result);
            }
            is_open
        });
    }
}

/// The open connections of a document.
#[derive(Debug, Default)]
pub(crate) struct Connections(Mutex<HashMap<ConnectionId, Arc<Connection>>>);

impl Connections {
    /// Records a new connection. It is open until the returned guard is dropped.
    pub(crate) fn open(
        self: &Arc<Self>,
        resource: Arc<Resource>,
        share: Share,
        registered: Option<Registered>,
        peer: Option<Peer>,
    ) -> (Open, Ends) {
        let id = ConnectionId::next();
        let (sender, progress) = watch::channel(Progress::Open);
        let connection = Arc::new(Connection {
            progress: sender,
            life: resource.life.clone(),
            released: CancellationToken::new(),
            peer,
            successor: Mutex::default(),
            handover: CancellationToken::new(),
        });
        lock(&self.0).insert(id, connection.clone());
        let open = Open {
            record: Record {
                id,
                connection,
                connections: self.clone(),
            },
            resource,
            share,
            registered,
        };
        let told = Told::Nothing;
        (open, Ends { progress, told })
    }

    /// Forgets a connection and lets it end in order.
    pub(crate) fn release(&self, id: ConnectionId) {
        let released = lock(&self.0).remove(&id);
        if let Some(connection) = released {
            connection.released.cancel();
        }
    }

    /// Asks the relay of a socket to hand it over. Nothing where there is none, or where another has asked before.
    pub(crate) fn take_over(&self, id: ConnectionId) -> Option<oneshot::Receiver<HandedOver>> {
        // Not kept: the sender goes with the connection.
        let connection = lock(&self.0).get(&id)?.clone();
        if connection.peer.is_none() || connection.is_handed_over() {
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        *lock(&connection.successor) = Some(sender);
        connection.handover.cancel();
        Some(receiver)
    }

    /// How many are open.
    pub(crate) fn count_open(&self) -> usize {
        lock(&self.0).len()
    }
}

/// A connection in the hands of the task that serves it. Dropped with that task, whatever stopped
/// it, so that nobody waits for ever to hear how it ended.
#[derive(Debug)]
pub(crate) struct Open {
    record: Record,
    /// What let it, to be asked again for as long as it is open.
    resource: Arc<Resource>,
    /// Its share of the app's sockets.
    share: Share,
    /// The name by which the page can abort it.
    registered: Option<Registered>,
}

/// Its place among the document's connections.
#[derive(Debug)]
struct Record {
    id: ConnectionId,
    connection: Arc<Connection>,
    connections: Arc<Connections>,
}

impl Open {
    /// Its name within the document.
    pub(crate) fn id(&self) -> ConnectionId {
        self.record.id
    }

    /// What is known of it.
    pub(crate) fn connection(&self) -> Arc<Connection> {
        self.record.connection.clone()
    }

    /// Records how it ended.
    pub(crate) fn end(&self, result: Result<(), Error>) {
        self.record.connection.ended(result);
    }

    /// Records another connection in its place, which ends in order.
    pub(crate) fn succeed(self) -> (Self, Ends) {
        self.end(Ok(()));
        let Self {
            record,
            resource,
            share,
            registered,
        } = self;
        let peer = record.connection.peer.clone();
        record.connections.open(resource, share, registered, peer)
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        self.connection.ended(Err(Error::Aborted));
        lock(&self.connections.0).remove(&self.id);
    }
}
