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
    TcpServer::start(|stream| {
        stream.set_nodelay(true)?;
        answer(stream)
    })
}

/// Does what a connection's command says.
pub(crate) fn answer(mut stream: impl Read + Write) -> io::Result<()> {
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
            stream.flush()?;
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
            stream.flush()?;
            stream.read(&mut buffer).map(drop)
        }
        _ => loop {
            match stream.read(&mut buffer)? {
                0 => return Ok(()),
                length => {
                    stream.write_all(&buffer[..length])?;
                    stream.flush()?;
                }
            }
        },
    }
}

/// Measures the plain client as the page measures itself: the median of three, after one that does not count.
pub(crate) fn measure(port: u16, bytes: u64) -> Result<Plain> {
    let connect = || {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        Ok(stream)
    };
    measure_over(connect, bytes)
}

/// The same over connections of another kind.
pub(crate) fn measure_over<S: Read + Write>(connect: impl Fn() -> Result<S>, bytes: u64) -> Result<Plain> {
    Ok(Plain {
        read: median_of_three(|| Ok(read(open(connect()?, b'D', bytes)?, bytes)?))?,
        write: median_of_three(|| Ok(write(open(connect()?, b'U', bytes)?, bytes)?))?,
        echo: median_of_three(|| Ok(echo(open(connect()?, b'E', 0)?)?))?,
    })
}

fn median_of_three(measure: impl Fn() -> Result<f64>) -> Result<f64> {
    measure()?;
    let mut values = [measure()?, measure()?, measure()?];
    values.sort_by(f64::total_cmp);
    Ok(values[1])
}

fn open<S: Write>(mut stream: S, command: u8, length: u64) -> io::Result<S> {
    stream.write_all(&[&[command], &length.to_le_bytes()[..]].concat())?;
    stream.flush()?;
    Ok(stream)
}

/// MiB a second.
fn rate(bytes: u64, start: Instant) -> f64 {
    bytes as f64 / f64::from(1 << 20) / start.elapsed().as_secs_f64()
}

fn read(mut stream: impl Read, bytes: u64) -> io::Result<f64> {
    let mut buffer = vec![0; BUFFER];
    let start = Instant::now();
    let mut received = 0;
    while received < bytes {
        received += stream.read(&mut buffer)? as u64;
    }
    Ok(rate(bytes, start))
}

fn write(mut stream: impl Read + Write, bytes: u64) -> io::Result<f64> {
    let mut buffer = vec![0; BUFFER];
    let start = Instant::now();
    for _ in 0..bytes / BUFFER as u64 {
        stream.write_all(&buffer)?;
    }
    stream.flush()?;
    // The server answers once every byte has come.
    stream.read_exact(&mut buffer[..8])?;
    Ok(rate(bytes, start))
}

/// Round trips a second.
fn echo(mut stream: impl Read + Write) -> io::Result<f64> {
    let mut message = [0; 64];
    let start = Instant::now();
    for _ in 0..ROUNDS {
        stream.write_all(&message)?;
        stream.flush()?;
        stream.read_exact(&mut message)?;
    }
    Ok(f64::from(ROUNDS) / start.elapsed().as_secs_f64())
}
