//! Resolve once, classify, ask, connect: the only way to the network.
//!
//! A proxy takes the place of the last step. It resolves the name once more, and nobody here sees what it finds. So
//! the name is looked up here as well, to classify it; what has no address here is taken for local, since it may
//! stand for anything around the proxy. What leads to this machine never goes to a proxy: it would lead to the
//! proxy's own.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use insula_vocabulary::AddressSpace;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::address;
use super::error::Error;
use super::gate::Destination;
use super::proxy::{Proxy, Scheme, Way, tunnel};
use super::quota::Share;
use super::resolver::{DnsQueryType, Host};
use super::resource::Resource;
use super::scope::{Scope, Shared};
use super::stream::Stream;
use super::tcp::{self, TcpOptions};
use crate::limits::CONNECT_TIMEOUT;

/// Where a connection is to go.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) scheme: Scheme,
    host: Host,
    port: u16,
}

impl Target {
    /// # Errors
    /// [`Error::Resolve`].
    pub(crate) fn new(scheme: Scheme, host: &str, port: u16) -> Result<Self, Error> {
        let host = Host::parse(host)?;
        Ok(Self { scheme, host, port })
    }
}

/// A connection of a resource's.
#[derive(Debug)]
pub struct Connection {
    /// Its bytes. They are the server's, whatever they pass through.
    pub stream: Stream,
    /// What the gate has let it go to.
    pub destination: Arc<Destination>,
    /// The proxy that it goes through.
    pub proxy: Option<Arc<Proxy>>,
    /// Its part of the app's sockets, to be held for as long as it is open.
    pub share: Share,
    /// How much is left of the time in which it has to be there.
    pub(crate) rest: Duration,
}

impl Scope {
    /// Connects `resource` to `host`, once its gate has let the addresses pass. To be done within
    /// [`Resource::run`], as everything with what it opens.
    ///
    /// # Errors
    /// [`Error`] of every kind that names an argument, a denial or a failure to connect.
    pub async fn connect(
        &self,
        resource: &Resource,
        host: &str,
        port: u16,
        options: &TcpOptions,
    ) -> Result<Connection, Error> {
        options.check()?;
        let target = Target::new(Scheme::Tcp, host, port)?;
        Box::pin(connect(self.shared(), resource, &target, options)).await
    }
}

/// Connects to `target`, once the resource's gate has let its addresses pass.
///
/// # Errors
/// [`Error::TooManySockets`], [`Error::Denied`], [`Error::Revoked`], and every failure to resolve and to connect.
pub(crate) async fn connect(
    scope: &Shared,
    resource: &Resource,
    target: &Target,
    options: &TcpOptions,
) -> Result<Connection, Error> {
    let share = scope.quota.socket().await?;
    let mut patience = Patience::of(options);
    let (destination, ways) = patience.spend(target, resolve(scope, target, options)).await?;
    let destination = Arc::new(destination);
    resource.pass(&destination).await?;
    let _slot = scope.quota.work().await?;
    let mut ways = ways.into_iter().peekable();
    loop {
        let proxy = ways.next().flatten();
        let result = match &proxy {
            None => patience
                .spend(target, direct(&destination, options))
                .await
                .map(Stream::Tcp),
            Some(proxy) => {
                let connecting = Box::pin(through(scope, proxy, target, options));
                patience.spend(target, connecting).await
            }
        };
        match result {
            Ok(stream) => {
                return Ok(Connection {
                    stream,
                    destination,
                    proxy,
                    share,
                    rest: patience.rest(),
                });
            }
            // Configurations may name several proxies, for when one is not there.
            Err(error) if ways.peek().is_none() => return Err(error),
            Err(_) => {}
        }
    }
}

/// How long the steps of connecting may take together, where that is said.
#[derive(Debug)]
struct Patience {
    limit: Option<Duration>,
    spent: Duration,
}

impl Patience {
    fn of(options: &TcpOptions) -> Self {
        Self {
            limit: options.connect_timeout,
            spent: Duration::ZERO,
        }
    }

    /// Does one of the steps, each of which has a limit of its own.
    ///
    /// # Errors
    /// Those of the step; [`Error::TimedOut`].
    async fn spend<T>(&mut self, target: &Target, step: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let Some(limit) = self.limit else {
            return step.await;
        };
        let begun = Instant::now();
        let result = timeout(self.rest(), step).await;
        self.spent += begun.elapsed();
        result.unwrap_or_else(|_| {
            Err(Error::TimedOut {
                what: format!("connecting to {}", target.host),
                after: limit,
            })
        })
    }

    /// What is left.
    fn rest(&self) -> Duration {
        self.limit
            .map_or(CONNECT_TIMEOUT, |limit| limit.saturating_sub(self.spent))
    }
}

async fn direct(destination: &Destination, options: &TcpOptions) -> Result<TcpStream, Error> {
    if destination.addresses.is_empty() {
        return Err(Error::Resolve {
            host: destination.host.clone(),
            reason: "it has no address".to_owned(),
        });
    }
    tcp::connect(&destination.to_string(), &destination.addresses, options).await
}

/// A connection to a proxy. Nobody is asked about it: users and administrators have chosen it.
async fn through(scope: &Shared, proxy: &Arc<Proxy>, target: &Target, options: &TcpOptions) -> Result<Stream, Error> {
    let connecting = async {
        let host = Host::parse(&proxy.host)?;
        let mut addresses = look_up(scope, &host, proxy.port, CONNECT_TIMEOUT).await?;
        addresses.retain(|address| {
            options
                .local_address
                .is_none_or(|local| local.is_ipv4() == address.is_ipv4())
        });
        let tcp = tcp::connect(&proxy.to_string(), &addresses, options).await?;
        if !proxy.is_secure() {
            return Ok(Stream::Tcp(tcp));
        }
        scope.load_tls().await;
        let tls = scope.services.tls().connect(&proxy.host, tcp).await?;
        Ok(Stream::Tls(Box::new(tls)))
    };
    let mut stream = connecting
        .await
        .map_err(|error: Error| proxy.failure(error.to_string()))?;
    if target.scheme != Scheme::Http || !proxy.forwards() {
        let host = target.host.to_string();
        let opening = tunnel::open(&mut stream, proxy, &host, target.port);
        match timeout(CONNECT_TIMEOUT, opening).await {
            Ok(opened) => opened?,
            Err(_) => return Err(proxy.failure(format!("it did not answer within {} s", CONNECT_TIMEOUT.as_secs()))),
        }
    }
    Ok(stream)
}

/// How long a name may be looked up that a proxy will look up as well. Behind some proxies no name server answers.
const BESIDE_A_PROXY: Duration = Duration::from_secs(1);

/// Finds what `target` stands for, and the ways to it, best first: proxies, and the direct one, which is none.
pub(crate) async fn resolve(
    scope: &Shared,
    target: &Target,
    options: &TcpOptions,
) -> Result<(Destination, Vec<Way>), Error> {
    let (host, port) = (&target.host, target.port);
    let name = host.to_string();
    let mut ways = vec![None];
    if !host.is_this_machine() {
        ways = scope.services.proxies.find(target.scheme, &name, port).await?;
    }
    let is_direct = ways.iter().all(Option::is_none);
    let limit = if is_direct { CONNECT_TIMEOUT } else { BESIDE_A_PROXY };
    let mut space = match host {
        Host::Name(name) => AddressSpace::of_name(name),
        Host::Literal(_) => AddressSpace::Public,
    };
    let mut addresses = match look_up(scope, host, port, limit).await {
        Ok(addresses) => addresses,
        Err(error) if is_direct => return Err(error),
        Err(_) => Vec::new(),
    };
    if addresses.is_empty() {
        space = space.max(AddressSpace::Local);
    } else {
        let is_wanted = |address: &SocketAddr| {
            let is_of_family = options.dns_query_type.is_none_or(|family| family.admits(address.ip()));
            is_of_family
                && options
                    .local_address
                    .is_none_or(|local| local.is_ipv4() == address.is_ipv4())
        };
        addresses.retain(is_wanted);
        if addresses.is_empty() {
            let reason = "it has no such address".to_owned();
            return Err(Error::Resolve { host: name, reason });
        }
    }
    space = most_private(&name, space, &addresses, address::space_of)?;
    if space == AddressSpace::Loopback {
        ways = vec![None];
    }
    let destination = Destination {
        host: name,
        port,
        space,
        addresses,
    };
    Ok((destination, ways))
}

/// The most private of a space and those of addresses.
///
/// # Errors
/// [`Error::Unroutable`].
fn most_private(
    host: &str,
    space: AddressSpace,
    addresses: &[SocketAddr],
    space_of: impl Fn(SocketAddr) -> Option<AddressSpace>,
) -> Result<AddressSpace, Error> {
    addresses.iter().try_fold(space, |space, address| {
        let found = space_of(*address).map(|found| space.max(found));
        found.ok_or_else(|| Error::Unroutable {
            host: host.to_owned(),
            address: address.ip(),
        })
    })
}

/// Finds what a datagram's host stands for. Datagrams go to no proxy.
///
/// # Errors
/// [`Error::Resolve`], [`Error::TimedOut`], [`Error::Unroutable`].
pub(crate) async fn look_up_datagram(
    scope: &Shared,
    host: &str,
    port: u16,
    family: Option<DnsQueryType>,
) -> Result<Destination, Error> {
    let host = Host::parse(host)?;
    let name = host.to_string();
    let mut addresses = look_up(scope, &host, port, CONNECT_TIMEOUT).await?;
    addresses.retain(|address| family.is_none_or(|family| family.admits(address.ip())));
    if addresses.is_empty() {
        let reason = "it has no such address".to_owned();
        return Err(Error::Resolve { host: name, reason });
    }
    let of_name = match &host {
        Host::Name(name) => AddressSpace::of_name(name),
        Host::Literal(_) => AddressSpace::Public,
    };
    // A group's members are around this machine, as far as anybody knows.
    let space = most_private(&name, of_name, &addresses, |address| {
        match address.ip().is_multicast() {
            true => Some(AddressSpace::Local),
            false => address::space_of(address),
        }
    })?;
    Ok(Destination {
        host: name,
        port,
        space,
        addresses,
    })
}

/// The addresses of `host`, at least one.
///
/// # Errors
/// [`Error::Resolve`], [`Error::TimedOut`].
pub(crate) async fn look_up(scope: &Shared, host: &Host, port: u16, limit: Duration) -> Result<Vec<SocketAddr>, Error> {
    if let Some(addresses) = host.known_addresses(port) {
        return Ok(addresses);
    }
    let name = host.to_string();
    let _slot = scope.quota.work().await?;
    match timeout(limit, scope.services.resolver.resolve(&name, port)).await {
        Ok(Ok(addresses)) if !addresses.is_empty() => Ok(addresses),
        Ok(Ok(_)) => Err(Error::Resolve {
            host: name,
            reason: "it has no such address".to_owned(),
        }),
        Ok(Err(error)) => Err(Error::Resolve {
            host: name,
            reason: lookup_failure(&error),
        }),
        Err(_) => Err(Error::TimedOut {
            what: format!("resolving \"{name}\""),
            after: limit,
        }),
    }
}

/// `getaddrinfo`'s own words, without Rust's preamble.
fn lookup_failure(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.strip_prefix("failed to lookup address information: ")
        .unwrap_or(&text)
        .to_lowercase()
}
