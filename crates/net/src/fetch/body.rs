//! Response bodies, from the wire to the page's descriptor.

use std::io;
use std::pin::Pin;
use std::time::Duration;

use async_compression::tokio::bufread::{BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use async_compression::zstd::DParameter;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use http_body_util::{BodyExt, BodyStream};
use hyper::body::Incoming;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, BufReader};
use tokio::net::UnixStream;
use tokio::time::timeout;
use tokio_util::io::StreamReader;

use super::exchange::{Exchanged, cause, explain};
use crate::connection::Open;
use crate::error::NetError;
use crate::pair::hung_up;

/// Decoded bytes that are held while the page does not read.
const DECODED: usize = 64 * 1024;

/// The largest window of a zstd stream, as a power of two: 8 MiB (RFC 9659).
const ZSTD_WINDOW_LOG: u32 = 23;

/// Codings that may be applied one on another. More is an attack, not a compression.
const CODINGS: usize = 3;

/// How much of a redirect's body is read for the sake of its connection, and for how long.
const DISCARDED: usize = 64 * 1024;
const DISCARDING: Duration = Duration::from_secs(1);

/// A content coding that can be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    /// The codings of a response in the order they were applied. Empty when there are none, or
    /// one that is not known: then the page gets the body as it is.
    pub(crate) fn of(headers: &HeaderMap) -> Vec<Self> {
        let mut codings = Vec::new();
        for value in headers.get_all(CONTENT_ENCODING) {
            let Ok(value) = value.to_str() else { return Vec::new() };
            for name in value.split(',').map(str::trim) {
                match name.to_ascii_lowercase().as_str() {
                    "" | "identity" => {}
                    "gzip" | "x-gzip" => codings.push(Self::Gzip),
                    "deflate" => codings.push(Self::Deflate),
                    "br" => codings.push(Self::Brotli),
                    "zstd" => codings.push(Self::Zstd),
                    _ => return Vec::new(),
                }
            }
        }
        if codings.len() > CODINGS { Vec::new() } else { codings }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    async fn decode(self, mut coded: Reader) -> io::Result<Reader> {
        let start = coded.fill_buf().await?;
        if start.is_empty() {
            // Nothing at all is a valid coding of nothing, whatever the decoder thinks.
            return Ok(coded);
        }
        // "deflate" means zlib (RFC 9110 §8.4.1.2), but not to every server.
        let is_zlib = start[0] & 0x0f == 8
            && start
                .get(1)
                .is_none_or(|next| u16::from_be_bytes([start[0], *next]).is_multiple_of(31));
        Ok(match self {
            Self::Gzip => {
                let mut decoder = GzipDecoder::new(coded);
                decoder.multiple_members(true);
                self.wrap(decoder)
            }
            Self::Deflate if is_zlib => self.wrap(ZlibDecoder::new(coded)),
            Self::Deflate => self.wrap(DeflateDecoder::new(coded)),
            Self::Brotli => self.wrap(BrotliDecoder::new(coded)),
            Self::Zstd => {
                let window = DParameter::window_log_max(ZSTD_WINDOW_LOG);
                self.wrap(ZstdDecoder::with_params(coded, &[window]))
            }
        })
    }

    /// Buffers a decoder and puts a name on its failures.
    fn wrap(self, decoder: impl AsyncRead + Send + 'static) -> Reader {
        let named = Named {
            coding: self,
            decoder: Box::pin(decoder),
        };
        Box::pin(BufReader::with_capacity(DECODED, named))
    }
}

type Reader = Pin<Box<dyn AsyncBufRead + Send>>;

/// A decoder whose own errors say which coding is at fault; those of the network pass through.
struct Named {
    coding: Coding,
    decoder: Pin<Box<dyn AsyncRead + Send>>,
}

impl AsyncRead for Named {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<io::Result<()>> {
        let coding = self.coding.name();
        self.decoder.as_mut().poll_read(context, buffer).map_err(|error| {
            if net_error(&error).is_some() {
                return error;
            }
            let reason = match error.kind() {
                io::ErrorKind::UnexpectedEof => "it ends early".to_owned(),
                _ => error.to_string(),
            };
            io::Error::other(NetError::Decode { coding, reason })
        })
    }
}

fn net_error(error: &io::Error) -> Option<&NetError> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}

/// Streams a body to the page, decoded, and records how it ended.
pub(crate) async fn deliver(body: Incoming, codings: &[Coding], page: UnixStream, open: Open) {
    let connection = open.connection.clone();
    let delivered = async {
        tokio::select! {
            result = copy(body, codings, &page) => result,
            // The page does not want the rest.
            () = gone(&page) => Ok(()),
            () = connection.released.cancelled() => Ok(()),
        }
    };
    let result = connection.life.run(Box::pin(delivered)).await;
    // Before the page can see the end of its descriptor.
    open.end(result);
}

async fn copy(body: Incoming, codings: &[Coding], page: &UnixStream) -> Result<(), NetError> {
    let copied = async {
        let mut reader: Reader = Box::pin(StreamReader::new(data(body)));
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
fn data(body: Incoming) -> impl Stream<Item = io::Result<Bytes>> + Send + Unpin {
    let frames = BodyStream::new(body.map_err(|error| io::Error::other(body_failure(&error))));
    frames
        .try_filter_map(|frame| std::future::ready(Ok(frame.into_data().ok())))
        .boxed()
}

fn body_failure(error: &hyper::Error) -> NetError {
    match cause(error).map(io::Error::kind) {
        _ if error.is_incomplete_message() => NetError::Truncated,
        Some(io::ErrorKind::UnexpectedEof) => NetError::Truncated,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codings_that_can_all_be_undone_are_undone() {
        let of = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, value.parse().unwrap());
            }
            Coding::of(&headers)
        };
        assert_eq!(of(&[]), []);
        assert_eq!(of(&["gzip"]), [Coding::Gzip]);
        assert_eq!(of(&["X-GZIP , identity", "br"]), [Coding::Gzip, Coding::Brotli]);
        assert_eq!(of(&["gzip, unheard-of"]), []);
        assert_eq!(of(&["gzip, gzip, gzip, gzip"]), []);
    }
}
