//! What all scopes of a broker share: its threads, and what knows the world.

use std::fmt;
use std::io;
use std::net::Ipv6Addr;
use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::broker::BrokerOptions;
use super::names::NameServers;
use super::proxy::ProxyResolver;
use super::resolver::Resolver;
use super::tls::{Roots, Tls};
use crate::limits::RESOLVER_THREADS;

/// Has the system join a group of IPv6 of a single sender, and leave it (RFC 3678). Rust's libraries have no call for that, and
/// there is no unsafe code here.
pub trait SourceGroups: Send + Sync + 'static {
    /// Joins `group` of `source` by the network interface of a number, or leaves it; by one that the system chooses, for 0.
    ///
    /// # Errors
    /// The system's.
    fn change(
        &self,
        socket: BorrowedFd<'_>,
        join: bool,
        group: Ipv6Addr,
        source: Ipv6Addr,
        interface: u32,
    ) -> io::Result<()>;
}

pub(crate) struct Services {
    /// Resolving, asking, connecting, TLS and HTTP. Taken only when dropped.
    runtime: Option<Runtime>,
    /// Threads that do nothing but move bytes, each with a reactor of its own: waking one does
    /// not wake a work-stealing scheduler.
    relays: Vec<Handle>,
    next_relay: AtomicUsize,
    /// Ends the relay threads.
    _stop: DropGuard,
    pub(crate) resolver: Box<dyn Resolver>,
    pub(crate) name_servers: NameServers,
    pub(crate) source_groups: Option<Arc<dyn SourceGroups>>,
    pub(crate) proxies: Box<dyn ProxyResolver>,
    roots: Roots,
    /// Made when first needed: reading the system's certificates takes milliseconds.
    tls: OnceLock<Tls>,
}

impl Services {
    /// # Errors
    /// When the system has no threads or descriptors for them.
    pub(crate) fn start(options: BrokerOptions) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(RESOLVER_THREADS)
            .thread_name("insula-net")
            .enable_all()
            .build()?;
        let stop = CancellationToken::new();
        let relays = (0..relay_threads())
            .map(|_| start_relay_thread(stop.clone()))
            .collect::<io::Result<_>>()?;
        Ok(Self {
            runtime: Some(runtime),
            relays,
            next_relay: AtomicUsize::new(0),
            _stop: stop.drop_guard(),
            resolver: options.resolver,
            name_servers: options.name_servers,
            source_groups: options.source_groups,
            proxies: options.proxies,
            roots: options.roots,
            tls: OnceLock::new(),
        })
    }

    /// Where everything but relaying runs.
    pub(crate) fn handle(&self) -> &Handle {
        #[expect(clippy::expect_used, reason = "only `drop` takes the runtime")]
        self.runtime.as_ref().expect("present until dropped").handle()
    }

    /// The thread for the next relay.
    pub(crate) fn relay(&self) -> &Handle {
        let next = self.next_relay.fetch_add(1, Ordering::Relaxed);
        &self.relays[next % self.relays.len()]
    }

    /// Reads files when first called: not for a thread that must not wait.
    pub(crate) fn tls(&self) -> &Tls {
        self.tls.get_or_init(|| Tls::new(&self.roots))
    }
}

impl fmt::Debug for Services {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Services")
            .field("relays", &self.relays.len())
            .finish_non_exhaustive()
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        // The last reference may be dropped by a task of the runtime itself, which must not wait
        // for itself to end.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// One thread fills two cores together with a page and a peer; more cores can serve more pages.
fn relay_threads() -> usize {
    thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).clamp(1, 4))
}

fn start_relay_thread(stop: CancellationToken) -> io::Result<Handle> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    thread::Builder::new()
        .name("insula-relay".to_owned())
        .spawn(move || runtime.block_on(stop.cancelled()))?;
    Ok(handle)
}
