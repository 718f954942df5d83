//! Moves bytes between a connection and a page's socketpair.
//!
//! Those of TCP go through a pipe by `splice(2)` when they are a stream, and through a buffer when they are small
//! messages, on a thread with a reactor of its own that does nothing else. Whatever else carries bytes goes through
//! a buffer ([`Buffered`]). The crate's README has the figures behind each of
//! the three choices.
//!
//! How an end on one side becomes an end on the other:
//!
//! | what happens | what follows |
//! |---|---|
//! | page shuts down writing | FIN to the server after the last byte; reading goes on |
//! | server sends FIN | end of stream for the page after the last byte; writing goes on |
//! | server resets, or the network breaks | the page's end is closed, the reason is recorded |
//! | page closes its end | its bytes are delivered, then FIN, then the connection is closed |
//! | the connection's life ends (abort, revocation) | both are closed at once, RST to the server |

use std::io;
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, Interest, ReadBuf, ReadHalf, WriteHalf};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::Mutex;
use tokio::time::{sleep, timeout};

use super::connection::{Connection, HandedOver, Open};
use super::eager::Eager;
use super::pair::hung_up;
use super::pipe::Pipe;
use crate::core::buffer::Buffer;
use crate::core::error::Error;
use crate::core::stream::Stream as Carrier;
use crate::core::tcp::reset_on_drop;
use crate::core::tls::Secured;

/// How long bytes that are on their way may take once the page has let go of the connection.
const DRAIN: Duration = Duration::from_secs(30);

/// How long, and for how many bytes, a closed connection is still read. Closing a TCP socket with
/// unread bytes resets it, which can destroy what was sent just before.
const LINGER: Duration = Duration::from_secs(5);
const LINGER_BYTES: usize = 1024 * 1024;

/// A readiness that brought this little may be a message that waits for an answer.
const MESSAGE: usize = 4 * 1024;

/// A readiness that brought this much is a stream's.
const BULK: usize = 32 * 1024;

const WOULD_BLOCK: io::ErrorKind = io::ErrorKind::WouldBlock;

/// Bytes after which a direction lets others run.
const TURN: usize = 1024 * 1024;

/// Relays until both directions are over, and records how it ended.
pub(crate) async fn relay(remote: impl Remote, page: UnixStream, open: Open) {
    let connection = open.connection();
    let served = async {
        tokio::select! {
            result = serve(&remote, &page, &connection) => result,
            () = drain_limit(&connection) => Ok(Served::ToTheEnd),
        }
    };
    let result = connection.life.run(served).await;
    if connection.life.is_over() {
        remote.break_off();
    }
    match result {
        Ok(Served::ToTheEnd) => open.end(Ok(())),
        Err(error) => open.end(Err(error)),
        Ok(Served::UntilHandover) => {
            if let Some(stream) = remote.into_stream() {
                connection.hand_over(HandedOver { stream, open });
            }
        }
    }
}

/// How far a connection was served.
enum Served {
    ToTheEnd,
    /// Somebody goes on with it. The page has nothing more to say in this way.
    UntilHandover,
}

async fn drain_limit(connection: &Connection) {
    connection.released.cancelled().await;
    sleep(DRAIN).await;
}

/// What became of the direction from the server to the page.
enum Down {
    /// The server has finished.
    Finished,
    /// The page has closed its end.
    PageGone,
}

async fn serve(remote: &impl Remote, page: &UnixStream, connection: &Connection) -> Result<Served, Error> {
    let mut down = pin!(async {
        match remote.down(page).await {
            Stop::SourceEnded => {
                connection.read_ended();
                let _ = SockRef::from(page).shutdown(Shutdown::Write);
                Ok(Down::Finished)
            }
            Stop::SourceFailed(error) => Err(Error::broken(&error)),
            Stop::SinkFailed(_) => Ok(Down::PageGone),
        }
    });
    let mut up = pin!(async {
        let stop = tokio::select! {
            stop = remote.up(page) => stop,
            never = stop_writing(page, connection) => never,
        };
        match stop {
            Stop::SourceEnded if connection.is_handed_over() => Ok(Served::UntilHandover),
            // A page that closes with unread bytes looks like a reset; its own bytes came first.
            Stop::SourceEnded | Stop::SourceFailed(_) => {
                remote.finish().await;
                Ok(Served::ToTheEnd)
            }
            Stop::SinkFailed(error) => Err(Error::broken(&error)),
        }
    });
    tokio::select! {
        result = &mut down => match result? {
            Down::Finished => up.await,
            Down::PageGone => {
                up.await?;
                linger(remote).await;
                Ok(Served::ToTheEnd)
            }
        },
        sent = &mut up => {
            if let Ok(Served::UntilHandover) = sent {
                return Ok(Served::UntilHandover);
            }
            // Even a broken connection may hold bytes that the server sent before it broke.
            let received = tokio::select! {
                result = &mut down => result,
                () = hung_up(page) => Ok(Down::PageGone),
            };
            sent?;
            if let Down::PageGone = received? {
                linger(remote).await;
            }
            Ok(Served::ToTheEnd)
        }
    }
}

/// Once somebody wants to go on with the connection, the page's bytes end with those that it has written.
async fn stop_writing(page: &UnixStream, connection: &Connection) -> Stop {
    connection.handover_wanted().await;
    let _ = SockRef::from(page).shutdown(Shutdown::Read);
    std::future::pending().await
}

async fn linger(remote: &impl Remote) {
    let discard = async {
        let mut discarded = 0;
        while discarded < LINGER_BYTES {
            match remote.discard().await {
                Ok(0) | Err(_) => return,
                Ok(read) => discarded += read,
            }
        }
    };
    // Either way the connection is closed next.
    let _ = timeout(LINGER, discard).await;
}

/// The other side of a page's connection.
pub(crate) trait Remote {
    /// Moves bytes to the page until one of the two stops.
    async fn down(&self, page: &UnixStream) -> Stop;

    /// Moves bytes from the page until one of the two stops.
    async fn up(&self, page: &UnixStream) -> Stop;

    /// Says that nothing more will be written.
    async fn finish(&self);

    /// Reads something that nobody wants. Not while [`down`](Self::down) is under way.
    async fn discard(&self) -> io::Result<usize>;

    /// Makes dropping it break the connection off, where there is a difference to closing it in order.
    fn break_off(&self);

    /// The connection by itself, where it can be gone on with.
    fn into_stream(self) -> Option<Carrier>;
}

impl Remote for TcpStream {
    async fn down(&self, page: &UnixStream) -> Stop {
        pump(self, page).await
    }

    async fn up(&self, page: &UnixStream) -> Stop {
        pump(page, self).await
    }

    async fn finish(&self) {
        let _ = SockRef::from(self).shutdown(Shutdown::Write);
    }

    async fn discard(&self) -> io::Result<usize> {
        loop {
            self.readable().await?;
            match self.try_read(&mut Buffer::take()) {
                Err(error) if error.kind() == WOULD_BLOCK => {}
                result => return result,
            }
        }
    }

    fn break_off(&self) {
        reset_on_drop(self);
    }

    fn into_stream(self) -> Option<Carrier> {
        Some(Carrier::Tcp(self))
    }
}

/// Any two directions of bytes, such as TLS.
#[derive(Debug)]
pub(crate) struct Buffered<Io> {
    // Each is used by one task at a time; the locks only say so to the compiler.
    reader: Mutex<ReadHalf<Io>>,
    writer: Mutex<WriteHalf<Io>>,
}

impl<Io: AsyncRead + AsyncWrite> Buffered<Io> {
    pub(crate) fn new(io: Io) -> Self {
        let (reader, writer) = tokio::io::split(io);
        Self {
            reader: Mutex::new(reader),
            writer: Mutex::new(writer),
        }
    }
}

/// What bytes go through that are not TCP's own, and what of it can be gone on with.
pub(crate) trait Layer: AsyncRead + AsyncWrite + Unpin {
    fn into_carrier(self) -> Option<Carrier>;
}

impl Layer for Carrier {
    fn into_carrier(self) -> Option<Carrier> {
        Some(self)
    }
}

/// What is secured already is not secured again.
impl Layer for Secured<Carrier> {
    fn into_carrier(self) -> Option<Carrier> {
        None
    }
}

impl<Io: Layer> Remote for Buffered<Io> {
    async fn down(&self, page: &UnixStream) -> Stop {
        let mut reader = self.reader.lock().await;
        loop {
            let Read { buffer, length, failed } = read_much(&mut *reader).await;
            if let Err(stop) = write_all(page, &buffer[..length]).await {
                return stop;
            }
            match failed {
                Some(error) => return Stop::SourceFailed(error),
                None if length == 0 => return Stop::SourceEnded,
                None => {}
            }
        }
    }

    async fn up(&self, page: &UnixStream) -> Stop {
        let mut writer = self.writer.lock().await;
        loop {
            if let Err(error) = page.readable().await {
                return Stop::SourceFailed(error);
            }
            let mut buffer = Buffer::take();
            let read = match page.try_read(&mut buffer) {
                Ok(0) => return Stop::SourceEnded,
                Ok(read) => read,
                Err(error) if error.kind() == WOULD_BLOCK => continue,
                Err(error) => return Stop::SourceFailed(error),
            };
            let written = async {
                writer.write_all(&buffer[..read]).await?;
                writer.flush().await
            };
            if let Err(error) = written.await {
                return Stop::SinkFailed(error);
            }
        }
    }

    async fn finish(&self) {
        let _ = self.writer.lock().await.shutdown().await;
    }

    async fn discard(&self) -> io::Result<usize> {
        self.reader.lock().await.read(&mut Buffer::take()).await
    }

    fn break_off(&self) {}

    fn into_stream(self) -> Option<Carrier> {
        let (reader, writer) = (self.reader.into_inner(), self.writer.into_inner());
        reader.unsplit(writer).into_carrier()
    }
}

/// What was read: nothing at the end.
struct Read {
    buffer: Buffer,
    length: usize,
    /// What came after it.
    failed: Option<io::Error>,
}

/// Reads what there is, into a buffer that exists only once there is something. TLS gives a record at a time, and each write
/// to the page wakes it.
async fn read_much(reader: &mut (impl AsyncRead + Unpin)) -> Read {
    let mut reader = Pin::new(reader);
    std::future::poll_fn(|context| {
        let mut buffer = Buffer::take();
        let mut into = ReadBuf::new(&mut buffer);
        let mut failed = None;
        while into.remaining() > 0 {
            let before = into.filled().len();
            match reader.as_mut().poll_read(context, &mut into) {
                Poll::Ready(Ok(())) if into.filled().len() > before => {}
                // An end is met again by the next read.
                Poll::Ready(Ok(())) => break,
                Poll::Ready(Err(error)) => {
                    failed = Some(error);
                    break;
                }
                Poll::Pending if before == 0 => return Poll::Pending,
                Poll::Pending => break,
            }
        }
        let length = into.filled().len();
        Poll::Ready(Read { buffer, length, failed })
    })
    .await
}

/// Why a direction stopped.
#[derive(Debug)]
pub(crate) enum Stop {
    SourceEnded,
    SourceFailed(io::Error),
    SinkFailed(io::Error),
}

/// What one readiness of the source came to.
enum Moved {
    Bytes(usize),
    /// The source had nothing after all.
    Nothing,
}

/// Moves bytes until one of the two stops. Small messages are copied, which takes the fewest
/// system calls; a stream is spliced, which copies nothing.
async fn pump(source: &impl Stream, sink: &impl Stream) -> Stop {
    let mut turn = 0;
    let mut is_bulk = false;
    let mut is_talking = false;
    let mut eager = Eager::default();
    loop {
        // Waits without a buffer or a pipe.
        let ready = source.readable();
        let ready = if is_talking {
            eager.wait(ready).await
        } else {
            ready.await
        };
        if let Err(error) = ready {
            return Stop::SourceFailed(error);
        }
        let pipe = if is_bulk { Pipe::take() } else { None };
        let moved = match pipe {
            Some(pipe) => splice_once(source, sink, pipe).await,
            None => copy_once(source, sink).await,
        };
        match moved {
            Ok(Moved::Bytes(moved)) => {
                is_bulk = moved >= BULK;
                is_talking = moved <= MESSAGE;
                turn += moved;
            }
            Ok(Moved::Nothing) => is_talking = false,
            Err(stop) => return stop,
        }
        if turn >= TURN {
            turn = 0;
            tokio::task::yield_now().await;
        }
    }
}

async fn copy_once(source: &impl Stream, sink: &impl Stream) -> Result<Moved, Stop> {
    let mut buffer = Buffer::take();
    let read = match source.try_read(&mut buffer) {
        Ok(0) => return Err(Stop::SourceEnded),
        Ok(read) => read,
        Err(error) if error.kind() == WOULD_BLOCK => return Ok(Moved::Nothing),
        Err(error) => return Err(Stop::SourceFailed(error)),
    };
    if read < buffer.len() {
        // It had no more. Saying so saves a system call that would only find that out.
        let _ = source.try_io(Interest::READABLE, || io::Result::<()>::Err(WOULD_BLOCK.into()));
    }
    write_all(sink, &buffer[..read]).await?;
    Ok(Moved::Bytes(read))
}

async fn write_all(sink: &impl Stream, mut bytes: &[u8]) -> Result<(), Stop> {
    while !bytes.is_empty() {
        match sink.try_write(bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(error) => wait_for(sink, error).await?,
        }
    }
    Ok(())
}

async fn splice_once(source: &impl Stream, sink: &impl Stream, mut pipe: Pipe) -> Result<Moved, Stop> {
    let filled = match source.try_io(Interest::READABLE, || pipe.fill(source)) {
        Ok(0) => return Err(Stop::SourceEnded),
        Ok(filled) => filled,
        Err(error) if error.kind() == WOULD_BLOCK => return Ok(Moved::Nothing),
        // Not taken away either; from now on there are no pipes.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => return Ok(Moved::Nothing),
        Err(error) => return Err(Stop::SourceFailed(error)),
    };
    while !pipe.is_empty() {
        if let Err(error) = sink.try_io(Interest::WRITABLE, || pipe.drain(sink)) {
            wait_for(sink, error).await?;
        }
    }
    Ok(Moved::Bytes(filled))
}

/// Waits for room in `sink` if that is what `error` is about.
async fn wait_for(sink: &impl Stream, error: io::Error) -> Result<(), Stop> {
    if error.kind() == WOULD_BLOCK {
        return sink.writable().await.map_err(Stop::SinkFailed);
    }
    Err(Stop::SinkFailed(error))
}

/// What TCP and UNIX streams have in common, without `&mut`.
trait Stream: AsFd {
    async fn readable(&self) -> io::Result<()>;
    async fn writable(&self) -> io::Result<()>;
    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize>;
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize>;
    fn try_io<T>(&self, on: Interest, work: impl FnOnce() -> io::Result<T>) -> io::Result<T>;
}

macro_rules! impl_stream {
    ($stream:ty) => {
        impl Stream for $stream {
            async fn readable(&self) -> io::Result<()> {
                self.readable().await
            }

            async fn writable(&self) -> io::Result<()> {
                self.writable().await
            }

            fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
                self.try_read(buffer)
            }

            fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
                self.try_write(bytes)
            }

            fn try_io<T>(&self, on: Interest, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
                self.try_io(on, work)
            }
        }
    };
}

impl_stream!(TcpStream);
impl_stream!(UnixStream);
