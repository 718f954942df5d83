use std::sync::OnceLock;

use insula_net::{AddressSpace, BoxFuture, Denied, Destination, Gate};

/// Keeps what comes from the Internet from reaching this machine and the local network: a page, or a redirect, may name any
/// address. Where the user named a near one, it goes on there.
#[derive(Debug, Default)]
pub(crate) struct Nearness {
    /// Where the first connection went, which is the one that the user named.
    first: OnceLock<AddressSpace>,
}

impl Gate for Nearness {
    fn check<'a>(&'a self, destination: &'a Destination) -> BoxFuture<'a, Result<(), Denied>> {
        let first = *self.first.get_or_init(|| destination.space);
        let allowed = destination.space == AddressSpace::Public || destination.space == first;
        Box::pin(async move {
            if allowed {
                return Ok(());
            }
            let message = format!("{destination} is near this machine, and nothing from elsewhere may lead there");
            Err(Denied::new("NotAllowedError", message))
        })
    }

    fn still_allows(&self, _: Option<&Destination>) -> bool {
        true
    }
}
