//! What one app may use at once.

use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::time::{sleep_until, timeout};

use super::error::Error;
use super::names::{Client, NameServers};
use super::pace::Pace;
use crate::limits::{
    CONNECTS_PER_APP, MESSAGES_PER_APP, MESSAGES_UNIT, PENDING_KIB_PER_APP, PUBLIC_ADDRESS_PAUSE, RESOLVES_AT_ONCE,
    RESOLVES_PER_APP, RESOLVES_PER_SECOND, SOCKETS_PER_APP,
};
use crate::lock;

/// How long what nobody uses may take to close.
const CLOSING: Duration = Duration::from_secs(1);

/// One app's part of everything, whatever number of scopes it has.
pub(crate) struct Quota {
    sockets: Arc<Semaphore>,
    /// Look-ups and connects in flight.
    connects: Semaphore,
    /// KiB that calls without an answer may hold.
    pending: Arc<Semaphore>,
    /// Parts of what its WebSockets may hold.
    messages: Arc<Semaphore>,
    keepers: Mutex<Vec<Weak<dyn Keeper>>>,
    /// When it last asked for its public address.
    asked_public_address: Mutex<Option<Instant>>,
    /// Questions for records that are under way.
    resolves: Semaphore,
    resolve_pace: Mutex<Pace>,
    /// Who asks them, and what it remembers.
    names: Mutex<Option<Client>>,
}

/// A part of the app's sockets, returned when dropped.
#[derive(Debug)]
pub struct Share {
    _permit: OwnedSemaphorePermit,
}

/// Keeps open what no resource uses at the moment, such as idle connections.
pub(crate) trait Keeper: Send + Sync {
    /// Permissions have changed: closes what may not be kept any more.
    fn recheck(&self);

    /// Somebody needs a socket: closes what can be opened again, and returns how much that is.
    fn let_go(&self) -> usize;
}

impl Default for Quota {
    fn default() -> Self {
        Self {
            sockets: Arc::new(Semaphore::new(SOCKETS_PER_APP)),
            connects: Semaphore::new(CONNECTS_PER_APP),
            pending: Arc::new(Semaphore::new(PENDING_KIB_PER_APP)),
            messages: Arc::new(Semaphore::new(MESSAGES_PER_APP / MESSAGES_UNIT)),
            keepers: Mutex::default(),
            asked_public_address: Mutex::default(),
            resolves: Semaphore::new(RESOLVES_PER_APP),
            resolve_pace: Mutex::new(Pace::new(RESOLVES_PER_SECOND, RESOLVES_AT_ONCE)),
            names: Mutex::default(),
        }
    }
}

impl Quota {
    /// A share of the app's sockets; if there is none left, that of something that is only kept for later.
    ///
    /// # Errors
    /// [`Error::TooManySockets`].
    pub(crate) async fn socket(&self) -> Result<Share, Error> {
        let too_many = match self.socket_now() {
            Ok(share) => return Ok(share),
            Err(error) => error,
        };
        if self.let_go() == 0 {
            return Err(too_many);
        }
        match timeout(CLOSING, self.sockets.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Share { _permit: permit }),
            // Others were faster; or the semaphore was closed, which it never is.
            Err(_) | Ok(Err(_)) => Err(too_many),
        }
    }

    /// A share of the app's sockets, as soon as there is one.
    pub(crate) async fn socket_in_time(&self) -> Result<Share, Error> {
        match self.socket().await {
            Err(Error::TooManySockets { .. }) => {
                let permit = self.sockets.clone().acquire_owned().await;
                // The semaphore is never closed.
                permit
                    .map(|permit| Share { _permit: permit })
                    .map_err(|_| Error::Closed)
            }
            result => result,
        }
    }

    /// A share of the app's sockets, if there is one left.
    ///
    /// # Errors
    /// [`Error::TooManySockets`].
    pub(crate) fn socket_now(&self) -> Result<Share, Error> {
        let permit = self.sockets.clone().try_acquire_owned();
        permit
            .map(|permit| Share { _permit: permit })
            .map_err(|_| Error::TooManySockets { limit: SOCKETS_PER_APP })
    }

    /// Waits for one of the slots for work in flight. Not to be held while a gate is asked: a prompt that nobody
    /// answers must not stop the app's other connections.
    pub(crate) async fn work(&self) -> Result<SemaphorePermit<'_>, Error> {
        // The semaphore is never closed.
        self.connects.acquire().await.map_err(|_| Error::Closed)
    }

    /// The right to hold a call's parameters, of `bytes`, until it has an answer.
    ///
    /// # Errors
    /// [`Error::TooManyCalls`].
    pub(crate) fn call(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Error> {
        let cost = u32::try_from(1 + bytes / 1024).unwrap_or(u32::MAX);
        let permit = self.pending.clone().try_acquire_many_owned(cost);
        permit.map_err(|_| Error::TooManyCalls)
    }

    /// The right to hold so many parts more of messages.
    ///
    /// # Errors
    /// [`Error::TooManyMessages`].
    pub(crate) fn messages(&self, parts: usize) -> Result<OwnedSemaphorePermit, Error> {
        let parts = u32::try_from(parts).unwrap_or(u32::MAX);
        let permit = self.messages.clone().try_acquire_many_owned(parts);
        permit.map_err(|_| Error::TooManyMessages)
    }

    /// Counts a question for the app's public address.
    ///
    /// # Errors
    /// [`Error::TooSoon`].
    pub(crate) fn public_address(&self) -> Result<(), Error> {
        let mut asked = lock(&self.asked_public_address);
        let passed = asked.map_or(PUBLIC_ADDRESS_PAUSE, |asked| asked.elapsed());
        match PUBLIC_ADDRESS_PAUSE.checked_sub(passed) {
            None | Some(Duration::ZERO) => {
                *asked = Some(Instant::now());
                Ok(())
            }
            Some(rest) => Err(Error::TooSoon { rest }),
        }
    }

    /// Waits for the turn of a question for records.
    pub(crate) async fn resolve(&self) -> Result<SemaphorePermit<'_>, Error> {
        // The semaphore is never closed.
        let permit = self.resolves.acquire().await.map_err(|_| Error::Closed)?;
        let turn = lock(&self.resolve_pace).next(Instant::now());
        sleep_until(turn.into()).await;
        Ok(permit)
    }

    /// Who asks `servers`; another one than before where the system's have changed.
    pub(crate) fn names(&self, servers: &NameServers) -> Client {
        let mut names = lock(&self.names);
        match &*names {
            Some(client) if client.is_current(servers) => client.clone(),
            _ => names.insert(Client::new(servers)).clone(),
        }
    }

    /// Forgets what name servers have answered.
    pub(crate) fn forget_names(&self) {
        lock(&self.names).take();
    }

    /// Has `keeper` let go of what it keeps when there are no sockets left.
    pub(crate) fn add_keeper(&self, keeper: Weak<dyn Keeper>) {
        let mut keepers = lock(&self.keepers);
        keepers.retain(|keeper| keeper.strong_count() > 0);
        keepers.push(keeper);
    }

    fn let_go(&self) -> usize {
        let keepers: Vec<_> = lock(&self.keepers).iter().filter_map(Weak::upgrade).collect();
        keepers.iter().map(|keeper| keeper.let_go()).sum()
    }
}
