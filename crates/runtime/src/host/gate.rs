//! The check before every connection, on the broker's threads.

use crate::ask::UserQuestion;
use insula_net::{BoxFuture, Denied, Destination, Gate};
use insula_permissions::{AddressSpace, Authority, Caller, Denial, Operation, Verdict};
use std::sync::Arc;

/// What a connection is for, or what waits for connections.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Socket,
    Listener,
    Fetch,
    Interfaces,
    PublicAddress,
    Resolve,
}

impl Purpose {
    /// The call that takes the least, wherever else it may lead.
    pub(super) fn least(self) -> Operation {
        self.operation(match self {
            Self::Socket | Self::Fetch | Self::Interfaces | Self::PublicAddress | Self::Resolve => AddressSpace::Public,
            Self::Listener => AddressSpace::Loopback,
        })
    }

    /// The privileged call that connecting to an address is.
    pub(super) fn operation(self, address: AddressSpace) -> Operation {
        match self {
            Self::Socket => Operation::OpenSocket { address },
            Self::Listener => Operation::Listen { address },
            Self::Fetch => Operation::Fetch { address },
            Self::Interfaces => Operation::SeeInterfaces,
            Self::PublicAddress => Operation::SeePublicAddress { address },
            Self::Resolve => Operation::ResolveName { address },
        }
    }
}

/// Asks the permission check, and the user when the check says so, about each destination of a document.
pub(super) struct DocumentGate {
    pub(super) authority: Arc<Authority>,
    pub(super) caller: Caller,
    pub(super) purpose: Purpose,
    /// Where questions to the user go: they are asked on the main thread.
    pub(super) questions: async_channel::Sender<UserQuestion>,
}

impl Gate for DocumentGate {
    fn check<'a>(&'a self, destination: &'a Destination) -> BoxFuture<'a, Result<(), Denied>> {
        Box::pin(async move {
            let operation = self.purpose.operation(destination.space);
            match self.authority.check(&self.caller, &operation) {
                Verdict::Allow => return Ok(()),
                Verdict::Deny(denial) => return Err(denied(denial)),
                Verdict::Ask(name) => {
                    let (answered, answer) = async_channel::bounded(1);
                    let _ = self.questions.send(UserQuestion { name, answered }).await;
                    // A dropped question is an answer too: no.
                    let _ = answer.recv().await;
                }
            }
            match self.authority.check(&self.caller, &operation) {
                Verdict::Allow => Ok(()),
                Verdict::Deny(denial) => Err(denied(denial)),
                Verdict::Ask(name) => Err(denied(Denial::AddressBlocked(name))),
            }
        })
    }

    fn still_allows(&self, destination: Option<&Destination>) -> bool {
        let operation = match destination {
            Some(destination) => self.purpose.operation(destination.space),
            None => self.purpose.least(),
        };
        self.authority.foresee(&self.caller, &operation) == Verdict::Allow
    }
}

fn denied(denial: Denial) -> Denied {
    Denied::new(denial.name(), denial.message())
}
