//! Everything that can go wrong, and whose fault it is.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use super::gate::Denied;
use super::tls::TlsFault;
use crate::limits::MESSAGES_PER_APP;

/// Why an operation failed or an open connection ended.
///
/// Cloneable, since one failure may end several things. [`dom_name`](Self::dom_name) is the exception that a
/// page sees; the `Display` text is its message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    // The page's fault.
    /// An argument is not acceptable, whatever the network's state.
    #[error("{0}")]
    InvalidArgument(String),
    /// The page named a connection that does not exist, or not any more.
    #[error("connection {0} is not open in this document")]
    UnknownConnection(u64),
    /// The page named an upload that does not exist or was already sent.
    #[error("upload {0} does not exist in this document, or a request has already taken it")]
    UnknownUpload(u64),
    /// The app has too many sockets open.
    #[error("the app has {limit} sockets open, which is the limit")]
    TooManySockets {
        /// The limit that was reached.
        limit: usize,
    },
    /// What the page asks for does not fit to what it has done before.
    #[error("{0}")]
    InvalidState(String),
    /// The socket is in too many groups.
    #[error("the socket is in {limit} groups, which is the limit")]
    TooManyGroups {
        /// The limit that was reached.
        limit: usize,
    },
    /// The app has asked for too much at once.
    #[error("the app waits for more answers than it may")]
    TooManyCalls,
    /// The app's WebSockets hold too much that has not come whole, or that it has not taken.
    #[error("the app's WebSockets hold more than {} MiB of messages", MESSAGES_PER_APP / 1024 / 1024)]
    TooManyMessages,
    /// The page asks for its public address again too soon.
    #[error("the public address can be asked for again in {} s", rest.as_secs_f64().ceil())]
    TooSoon {
        /// How long it has to wait.
        rest: Duration,
    },
    /// The page named no server that knows its public address, and nobody else has.
    #[error("no STUN server is known: name one in stunServers")]
    NoStunServer,
    /// The operation is not there for what the page named.
    #[error("{0}")]
    NotSupported(String),
    /// The page closed its request body before the length it had announced.
    #[error("the request body ended after {sent} of {announced} bytes")]
    UploadTooShort {
        /// Bytes that the page wrote.
        sent: u64,
        /// Bytes that it had announced.
        announced: u64,
    },
    /// The server had sent something before the connection was secured that the page has not read: whoever is on the way may
    /// have sent it (RFC 3207 §6).
    #[error("there is data from before TLS, which nobody has secured")]
    DataBeforeTls,
    /// The page aborted it.
    #[error("the request was aborted")]
    Aborted,
    /// The page has said how long it waits, and that was not enough.
    #[error("{what} came within the timeout of {} ms", after.as_millis())]
    OutOfTime {
        /// What did not come, with its "no" or "nothing".
        what: &'static str,
        /// How long the page waits.
        after: Duration,
    },

    // The user's or an administrator's decision.
    /// The gate refused the destination.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The permission was taken back while the operation was open.
    #[error("network access was taken back")]
    Revoked,
    /// The scope that it was opened in is closed.
    #[error("the document was closed")]
    Closed,

    // The network's fault.
    /// The name has no address.
    #[error("the name \"{host}\" could not be resolved: {reason}")]
    Resolve {
        /// The name.
        host: String,
        /// What the resolver said.
        reason: String,
    },
    /// There is no such name, or nothing of this type at it.
    #[error("the name \"{name}\" has no {record_type} record: {reason}")]
    NoRecord {
        /// The name.
        name: String,
        /// The type of record.
        record_type: &'static str,
        /// What was answered.
        reason: String,
    },
    /// The name servers have not answered, or not in a way that can be used.
    #[error("no answer of the name server {servers}: {reason}")]
    NameServer {
        /// Who was asked.
        servers: String,
        /// What happened.
        reason: String,
    },
    /// The name or literal stands for an address that nothing can be connected to.
    #[error("{host} is the address {address}, which cannot be connected to")]
    Unroutable {
        /// The host as it was asked for.
        host: String,
        /// The unusable address.
        address: IpAddr,
    },
    /// Nobody listens there.
    #[error("{peer} refused the connection")]
    Refused {
        /// Host and port.
        peer: String,
    },
    /// There is no way there.
    #[error("{peer} cannot be reached: {reason}")]
    Unreachable {
        /// Host and port.
        peer: String,
        /// What the system said.
        reason: String,
    },
    /// It took too long.
    #[error("{what} timed out after {} s", after.as_secs_f64())]
    TimedOut {
        /// What was being done.
        what: String,
        /// The limit that was reached.
        after: Duration,
    },
    /// An established connection broke.
    #[error("the connection was reset")]
    Reset,
    /// An established connection failed in another way.
    #[error("the connection failed: {reason}")]
    Connection {
        /// What the system said.
        reason: String,
    },

    /// A port that only the system's own services may have.
    #[error("port {0} is for the system's own services: apps listen on 1024 and above")]
    ReservedPort(u16),
    /// Nobody can listen there.
    #[error("cannot listen on {place}: {reason}")]
    Listen {
        /// Address and port.
        place: String,
        /// What the system said.
        reason: String,
    },

    /// A group cannot be joined, or left.
    #[error("cannot {} {group}: {reason}", if *.join { "join" } else { "leave" })]
    Group {
        /// Which one.
        group: String,
        /// Whether it was to be joined.
        join: bool,
        /// What the system said.
        reason: String,
    },

    // The proxy's fault.
    /// A proxy refused, or cannot be reached.
    #[error("no way through the proxy {proxy}: {reason}")]
    Proxy {
        /// Its host and port.
        proxy: String,
        /// What it said, or what happened on the way to it.
        reason: String,
    },

    // The server's fault.
    /// The TLS handshake failed.
    #[error("no secure connection to {host}: {reason}")]
    Tls {
        /// The host.
        host: String,
        /// What is wrong.
        fault: TlsFault,
        /// The same for people.
        reason: String,
    },
    /// The answer is not HTTP, or breaks its rules.
    #[error("the server's answer is not valid HTTP: {reason}")]
    Protocol {
        /// What is wrong.
        reason: String,
    },
    /// It opens no WebSocket, or breaks the rules of one.
    #[error("the WebSocket failed: {reason}")]
    WebSocket {
        /// What is wrong.
        reason: String,
    },
    /// The body ended before its announced end.
    #[error("the response body ended early")]
    Truncated,
    /// The body does not decompress.
    #[error("the response body is not valid {coding} data: {reason}")]
    Decode {
        /// The content coding.
        coding: &'static str,
        /// What the decoder said.
        reason: String,
    },
    /// No STUN server said what the public address is.
    #[error("no server told the public address: {failures}")]
    Stun {
        /// Each server, and what it failed with.
        failures: String,
    },
    /// A redirect must not be followed.
    #[error("the redirect was not followed: {0}")]
    Redirect(String),
    /// Fetch's list of bad ports.
    #[error("port {0} is not allowed for fetch")]
    BadPort(u16),

    // Ours.
    /// The system refused something that should have worked, such as one more descriptor.
    #[error("{what}: {reason}")]
    System {
        /// What was being done.
        what: &'static str,
        /// What the system said.
        reason: String,
    },
}

impl Error {
    /// The name of the exception that the page gets: a `DOMException` name or `TypeError`.
    pub fn dom_name(&self) -> &str {
        match self {
            Self::InvalidArgument(_) => "TypeError",
            Self::UnknownConnection(_) | Self::UnknownUpload(_) | Self::InvalidState(_) => "InvalidStateError",
            Self::TooManySockets { .. }
            | Self::TooManyGroups { .. }
            | Self::TooManyCalls
            | Self::TooManyMessages
            | Self::TooSoon { .. } => "QuotaExceededError",
            Self::NoStunServer | Self::NoRecord { .. } => "NotFoundError",
            Self::NotSupported(_) => "NotSupportedError",
            Self::Aborted | Self::Closed => "AbortError",
            Self::Denied(denied) => denied.name(),
            Self::OutOfTime { .. } => "TimeoutError",
            Self::Revoked => "NotAllowedError",
            Self::DataBeforeTls => "SecurityError",
            // Chromium's name for an address, or a port, that policy rules out.
            Self::Unroutable { .. } | Self::ReservedPort(_) => "InvalidAccessError",
            Self::UploadTooShort { .. }
            | Self::Resolve { .. }
            | Self::Refused { .. }
            | Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::Listen { .. }
            | Self::Group { .. }
            | Self::Reset
            | Self::Connection { .. }
            | Self::Proxy { .. }
            | Self::Tls { .. }
            | Self::Protocol { .. }
            | Self::WebSocket { .. }
            | Self::Truncated
            | Self::Decode { .. }
            | Self::Stun { .. }
            | Self::NameServer { .. }
            | Self::Redirect(_)
            | Self::BadPort(_)
            | Self::System { .. } => "NetworkError",
        }
    }

    /// What is wrong with the server's side of TLS, where that is what failed.
    pub fn tls_fault(&self) -> Option<TlsFault> {
        match self {
            Self::Tls { fault, .. } => Some(*fault),
            _ => None,
        }
    }

    /// A failure to connect to `peer`.
    pub(crate) fn connecting(peer: &str, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused { peer: peer.to_owned() },
            // Out of descriptors, ports or memory: not the peer's doing.
            _ if is_exhaustion(error) => Self::system("a socket could not be opened", error),
            _ => Self::Unreachable {
                peer: peer.to_owned(),
                reason: reason(error),
            },
        }
    }

    /// A failure to listen.
    pub(crate) fn listening(place: &str, error: &io::Error) -> Self {
        Self::Listen {
            place: place.to_owned(),
            reason: reason(error),
        }
    }

    /// A failure to join a group, or to leave it.
    pub(crate) fn group(group: &str, join: bool, error: &io::Error) -> Self {
        let reason = match rustix::io::Errno::from_io_error(error) {
            Some(rustix::io::Errno::NODEV) => "no network interface leads there: name one in interfaceName".to_owned(),
            Some(rustix::io::Errno::NOBUFS) => "the system lets it be in no more".to_owned(),
            Some(rustix::io::Errno::NOPROTOOPT) => "the socket is of another family".to_owned(),
            _ => reason(error),
        };
        Self::Group {
            group: group.to_owned(),
            join,
            reason,
        }
    }

    /// A failure to send or receive a datagram.
    pub(crate) fn datagram(error: &io::Error) -> Self {
        let reason = match rustix::io::Errno::from_io_error(error) {
            Some(rustix::io::Errno::MSGSIZE) => "the datagram is too long".to_owned(),
            Some(rustix::io::Errno::CONNREFUSED) => "nobody listens there".to_owned(),
            _ => reason(error),
        };
        Self::Connection { reason }
    }

    /// A failure of an established connection.
    pub(crate) fn broken(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
                Self::Reset
            }
            _ => Self::Connection { reason: reason(error) },
        }
    }

    pub(crate) fn system(what: &'static str, error: &io::Error) -> Self {
        Self::System {
            what,
            reason: reason(error),
        }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::InvalidArgument(message.into())
    }
}

fn is_exhaustion(error: &io::Error) -> bool {
    use rustix::io::Errno;
    Errno::from_io_error(error).is_some_and(|errno| {
        [
            Errno::MFILE,
            Errno::NFILE,
            Errno::NOBUFS,
            Errno::NOMEM,
            Errno::ADDRNOTAVAIL,
        ]
        .contains(&errno)
    })
}

/// The system's words without Rust's "(os error 111)", lower-case to stand in a sentence.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_can_tell_refusal_of_the_user_from_failure_of_the_network() {
        let denied = Denied::new("InvalidAccessError", "Access to local network is blocked.");
        for (error, name, message) in [
            (
                Error::Denied(denied),
                "InvalidAccessError",
                "Access to local network is blocked.",
            ),
            (Error::Revoked, "NotAllowedError", "network access was taken back"),
            (Error::Aborted, "AbortError", "the request was aborted"),
            (
                Error::connecting("example.com:25", &io::Error::from(rustix::io::Errno::CONNREFUSED)),
                "NetworkError",
                "example.com:25 refused the connection",
            ),
            (
                Error::connecting("example.com:25", &io::Error::from(rustix::io::Errno::NETUNREACH)),
                "NetworkError",
                "example.com:25 cannot be reached: network is unreachable",
            ),
            (
                Error::connecting("a:1", &io::Error::from(rustix::io::Errno::MFILE)),
                "NetworkError",
                "a socket could not be opened: too many open files",
            ),
            (Error::TooManySockets { limit: 2 }, "QuotaExceededError", ""),
        ] {
            assert_eq!(error.dom_name(), name, "{error:?}");
            if !message.is_empty() {
                assert_eq!(error.to_string(), message);
            }
        }
    }
}
