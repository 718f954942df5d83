//! New HTTP connections: connect, secure, greet.

use std::sync::Arc;
use std::time::Duration;

use hyper::client::conn::{http1, http2};
use hyper::rt::{Executor, Read, Write};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::OwnedSemaphorePermit;

use super::exchange::explain;
use super::link::Link;
use super::pool::{Origin, Pool, Pooled, Ready};
use super::tls;
use super::upload::WireBody;
use crate::destination;
use crate::document::Inner;
use crate::error::NetError;
use crate::gate::Destination;
use crate::lifetime::Life;
use crate::limits::RESPONSE_HEADER_BYTES;
use crate::operation::Operation;
use crate::resolver::Host;
use crate::tcp::TcpOptions;

/// Headers in a response.
const HEADERS: usize = 1_000;

/// HTTP/2's flow control: what a stream, and a connection, may send ahead of its readers. A stream
/// whose page does not read holds that much, not more, and the connection has room for others.
const STREAM_WINDOW: u32 = 1024 * 1024;
const CONNECTION_WINDOW: u32 = 16 * STREAM_WINDOW;

/// How long a server of HTTP/2 may be silent while requests are under way before it is asked whether it
/// is still there, and how long it may take to say so. A connection that died in silence, as they do
/// when a computer sleeps, would have all of an origin's requests wait.
const SILENCE: Duration = Duration::from_secs(20);
const ECHO: Duration = Duration::from_secs(10);

/// Opens a connection to `origin`, once the operation's gate has let its addresses pass. One that others
/// can share is in the pool already.
///
/// # Errors
/// [`NetError`] of every kind that happens before a request.
pub(crate) async fn open(
    inner: &Arc<Inner>,
    pool: &Arc<Pool>,
    life: &Life,
    origin: &Origin,
    operation: &Operation,
) -> Result<Pooled, NetError> {
    let permit = inner.app.socket().await?;
    let host = Host::parse(&origin.host)?;
    let destination = destination::check(inner, &host, origin.port, None, operation).await?;
    // Requests are written whole: waiting to fill a segment only delays them.
    let options = TcpOptions {
        no_delay: true,
        ..TcpOptions::default()
    };
    let stream = destination::connect(inner, &destination, &options).await?;
    let new = New {
        destination,
        link: Link::new(life),
        permit,
    };
    if !origin.https {
        return new.http1(TokioIo::new(stream)).await;
    }
    load_tls(inner).await;
    let stream = inner.shared.tls().connect(&new.destination.host, stream).await?;
    if !tls::is_http2(&stream) {
        return new.http1(TokioIo::new(stream)).await;
    }
    let ready = new.http2(TokioIo::new(stream)).await?;
    pool.share(origin.clone(), ready.clone());
    Ok(Pooled::Http2(ready))
}

/// Reads the system's certificates where waiting for a disk holds nobody up.
async fn load_tls(inner: &Inner) {
    let shared = inner.shared.clone();
    // Fails only when the broker stops; then so does the caller.
    let _ = tokio::task::spawn_blocking(move || {
        shared.tls();
    })
    .await;
}

/// A connection that does not speak HTTP yet.
struct New {
    destination: Arc<Destination>,
    link: Link,
    permit: OwnedSemaphorePermit,
}

impl New {
    async fn http1<Io>(self, io: Io) -> Result<Pooled, NetError>
    where
        Io: Read + Write + Unpin + Send + 'static,
    {
        let (sender, connection) = http1::Builder::new()
            // Some servers know headers only as browsers write them.
            .title_case_headers(true)
            // One bad header loses no answer, as in browsers.
            .allow_spaces_after_header_name_in_responses(true)
            .allow_obsolete_multiline_headers_in_responses(true)
            .ignore_invalid_headers_in_responses(true)
            .max_headers(HEADERS)
            .max_buf_size(RESPONSE_HEADER_BYTES)
            .handshake(self.link.socket(io, self.permit))
            .await
            .map_err(|error| explain(&error))?;
        // Requests and bodies get their errors themselves.
        self.link.execute(connection);
        Ok(Pooled::Http1(Ready {
            sender,
            link: self.link,
            destination: self.destination,
        }))
    }

    async fn http2<Io>(self, io: Io) -> Result<Ready<http2::SendRequest<WireBody>>, NetError>
    where
        Io: Read + Write + Unpin + Send + 'static,
    {
        let (sender, connection) = http2::Builder::new(self.link.clone())
            .timer(TokioTimer::new())
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_header_list_size(RESPONSE_HEADER_BYTES as u32)
            .keep_alive_interval(SILENCE)
            .keep_alive_timeout(ECHO)
            .handshake(self.link.socket(io, self.permit))
            .await
            .map_err(|error| explain(&error))?;
        self.link.execute(connection);
        Ok(Ready {
            sender,
            link: self.link,
            destination: self.destination,
        })
    }
}
