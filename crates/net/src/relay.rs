//! Moves bytes between a TCP connection and a page's socketpair.
//!
//! Streams go through a pipe by `splice(2)`, small messages through a buffer, on a thread with a
//! reactor of its own that does nothing else. The crate's README has the figures behind each of
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
use std::pin::pin;
use std::time::Duration;

use socket2::SockRef;
use tokio::io::Interest;
use tokio::net::{TcpStream, UnixStream};
use tokio::time::{sleep, timeout};

use crate::buffer::Buffer;
use crate::connection::{Connection, Open};
use crate::eager;
use crate::error::NetError;
use crate::pair::hung_up;
use crate::pipe::Pipe;
use crate::tcp::reset_on_drop;

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
pub(crate) async fn relay(tcp: TcpStream, page: UnixStream, open: Open) {
    let connection = open.connection.clone();
    let served = async {
        tokio::select! {
            result = serve(&tcp, &page, &connection) => result,
            () = drain_limit(&connection) => Ok(()),
        }
    };
    let result = connection.life.run(served).await;
    if connection.life.is_over() {
        reset_on_drop(&tcp);
    }
    // Before the page can see the end of its descriptor.
    open.end(result);
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

async fn serve(tcp: &TcpStream, page: &UnixStream, connection: &Connection) -> Result<(), NetError> {
    let mut down = pin!(async {
        match pump(tcp, page).await {
            Stop::SourceEnded => {
                connection.read_ended();
                let _ = SockRef::from(page).shutdown(Shutdown::Write);
                Ok(Down::Finished)
            }
            Stop::SourceFailed(error) => Err(NetError::broken(&error)),
            Stop::SinkFailed(_) => Ok(Down::PageGone),
        }
    });
    let mut up = pin!(async {
        match pump(page, tcp).await {
            // A page that closes with unread bytes looks like a reset; its own bytes came first.
            Stop::SourceEnded | Stop::SourceFailed(_) => {
                let _ = SockRef::from(tcp).shutdown(Shutdown::Write);
                Ok(())
            }
            Stop::SinkFailed(error) => Err(NetError::broken(&error)),
        }
    });
    tokio::select! {
        result = &mut down => match result? {
            Down::Finished => up.await,
            Down::PageGone => {
                up.await?;
                linger(tcp).await;
                Ok(())
            }
        },
        sent = &mut up => {
            // Even a broken connection may hold bytes that the server sent before it broke.
            let received = tokio::select! {
                result = &mut down => result,
                () = hung_up(page) => Ok(Down::PageGone),
            };
            sent?;
            if let Down::PageGone = received? {
                linger(tcp).await;
            }
            Ok(())
        }
    }
}

async fn linger(tcp: &TcpStream) {
    let discard = async {
        let mut discarded = 0;
        while discarded < LINGER_BYTES {
            if tcp.readable().await.is_err() {
                return;
            }
            match tcp.try_read(&mut Buffer::take()) {
                Ok(0) => return,
                Ok(read) => discarded += read,
                Err(error) if error.kind() == WOULD_BLOCK => {}
                Err(_) => return,
            }
        }
    };
    // Either way the socket is closed next.
    let _ = timeout(LINGER, discard).await;
}

/// Why a direction stopped.
enum Stop {
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
    loop {
        // Waits without a buffer or a pipe.
        let ready = source.readable();
        let ready = if is_talking {
            eager::wait(ready).await
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
    let mut rest = &buffer[..read];
    while !rest.is_empty() {
        match sink.try_write(rest) {
            Ok(written) => rest = &rest[written..],
            Err(error) => wait_for(sink, error).await?,
        }
    }
    Ok(Moved::Bytes(read))
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
