//! The WebSocket server of the benchmarks: `/down?N` sends N bytes when told to, `/up?N` takes N bytes and answers,
//! `/echo` sends everything back.

use anyhow::Result;
use insula_testkit::tcp::TcpServer;
use std::io;
use std::net::TcpStream;
use std::sync::mpsc;
use tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tungstenite::{Message, WebSocket};

const CHUNK: usize = 256 << 10;

/// Starts the server.
pub(crate) fn serve() -> TcpServer {
    TcpServer::start(|stream| answer(stream).map_err(io::Error::other))
}

fn answer(stream: TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let (tell, wanted) = mpsc::channel();
    #[expect(clippy::result_large_err, reason = "the signature is the library's")]
    let callback = move |request: &Request, response: Response| {
        let uri = request.uri();
        let length = uri.query().and_then(|query| query.parse().ok()).unwrap_or_default();
        // The receiver is below.
        let _ = tell.send((uri.path().to_owned(), length));
        Ok::<_, ErrorResponse>(response)
    };
    let mut socket = tungstenite::accept_hdr(stream, callback)?;
    let (path, length) = wanted.recv()?;
    match path.as_str() {
        "/down" => down(&mut socket, length),
        "/up" => up(&mut socket, length),
        _ => loop {
            let message = socket.read()?;
            if message.is_binary() {
                socket.send(message)?;
            }
        },
    }
}

fn down(socket: &mut WebSocket<TcpStream>, length: usize) -> Result<()> {
    socket.read()?;
    let chunk = vec![7; CHUNK];
    for _ in 0..length / CHUNK {
        socket.send(Message::binary(chunk.clone()))?;
    }
    loop {
        socket.read()?;
    }
}

fn up(socket: &mut WebSocket<TcpStream>, length: usize) -> Result<()> {
    let mut received = 0;
    while received < length {
        received += socket.read()?.len();
    }
    socket.send(Message::text("done"))?;
    loop {
        socket.read()?;
    }
}
