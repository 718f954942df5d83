//! Request bodies, from the page's descriptor to the wire.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full};
use tokio::net::UnixStream;
use tokio::sync::OwnedSemaphorePermit;

use super::FetchBody;
use crate::broker::App;
use crate::error::NetError;
use crate::gate::{BoxFuture, Gate};
use crate::lifetime::Life;
use crate::limits::REPLAYABLE_BODY;
use crate::lock;
use crate::operation::Operation;
use crate::pair::{is_hung_up, pair};

/// Names an upload within its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UploadId(pub u64);

/// A request body to be written.
#[derive(Debug)]
pub struct Upload {
    /// Its name, for [`FetchBody`].
    pub upload: UploadId,
    /// The page's end: non-blocking, close-on-exec.
    pub descriptor: OwnedFd,
}

/// Bodies that no request has taken yet.
#[derive(Default)]
pub(crate) struct Uploads(Mutex<HashMap<UploadId, Waiting>>);

struct Waiting {
    stream: StdUnixStream,
    permit: OwnedSemaphorePermit,
    gate: Arc<dyn Gate>,
}

/// A body that a request has taken. Dropping it closes it.
pub(crate) struct Taken {
    waiting: Waiting,
    announced: Option<u64>,
}

impl Uploads {
    /// # Errors
    /// [`NetError::TooManySockets`], [`NetError::System`].
    pub(crate) fn open(&self, app: &App, gate: Arc<dyn Gate>) -> Result<Upload, NetError> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        // Those of fetches that were aborted before they were sent: no request will take them.
        lock(&self.0).retain(|_, waiting| !is_hung_up(&waiting.stream));
        let permit = app.socket_now()?;
        let (descriptor, stream) = pair()?;
        let upload = UploadId(NEXT.fetch_add(1, Ordering::Relaxed));
        lock(&self.0).insert(upload, Waiting { stream, permit, gate });
        Ok(Upload { upload, descriptor })
    }

    /// Takes the upload that a request names.
    ///
    /// # Errors
    /// [`NetError::UnknownUpload`].
    pub(crate) fn take(&self, body: FetchBody) -> Result<Taken, NetError> {
        let waiting = lock(&self.0).remove(&body.upload);
        Ok(Taken {
            waiting: waiting.ok_or(NetError::UnknownUpload(body.upload.0))?,
            announced: body.length,
        })
    }

    /// Closes what is not allowed any more.
    pub(crate) fn recheck(&self) {
        lock(&self.0).retain(|_, waiting| waiting.gate.still_allows(None));
    }

    /// Closes what no request has taken.
    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }
}

/// What kind of body a request has, for the rules of redirects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyKind {
    None,
    /// It can be sent again.
    Kept,
    /// It is gone once sent, but the page has it still.
    Sourced,
    /// It is gone once sent (Fetch: its source is null).
    Streamed,
}

/// A request's body.
pub(crate) enum RequestBody {
    None,
    /// Kept whole.
    Bytes(Bytes),
    /// Streamed, not sent yet.
    Stream {
        body: WireBody,
        has_source: bool,
    },
    /// Streamed and gone.
    Spent {
        has_source: bool,
    },
}

/// What hyper sends.
pub(crate) type WireBody = UnsyncBoxBody<Bytes, NetError>;

impl RequestBody {
    /// The body that is written into an upload. The page knows the length of what it can write once more,
    /// after a redirect or for another connection; a short one is read whole and kept for that.
    ///
    /// # Errors
    /// [`NetError::UploadTooShort`], [`NetError::System`].
    pub(crate) async fn of(upload: Taken, operation: &Arc<Operation>) -> Result<Self, NetError> {
        let Taken { waiting, announced } = upload;
        let stream = UnixStream::from_std(waiting.stream)
            .map_err(|error| NetError::system("no room for a request body", &error))?;
        let streamed = Streamed {
            stream,
            announced,
            sent: 0,
            over: over(operation.life.clone()),
            _permit: waiting.permit,
            _operation: operation.clone(),
        };
        match announced {
            Some(length) if length <= REPLAYABLE_BODY => Ok(Self::Bytes(streamed.collect().await?.to_bytes())),
            _ => Ok(Self::Stream {
                body: streamed.boxed_unsync(),
                has_source: announced.is_some(),
            }),
        }
    }

    pub(crate) fn kind(&self) -> BodyKind {
        match self {
            Self::None => BodyKind::None,
            Self::Bytes(_) => BodyKind::Kept,
            Self::Stream { has_source: true, .. } | Self::Spent { has_source: true } => BodyKind::Sourced,
            Self::Stream { .. } | Self::Spent { .. } => BodyKind::Streamed,
        }
    }

    pub(crate) fn is_spent(&self) -> bool {
        matches!(self, Self::Spent { .. })
    }

    /// The body to send now; a streamed one can be had once.
    pub(crate) fn send(&mut self) -> WireBody {
        match self {
            Self::None => empty(),
            Self::Bytes(bytes) => Full::new(bytes.clone()).map_err(|never| match never {}).boxed_unsync(),
            &mut (Self::Stream { has_source, .. } | Self::Spent { has_source }) => {
                match std::mem::replace(self, Self::Spent { has_source }) {
                    Self::Stream { body, .. } => body,
                    // The rules of redirects and retries never send a spent body.
                    _ => empty(),
                }
            }
        }
    }

    /// Takes back a body that was not sent after all.
    pub(crate) fn put_back(&mut self, body: WireBody) {
        if let &mut Self::Spent { has_source } = self {
            *self = Self::Stream { body, has_source };
        }
    }
}

fn empty() -> WireBody {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// A body that is read from the page as fast as the server takes it.
pub(crate) struct Streamed {
    stream: UnixStream,
    announced: Option<u64>,
    sent: u64,
    /// The end of the fetch, if it comes before that of the body.
    over: BoxFuture<'static, NetError>,
    _permit: OwnedSemaphorePermit,
    /// It goes on as long as this does, whatever became of its answer.
    _operation: Arc<Operation>,
}

/// What is read from the page at a time.
const CHUNK: usize = 64 * 1024;

fn over(life: Life) -> BoxFuture<'static, NetError> {
    Box::pin(async move { life.over().await })
}

impl Body for Streamed {
    type Data = Bytes;
    type Error = NetError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, NetError>>> {
        let remaining = self.announced.map_or(u64::MAX, |announced| announced - self.sent);
        if remaining == 0 {
            return Poll::Ready(None);
        }
        // An answer may be over, or may have come, long before its request's body ends.
        if let Poll::Ready(error) = self.over.as_mut().poll(context) {
            return Poll::Ready(Some(Err(error)));
        }
        let most = usize::try_from(remaining).unwrap_or(usize::MAX).min(CHUNK);
        let mut chunk = vec![0; most];
        loop {
            let read = match ready!(self.stream.poll_read_ready(context)) {
                Ok(()) => self.stream.try_read(&mut chunk),
                Err(error) => Err(error),
            };
            match read {
                Ok(0) => return Poll::Ready(self.finished().map(Err)),
                Ok(read) => {
                    self.sent += read as u64;
                    chunk.truncate(read);
                    return Poll::Ready(Some(Ok(Frame::data(chunk.into()))));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                // The page closed its end with something unread in it, or is gone.
                Err(_) => return Poll::Ready(Some(Err(NetError::Aborted))),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.announced == Some(self.sent)
    }

    fn size_hint(&self) -> SizeHint {
        match self.announced {
            Some(announced) => SizeHint::with_exact(announced - self.sent),
            None => SizeHint::default(),
        }
    }
}

impl Streamed {
    /// Nothing more will come from the page: is that all right? A body without a length is complete if
    /// the page says so, by shutting down only what it writes to. If it closes its end altogether it
    /// breaks off, and if its process ends it does the same; the server must not take the part for the
    /// whole (Fetch, HTTP-network fetch, "processBodyError").
    fn finished(&self) -> Option<NetError> {
        match self.announced {
            Some(announced) => (self.sent < announced).then_some(NetError::UploadTooShort {
                sent: self.sent,
                announced,
            }),
            None => is_hung_up(&self.stream).then_some(NetError::Aborted),
        }
    }
}

impl fmt::Debug for Uploads {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Uploads")
            .field("waiting", &lock(&self.0).len())
            .finish()
    }
}
