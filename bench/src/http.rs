//! The HTTP server of the benchmarks: `/bytes/N` is N bytes, `/blue` a page of one colour, everything else the app's small page and its script.

use insula_testkit::tcp::TcpServer;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};

const PAGE: &[u8] = include_bytes!("../app/small.html");
const BLUE: &[u8] = b"<!doctype html><title>Blue</title><body style='background: #3366cc'>";
const SCRIPT: &[u8] = include_bytes!("../app/small.js");

/// Starts the server at an address of this machine: each is a site of its own.
pub(crate) fn serve(address: Ipv4Addr) -> TcpServer {
    TcpServer::start_at(address, answer)
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
        let (media_type, file) = match path {
            "/small.js" => ("text/javascript", SCRIPT),
            "/blue" => ("text/html", BLUE),
            _ => ("text/html", PAGE),
        };
        let (media_type, length) = match bytes {
            Some(length) => ("application/octet-stream", length),
            None => (media_type, file.len()),
        };
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\nCache-Control: no-store\r\n\r\n"
        )?;
        match bytes {
            None => stream.write_all(file)?,
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
