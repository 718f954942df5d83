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
use http_body_util::BodyExt;
use tokio::net::UnixStream;

use super::pair::{is_hung_up, pair};
use crate::core::error::Error;
use crate::core::gate::{BoxFuture, Gate};
use crate::core::life::Life;
use crate::core::quota::{Keeper, Share};
use crate::core::resource::Resource;
use crate::core::scope::{Scope, Shared};
use crate::http::RequestBody;
use crate::limits::REPLAYABLE_BODY;
use crate::lock;

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

/// A request body that the page writes into an [`Upload`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchBody {
    /// Where it is written.
    pub upload: UploadId,
    /// Its length in bytes, where the page knows it: sent as `Content-Length`. Without it, HTTP/1.1
    /// sends the body in chunks, which some servers do not take.
    pub length: Option<u64>,
}

/// Bodies that no request has taken yet.
pub(crate) struct Uploads {
    scope: Arc<Shared>,
    waiting: Mutex<HashMap<UploadId, Waiting>>,
}

struct Waiting {
    stream: StdUnixStream,
    share: Share,
    gate: Arc<dyn Gate>,
}

/// A body that a request has taken. Dropping it closes it.
pub(crate) struct Taken {
    waiting: Waiting,
    announced: Option<u64>,
}

impl Uploads {
    pub(crate) fn new(scope: &Scope) -> Arc<Self> {
        let uploads = Arc::new(Self {
            scope: scope.shared().clone(),
            waiting: Mutex::default(),
        });
        let keeper: Arc<dyn Keeper> = uploads.clone();
        uploads.scope.add_keeper(Arc::downgrade(&keeper));
        uploads
    }

    /// # Errors
    /// [`Error::TooManySockets`], [`Error::System`], [`Error::Closed`].
    pub(crate) fn open(&self, gate: Arc<dyn Gate>) -> Result<Upload, Error> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        self.scope.check_open()?;
        // Those of fetches that were aborted before they were sent: no request will take them.
        lock(&self.waiting).retain(|_, waiting| !is_hung_up(&waiting.stream));
        let share = self.scope.quota.socket_now()?;
        let (descriptor, stream) = pair()?;
        let upload = UploadId(NEXT.fetch_add(1, Ordering::Relaxed));
        lock(&self.waiting).insert(upload, Waiting { stream, share, gate });
        Ok(Upload { upload, descriptor })
    }

    /// Takes the upload that a request names.
    ///
    /// # Errors
    /// [`Error::UnknownUpload`].
    pub(crate) fn take(&self, body: FetchBody) -> Result<Taken, Error> {
        let waiting = lock(&self.waiting).remove(&body.upload);
        Ok(Taken {
            waiting: waiting.ok_or(Error::UnknownUpload(body.upload.0))?,
            announced: body.length,
        })
    }

    /// Closes what no request has taken.
    pub(crate) fn clear(&self) {
        lock(&self.waiting).clear();
    }
}

impl Keeper for Uploads {
    fn recheck(&self) {
        lock(&self.waiting).retain(|_, waiting| waiting.gate.still_allows(None));
    }

    fn let_go(&self) -> usize {
        // The page has their other ends.
        0
    }
}

impl Taken {
    /// The body that is written into the upload. The page knows the length of what it can write once more,
    /// after a redirect or for another connection; a short one is read whole and kept for that.
    ///
    /// # Errors
    /// [`Error::UploadTooShort`], [`Error::System`].
    pub(crate) async fn body(self, resource: &Arc<Resource>) -> Result<RequestBody, Error> {
        let Self { waiting, announced } = self;
        let stream = UnixStream::from_std(waiting.stream)
            .map_err(|error| Error::system("no room for a request body", &error))?;
        let streamed = Streamed {
            stream,
            announced,
            sent: 0,
            over: over(resource.life.clone()),
            _share: waiting.share,
            _resource: resource.clone(),
        };
        match announced {
            Some(length) if length <= REPLAYABLE_BODY => Ok(RequestBody::Bytes(streamed.collect().await?.to_bytes())),
            _ => Ok(RequestBody::Stream {
                body: streamed.boxed_unsync(),
                has_source: announced.is_some(),
            }),
        }
    }
}

/// A body that is read from the page as fast as the server takes it.
struct Streamed {
    stream: UnixStream,
    announced: Option<u64>,
    sent: u64,
    /// The end of the fetch, if it comes before that of the body.
    over: BoxFuture<'static, Error>,
    _share: Share,
    /// It goes on as long as this does, whatever became of its answer.
    _resource: Arc<Resource>,
}

/// What is read from the page at a time.
const CHUNK: usize = 64 * 1024;

fn over(life: Life) -> BoxFuture<'static, Error> {
    Box::pin(async move { life.over().await })
}

impl Body for Streamed {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
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
                Err(_) => return Poll::Ready(Some(Err(Error::Aborted))),
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
    fn finished(&self) -> Option<Error> {
        match self.announced {
            Some(announced) => (self.sent < announced).then_some(Error::UploadTooShort {
                sent: self.sent,
                announced,
            }),
            None => is_hung_up(&self.stream).then_some(Error::Aborted),
        }
    }
}

impl fmt::Debug for Uploads {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Uploads")
            .field("waiting", &lock(&self.waiting).len())
            .finish()
    }
}
