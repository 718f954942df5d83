//! The HTTP server of the benchmarks: `/bytes/N` is N bytes, everything else a small page.

use anyhow::Result;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

const PAGE: &[u8] = b"<!doctype html><title>Bench</title><h1>Hello</h1>";

/// Starts the server and answers with its port.
pub(crate) fn serve() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that goes away has had enough.
            thread::spawn(move || drop(answer(stream)));
        }
    });
    Ok(port)
}

fn answer(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let chunk = vec![7; 256 << 10];
    loop {
        let mut request = String::new();
        if reader.read_line(&mut request)? == 0 {
            return Ok(());
        }
        let mut header = String::new();
        while reader.read_line(&mut header)? > 2 {
            header.clear();
        }
        let path = request.split(' ').nth(1).unwrap_or_default();
        let bytes = path
            .strip_prefix("/bytes/")
            .and_then(|length| length.parse::<usize>().ok());
        let (media_type, length) = match bytes {
            Some(length) => ("application/octet-stream", length),
            None => ("text/html", PAGE.len()),
        };
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\nCache-Control: no-store\r\n\r\n"
        )?;
        match bytes {
            None => stream.write_all(PAGE)?,
            Some(mut left) => {
                while left > 0 {
                    let part = left.min(chunk.len());
                    stream.write_all(&chunk[..part])?;
                    left -= part;
                }
            }
        }
    }
}
