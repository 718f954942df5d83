//! Response bodies, from the wire to the page's descriptor.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::try_unfold;
use futures_util::{Stream, StreamExt};
use http::Version;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::response::Parts;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::io::AsyncBufReadExt;
use tokio::net::UnixStream;
use tokio::time::timeout;
use tokio_util::io::StreamReader;

use super::coding::{Coding, Reader, net_error};
use super::exchange::{Exchanged, cause, explain};
use crate::connection::Open;
use crate::error::NetError;
use crate::pair::hung_up;

/// How much of a redirect's body is read for the sake of its connection, and for how long.
const DISCARDED: usize = 64 * 1024;
const DISCARDING: Duration = Duration::from_secs(1);

/// Where a body is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// After so many bytes. HTTP/2 can end a stream before.
    After(u64),
    /// Where the connection is (RFC 9112 §6.3).
    Close,
    /// Where the body itself says.
    Framed,
}

impl End {
    /// Where the body after such a head is over.
    pub(crate) fn of(head: &Parts) -> Self {
        let length = head
            .headers
            .get(CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse().ok());
        match length {
            Some(length) => Self::After(length),
            None if head.version < Version::HTTP_2 && !head.headers.contains_key(TRANSFER_ENCODING) => Self::Close,
            None => Self::Framed,
        }
    }
}

/// Streams a body to the page, decoded, and records how it ended.
pub(crate) async fn deliver(body: Incoming, end: End, codings: &[Coding], page: UnixStream, open: Open) {
    let connection = open.connection.clone();
    let delivered = async {
        tokio::select! {
            result = copy(body, end, codings, &page) => result,
            // The page does not want the rest.
            () = gone(&page) => Ok(()),
            () = connection.released.cancelled() => Ok(()),
        }
    };
    let result = connection.life.run(Box::pin(delivered)).await;
    // Before the page can see the end of its descriptor.
    open.end(result);
}

async fn copy(body: Incoming, end: End, codings: &[Coding], page: &UnixStream) -> Result<(), NetError> {
    let copied = async {
        let mut reader: Reader = Box::pin(StreamReader::new(data(body, end)));
        for coding in codings.iter().rev() {
            reader = coding.decode(reader).await?;
        }
        loop {
            let bytes = reader.fill_buf().await?;
            if bytes.is_empty() {
                return Ok(());
            }
            let written = write_some(page, bytes).await?;
            reader.consume(written);
        }
    };
    copied.await.map_err(|error: io::Error| match net_error(&error) {
        Some(error) => error.clone(),
        None => NetError::broken(&error),
    })
}

/// The data of a body, trailers left out.
fn data(body: Incoming, end: End) -> impl Stream<Item = io::Result<Bytes>> + Send + Unpin {
    let next = move |(mut body, received): (Incoming, u64)| async move {
        loop {
            return match body.frame().await {
                Some(Ok(frame)) => {
                    let Ok(data) = frame.into_data() else { continue };
                    let received = received + data.len() as u64;
                    Ok(Some((data, (body, received))))
                }
                // Many servers close without TLS's farewell. Nothing else says where such a body ends, and
                // browsers take it so.
                Some(Err(error)) if end == End::Close && is_closed(&error) => Ok(None),
                Some(Err(error)) => Err(io::Error::other(body_failure(&error))),
                None if matches!(end, End::After(length) if received < length) => {
                    Err(io::Error::other(NetError::Truncated))
                }
                None => Ok(None),
            };
        }
    };
    try_unfold((body, 0), next).boxed()
}

fn is_closed(error: &hyper::Error) -> bool {
    cause(error).map(io::Error::kind) == Some(io::ErrorKind::UnexpectedEof)
}

fn body_failure(error: &hyper::Error) -> NetError {
    match cause(error).map(io::Error::kind) {
        _ if error.is_incomplete_message() || is_closed(error) => NetError::Truncated,
        // How hyper reports chunks that are none.
        Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => NetError::Protocol {
            reason: explain(error).to_string(),
        },
        _ => explain(error),
    }
}

async fn write_some(page: &UnixStream, bytes: &[u8]) -> io::Result<usize> {
    loop {
        match page.try_write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => page.writable().await?,
            // The page does not want the rest; `gone` will say so.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(bytes.len()),
            result => return result,
        }
    }
}

/// Waits until the page has closed its end.
async fn gone(page: &UnixStream) {
    let mut ignored = [0; 64];
    while page.readable().await.is_ok() {
        match page.try_read(&mut ignored) {
            // It may have shut down only the direction that it has no use for.
            Ok(0) => return hung_up(page).await,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}

/// Reads a short body to its end, so that its connection can be used again.
pub(crate) async fn discard(exchanged: Exchanged) {
    let read_all = async {
        let mut body = exchanged.response.into_body();
        let mut read = 0;
        while let Some(Ok(frame)) = body.frame().await {
            read += frame.data_ref().map_or(0, Bytes::len);
            if read > DISCARDED {
                return;
            }
        }
        exchanged.kept.wait().await;
    };
    // Too slow or too long: dropping the body closes its connection, which costs only the next
    // request a handshake.
    let _ = timeout(DISCARDING, read_all).await;
}
