//! Resolve once, classify, ask, connect: the only way to the network.

use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::sync::SemaphorePermit;
use tokio::time::timeout;

use crate::address::AddressSpace;
use crate::document::Inner;
use crate::error::NetError;
use crate::gate::Destination;
use crate::limits::CONNECT_TIMEOUT;
use crate::operation::Operation;
use crate::resolver::{DnsQueryType, Host};
use crate::tcp::{self, TcpOptions};

/// Finds the addresses of `host` and asks the operation's gate about them.
///
/// # Errors
/// [`NetError::Resolve`], [`NetError::Unroutable`], [`NetError::TimedOut`], [`NetError::Denied`],
/// [`NetError::Revoked`].
pub(crate) async fn check(
    inner: &Inner,
    host: &Host,
    port: u16,
    family: Option<DnsQueryType>,
    operation: &Operation,
) -> Result<Arc<Destination>, NetError> {
    let destination = Arc::new(resolve(inner, host, port, family).await?);
    operation.pass(&destination).await?;
    Ok(destination)
}

/// Connects to a destination that was checked.
///
/// # Errors
/// The failures of [`tcp::connect`].
pub(crate) async fn connect(
    inner: &Inner,
    destination: &Destination,
    options: &TcpOptions,
) -> Result<TcpStream, NetError> {
    let _slot = slot(inner).await?;
    tcp::connect(destination, options).await
}

/// Waits for one of the app's slots for work in flight. Not held while the gate is asked: a prompt
/// that nobody answers must not stop the app's other connections.
async fn slot(inner: &Inner) -> Result<SemaphorePermit<'_>, NetError> {
    // The semaphore is never closed.
    inner.app.connects.acquire().await.map_err(|_| NetError::DocumentClosed)
}

async fn resolve(inner: &Inner, host: &Host, port: u16, family: Option<DnsQueryType>) -> Result<Destination, NetError> {
    let name = host.to_string();
    let mut addresses = match host.known_addresses(port) {
        Some(addresses) => addresses,
        None => {
            let _slot = slot(inner).await?;
            let answer = timeout(CONNECT_TIMEOUT, inner.shared.resolver.resolve(&name, port));
            match answer.await {
                Ok(Ok(addresses)) => addresses,
                Ok(Err(error)) => {
                    return Err(NetError::Resolve {
                        host: name,
                        reason: lookup_failure(&error),
                    });
                }
                Err(_) => {
                    return Err(NetError::TimedOut {
                        what: format!("resolving \"{name}\""),
                        seconds: CONNECT_TIMEOUT.as_secs(),
                    });
                }
            }
        }
    };
    if let Some(family) = family {
        addresses.retain(|address| family.admits(address.ip()));
    }
    if addresses.is_empty() {
        return Err(NetError::Resolve {
            host: name,
            reason: "it has no such address".to_owned(),
        });
    }
    let mut space = match host {
        Host::Name(name) => AddressSpace::of_name(name),
        Host::Literal(_) => AddressSpace::Public,
    };
    for address in &addresses {
        match AddressSpace::of(address.ip()) {
            Some(found) => space = space.max(found),
            None => {
                return Err(NetError::Unroutable {
                    host: name,
                    address: address.ip(),
                });
            }
        }
    }
    Ok(Destination {
        host: name,
        port,
        space,
        addresses,
    })
}

/// `getaddrinfo`'s own words, without Rust's preamble.
fn lookup_failure(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.strip_prefix("failed to lookup address information: ")
        .unwrap_or(&text)
        .to_lowercase()
}
