//! What a document learns of this machine's own addresses, and of names.

use std::sync::{Arc, Weak};

use tokio::sync::{Mutex, mpsc};

use super::document::DocumentNetwork;
use super::requests::RequestId;
use crate::core::error::Error;
use crate::core::gate::Gate;
use crate::core::interfaces::{self, Changes, Interface};
use crate::core::names::{self, Record, RecordType};
use crate::core::resolver::DnsQueryType;
use crate::core::resource::Resource;
use crate::core::scope::Answer;
use crate::core::stun::{self, PublicAddress, StunServer};

/// Servers that one call may name.
const SERVERS: usize = 16;

/// What watches the interfaces for a document, if anything does: one thing at most. Who begins it holds the lock until it
/// watches.
pub(super) type Watching = Arc<Mutex<Weak<Resource>>>;

/// Tells when the interfaces have changed. Dropping it ends that.
#[derive(Debug)]
pub struct InterfaceChanges(mpsc::Receiver<()>);

impl InterfaceChanges {
    /// Waits for a change; several that nobody has waited for are one. Nothing, when no further ones are told.
    pub async fn next(&mut self) -> Option<()> {
        self.0.recv().await
    }
}

impl DocumentNetwork {
    /// The network interfaces of this machine. The caller has asked whether the document may know.
    ///
    /// # Errors
    /// [`Error::System`]; [`Error::Revoked`], when `gate` does not allow anything any more.
    pub fn interfaces(&self, gate: Arc<dyn Gate>) -> Answer<Vec<Interface>> {
        let resource = match self.scope.begin(gate) {
            Ok(resource) => resource,
            Err(error) => return Answer::ready(Err(error)),
        };
        self.scope.run(async move {
            let list = async { interfaces::list().await.map_err(|error| untold(&error)) };
            resource.run(list).await
        })
    }

    /// Begins to watch the interfaces, for as long as `gate` allows anything. The answer is there when no change can be missed
    /// any more; it is nothing where the document watches them already.
    ///
    /// # Errors
    /// [`Error::System`], [`Error::Revoked`].
    pub fn watch_interfaces(&self, gate: Arc<dyn Gate>) -> Answer<Option<InterfaceChanges>> {
        let resource = match self.scope.begin(gate) {
            Ok(resource) => resource,
            Err(error) => return Answer::ready(Err(error)),
        };
        let watching = self.watching.clone();
        let scope = self.scope.shared().clone();
        self.scope.run(async move {
            let mut watching = watching.lock().await;
            if watching.upgrade().is_some_and(|resource| !resource.life.is_over()) {
                return Ok(None);
            }
            let begin = async { Changes::begin().await.map_err(|error| untold(&error)) };
            let changes = resource.run(begin).await?;
            *watching = Arc::downgrade(&resource);
            let (sender, receiver) = mpsc::channel(1);
            scope.services.handle().spawn(tell(resource, changes, sender));
            Ok(Some(InterfaceChanges(receiver)))
        })
    }

    /// The address under which this machine is seen by the first of `servers` that answers, each once `gate` has let its
    /// addresses pass. An app may ask again after [`PUBLIC_ADDRESS_PAUSE`](crate::limits::PUBLIC_ADDRESS_PAUSE).
    ///
    /// # Errors
    /// [`Error::InvalidArgument`], [`Error::NoStunServer`], [`Error::TooSoon`], [`Error::Denied`], [`Error::Stun`], and those
    /// of every call.
    pub fn public_address(
        &self,
        servers: &[String],
        family: Option<DnsQueryType>,
        request: Option<RequestId>,
        gate: Arc<dyn Gate>,
    ) -> Answer<PublicAddress> {
        let begun = read(servers).and_then(|servers| {
            let resource = self.scope.begin(gate)?;
            let registered = request.map(|request| self.requests.register(request, &resource));
            let registered = registered.transpose()?;
            self.scope.shared().quota.public_address()?;
            Ok((servers, resource, registered))
        });
        let (servers, resource, registered) = match begun {
            Ok(begun) => begun,
            Err(error) => return Answer::ready(Err(error)),
        };
        let scope = self.scope.shared().clone();
        self.scope.run(async move {
            let work = stun::public_address(&scope, &resource, &servers, family);
            let answer = resource.run(Box::pin(work)).await;
            drop(registered);
            answer
        })
    }

    /// The records of `name`, once `gate` has let it be asked for: of names in the local network, and of its addresses, that is
    /// a question about the local network.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`], [`Error::NoRecord`], [`Error::NotSupported`], [`Error::NameServer`], [`Error::TimedOut`],
    /// [`Error::Denied`], and those of every call.
    pub fn resolve(
        &self,
        name: &str,
        record_type: RecordType,
        request: Option<RequestId>,
        gate: Arc<dyn Gate>,
    ) -> Answer<Vec<Record>> {
        let begun = self.scope.begin(gate).and_then(|resource| {
            let registered = request.map(|request| self.requests.register(request, &resource));
            Ok((resource, registered.transpose()?))
        });
        let (resource, registered) = match begun {
            Ok(begun) => begun,
            Err(error) => return Answer::ready(Err(error)),
        };
        let (scope, name) = (self.scope.shared().clone(), name.to_owned());
        self.scope.shared().run(name.len(), async move {
            let work = names::resolve(&scope, &resource, &name, record_type);
            let answer = resource.run(Box::pin(work)).await;
            drop(registered);
            answer
        })
    }
}

fn read(servers: &[String]) -> Result<Vec<StunServer>, Error> {
    match servers.len() {
        0 => Err(Error::NoStunServer),
        1..=SERVERS => servers.iter().map(|server| StunServer::parse(server)).collect(),
        many => Err(Error::invalid(format!("{many} STUN servers are more than {SERVERS}"))),
    }
}

/// Tells of changes until it may not any more, or nobody listens.
async fn tell(resource: Arc<Resource>, mut changes: Changes, sender: mpsc::Sender<()>) {
    let telling = async {
        loop {
            tokio::select! {
                () = sender.closed() => return Ok(()),
                change = changes.next() => change.map_err(|error| untold(&error))?,
            }
            // One that waits to be heard stands for this one too.
            let _ = sender.try_send(());
        }
    };
    if let Err(error @ Error::System { .. }) = resource.run(telling).await {
        tracing::warn!("changes of the network interfaces are not told any more: {error}");
    }
}

fn untold(error: &std::io::Error) -> Error {
    Error::system("the system does not tell of its network interfaces", error)
}
