//! The unrestricted network broker: sockets and fetches for apps that were allowed to use them.
//!
//! A page never holds a network socket. The broker, in the runtime's own process, resolves a name
//! once, classifies every address, asks a [`Gate`] whether the destination may be connected to,
//! connects to exactly what was asked about, and relays bytes to one end of a socketpair that the
//! page's process reads and writes. Back-pressure is the kernel's; memory per connection is
//! bounded; ending a document, or taking an app's permission back, ends what it covers at once.
//!
//! # What it is not
//!
//! It decides nothing: who may connect where is the gate's answer. It knows no GTK, no WebKit and
//! no JavaScript; the messages that carry its calls are the `bridge` crate's. It has no cache
//! and no ambient credentials, and cookies only where a fetch asks for the app's own.
//!
//! # Where to start
//!
//! Three layers, of which each uses those before it and none after:
//!
//! * at the root, the way to the network for anybody: a [`Broker`] starts the threads, a [`Scope`] owns what one
//!   owner opens, a [`Resource`] is one such thing, a [`Gate`] the question before every connection;
//! * [`http`], a client for a scope;
//! * [`page`], what a document's page does: `connect`, `fetch`, `upload`, with descriptors for its bytes.
//!
//! # Specifications
//!
//! [Direct Sockets](https://wicg.github.io/direct-sockets/) for sockets,
//! [Fetch](https://fetch.spec.whatwg.org/) for requests and redirects, without CORS.

#![warn(missing_docs)]
#![forbid(unsafe_code)]

mod core;
pub mod http;
pub mod limits;
pub mod page;

pub use self::core::address::space_of_host;
pub use self::core::broker::{AppId, Broker, BrokerOptions};
pub use self::core::connect::Connection;
pub use self::core::error::Error;
pub use self::core::gate::{BoxFuture, Denied, Destination, Gate};
pub use self::core::interfaces::{AddressScope, Interface, InterfaceAddress, InterfaceKind};
pub use self::core::names::{HttpsRecord, NameServers, Record, RecordType};
pub use self::core::proxy::environment::EnvironmentProxies;
pub use self::core::proxy::{Direct, Proxy, ProxyResolver, Scheme, Way};
pub use self::core::quota::Share;
pub use self::core::resolver::{DnsQueryType, Resolver, SystemResolver};
pub use self::core::resource::Resource;
pub use self::core::scope::{Answer, Scope};
pub use self::core::services::SourceGroups;
pub use self::core::stream::Stream;
pub use self::core::stun::{PublicAddress, StunServer};
pub use self::core::tcp::TcpOptions;
pub use self::core::tls::{Pin, Roots, TlsFault, TlsInfo, TlsOptions, TlsVersion};
pub use insula_vocabulary::AddressSpace;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks even if a holder panicked: every critical section here leaves its data whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
