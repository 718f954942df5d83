//! The question that comes before every connection.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;

use insula_vocabulary::AddressSpace;

/// A boxed future that may run on any of the broker's threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Decides whether a destination may be connected to.
///
/// The broker resolves the name once, asks, and connects to one of the addresses that it asked
/// about and to no other: a name that resolves differently a moment later (DNS rebinding) gains
/// nothing. It asks for every socket, for every hop of a redirect, and again for every request on
/// a connection that is reused.
///
/// The answer may take as long as it likes, a prompt for instance. Dropping the future means that
/// the answer is not needed any more.
pub trait Gate: Send + Sync + 'static {
    /// Lets the destination pass, or denies it.
    fn check<'a>(&'a self, destination: &'a Destination) -> BoxFuture<'a, Result<(), Denied>>;

    /// Whether it would still let pass what it has let pass, to `destination` or, without one, to
    /// anywhere at all. The broker asks when decisions have changed ([`Broker::recheck`]), on the
    /// thread that says so: nobody can be asked.
    ///
    /// [`Broker::recheck`]: crate::Broker::recheck
    fn still_allows(&self, destination: Option<&Destination>) -> bool;
}

/// Where a connection would go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The host as the page named it, normalised: lower-case, punycode, no brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The most private space of the name and of all its addresses. A name that only a proxy can look up is
    /// local: it may stand for anything around the proxy.
    pub space: AddressSpace,
    /// Every address that may be tried. None, where only a proxy knows them.
    pub addresses: Vec<SocketAddr>,
}

impl fmt::Display for Destination {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(formatter, "[{}]:{}", self.host, self.port)
        } else {
            write!(formatter, "{}:{}", self.host, self.port)
        }
    }
}

/// The gate's refusal, as the page will see it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Denied {
    name: Cow<'static, str>,
    message: Cow<'static, str>,
}

impl Denied {
    /// A refusal with the name of a `DOMException`, `NotAllowedError` for instance.
    pub fn new(name: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            message: message.into(),
        }
    }

    /// The name of the exception.
    pub fn name(&self) -> &str {
        &self.name
    }
}
