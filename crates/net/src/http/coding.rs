//! Content codings, and how they are undone.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use async_compression::tokio::bufread::{BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use async_compression::zstd::DParameter;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use tokio::io::{AsyncBufRead, AsyncRead, BufReader, ReadBuf};

use crate::core::error::Error;

/// A body's bytes, as fast as they are read. Its errors hold one of ours: see
/// [`Body::error`](super::body::Body::error).
pub type Reader = Pin<Box<dyn AsyncBufRead + Send>>;

/// Decoded bytes that are held while the page does not read.
const DECODED: usize = 64 * 1024;

/// The largest window of a zstd stream, as a power of two: 8 MiB (RFC 9659).
const ZSTD_WINDOW_LOG: u32 = 23;

/// Codings that may be applied one on another. More is an attack, not a compression.
const CODINGS: usize = 3;

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

    /// Undoes it.
    pub(crate) fn decode(self, coded: Reader) -> Reader {
        Box::pin(Undone::Waiting(self, Some(coded)))
    }

    /// Undoes it for what begins with `start`.
    fn decode_from(self, start: &[u8]) -> impl FnOnce(Reader) -> Reader + use<> {
        // "deflate" means zlib (RFC 9110 §8.4.1.2), but not to every server.
        let is_zlib = start[0] & 0x0f == 8
            && start
                .get(1)
                .is_none_or(|next| u16::from_be_bytes([start[0], *next]).is_multiple_of(31));
        move |coded| match self {
            Self::Gzip => self.wrap(Members::new(coded)),
            Self::Deflate if is_zlib => self.wrap(ZlibDecoder::new(coded)),
            Self::Deflate => self.wrap(DeflateDecoder::new(coded)),
            Self::Brotli => self.wrap(BrotliDecoder::new(coded)),
            Self::Zstd => {
                let window = DParameter::window_log_max(ZSTD_WINDOW_LOG);
                self.wrap(ZstdDecoder::with_params(coded, &[window]))
            }
        }
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

/// A reader that becomes a decoder's once it is known what the body begins with.
enum Undone {
    Waiting(Coding, Option<Reader>),
    Decoding(Reader),
}

impl AsyncBufRead for Undone {
    fn poll_fill_buf(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        if let Self::Waiting(coding, waiting) = this
            && let Some(mut coded) = waiting.take()
        {
            let decode = match coded.as_mut().poll_fill_buf(context) {
                // Nothing at all is a valid coding of nothing, whatever the decoder thinks.
                Poll::Ready(Ok([])) => None,
                Poll::Ready(Ok(start)) => Some(coding.decode_from(start)),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    *waiting = Some(coded);
                    return Poll::Pending;
                }
            };
            *this = Self::Decoding(match decode {
                Some(decode) => decode(coded),
                None => coded,
            });
        }
        match this {
            Self::Decoding(reader) => reader.as_mut().poll_fill_buf(context),
            Self::Waiting(..) => Poll::Ready(Ok(&[])),
        }
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        if let Self::Decoding(reader) = self.get_mut() {
            reader.as_mut().consume(amount);
        }
    }
}

impl AsyncRead for Undone {
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

/// A decoder whose own errors say which coding is at fault; those of the network pass through.
struct Named {
    coding: Coding,
    decoder: Pin<Box<dyn AsyncRead + Send>>,
}

impl AsyncRead for Named {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let coding = self.coding.name();
        self.decoder.as_mut().poll_read(context, buffer).map_err(|error| {
            if net_error(&error).is_some() {
                return error;
            }
            let reason = match error.kind() {
                io::ErrorKind::UnexpectedEof => "it ends early".to_owned(),
                _ => error.to_string(),
            };
            io::Error::other(Error::Decode { coding, reason })
        })
    }
}

/// The members of a gzip file, one after another. What follows the last and is none is ignored, as in browsers: some
/// servers pad.
struct Members {
    member: Option<GzipDecoder<Reader>>,
    is_over: bool,
}

/// What a member begins with (RFC 1952 §2.3.1, ID1).
const MEMBER: u8 = 0x1f;

impl Members {
    fn new(coded: Reader) -> Self {
        Self {
            member: Some(GzipDecoder::new(coded)),
            is_over: false,
        }
    }

    /// Goes on to the next member, if there is one.
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(member) = &mut self.member {
            let rest = ready!(member.get_mut().as_mut().poll_fill_buf(context))?;
            self.is_over = rest.first() != Some(&MEMBER);
        }
        if !self.is_over {
            self.member = self.member.take().map(|member| GzipDecoder::new(member.into_inner()));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Members {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        while !self.is_over
            && let Some(member) = &mut self.member
        {
            ready!(Pin::new(member).poll_read(context, buffer))?;
            if buffer.filled().len() > before || buffer.remaining() == 0 {
                break;
            }
            ready!(self.poll_next(context))?;
        }
        Poll::Ready(Ok(()))
    }
}

pub(crate) fn net_error(error: &io::Error) -> Option<&Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
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
