//! What address the world sees this machine under: a STUN client (RFC 8489) that asks one question, over UDP.

mod message;
mod server;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::net::UdpSocket;
use tokio::time::{sleep, timeout};

use super::connect::{self, Target};
use super::error::Error;
use super::gate::Destination;
use super::proxy::Scheme;
use super::resolver::DnsQueryType;
use super::resource::Resource;
use super::scope::Shared;
use super::tcp::TcpOptions;
use message::{Answer, TransactionId};

pub use server::StunServer;

/// How this machine looks from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicAddress {
    /// The address and the port that the server saw.
    pub address: SocketAddr,
    /// Whether something on the way has changed it.
    pub is_mapped: bool,
    /// The server that was asked.
    pub server: StunServer,
}

/// How long a server has to answer, from the first question on.
const LIMIT: Duration = Duration::from_secs(3);

/// When a question is asked again (RFC 8489 §6.2.1, "RTO"); twice as long each further time.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// The addresses of a server that are asked.
const ADDRESSES: usize = 4;

/// How much later the next of them is asked, if there is no answer (RFC 8305 §5).
const NEXT_ADDRESS: Duration = Duration::from_millis(250);

/// Asks one server after the other. The gate of `resource` is asked about each.
///
/// # Errors
/// [`Error::Stun`], when none of them answers; and at once what the page or the user is to know.
pub(crate) async fn public_address(
    scope: &Shared,
    resource: &Resource,
    servers: &[StunServer],
    family: Option<DnsQueryType>,
) -> Result<PublicAddress, Error> {
    let mut failures = Vec::new();
    for server in servers {
        match Box::pin(ask(scope, resource, server, family)).await {
            Ok(found) => return Ok(found),
            Err(error) if error.dom_name() == "NetworkError" => failures.push(format!("{server}: {error}")),
            Err(error) => return Err(error),
        }
    }
    Err(Error::Stun {
        failures: failures.join("; "),
    })
}

async fn ask(
    scope: &Shared,
    resource: &Resource,
    server: &StunServer,
    family: Option<DnsQueryType>,
) -> Result<PublicAddress, Error> {
    let target = Target::new(Scheme::Tcp, server.host(), server.port())?;
    let options = TcpOptions {
        dns_query_type: family,
        connect_timeout: Some(LIMIT),
        ..TcpOptions::default()
    };
    let (destination, ways) = connect::resolve(scope, &target, &options).await?;
    // What a proxy hides is not for the page to find out past it.
    if let Some(Some(proxy)) = ways.first() {
        return Err(proxy.failure("STUN cannot go through it".to_owned()));
    }
    let destination = Arc::new(destination);
    resource.pass(&destination).await?;
    let _share = scope.quota.socket().await?;
    let _slot = scope.quota.work().await?;
    let (address, is_mapped) = match timeout(LIMIT, first_answer(&destination)).await {
        Ok(answer) => answer?,
        Err(_) => {
            return Err(Error::TimedOut {
                what: "asking".to_owned(),
                after: LIMIT,
            });
        }
    };
    Ok(PublicAddress {
        address,
        is_mapped,
        server: server.clone(),
    })
}

/// Asks all addresses, the best one first, until one answers.
async fn first_answer(destination: &Destination) -> Result<(SocketAddr, bool), Error> {
    let later = |(number, address): (u32, &SocketAddr)| {
        let address = *address;
        async move {
            sleep(NEXT_ADDRESS * number).await;
            exchange(address).await
        }
    };
    let mut asked: FuturesUnordered<_> = (0..).zip(&destination.addresses).take(ADDRESSES).map(later).collect();
    let mut failure = Error::Resolve {
        host: destination.host.clone(),
        reason: "it has no address".to_owned(),
    };
    while let Some(answer) = asked.next().await {
        match answer {
            Ok(answer) => return Ok(answer),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// Asks an address until it answers. The answer, and whether it is not what this end of the socket has.
async fn exchange(address: SocketAddr) -> Result<(SocketAddr, bool), Error> {
    let peer = address.to_string();
    let failed = |error: std::io::Error| Error::connecting(&peer, &error);
    let any: IpAddr = match address {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).await.map_err(failed)?;
    // Others cannot answer then.
    socket.connect(address).await.map_err(failed)?;
    let own = socket.local_addr().map_err(failed)?;
    let transaction = TransactionId::random()?;
    let request = message::request(&transaction);
    let mut wait = FIRST_WAIT;
    loop {
        socket.send(&request).await.map_err(failed)?;
        match timeout(wait, answer(&socket, &transaction)).await {
            Ok(Ok(Answer::Mapped(seen))) => return Ok((seen, seen != own)),
            Ok(Ok(Answer::Refused { code, reason })) => {
                return Err(Error::Connection {
                    reason: format!("the server answered with the error {code} {reason}"),
                });
            }
            Ok(Err(error)) => return Err(failed(error)),
            Err(_) => wait *= 2,
        }
    }
}

/// Waits for the answer to a question. What is none is left out, as if it had not come.
async fn answer(socket: &UdpSocket, transaction: &TransactionId) -> std::io::Result<Answer> {
    let mut datagram = [0; 2048];
    loop {
        let length = socket.recv(&mut datagram).await?;
        if let Some(answer) = message::parse(&datagram[..length], transaction) {
            return Ok(answer);
        }
    }
}
