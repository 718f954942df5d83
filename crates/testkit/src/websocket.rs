//! A WebSocket server on this machine.

use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use rustls::{ServerConnection, StreamOwned};
use tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{CloseFrame, Message, WebSocketConfig};
use tungstenite::{WebSocket, accept_hdr_with_config};

use crate::tcp::TcpServer;
use crate::trust::Authority;

/// More than an app takes at once, in bytes.
const TOO_LONG: usize = 64 * 1024 * 1024 + 1;

/// What is sent at a time by who sends without an end.
const FLOOD: usize = 64 * 1024;

/// A server that does what the path says, and chooses the subprotocol `chat` where it is offered.
///
/// | path | |
/// |---|---|
/// | `/headers` | tells the request's headers, an object in JSON, and then echoes |
/// | `/closing` | closes with 4002 and “done” after the first message |
/// | `/flood` | sends without an end |
/// | `/too-long` | sends a message of more than 64 MiB |
/// | `/refused` | answers 401 |
/// | all others | echo |
#[derive(Debug)]
pub struct WebSocketServer {
    server: TcpServer,
    scheme: &'static str,
    seen: Arc<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// How each was closed by the other side; nothing, where it broke.
    closes: Mutex<Vec<Option<(u16, String)>>>,
    /// How many bytes it has sent without an end, at which time in milliseconds since 1970.
    flooded: Mutex<Vec<(u64, usize)>>,
}

impl WebSocketServer {
    /// One for `ws:`.
    pub fn start() -> Self {
        let seen: Arc<Seen> = Arc::default();
        let server = {
            let seen = seen.clone();
            TcpServer::start(move |stream| serve(stream, &seen))
        };
        let scheme = "ws";
        Self { server, scheme, seen }
    }

    /// One for `wss:`.
    pub fn start_tls(authority: &Authority) -> Self {
        let seen: Arc<Seen> = Arc::default();
        let config = authority.server_config();
        let server = {
            let seen = seen.clone();
            TcpServer::start(move |stream| {
                let connection = ServerConnection::new(config.clone()).map_err(io::Error::other)?;
                serve(StreamOwned::new(connection, stream), &seen)
            })
        };
        let scheme = "wss";
        Self { server, scheme, seen }
    }

    /// The URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}://localhost:{}{path}", self.scheme, self.server.port())
    }

    /// How many are open.
    pub fn open(&self) -> usize {
        self.server.open()
    }

    /// How each that is over was closed by the other side, with code and reason; nothing, where it broke.
    pub fn closes(&self) -> Vec<Option<(u16, String)>> {
        locked(&self.seen.closes).clone()
    }

    /// How many bytes `/flood` has sent until then, in milliseconds since 1970.
    pub fn flooded(&self, until: u64) -> usize {
        let flooded = locked(&self.seen.flooded);
        let before = flooded.iter().rev().find(|(time, _)| *time <= until);
        before.map_or(0, |(_, bytes)| *bytes)
    }
}

#[expect(clippy::result_large_err, reason = "the library decides what its callbacks answer")]
fn serve(stream: impl Read + Write, seen: &Seen) -> io::Result<()> {
    let (mut path, mut headers) = (String::new(), serde_json::Map::new());
    let answer = |request: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
        path = request.uri().path().to_owned();
        for (name, value) in request.headers() {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            headers.insert(name.as_str().to_owned(), value.into());
        }
        if path == "/refused" {
            let mut refused = ErrorResponse::new(None);
            *refused.status_mut() = tungstenite::http::StatusCode::UNAUTHORIZED;
            return Err(refused);
        }
        if request.headers().contains_key("sec-websocket-protocol") {
            let chosen = tungstenite::http::HeaderValue::from_static("chat");
            response.headers_mut().insert("sec-websocket-protocol", chosen);
        }
        Ok(response)
    };
    let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
    let mut socket =
        accept_hdr_with_config(stream, answer, Some(config)).map_err(|error| io::Error::other(error.to_string()))?;
    let talked = match path.as_str() {
        "/headers" => socket
            .send(Message::text(serde_json::Value::Object(headers).to_string()))
            .and_then(|()| listen(&mut socket, |socket, message| socket.send(message))),
        "/closing" => listen(&mut socket, |socket, _| {
            let (code, reason) = (CloseCode::from(4002), "done".into());
            socket.close(Some(CloseFrame { code, reason }))
        }),
        "/flood" => flood(&mut socket, seen),
        "/too-long" => socket
            .send(Message::binary(vec![0; TOO_LONG]))
            .and_then(|()| listen(&mut socket, |_, _| Ok(()))),
        _ => listen(&mut socket, |socket, message| socket.send(message)),
    };
    locked(&seen.closes).push(talked.ok().flatten());
    Ok(())
}

/// Answers messages until the other side closes, and says how.
fn listen<Io: Read + Write>(
    socket: &mut WebSocket<Io>,
    answer: impl Fn(&mut WebSocket<Io>, Message) -> tungstenite::Result<()>,
) -> tungstenite::Result<Option<(u16, String)>> {
    let mut closed = None;
    loop {
        match socket.read() {
            Ok(Message::Close(with)) => {
                closed = with.map(|with| (with.code.into(), with.reason.as_str().to_owned()));
            }
            Ok(message @ (Message::Text(_) | Message::Binary(_))) => answer(socket, message)?,
            Ok(_) => {}
            Err(tungstenite::Error::ConnectionClosed) => return Ok(closed),
            Err(error) => return Err(error),
        }
    }
}

fn flood<Io: Read + Write>(socket: &mut WebSocket<Io>, seen: &Seen) -> tungstenite::Result<Option<(u16, String)>> {
    let mut sent = 0;
    loop {
        socket.send(Message::binary(vec![7; FLOOD]))?;
        sent += FLOOD;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        let mut flooded = locked(&seen.flooded);
        match flooded.last_mut() {
            Some((time, bytes)) if *time == now => *bytes = sent,
            _ => flooded.push((now, sent)),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
