//! The numbers that bound what a page can use, in one place.

use std::io;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Sockets that one app may have open. A connection, a response body and an upload count as one
/// each.
pub const SOCKETS_PER_APP: usize = 2_048;

/// Look-ups and connects of one app that may be in flight at once. Further ones wait.
pub const CONNECTS_PER_APP: usize = 64;

/// HTTP/1.1 connections to an origin that a document may use at once, as in browsers. Further requests wait.
pub const CONNECTIONS_PER_ORIGIN: usize = 6;

/// HTTP connections that a scope keeps for its next requests. The one that has waited longest makes room.
pub const KEPT_PER_SCOPE: usize = 128;

/// What the calls of one app that have no answer yet may hold, in KiB: each its parameters, and one more for
/// everything else.
pub const PENDING_KIB_PER_APP: usize = 64 * 1024;

/// The longest message of a WebSocket that is taken from a server.
pub const MESSAGE_BYTES: usize = 64 * 1024 * 1024;

/// What all WebSockets of an app may hold of messages that have not come whole, or that it has not taken, besides a first
/// [`MESSAGES_UNIT`] of each.
pub const MESSAGES_PER_APP: usize = 256 * 1024 * 1024;

/// In such parts that is counted.
pub(crate) const MESSAGES_UNIT: usize = 64 * 1024;

/// How long a look-up may take, and how long a connect with its TLS handshake.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// Groups that a UDP socket may be in: as many as Linux lets one of IPv4 without being told otherwise
/// (`igmp_max_memberships`).
pub const GROUPS_PER_SOCKET: usize = 20;

/// How long an app waits before it asks for its public address again: the servers are somebody else's.
pub const PUBLIC_ADDRESS_PAUSE: Duration = Duration::from_secs(10);

/// How long name servers have to answer.
pub const RESOLVE_TIMEOUT: Duration = Duration::from_secs(10);

/// Questions for records that one app may have under way. Further ones wait.
pub const RESOLVES_PER_APP: usize = 32;

/// How many such questions one app asks in a second, after it has asked [`RESOLVES_AT_ONCE`]. Further ones wait.
pub const RESOLVES_PER_SECOND: u32 = 50;

/// How many such questions one app may ask at once after a rest.
pub const RESOLVES_AT_ONCE: u32 = 100;

/// Records that an answer may have.
pub const RECORDS_PER_ANSWER: usize = 1_000;

/// All headers of a request together.
pub const HEADER_BYTES: usize = 64 * 1024;

/// All headers of a response together: as much as browsers take.
pub const RESPONSE_HEADER_BYTES: usize = 256 * 1024;

/// Redirects that a fetch follows (Fetch, HTTP-redirect fetch, step 7).
pub const REDIRECTS: usize = 20;

/// The longest request body that the broker keeps, so that it can be sent again, after a redirect for one. The
/// page is asked for a longer one again.
pub const REPLAYABLE_BODY: u64 = 1024 * 1024;

/// What the relay moves at a time; also the most that it holds of a direction of a connection.
pub(crate) const CHUNK: usize = 256 * 1024;

/// What the kernel may hold between broker and page in either direction. The system caps it
/// (`net.core.wmem_max`); less costs throughput, not correctness.
pub(crate) const PAIR_BUFFER: usize = 1024 * 1024;

/// Threads of the resolver. `getaddrinfo` cannot be interrupted: a dead name server holds a thread
/// until the system's own time limit, though never the page's promise.
pub(crate) const RESOLVER_THREADS: usize = 64;

/// What [`SOCKETS_PER_APP`] take: for each a connection, an end of a pair, its copy until the page has it, and pipes;
/// and as much again for everything else in the process.
const DESCRIPTORS: u64 = 8 * SOCKETS_PER_APP as u64;

/// Raises the soft limit on open descriptors to what [`SOCKETS_PER_APP`] need, or as far as the hard limit admits, and
/// returns what it is now. Child processes inherit it.
///
/// # Errors
/// When the system refuses to raise it.
pub fn raise_descriptor_limit() -> io::Result<u64> {
    let limit = getrlimit(Resource::Nofile);
    let target = limit.maximum.map_or(DESCRIPTORS, |maximum| DESCRIPTORS.min(maximum));
    match limit.current {
        Some(current) if current < target => {
            setrlimit(
                Resource::Nofile,
                Rlimit {
                    current: Some(target),
                    ..limit
                },
            )?;
            Ok(target)
        }
        Some(current) => Ok(current),
        None => Ok(u64::MAX),
    }
}
