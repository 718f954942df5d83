//! To whom a page's socket sends, and whether it may.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::core::connect;
use crate::core::error::Error;
use crate::core::gate::{Destination, Gate};
use crate::core::resolver::DnsQueryType;
use crate::core::scope::Shared;

/// How long it is known what a name stands for, and to which network an address belongs.
const MEMORY: Duration = Duration::from_secs(1);

/// How many are remembered at once.
const MOST: usize = 256;

/// The peers of one socket.
pub(super) struct Peers {
    scope: Arc<Shared>,
    gate: Arc<dyn Gate>,
    known: HashMap<Key, (Arc<Destination>, Instant)>,
}

type Key = (String, u16, Option<DnsQueryType>);

impl Peers {
    pub(super) fn new(scope: &Arc<Shared>, gate: Arc<dyn Gate>) -> Self {
        Self {
            scope: scope.clone(),
            gate,
            known: HashMap::new(),
        }
    }

    /// What a host stands for. Nobody is asked.
    ///
    /// # Errors
    /// [`Error::Resolve`], [`Error::TimedOut`], [`Error::Unroutable`].
    pub(super) async fn find(
        &mut self,
        host: &str,
        port: u16,
        family: Option<DnsQueryType>,
    ) -> Result<Arc<Destination>, Error> {
        let key = (host.to_owned(), port, family);
        if let Some((known, since)) = self.known.get(&key)
            && since.elapsed() < MEMORY
        {
            return Ok(known.clone());
        }
        let destination = Arc::new(connect::look_up_datagram(&self.scope, host, port, family).await?);
        if self.known.len() >= MOST {
            self.known.clear();
        }
        self.known.insert(key, (destination.clone(), Instant::now()));
        Ok(destination)
    }

    /// To whom a datagram may go now; the user is asked where that is open.
    ///
    /// # Errors
    /// Those of [`find`](Self::find), and [`Error::Denied`].
    pub(super) async fn admit(
        &mut self,
        host: &str,
        port: u16,
        family: Option<DnsQueryType>,
    ) -> Result<Arc<Destination>, Error> {
        let destination = self.find(host, port, family).await?;
        if !self.gate.still_allows(Some(&destination)) {
            self.gate.check(&destination).await?;
        }
        Ok(destination)
    }
}
