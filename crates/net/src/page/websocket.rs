//! The WebSockets of a page (RFC 6455), with headers of its own.
//!
//! They go the way of every socket: names are looked up here, the gate is asked about the addresses, proxies and TLS are
//! the broker's. [`handshake`] makes a WebSocket of the connection, and [`serve`] moves its messages to and from the page,
//! in the form that [`frame`] describes.

mod frame;
mod handshake;
mod serve;
mod weight;

use std::os::fd::OwnedFd;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use super::connection::{ConnectionId, Connections, Ends};
use super::pair::pair;
use super::requests::{Registered, RequestId};
use crate::core::connect::{self, Target};
use crate::core::error::Error;
use crate::core::proxy::Scheme;
use crate::core::quota::Share;
use crate::core::resource::Resource;
use crate::core::scope::Shared;
use crate::core::stream::Stream;
use crate::core::tcp::TcpOptions;
use crate::core::tls::{Secured, TlsOptions};
use crate::http::Request;
use crate::limits::CONNECT_TIMEOUT;

/// How a WebSocket is opened. Strings are as in JavaScript: header values hold one byte in each character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebSocketOptions {
    /// By what the page can abort it, also once it is open.
    pub request: RequestId,
    /// An absolute ws or wss URL without credentials or a fragment.
    pub url: String,
    /// The subprotocols that are offered, best first; each a token, none twice.
    pub protocols: Vec<String>,
    /// The request's headers, in order, besides those of the handshake.
    pub headers: Vec<(String, String)>,
    /// How it is secured, if the URL is of wss. Without protocols it offers HTTP/1.1.
    pub tls: TlsOptions,
}

/// A WebSocket of a page.
#[derive(Debug)]
pub struct WebSocketOpened {
    /// Its name within the document, among its connections.
    pub connection: ConnectionId,
    /// The subprotocol that the server chose; empty without one.
    pub protocol: String,
    /// The page's end; see the module `frame` for what is in it. Non-blocking, close-on-exec.
    pub descriptor: OwnedFd,
    /// How it ends.
    pub ends: Ends,
}

impl WebSocketOptions {
    /// The bytes of what the page said.
    pub(crate) fn size(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.len() + value.len());
        let protocols = self.protocols.iter().map(String::len);
        self.url.len() + headers.sum::<usize>() + protocols.sum::<usize>() + self.tls.size()
    }
}

/// Opens a WebSocket, once the gate has let its addresses pass.
pub(crate) async fn open(
    scope: &Arc<Shared>,
    connections: &Arc<Connections>,
    resource: &Arc<Resource>,
    registered: Registered,
    options: WebSocketOptions,
) -> Result<WebSocketOpened, Error> {
    let WebSocketOptions {
        url,
        protocols,
        headers,
        mut tls,
        ..
    } = options;
    let request = Request::upgrade(&url, &headers)?;
    tls.check()?;
    let scheme = if request.is_https() { Scheme::Https } else { Scheme::Tcp };
    let target = Target::new(scheme, request.host(), request.port())?;
    // Messages are written whole: waiting to fill a segment only delays them.
    let tcp = TcpOptions {
        no_delay: true,
        ..TcpOptions::default()
    };
    let connection = connect::connect(scope, resource, &target, &tcp).await?;
    let opening = Opening {
        scope: scope.clone(),
        connections: connections.clone(),
        resource: resource.clone(),
        registered,
        share: connection.share,
        host: connection.destination.host.clone(),
    };
    if !request.is_https() {
        return opening.shake(connection.stream, &request, &protocols).await;
    }
    if tls.alpn_protocols.is_empty() {
        tls.alpn_protocols.push(b"http/1.1".to_vec());
    }
    scope.load_tls().await;
    let securing = scope
        .services
        .tls()
        .connect_as(&tls, &opening.host, connection.stream, connection.rest);
    let (stream, _) = Box::pin(securing).await?;
    opening.shake(stream, &request, &protocols).await
}

/// What a WebSocket bears on it.
struct Opening {
    scope: Arc<Shared>,
    connections: Arc<Connections>,
    resource: Arc<Resource>,
    registered: Registered,
    share: Share,
    host: String,
}

impl Opening {
    async fn shake<Io: Line>(self, io: Io, request: &Request, protocols: &[String]) -> Result<WebSocketOpened, Error> {
        let shaking = Box::pin(handshake::shake(io, request, protocols));
        let shaken = timeout(CONNECT_TIMEOUT, shaking).await.unwrap_or_else(|_| {
            Err(Error::TimedOut {
                what: format!("the handshake of the WebSocket with {}", self.host),
                after: CONNECT_TIMEOUT,
            })
        })?;
        let (descriptor, ours) = pair()?;
        let (open, ends) = self
            .connections
            .open(self.resource, self.share, Some(self.registered), None);
        let connection = open.id();
        let protocol = shaken.protocol.clone();
        let quota = self.scope.quota.clone();
        self.scope.services.handle().spawn(async move {
            match UnixStream::from_std(ours) {
                Ok(page) => serve::serve(shaken, page, quota, open).await,
                Err(error) => open.end(Err(Error::system("no room for a WebSocket", &error))),
            }
        });
        Ok(WebSocketOpened {
            connection,
            protocol,
            descriptor,
            ends,
        })
    }
}

/// What a WebSocket goes over.
trait Line: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// The connection at the bottom.
    fn tcp(&self) -> &TcpStream;
}

impl Line for Stream {
    fn tcp(&self) -> &TcpStream {
        Self::tcp(self)
    }
}

impl Line for Secured<Stream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0.get_ref().tcp()
    }
}
