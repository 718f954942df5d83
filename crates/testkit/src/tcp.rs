//! TCP servers on this machine.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpListener, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use rustls::{ServerConnection, StreamOwned};

use crate::trust::Authority;
use rustix::net::{self, AddressFamily, SocketType};

/// A TCP server. It stops accepting when it is dropped.
#[derive(Debug)]
pub struct TcpServer {
    address: SocketAddr,
    open: Arc<AtomicUsize>,
    accepted: Arc<AtomicUsize>,
    stopped: Arc<AtomicBool>,
}

impl TcpServer {
    /// Sends everything back, and ends when the other side has.
    pub fn echo() -> Self {
        Self::start(|mut stream| {
            let mut from = stream.try_clone()?;
            io::copy(&mut from, &mut stream).map(drop)
        })
    }

    /// Reads everything and says nothing.
    pub fn sink() -> Self {
        Self::start(|mut stream| io::copy(&mut stream, &mut io::sink()).map(drop))
    }

    /// Sends this many zeros, then ends.
    pub fn source(bytes: u64) -> Self {
        Self::start(move |mut stream| io::copy(&mut io::repeat(0).take(bytes), &mut stream).map(drop))
    }

    /// Sends for ever.
    pub fn endless() -> Self {
        Self::source(u64::MAX)
    }

    /// Sends a few bytes, then resets the connection.
    pub fn resetting() -> Self {
        Self::start(|mut stream| {
            stream.write_all(b"before")?;
            // So that they arrive before the reset takes them away: the other side asks for it.
            stream.read_exact(&mut [0])?;
            reset(&stream)
        })
    }

    /// Greets like a mail server, secures the connection where `STLS` is said to it, and sends everything back from then
    /// on; `at_once` it is secured from the start, without a word.
    pub fn secured(authority: &Authority, at_once: bool) -> Self {
        let config = authority.server_config();
        Self::start(move |mut stream| {
            if !at_once {
                stream.write_all(b"+OK ready\r\n")?;
                stream.read_exact(&mut [0; b"STLS\r\n".len()])?;
                stream.write_all(b"+OK go on\r\n")?;
            }
            let connection = ServerConnection::new(config.clone()).map_err(io::Error::other)?;
            let mut stream = StreamOwned::new(connection, stream);
            let mut buffer = [0; 16 * 1024];
            loop {
                match stream.read(&mut buffer)? {
                    0 => break,
                    read => stream.write_all(&buffer[..read])?,
                }
            }
            stream.conn.send_close_notify();
            stream.flush()
        })
    }

    /// Does something with every connection, each on its own thread.
    pub fn start(serve: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self::start_at(Ipv4Addr::LOCALHOST, serve)
    }

    /// The same at another address of this machine, such as 127.0.0.2: another site for a browser.
    pub fn start_at(address: Ipv4Addr, serve: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((address, 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound address");
        let server = Self {
            address,
            open: Arc::default(),
            accepted: Arc::default(),
            stopped: Arc::default(),
        };
        let (open, accepted, stopped) = (server.open.clone(), server.accepted.clone(), server.stopped.clone());
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                accepted.fetch_add(1, Ordering::Relaxed);
                open.fetch_add(1, Ordering::Relaxed);
                let (open, serve) = (open.clone(), serve.clone());
                thread::spawn(move || {
                    // A client that goes away is no failure of the server.
                    let _ = serve(stream);
                    open.fetch_sub(1, Ordering::Relaxed);
                });
            }
        });
        server
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many connections are open now.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// How many connections there were.
    pub fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }
}

impl Drop for TcpServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

/// A port of 127.0.0.1 on which nobody listens, and nobody can as long as this value lives.
#[derive(Debug)]
pub struct ClosedPort {
    _socket: OwnedFd,
    port: u16,
}

impl ClosedPort {
    /// Takes a port, and does not listen on it.
    pub fn new() -> Self {
        let socket = net::socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
        net::bind(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = net::getsockname(&socket).expect("a bound address");
        let address = SocketAddrV4::try_from(address).expect("an address of the family that was asked for");
        Self {
            _socket: socket,
            port: address.port(),
        }
    }

    /// Its number.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Default for ClosedPort {
    fn default() -> Self {
        Self::new()
    }
}

/// Ends a connection with a reset instead of an end.
pub(crate) fn reset(stream: &TcpStream) -> io::Result<()> {
    let no_time = Some(std::time::Duration::ZERO);
    net::sockopt::set_socket_linger(stream.as_fd(), no_time)?;
    stream.shutdown(std::net::Shutdown::Read)
}
