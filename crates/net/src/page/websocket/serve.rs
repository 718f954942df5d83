//! Moves messages between a WebSocket and its page, until either closes.
//!
//! | what happens | what follows |
//! |---|---|
//! | page closes | a close to the server, after what was sent before; its answer, within [`CLOSING`], for the page |
//! | server closes | the same close back, and for the page, after what came before |
//! | server breaks the rules, or its message is too long | a close to the server that says so; an error |
//! | server goes without a close | an error |
//! | page does not read | nothing more is read from the server |
//! | server does not read | nothing more is read from the page, which sees what is not sent yet |
//! | page goes without a close | a close to the server that says so |
//! | the connection's life ends (abort, revocation) | RST to the server |

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self};

use super::Line;
use super::frame::{self, HEAD, Kind};
use super::handshake::Shaken;
use super::weight::{Weighed, Weight};
use crate::core::error::Error;
use crate::core::quota::Quota;
use crate::core::tcp::reset_on_drop;
use crate::limits::{CHUNK, MESSAGE_BYTES};
use crate::page::connection::Open;

/// How long a server may take to answer a close.
const CLOSING: Duration = Duration::from_secs(10);

/// How long the last words to a server may take, and how long it may take to hang up.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What is read of a server, or a page, at a time.
const READ: usize = 32 * 1024;

type Socket<Io> = WebSocketStream<Weighed<Io>>;
type Sink<Io> = SplitSink<Socket<Io>, Message>;

/// Serves until both directions are over, and records how it ended.
pub(super) async fn serve<Io: Line>(shaken: Shaken<Io>, page: UnixStream, quota: Arc<Quota>, open: Open) {
    let connection = open.connection();
    let weight = Weight::new(quota);
    let io = Weighed::new(shaken.io, &weight);
    let config = WebSocketConfig::default()
        .read_buffer_size(READ)
        .max_frame_size(Some(MESSAGE_BYTES))
        .max_message_size(Some(MESSAGE_BYTES));
    let read = shaken.read.to_vec();
    let socket = WebSocketStream::from_partially_read(io, read, Role::Client, Some(config)).await;
    let (mut sink, mut stream) = socket.split();
    let (reader, mut writer) = page.into_split();
    let sent = Sent::default();
    let talking = talk(&mut sink, &mut stream, reader, &mut writer, &sent, &weight);
    let ended = async {
        tokio::select! {
            ended = talking => Ok(ended),
            // Only a page that goes around Insula's own scripts lets go of one that it has not closed.
            () = connection.released.cancelled() => Ok(Ended::Gone),
        }
    };
    let ended = connection.life.run(Box::pin(ended)).await;
    let result = match &ended {
        Ok(Ended::Closed(with)) => {
            let _ = timeout(LAST_WORDS, writer.write_all(&frame::close(with.as_ref()))).await;
            Ok(())
        }
        Ok(Ended::Gone) => Ok(()),
        Ok(Ended::Failed(Fault { error, .. })) | Err(error) => Err(error.clone()),
    };
    let is_cut = connection.life.is_over();
    drop(writer);
    open.end(result);
    if is_cut {
        if let Ok(socket) = stream.reunite(sink) {
            reset_on_drop(socket.get_ref().io.tcp());
        }
        return;
    }
    let farewell = match ended {
        Ok(Ended::Failed(Fault { code, .. })) => code,
        Ok(Ended::Gone) => Some(CloseCode::Away),
        _ => None,
    };
    if let Some(code) = farewell {
        let reason = Default::default();
        let leaving = connection.life.run(async {
            let _ = timeout(LAST_WORDS, sink.send(Message::Close(Some(CloseFrame { code, reason })))).await;
            if let Ok(socket) = stream.reunite(sink) {
                let _ = timeout(LAST_WORDS, linger(socket.into_inner().io)).await;
            }
            Ok(())
        });
        let _ = Box::pin(leaving).await;
    }
}

/// How it ended.
enum Ended {
    /// Both sides have closed, the server like this.
    Closed(Option<CloseFrame>),
    /// The page went.
    Gone,
    Failed(Fault),
}

/// What went wrong, and what the server is told, if it can be.
struct Fault {
    error: Error,
    code: Option<CloseCode>,
}

async fn talk<Io: Line>(
    sink: &mut Sink<Io>,
    stream: &mut SplitStream<Socket<Io>>,
    reader: OwnedReadHalf,
    writer: &mut OwnedWriteHalf,
    sent: &Sent,
    weight: &Weight,
) -> Ended {
    let mut down = pin!(down(stream, writer, sent, weight));
    let up = async {
        match up(sink, reader, sent).await {
            Ok(up) => up,
            // Whoever reads says it better, and what came before is still for the page.
            Err(fault) if fault.code.is_none() => Up::Broken(fault),
            Err(fault) => Up::Refused(fault),
        }
    };
    let up = tokio::select! {
        ended = &mut down => return ended,
        up = up => up,
    };
    match up {
        Up::Closed => timeout(CLOSING, down).await.unwrap_or_else(|_| {
            let reason = "the server did not answer the close".to_owned();
            let error = Error::WebSocket { reason };
            Ended::Failed(Fault { error, code: None })
        }),
        Up::Broken(fault) => timeout(CLOSING, down).await.unwrap_or(Ended::Failed(fault)),
        Up::Refused(fault) => Ended::Failed(fault),
        Up::Gone => Ended::Gone,
    }
}

/// What became of the direction from the page to the server.
enum Up {
    /// The page has closed in order.
    Closed,
    /// It went without that.
    Gone,
    /// The server takes nothing more.
    Broken(Fault),
    /// The page says what cannot be sent.
    Refused(Fault),
}

/// From the page to the server. Long messages are sent in fragments, as they come.
async fn up<Io: Line>(sink: &mut Sink<Io>, page: OwnedReadHalf, sent: &Sent) -> Result<Up, Fault> {
    let mut page = BufReader::with_capacity(READ, page);
    let mut unflushed = 0;
    loop {
        let mut head = [0; HEAD];
        // A page that goes in the middle of something is gone.
        if page.read_exact(&mut head).await.is_err() {
            return Ok(Up::Gone);
        }
        let (kind, length) = frame::read_head(head).map_err(refused)?;
        let mut rest = length as usize;
        let first = match kind {
            Kind::Text => Data::Text,
            Kind::Binary => Data::Binary,
            Kind::Close | Kind::Sent => {
                let Some(bytes) = take(&mut page, rest).await else {
                    return Ok(Up::Gone);
                };
                let with = frame::read_close(&bytes).map_err(refused)?;
                sink.send(Message::Close(with)).await.map_err(fault)?;
                return Ok(Up::Closed);
            }
        };
        let mut part = first;
        loop {
            let most = rest.min(CHUNK);
            let Some(bytes) = take(&mut page, most).await else {
                return Ok(Up::Gone);
            };
            rest -= most;
            unflushed += most as u64;
            let frame = Frame::message(bytes, OpCode::Data(part), rest == 0);
            sink.feed(Message::Frame(frame)).await.map_err(fault)?;
            // Messages that have come together go together.
            if rest > 0 || page.buffer().len() < HEAD {
                sink.flush().await.map_err(fault)?;
                sent.add(unflushed);
                unflushed = 0;
            }
            if rest == 0 {
                break;
            }
            part = Data::Continue;
        }
    }
}

async fn take(page: &mut BufReader<OwnedReadHalf>, length: usize) -> Option<Bytes> {
    let mut bytes = BytesMut::zeroed(length);
    page.read_exact(&mut bytes).await.ok()?;
    Some(bytes.freeze())
}

/// From the server to the page.
async fn down<Io: Line>(
    stream: &mut SplitStream<Socket<Io>>,
    page: &mut OwnedWriteHalf,
    sent: &Sent,
    weight: &Weight,
) -> Ended {
    loop {
        let told = tokio::select! {
            biased;
            () = sent.told.notified() => {
                if page.write_all(&frame::sent(sent.take())).await.is_err() {
                    return Ended::Gone;
                }
                continue;
            }
            message = stream.next() => match message {
                Some(Ok(Message::Text(text))) => tell(page, Kind::Text, text.as_bytes()).await,
                Some(Ok(Message::Binary(bytes))) => tell(page, Kind::Binary, &bytes).await,
                Some(Ok(Message::Close(with))) => {
                    // Has the answer sent, and gives the server time to hang up, which it does first (RFC 6455 §7.1.1).
                    let hanging_up = async { while let Some(Ok(_)) = stream.next().await {} };
                    let _ = timeout(LAST_WORDS, hanging_up).await;
                    return Ended::Closed(with);
                }
                // It is answered where it is read.
                Some(Ok(Message::Ping(with) | Message::Pong(with))) => {
                    weight.forget(with.len());
                    continue;
                }
                Some(Ok(Message::Frame(_))) => continue,
                Some(Err(error)) => return Ended::Failed(fault(error)),
                None => return Ended::Failed(fault(tungstenite::Error::ConnectionClosed)),
            },
        };
        weight.clear();
        if told.is_err() {
            return Ended::Gone;
        }
    }
}

async fn tell(page: &mut OwnedWriteHalf, kind: Kind, rest: &[u8]) -> io::Result<()> {
    let head = frame::head(kind, rest.len());
    if rest.len() <= READ {
        return page.write_all(&[&head[..], rest].concat()).await;
    }
    page.write_all(&head).await?;
    page.write_all(rest).await
}

/// What went to the network of which the page has not been told.
#[derive(Default)]
struct Sent {
    bytes: AtomicU64,
    told: Notify,
}

impl Sent {
    fn add(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.told.notify_one();
    }

    fn take(&self) -> u64 {
        self.bytes.swap(0, Ordering::Relaxed)
    }
}

fn refused(error: Error) -> Fault {
    let code = Some(CloseCode::Away);
    Fault { error, code }
}

/// What an error of the library's means. Its codes are those of RFC 6455 §7.4.1.
fn fault(error: tungstenite::Error) -> Fault {
    let failed = |reason: &str, code| Fault {
        error: Error::WebSocket {
            reason: reason.to_owned(),
        },
        code,
    };
    match error {
        tungstenite::Error::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
            // Our own: there is no room for more of its messages.
            Some(own) => Fault {
                error: own.clone(),
                code: Some(CloseCode::Size),
            },
            None => Fault {
                error: Error::broken(&error),
                code: None,
            },
        },
        tungstenite::Error::Capacity(_) => {
            let reason = format!("a message is longer than {} MiB", MESSAGE_BYTES / 1024 / 1024);
            failed(&reason, Some(CloseCode::Size))
        }
        tungstenite::Error::Utf8(_) => failed("a text is not valid UTF-8", Some(CloseCode::Invalid)),
        tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake | ProtocolError::SendAfterClosing)
        | tungstenite::Error::ConnectionClosed
        | tungstenite::Error::AlreadyClosed => failed("the server hung up without a close", None),
        tungstenite::Error::Protocol(error) => failed(&error.to_string(), Some(CloseCode::Protocol)),
        other => failed(&other.to_string(), None),
    }
}

/// Says that nothing more comes, and reads on for a moment: closing a TCP socket with unread bytes resets it, which can
/// destroy what was sent just before.
async fn linger(mut io: impl Line) {
    let _ = io.shutdown().await;
    let mut ignored = vec![0; READ];
    while let Ok(1..) = io.read(&mut ignored).await {}
}
