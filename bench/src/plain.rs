//! The TCP server of the benchmarks, and a plain client: the speed that there is to reach.
//!
//! A connection begins with a command byte and a length of eight bytes, the lowest first: `D` sends that many bytes,
//! `U` takes that many and answers with eight, `E` sends everything back.

use anyhow::Result;
use insula_testkit::tcp::TcpServer;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Instant;

const BUFFER: usize = 256 << 10;
const ROUNDS: u32 = 20_000;

/// What the plain client reaches: MiB a second, round trips a second.
pub(crate) struct Plain {
    pub(crate) read: f64,
    pub(crate) write: f64,
    pub(crate) echo: f64,
}

/// Starts the server.
pub(crate) fn serve() -> TcpServer {
    TcpServer::start(answer)
}

fn answer(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut head = [0; 9];
    stream.read_exact(&mut head)?;
    let [command, length @ ..] = head;
    let mut left = u64::from_le_bytes(length);
    let mut buffer = vec![7; BUFFER];
    match command {
        b'D' => {
            while left > 0 {
                let part = left.min(BUFFER as u64);
                stream.write_all(&buffer[..part as usize])?;
                left -= part;
            }
            stream.read(&mut buffer).map(drop)
        }
        b'U' => {
            while left > 0 {
                match stream.read(&mut buffer)? {
                    0 => return Ok(()),
                    length => left = left.saturating_sub(length as u64),
                }
            }
            stream.write_all(&[1; 8])?;
            stream.read(&mut buffer).map(drop)
        }
        _ => loop {
            match stream.read(&mut buffer)? {
                0 => return Ok(()),
                length => stream.write_all(&buffer[..length])?,
            }
        },
    }
}

/// Measures the plain client.
pub(crate) fn measure(port: u16, bytes: u64) -> Result<Plain> {
    let open = |command: u8, length: u64| -> io::Result<TcpStream> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.write_all(&[&[command], &length.to_le_bytes()[..]].concat())?;
        Ok(stream)
    };
    let rate = |start: Instant| bytes as f64 / f64::from(1 << 20) / start.elapsed().as_secs_f64();
    let mut buffer = vec![0; BUFFER];

    let mut stream = open(b'D', bytes)?;
    let start = Instant::now();
    let mut received = 0;
    while received < bytes {
        received += stream.read(&mut buffer)? as u64;
    }
    let read = rate(start);

    let mut stream = open(b'U', bytes)?;
    let start = Instant::now();
    for _ in 0..bytes / BUFFER as u64 {
        stream.write_all(&buffer)?;
    }
    stream.read_exact(&mut buffer[..8])?;
    let write = rate(start);

    let mut stream = open(b'E', 0)?;
    let start = Instant::now();
    for _ in 0..ROUNDS {
        stream.write_all(&buffer[..64])?;
        stream.read_exact(&mut buffer[..64])?;
    }
    let echo = f64::from(ROUNDS) / start.elapsed().as_secs_f64();
    Ok(Plain { read, write, echo })
}
