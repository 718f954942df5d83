//! The bytes of a connection, whatever they pass through.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::tls::Secured;

/// A connection's two directions.
#[derive(Debug)]
pub enum Stream {
    /// A TCP connection, to the server or to a proxy that has become a tunnel.
    Tcp(TcpStream),
    /// TLS over one.
    Tls(Box<Secured<TcpStream>>),
}

impl Stream {
    /// The addresses of this side and of the other one.
    ///
    /// # Errors
    /// When the connection has broken already.
    pub fn addresses(&self) -> io::Result<(SocketAddr, SocketAddr)> {
        let tcp = self.tcp();
        Ok((tcp.local_addr()?, tcp.peer_addr()?))
    }

    /// The connection at the bottom.
    pub(crate) fn tcp(&self) -> &TcpStream {
        match self {
            Self::Tcp(tcp) => tcp,
            Self::Tls(tls) => tls.get_ref().0.get_ref(),
        }
    }

    /// The address of this side.
    ///
    /// # Errors
    /// There is none any more.
    pub(crate) fn local_address(&self) -> io::Result<SocketAddr> {
        self.tcp().local_addr()
    }

    /// Whether something has come that nobody has read. Of TLS that is read then.
    pub(crate) fn has_unread(&mut self) -> bool {
        match self {
            // What a reactor knows of a socket may be less than what the system does.
            Self::Tcp(tcp) => rustix::io::ioctl_fionread(tcp).is_ok_and(|unread| unread > 0),
            Self::Tls(tls) => matches!(tls.read(&mut [0]).now_or_never(), Some(Ok(1..))),
        }
    }
}

macro_rules! each {
    ($stream:ident, $inner:ident => $work:expr) => {
        match $stream.get_mut() {
            Stream::Tcp(tcp) => {
                let $inner = Pin::new(tcp);
                $work
            }
            Stream::Tls(tls) => {
                let $inner = Pin::new(&mut **tls);
                $work
            }
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        each!(self, inner => inner.poll_read(context, buffer))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        each!(self, inner => inner.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        each!(self, inner => inner.poll_write_vectored(context, parts))
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(tcp) => tcp.is_write_vectored(),
            Self::Tls(tls) => tls.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, inner => inner.poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, inner => inner.poll_shutdown(context))
    }
}
