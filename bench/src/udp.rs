//! A UDP server that sends back what comes, or only counts it, and a plain client.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const ROUNDS: u32 = 20_000;

/// As long as what a page sends.
const DATAGRAM: [u8; 64] = [7; 64];

/// The server. It ends when it is dropped.
pub(crate) struct UdpServer {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
}

/// Starts the server: a datagram that begins with a zero is not sent back.
pub(crate) fn serve() -> io::Result<UdpServer> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let address = socket.local_addr()?;
    let is_over = Arc::<AtomicBool>::default();
    socket.set_read_timeout(Some(Duration::from_millis(100)))?;
    thread::spawn({
        let is_over = is_over.clone();
        move || {
            let mut datagram = [0; 2048];
            while !is_over.load(Ordering::Relaxed) {
                if let Ok((length, from)) = socket.recv_from(&mut datagram)
                    && datagram[0] != 0
                {
                    // The client may be gone.
                    let _ = socket.send_to(&datagram[..length], from);
                }
            }
        }
    });
    Ok(UdpServer { address, is_over })
}

impl UdpServer {
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Round trips a second of a plain client.
    pub(crate) fn echo(&self) -> io::Result<f64> {
        let socket = self.connect()?;
        let mut answer = [0; 2048];
        let start = Instant::now();
        for _ in 0..ROUNDS {
            socket.send(&DATAGRAM)?;
            socket.recv(&mut answer)?;
        }
        Ok(f64::from(ROUNDS) / start.elapsed().as_secs_f64())
    }

    /// Datagrams a second that a plain client sends.
    pub(crate) fn send(&self) -> io::Result<f64> {
        let (socket, mut datagram) = (self.connect()?, DATAGRAM);
        datagram[0] = 0;
        let start = Instant::now();
        for _ in 0..ROUNDS {
            socket.send(&datagram)?;
        }
        Ok(f64::from(ROUNDS) / start.elapsed().as_secs_f64())
    }

    fn connect(&self) -> io::Result<UdpSocket> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.connect(self.address)?;
        socket.set_read_timeout(Some(Duration::from_secs(5)))?;
        Ok(socket)
    }
}

impl Drop for UdpServer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}
