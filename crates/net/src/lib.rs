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
//! no JavaScript; the messages that carry its calls are the `bridge` crate's. It has no cookies,
//! no cache and no ambient credentials.
//!
//! # Where to start
//!
//! * [`Broker`]: starts the threads, hands out documents, ends what is not allowed any more.
//! * [`Document`]: `connect`, `fetch`, `upload`, `end`.
//! * [`Gate`]: the question before every connection.
//!
//! Inside, `destination.rs` is the one way to the network, `relay.rs` the way of a socket's
//! bytes, `fetch.rs` the life of a request.
//!
//! # Specifications
//!
//! [Direct Sockets](https://wicg.github.io/direct-sockets/) for sockets,
//! [Fetch](https://fetch.spec.whatwg.org/) for requests and redirects, without CORS.

#![warn(missing_docs)]
#![forbid(unsafe_code)]

mod address;
mod broker;
mod buffer;
mod connection;
mod destination;
mod document;
mod eager;
mod error;
mod fetch;
mod gate;
mod lifetime;
pub mod limits;
mod operation;
mod pair;
mod pipe;
mod relay;
mod resolver;
mod tcp;

pub use address::AddressSpace;
pub use broker::{AppId, Broker, BrokerOptions};
pub use connection::ConnectionId;
pub use document::{Answer, Connected, Document, DocumentId};
pub use error::NetError;
pub use fetch::bad_port::is_bad as is_bad_port;
pub use fetch::tls::Roots;
pub use fetch::upload::{Upload, UploadId};
pub use fetch::{FetchBody, FetchRequest, FetchResponse, Fetched, Progress, RedirectMode, RequestId, ResponseBody};
pub use gate::{BoxFuture, Denied, Destination, Gate};
pub use resolver::{DnsQueryType, Resolver, SystemResolver};
pub use tcp::TcpOptions;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks even if a holder panicked: every critical section here leaves its data whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
