//! New HTTP connections: connect, secure, greet.

use std::sync::Arc;
use std::time::Duration;

use hyper::client::conn::{http1, http2};
use hyper::rt::{Executor, Read, Write};
use hyper_util::rt::{TokioIo, TokioTimer};

use super::failure::explain;
use super::link::Link;
use super::pool::{Http1, Http2, Opening, Origin, Pool, Ready, Slot};
use crate::core::connect::{Target, connect};
use crate::core::error::Error;
use crate::core::gate::Destination;
use crate::core::proxy::{Proxy, Scheme};
use crate::core::quota::Share;
use crate::core::resource::Resource;
use crate::core::scope::Shared;
use crate::core::tcp::TcpOptions;
use crate::core::tls;
use crate::limits::RESPONSE_HEADER_BYTES;

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

/// A connection for a request.
pub(crate) enum Opened {
    Http1(Http1, Slot),
    Http2(Http2),
}

/// The connections of a client: those that there are, and what new ones are made with.
#[derive(Clone)]
pub(crate) struct Connections {
    pub(crate) scope: Arc<Shared>,
    pub(crate) pool: Arc<Pool>,
}

impl Connections {
    /// Opens a connection to `origin`, once the resource's gate has let its addresses pass. One that others
    /// can share is in the pool already.
    ///
    /// # Errors
    /// [`Error`] of every kind that happens before a request.
    pub(crate) async fn open(&self, opening: Opening, origin: &Origin, resource: &Resource) -> Result<Opened, Error> {
        // Requests are written whole: waiting to fill a segment only delays them.
        let options = TcpOptions {
            no_delay: true,
            ..TcpOptions::default()
        };
        let scheme = if origin.https { Scheme::Https } else { Scheme::Http };
        let target = Target::new(scheme, &origin.host, origin.port)?;
        let connection = connect(&self.scope, resource, &target, &options).await?;
        let new = New {
            destination: connection.destination,
            link: Link::new(&self.scope.life),
            forwarder: connection.proxy.filter(|proxy| !origin.https && proxy.forwards()),
            share: connection.share,
        };
        if !origin.https {
            let ready = new.http1(TokioIo::new(connection.stream)).await?;
            return Ok(Opened::Http1(ready, opening.of_http1()));
        }
        self.scope.load_tls().await;
        let tls = self.scope.services.tls();
        let stream = tls.connect_http(&new.destination.host, connection.stream).await?;
        if !tls::is_http2(&stream) {
            let ready = new.http1(TokioIo::new(stream)).await?;
            return Ok(Opened::Http1(ready, opening.of_http1()));
        }
        // Another request was faster.
        if let Some(shared) = self.pool.shared(origin) {
            resource.pass(&shared.destination).await?;
            return Ok(Opened::Http2(shared));
        }
        let ready = new.http2(TokioIo::new(stream)).await?;
        self.pool.share(origin, &ready);
        Ok(Opened::Http2(ready))
    }
}

/// A connection that does not speak HTTP yet.
struct New {
    destination: Arc<Destination>,
    link: Link,
    forwarder: Option<Arc<Proxy>>,
    share: Share,
}

impl New {
    async fn http1<Io>(self, io: Io) -> Result<Http1, Error>
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
            .handshake(self.link.socket(io, self.share))
            .await
            .map_err(|error| explain(&error))?;
        // Requests and bodies get their errors themselves.
        self.link.execute(connection);
        Ok(Ready {
            sender,
            link: self.link,
            destination: self.destination,
            forwarder: self.forwarder,
        })
    }

    async fn http2<Io>(self, io: Io) -> Result<Http2, Error>
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
            .handshake(self.link.socket(io, self.share))
            .await
            .map_err(|error| explain(&error))?;
        self.link.execute(connection);
        Ok(Ready {
            sender,
            link: self.link,
            destination: self.destination,
            forwarder: None,
        })
    }
}
