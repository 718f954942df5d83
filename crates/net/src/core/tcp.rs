//! TCP options and connecting.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};

use super::error::Error;
use super::resolver::DnsQueryType;
use crate::limits::CONNECT_TIMEOUT;

/// The options of a `TCPSocket`, as in Direct Sockets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TcpOptions {
    /// Send small segments at once (`TCP_NODELAY`).
    pub no_delay: bool,
    /// Probe an idle connection after this many milliseconds; at least 1,000.
    pub keep_alive_delay: Option<u32>,
    /// `SO_SNDBUF` in bytes; not 0.
    pub send_buffer_size: Option<u32>,
    /// `SO_RCVBUF` in bytes; not 0.
    pub receive_buffer_size: Option<u32>,
    /// Use only addresses of this family.
    pub dns_query_type: Option<DnsQueryType>,
    /// How long looking up, connecting and securing may take together, without the time in which the user is asked;
    /// [`CONNECT_TIMEOUT`] each without it.
    pub connect_timeout: Option<Duration>,
    /// The address of this machine that the connection comes from.
    pub local_address: Option<IpAddr>,
}

impl TcpOptions {
    /// The checks that Direct Sockets makes in the constructor.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] naming the option.
    pub fn check(&self) -> Result<(), Error> {
        if self.keep_alive_delay.is_some_and(|delay| delay < 1_000) {
            return Err(Error::invalid("keepAliveDelay must be at least 1,000 milliseconds"));
        }
        if self.send_buffer_size == Some(0) || self.receive_buffer_size == Some(0) {
            return Err(Error::invalid("a buffer size must be greater than 0"));
        }
        Ok(())
    }
}

/// How long one address has before the next one is tried beside it (RFC 8305 §5).
const NEXT_ADDRESS: Duration = Duration::from_millis(250);

/// Connects to the first of `peer`'s addresses that answers.
///
/// # Errors
/// The first address's failure when all failed: it is the one the system preferred.
pub(crate) async fn connect(peer: &str, addresses: &[SocketAddr], options: &TcpOptions) -> Result<TcpStream, Error> {
    let limit = options.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
    match timeout(limit, race(addresses, options, peer)).await {
        Ok(result) => result,
        Err(_) => Err(Error::TimedOut {
            what: format!("connecting to {peer}"),
            after: limit,
        }),
    }
}

async fn race(addresses: &[SocketAddr], options: &TcpOptions, peer: &str) -> Result<TcpStream, Error> {
    let mut waiting = interleave(addresses).into_iter().enumerate().peekable();
    let mut attempts = FuturesUnordered::new();
    let mut failures = Vec::new();
    loop {
        if let Some((rank, address)) = waiting.next() {
            attempts.push(async move { (rank, attempt(address, options).await) });
        } else if attempts.is_empty() {
            break;
        }
        let more = waiting.peek().is_some();
        tokio::select! {
            Some((rank, result)) = attempts.next() => match result {
                Ok(stream) => return Ok(stream),
                Err(error) => failures.push((rank, error)),
            },
            () = sleep(NEXT_ADDRESS), if more => {}
        }
    }
    failures.sort_by_key(|(rank, _)| *rank);
    match failures.first() {
        Some((_, error)) => Err(Error::connecting(peer, error)),
        None => Err(Error::Unreachable {
            peer: peer.to_owned(),
            reason: "it has no address".to_owned(),
        }),
    }
}

/// Alternates between the families, beginning with the one that the resolver put first (RFC 8305
/// §4), so that one broken family costs a single delay.
fn interleave(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let Some(first) = addresses.first() else {
        return Vec::new();
    };
    let (preferred, other): (Vec<_>, Vec<_>) = addresses
        .iter()
        .copied()
        .partition(|address| address.is_ipv4() == first.is_ipv4());
    let mut others = other.into_iter();
    let mut mixed = Vec::with_capacity(addresses.len());
    for address in preferred {
        mixed.push(address);
        mixed.extend(others.next());
    }
    mixed.extend(others);
    mixed
}

async fn attempt(address: SocketAddr, options: &TcpOptions) -> std::io::Result<TcpStream> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }?;
    // Buffer sizes have to be set before connecting: they decide the window that is announced.
    if let Some(size) = options.send_buffer_size {
        socket.set_send_buffer_size(size)?;
    }
    if let Some(size) = options.receive_buffer_size {
        socket.set_recv_buffer_size(size)?;
    }
    socket.set_nodelay(options.no_delay)?;
    if let Some(delay) = options.keep_alive_delay {
        let keep_alive = TcpKeepalive::new().with_time(Duration::from_millis(delay.into()));
        SockRef::from(&socket).set_tcp_keepalive(&keep_alive)?;
    }
    if let Some(local) = options.local_address {
        socket.bind(SocketAddr::new(local, 0))?;
    }
    socket.connect(address).await
}

/// Makes dropping the stream reset the connection instead of closing it in order.
pub(crate) fn reset_on_drop(stream: &TcpStream) {
    // Fails only on a socket that is already gone.
    let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_direct_sockets_refuses_are_type_errors() {
        for options in [
            TcpOptions {
                keep_alive_delay: Some(999),
                ..TcpOptions::default()
            },
            TcpOptions {
                send_buffer_size: Some(0),
                ..TcpOptions::default()
            },
            TcpOptions {
                receive_buffer_size: Some(0),
                ..TcpOptions::default()
            },
        ] {
            assert_eq!(options.check().unwrap_err().dom_name(), "TypeError");
        }
        assert_eq!(TcpOptions::default().check(), Ok(()));
    }

    #[test]
    fn addresses_alternate_between_the_families() {
        let parse =
            |text: &str| -> Vec<SocketAddr> { text.split(' ').map(|address| address.parse().unwrap()).collect() };
        assert_eq!(
            interleave(&parse("[::1]:1 [::2]:1 [::3]:1 1.1.1.1:1 2.2.2.2:1")),
            parse("[::1]:1 1.1.1.1:1 [::2]:1 2.2.2.2:1 [::3]:1")
        );
        assert_eq!(
            interleave(&parse("1.1.1.1:1 [::1]:1 [::2]:1")),
            parse("1.1.1.1:1 [::1]:1 [::2]:1")
        );
    }
}
