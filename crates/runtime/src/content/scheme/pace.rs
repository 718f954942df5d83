//! Bodies of any length, no faster than the page's process takes them.
//!
//! The engine reads a body as fast as it comes, and queues what the page's process has not taken yet, without a limit: of a
//! body of 1 GiB from a server on this machine, more than 300 MiB were waiting at once. Here a body comes to the engine
//! through a socket pair, a piece after the other, and after so many bytes the page's process is asked whether it is there. That
//! question is queued behind the pieces, so its answer says that they have been taken. Nobody in there knows the question,
//! and the engine says that for it.

use gtk4::glib::translate::from_glib_full;
use gtk4::prelude::*;
use gtk4::{gio, glib};
use std::ffi::c_int;
use std::future::{Future, poll_fn};
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, IntoRawFd};
use std::os::unix::net::UnixStream;
use std::pin::pin;
use std::task::Poll;
use webkit6::prelude::*;
use webkit6::{UserMessage, WebView};

/// Bytes that the page's process has to take before more are read. A body that is not longer needs no pace.
pub(super) const STEP: u64 = 1 << 20;

/// Bytes that are read at once.
const PIECE: usize = 64 << 10;

/// What the page's process is asked.
const TAKEN: &str = "insula.taken";

/// A body that is read at the pace of a view's process. Whether it has ended or broken off is told as by `body` and, once there
/// is no more of it, by `is_whole`.
///
/// # Errors
/// The system has no descriptors left.
pub(in crate::content) fn paced(
    body: gio::InputStream,
    view: Option<WebView>,
    is_whole: impl Future<Output = bool> + 'static,
) -> io::Result<gio::InputStream> {
    let (ours, mut theirs) = UnixStream::pair()?;
    ours.set_nonblocking(true)?;
    // As long as this lies unread at our end, closing it is an error at the other end and not the end of the body.
    theirs.write_all(b".")?;
    glib::spawn_future_local(async move {
        let copied = async { copy(&body, &ours, view.as_ref()).await && is_whole.await };
        let is_whole = unless_gone(&ours, copied).await;
        if is_whole {
            // It is there: it was written before anything else. If it were not, the body would count as broken off.
            let _ = (&ours).read(&mut [0]);
        }
    });
    Ok(stream_of(theirs))
}

/// Copies a body, and answers whether that was all of it.
async fn copy(body: &gio::InputStream, to: &UnixStream, view: Option<&WebView>) -> bool {
    let mut untold = 0;
    loop {
        let piece = match body.read_bytes_future(PIECE, glib::Priority::DEFAULT).await {
            Ok(piece) if piece.is_empty() => return true,
            Ok(piece) => piece,
            Err(error) => {
                tracing::warn!("a body from the server breaks off: {}", error.message());
                return false;
            }
        };
        if write(to, &piece).await.is_err() {
            return false;
        }
        untold += piece.len() as u64;
        if let (true, Some(view)) = (untold >= STEP, view) {
            untold = 0;
            // That nobody knows the message is the answer; a process that has gone reads no more in any case.
            let _ = view.send_message_to_page_future(&UserMessage::new(TAKEN, None)).await;
        }
    }
}

async fn write(mut to: &UnixStream, mut piece: &[u8]) -> io::Result<()> {
    while !piece.is_empty() {
        match to.write(piece) {
            Ok(written) => piece = piece.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => until(to, glib::IOCondition::OUT).await,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Does something as long as the other end is open; answers no when it is closed before.
async fn unless_gone(ours: &UnixStream, work: impl Future<Output = bool>) -> bool {
    let mut gone = pin!(until(ours, glib::IOCondition::HUP));
    let mut work = pin!(work);
    poll_fn(|context| match gone.as_mut().poll(context) {
        Poll::Ready(()) => Poll::Ready(false),
        Poll::Pending => work.as_mut().poll(context),
    })
    .await
}

/// Waits until something is so of a socket. What is wrong with it ends the waiting as well.
async fn until(socket: &UnixStream, condition: glib::IOCondition) {
    let descriptor = socket.as_raw_fd();
    glib::SourceFuture::new(move |sender| {
        let mut sender = Some(sender);
        glib_unix::fd_source_new(descriptor, condition, None, glib::Priority::DEFAULT, move |_, _| {
            if let Some(sender) = sender.take() {
                // Nobody waits any more, if nobody takes it.
                let _ = sender.send(());
            }
            glib::ControlFlow::Break
        })
    })
    .await;
}

/// What comes over a socket, as the engine reads it.
#[expect(
    unsafe_code,
    reason = "the bindings have streams of sockets only together with a connection that closes them"
)]
pub(in crate::content) fn stream_of(socket: UnixStream) -> gio::InputStream {
    unsafe extern "C" {
        fn g_unix_input_stream_new(fd: c_int, close_fd: glib::ffi::gboolean) -> *mut gio::ffi::GInputStream;
    }
    // SAFETY: the descriptor is open, and from here on the stream's alone, which closes it. The function is GIO's, and
    // gives a new reference.
    unsafe { from_glib_full(g_unix_input_stream_new(socket.into_raw_fd(), glib::ffi::GTRUE)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a body to its end, in a context of its own.
    fn read(body: impl FnOnce() -> gio::InputStream) -> Result<usize, glib::Error> {
        let context = glib::MainContext::new();
        let read = || {
            context.block_on(async {
                let stream = paced(body(), None, std::future::ready(true)).expect("there are descriptors");
                let mut length = 0;
                loop {
                    let piece = stream.read_bytes_future(PIECE, glib::Priority::DEFAULT).await?;
                    length += piece.len();
                    if piece.is_empty() {
                        return Ok(length);
                    }
                }
            })
        };
        context.with_thread_default(read).expect("nobody else has the context")
    }

    #[test]
    fn a_body_comes_whole_or_is_known_to_be_broken_off() {
        let whole = 3 * STEP as usize + 17;
        let bytes = move || glib::Bytes::from_owned(vec![7; whole]);
        assert_eq!(
            read(|| gio::MemoryInputStream::from_bytes(&bytes()).upcast()).ok(),
            Some(whole)
        );
        assert_eq!(read(|| gio::MemoryInputStream::new().upcast()).ok(), Some(0));
        // What cannot be decoded breaks off.
        let damaged = || {
            let decoder = gio::ZlibDecompressor::new(gio::ZlibCompressorFormat::Gzip);
            gio::ConverterInputStream::new(&gio::MemoryInputStream::from_bytes(&bytes()), &decoder).upcast()
        };
        assert!(read(damaged).is_err());
    }

    #[test]
    fn what_is_not_read_to_its_end_is_given_up() {
        let (server, client) = UnixStream::pair().expect("a pair");
        let context = glib::MainContext::new();
        let given_up = || {
            context.block_on(async {
                let body = stream_of(client);
                let weak = body.downgrade();
                drop(paced(body, None, std::future::ready(true)).expect("there are descriptors"));
                while weak.upgrade().is_some() {
                    glib::timeout_future(std::time::Duration::from_millis(1)).await;
                }
            });
        };
        // Nothing comes, and nobody has to send something for this to end.
        context
            .with_thread_default(given_up)
            .expect("nobody else has the context");
        drop(server);
    }
}
