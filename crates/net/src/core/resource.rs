//! One thing that a scope opens on the network, and the gate that lets it.
//!
//! Permissions change while connections are open. Each resource keeps the gate that it passed, so
//! that it can be held against the decisions of the moment: what is still allowed goes on.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, Weak};

use tokio_util::sync::CancellationToken;

use super::clock::Asking;
use super::error::Error;
use super::gate::{Destination, Gate};
use super::life::Life;
use crate::lock;

/// A connection, a request, a listener, whatever is open: from the call that opens it to its end.
pub struct Resource {
    gate: Arc<dyn Gate>,
    /// Ends it.
    pub(crate) life: Life,
    /// When its gate is asked, which no time limit counts.
    pub(crate) asking: Asking,
    progress: Mutex<Progress>,
    id: u64,
    resources: Arc<Resources>,
}

#[derive(Default)]
struct Progress {
    /// Where the gate has let it go.
    passed: Option<Arc<Destination>>,
    /// Where else.
    also: Vec<Arc<Destination>>,
    rechecks: u64,
    /// Closes what carries it.
    carrier: Option<CancellationToken>,
    is_revoked: bool,
}

impl Resource {
    /// Does `work` for as long as what it belongs to may be open.
    ///
    /// # Errors
    /// Those of `work`; [`Error::Revoked`], [`Error::Closed`] or [`Error::Aborted`] when it ended before.
    pub async fn run<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        self.life.run(work).await
    }

    /// Ends it at once.
    pub fn abort(&self) {
        self.life.abort();
    }

    /// Asks the gate whether it may go to `destination`, to which it refers from then on.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Revoked`].
    pub(crate) async fn pass(&self, destination: &Arc<Destination>) -> Result<(), Error> {
        let rechecks = lock(&self.progress).rechecks;
        {
            let _asking = self.asking.begin();
            self.gate.check(destination).await?;
        }
        let is_stale = {
            let mut progress = lock(&self.progress);
            progress.passed = Some(destination.clone());
            progress.rechecks != rechecks
        };
        // The gate may have said yes just before the decision that it would say no by.
        if is_stale && !self.gate.still_allows(Some(destination)) {
            return Err(Error::Revoked);
        }
        Ok(())
    }

    /// Asks the gate whether it may go to `destination` besides. It stays only as long as that is allowed, too.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Revoked`].
    pub(crate) async fn pass_also(&self, destination: &Arc<Destination>) -> Result<(), Error> {
        let rechecks = lock(&self.progress).rechecks;
        self.gate.check(destination).await?;
        let is_stale = {
            let mut progress = lock(&self.progress);
            // To the gate, destinations of one place are the same.
            let is_it = |known: &Arc<Destination>| known.host == destination.host && known.port == destination.port;
            if !progress.also.iter().any(is_it) {
                progress.also.push(destination.clone());
            }
            progress.rechecks != rechecks
        };
        if is_stale && !self.gate.still_allows(Some(destination)) {
            return Err(Error::Revoked);
        }
        Ok(())
    }

    /// Names what carries it from now on, and is closed when it is revoked. Other resources may share it; they go
    /// to the same place, so that the gate has the same answer for all.
    pub(crate) fn carried_by(&self, carrier: &CancellationToken) {
        let mut progress = lock(&self.progress);
        progress.carrier = Some(carrier.clone());
        if progress.is_revoked {
            carrier.cancel();
        }
    }

    /// Ends it unless it is still allowed. Returns what else is to be closed then: an upload that the
    /// server does not take is in the hands of its connection, and would stay.
    fn recheck(&self) -> Option<CancellationToken> {
        let (passed, also) = {
            let mut progress = lock(&self.progress);
            progress.rechecks += 1;
            (progress.passed.clone(), progress.also.clone())
        };
        let still = |destination: &Arc<Destination>| self.gate.still_allows(Some(destination));
        if self.gate.still_allows(passed.as_deref()) && also.iter().all(still) {
            return None;
        }
        self.life.revoke();
        let mut progress = lock(&self.progress);
        progress.is_revoked = true;
        progress.carrier.take()
    }
}

impl Drop for Resource {
    fn drop(&mut self) {
        lock(&self.resources.0).by_id.remove(&self.id);
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Resource")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// What a scope has under way or open.
#[derive(Debug, Default)]
pub(crate) struct Resources(Mutex<Records>);

#[derive(Debug, Default)]
struct Records {
    last: u64,
    by_id: HashMap<u64, Weak<Resource>>,
}

impl Resources {
    /// Begins a resource. It is one of the scope's until the last reference to it is dropped.
    pub(crate) fn begin(self: &Arc<Self>, life: Life, gate: Arc<dyn Gate>) -> Arc<Resource> {
        let mut records = lock(&self.0);
        records.last += 1;
        let id = records.last;
        let resource = Arc::new(Resource {
            gate,
            life,
            asking: Asking::default(),
            progress: Mutex::default(),
            id,
            resources: self.clone(),
        });
        records.by_id.insert(id, Arc::downgrade(&resource));
        resource
    }

    /// Ends what its gate does not allow any more.
    pub(crate) fn recheck(&self) {
        // Dropping one of them takes the lock.
        let all: Vec<_> = lock(&self.0).by_id.values().filter_map(Weak::upgrade).collect();
        let carriers: Vec<_> = all.iter().filter_map(|resource| resource.recheck()).collect();
        // Each knows by now that it was revoked, and none takes this for the network's fault.
        for carrier in carriers {
            carrier.cancel();
        }
    }
}
