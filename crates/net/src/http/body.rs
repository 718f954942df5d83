//! Response bodies: from the wire to whoever reads them, with their coding undone.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::try_unfold;
use futures_util::{Stream, StreamExt};
use http::Version;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::response::Parts;
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use tokio::io::{AsyncBufRead, AsyncRead, AsyncReadExt, ReadBuf};
use tokio::time::timeout;
use tokio_util::io::StreamReader;

use super::coding::{Coding, Reader, net_error};
use super::exchange::Exchanged;
use super::failure::{cause, explain};
use crate::core::error::Error;
use crate::core::resource::Resource;

/// How much of a redirect's body is read for the sake of its connection, and for how long.
const DISCARDED: usize = 64 * 1024;
const DISCARDING: Duration = Duration::from_secs(1);

/// A response's body. Dropping it closes it.
#[derive(Debug)]
pub struct Body {
    incoming: Incoming,
    end: End,
    codings: Vec<Coding>,
    resource: Arc<Resource>,
    silence: Option<Duration>,
}

/// Where a body is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// After so many bytes. HTTP/2 can end a stream before.
    After(u64),
    /// Where the connection is (RFC 9112 §6.3).
    Close,
    /// Where the body itself says.
    Framed,
}

impl Body {
    /// The body after a head, from which the length of coded bytes is taken: it counts what nobody sees.
    pub(crate) fn new(head: &mut Parts, incoming: Incoming, resource: &Arc<Resource>) -> Self {
        let end = End::of(head);
        let codings = Coding::of(&head.headers);
        if !codings.is_empty() {
            head.headers.remove(CONTENT_LENGTH);
        }
        Self {
            incoming,
            end,
            codings,
            resource: resource.clone(),
            silence: None,
        }
    }

    /// The same, which fails with [`Error::OutOfTime`] when its reader has waited for the server so long and nothing has
    /// come.
    pub fn with_silence(mut self, longest: Option<Duration>) -> Self {
        self.silence = longest;
        self
    }

    /// Whether it is known to have nothing in it.
    pub fn is_empty(&self) -> bool {
        self.incoming.is_end_stream()
    }

    /// Its bytes, with the codings undone. Reading ends with an error when the resource ends.
    pub fn reader(self) -> Reader {
        let data = data(self.incoming, self.end, self.resource, self.silence);
        let coded: Reader = Box::pin(StreamReader::new(data));
        if self.codings.is_empty() {
            return coded;
        }
        let decoded = self
            .codings
            .iter()
            .rev()
            .fold(coded, |reader, coding| coding.decode(reader));
        Box::pin(Lenient {
            reader: decoded,
            decoded: 0,
            announced: match self.end {
                End::After(length) => Some(length),
                End::Close | End::Framed => None,
            },
            is_over: false,
        })
    }

    /// The whole of it, if it has no more than `most` bytes.
    ///
    /// # Errors
    /// Those of the network, and [`Error::Protocol`] when it is longer.
    pub async fn bytes(self, most: usize) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        let read = self.reader().take(limit).read_to_end(&mut bytes).await;
        read.map_err(|error| Self::error(&error))?;
        if bytes.len() > most {
            let reason = format!("the body is longer than {most} bytes");
            return Err(Error::Protocol { reason });
        }
        Ok(bytes)
    }

    /// What an error of its reader means.
    pub fn error(error: &io::Error) -> Error {
        net_error(error).cloned().unwrap_or_else(|| Error::broken(error))
    }
}

impl End {
    fn of(head: &Parts) -> Self {
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

/// The data of a body, trailers left out.
fn data(
    body: Incoming,
    end: End,
    resource: Arc<Resource>,
    silence: Option<Duration>,
) -> impl Stream<Item = io::Result<Bytes>> + Send + Unpin {
    let next = move |(mut body, received): (Incoming, u64)| {
        let resource = resource.clone();
        async move {
            let frame = resource.run(async {
                loop {
                    return match body.frame().await {
                        Some(Ok(frame)) => match frame.into_data() {
                            Ok(data) => Ok(Some(data)),
                            Err(_) => continue,
                        },
                        // Many servers close without TLS's farewell. Nothing else says where such a body ends,
                        // and browsers take it so.
                        Some(Err(error)) if end == End::Close && is_closed(&error) => Ok(None),
                        Some(Err(error)) => Err(failure(&error)),
                        None if matches!(end, End::After(length) if received < length) => Err(Error::Truncated),
                        None => Ok(None),
                    };
                }
            });
            match in_time(silence, frame).await {
                Ok(Some(data)) => {
                    let received = received + data.len() as u64;
                    Ok(Some((data, (body, received))))
                }
                Ok(None) => Ok(None),
                Err(error) => Err(io::Error::other(error)),
            }
        }
    };
    try_unfold((body, 0), next).boxed()
}

async fn in_time<T>(silence: Option<Duration>, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let Some(limit) = silence else {
        return work.await;
    };
    timeout(limit, work).await.unwrap_or(Err(Error::OutOfTime {
        what: "nothing more of the response body",
        after: limit,
    }))
}

fn is_closed(error: &hyper::Error) -> bool {
    cause(error).map(io::Error::kind) == Some(io::ErrorKind::UnexpectedEof)
}

fn failure(error: &hyper::Error) -> Error {
    // How the HTTP/2 library takes a stream that ends with fewer bytes than its head says.
    let is_short = |error: &h2::Error| error.is_library() && error.reason() == Some(h2::Reason::PROTOCOL_ERROR);
    match cause(error).map(io::Error::kind) {
        _ if error.is_incomplete_message() || is_closed(error) || cause(error).is_some_and(is_short) => {
            Error::Truncated
        }
        // How hyper reports chunks that are none.
        Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => Error::Protocol {
            reason: explain(error).to_string(),
        },
        _ => explain(error),
    }
}

/// Takes a body for whole whose `Content-Length` counts the decoded bytes, as browsers do: some servers compress
/// what they have already announced.
struct Lenient {
    reader: Reader,
    decoded: u64,
    announced: Option<u64>,
    is_over: bool,
}

impl AsyncBufRead for Lenient {
    fn poll_fill_buf(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        if this.is_over {
            return Poll::Ready(Ok(&[]));
        }
        match ready!(this.reader.as_mut().poll_fill_buf(context)) {
            Err(error) if this.announced == Some(this.decoded) && net_error(&error) == Some(&Error::Truncated) => {
                this.is_over = true;
                Poll::Ready(Ok(&[]))
            }
            result => Poll::Ready(result),
        }
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        let this = self.get_mut();
        if !this.is_over {
            this.decoded += amount as u64;
            this.reader.as_mut().consume(amount);
        }
    }
}

impl AsyncRead for Lenient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let bytes = ready!(self.as_mut().poll_fill_buf(context))?;
        let read = bytes.len().min(buffer.remaining());
        buffer.put_slice(&bytes[..read]);
        self.consume(read);
        Poll::Ready(Ok(()))
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
        exchanged.back.wait().await;
    };
    // Too slow or too long: dropping the body closes its connection, which costs only the next
    // request a handshake.
    let _ = timeout(DISCARDING, read_all).await;
}
