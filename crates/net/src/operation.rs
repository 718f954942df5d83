//! One thing that a document does with the network, and the gate that lets it.
//!
//! Permissions change while connections are open. Each operation keeps the gate that it passed, so
//! that it can be held against the decisions of the moment: what is still allowed goes on.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, Weak};

use crate::error::NetError;
use crate::fetch::link::Link;
use crate::gate::{Destination, Gate};
use crate::lifetime::Life;
use crate::lock;

/// A socket or a fetch, from the call to the end of its connection.
pub(crate) struct Operation {
    gate: Arc<dyn Gate>,
    /// Ends it.
    pub(crate) life: Life,
    progress: Mutex<Progress>,
    id: u64,
    operations: Arc<Operations>,
}

#[derive(Default)]
struct Progress {
    /// Where the gate has let it go.
    passed: Option<Arc<Destination>>,
    rechecks: u64,
    /// Closes the HTTP connection that carries it.
    carrier: Option<Link>,
    is_revoked: bool,
}

impl Operation {
    /// Asks the gate whether it may go to `destination`, to which it refers from then on.
    ///
    /// # Errors
    /// [`NetError::Denied`], [`NetError::Revoked`].
    pub(crate) async fn pass(&self, destination: &Arc<Destination>) -> Result<(), NetError> {
        let rechecks = lock(&self.progress).rechecks;
        self.gate.check(destination).await?;
        let is_stale = {
            let mut progress = lock(&self.progress);
            progress.passed = Some(destination.clone());
            progress.rechecks != rechecks
        };
        // The gate may have said yes just before the decision that it would say no by.
        if is_stale && !self.gate.still_allows(Some(destination)) {
            return Err(NetError::Revoked);
        }
        Ok(())
    }

    /// Names the HTTP connection that carries it from now on. Other operations may share it; they go
    /// to the same place, so that the gate has the same answer for all.
    pub(crate) fn carried_by(&self, connection: &Link) {
        let mut progress = lock(&self.progress);
        progress.carrier = Some(connection.clone());
        if progress.is_revoked {
            connection.close();
        }
    }

    /// Ends it unless it is still allowed. Returns what else is to be closed then: an upload that the
    /// server does not take is in the hands of its connection, and would stay.
    fn recheck(&self) -> Option<Link> {
        let passed = {
            let mut progress = lock(&self.progress);
            progress.rechecks += 1;
            progress.passed.clone()
        };
        if self.gate.still_allows(passed.as_deref()) {
            return None;
        }
        self.life.revoke();
        let mut progress = lock(&self.progress);
        progress.is_revoked = true;
        progress.carrier.take()
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        lock(&self.operations.0).by_id.remove(&self.id);
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Operation")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// What a document has under way or open.
#[derive(Debug, Default)]
pub(crate) struct Operations(Mutex<Records>);

#[derive(Debug, Default)]
struct Records {
    last: u64,
    by_id: HashMap<u64, Weak<Operation>>,
}

impl Operations {
    /// Begins an operation. It is one of the document's until the last reference to it is dropped.
    pub(crate) fn begin(self: &Arc<Self>, life: Life, gate: Arc<dyn Gate>) -> Arc<Operation> {
        let mut records = lock(&self.0);
        records.last += 1;
        let id = records.last;
        let operation = Arc::new(Operation {
            gate,
            life,
            progress: Mutex::default(),
            id,
            operations: self.clone(),
        });
        records.by_id.insert(id, Arc::downgrade(&operation));
        operation
    }

    /// Ends what its gate does not allow any more.
    pub(crate) fn recheck(&self) {
        // Dropping one of them takes the lock.
        let all: Vec<_> = lock(&self.0).by_id.values().filter_map(Weak::upgrade).collect();
        let carriers: Vec<_> = all.iter().filter_map(|operation| operation.recheck()).collect();
        // Each knows by now that it was revoked, and none takes this for the network's fault.
        for carrier in carriers {
            carrier.close();
        }
    }
}
