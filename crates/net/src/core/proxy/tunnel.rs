//! Tunnels through a proxy: HTTP's CONNECT (RFC 9110 §9.3.6) and SOCKS 5 (RFC 1928, RFC 1929).

use std::io;
use std::net::IpAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::{Credentials, Proxy};
use crate::core::error::Error;

/// The longest head of an answer to CONNECT.
const LONGEST_HEAD: usize = 16 * 1024;

/// Makes of a connection to `proxy` one to `host` and `port`. What follows is the server's alone.
///
/// # Errors
/// [`Error::Proxy`].
pub(crate) async fn open<Io>(io: &mut Io, proxy: &Proxy, host: &str, port: u16) -> Result<(), Error>
where
    Io: AsyncRead + AsyncWrite + Unpin,
{
    let opened = if proxy.forwards() {
        connect(io, proxy, host, port).await
    } else {
        socks(io, proxy, host, port).await
    };
    opened.map_err(|failure| match failure {
        Failure::Answer(error) => error,
        Failure::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            proxy.failure("it closed the connection without an answer")
        }
        Failure::Io(error) => proxy.failure(Error::broken(&error).to_string()),
    })
}

enum Failure {
    Answer(Error),
    Io(io::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Answer(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

async fn connect<Io>(io: &mut Io, proxy: &Proxy, host: &str, port: u16) -> Result<(), Failure>
where
    Io: AsyncRead + AsyncWrite + Unpin,
{
    let authority = if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    };
    let mut request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n");
    if let Some(authorization) = proxy.authorization() {
        request.push_str(&format!("Proxy-Authorization: {authorization}\r\n"));
    }
    request.push_str("\r\n");
    io.write_all(request.as_bytes()).await?;
    io.flush().await?;
    let mut head = Vec::new();
    // A byte at a time: what comes behind the head may be the server's already.
    while !head.ends_with(b"\r\n\r\n") && !head.ends_with(b"\n\n") {
        if head.len() >= LONGEST_HEAD {
            return Err(proxy.failure("its answer is too long").into());
        }
        head.push(io.read_u8().await?);
    }
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let mut words = line.trim_end().splitn(2, ' ');
    let is_http = words.next().is_some_and(|version| version.starts_with("HTTP/1."));
    let status = words.next().unwrap_or_default();
    match status.get(..3).and_then(|code| code.parse::<u16>().ok()) {
        Some(200..=299) if is_http => Ok(()),
        Some(407) if is_http => Err(proxy.wants_credentials().into()),
        Some(_) if is_http => Err(proxy
            .failure(format!("it answered \"{status}\" for {authority}"))
            .into()),
        _ => Err(proxy.failure("its answer is not HTTP").into()),
    }
}

async fn socks<Io>(io: &mut Io, proxy: &Proxy, host: &str, port: u16) -> Result<(), Failure>
where
    Io: AsyncRead + AsyncWrite + Unpin,
{
    const VERSION: u8 = 5;
    const NONE: u8 = 0;
    const PASSWORD: u8 = 2;
    let credentials = proxy.credentials();
    match credentials {
        Some(_) => io.write_all(&[VERSION, 2, NONE, PASSWORD]).await?,
        None => io.write_all(&[VERSION, 1, NONE]).await?,
    }
    let mut answer = [0; 2];
    io.read_exact(&mut answer).await?;
    match (answer, credentials) {
        ([VERSION, NONE], _) => {}
        ([VERSION, PASSWORD], Some(credentials)) => authenticate(io, proxy, credentials).await?,
        ([VERSION, _], Some(_)) => return Err(proxy.failure("it wants to know the user in another way").into()),
        ([VERSION, _], None) => return Err(proxy.failure("it asks for a name and a password").into()),
        _ => return Err(proxy.failure("its answer is not SOCKS 5").into()),
    }
    let mut request = vec![VERSION, 1, 0];
    match host.parse() {
        Ok(IpAddr::V4(address)) => {
            request.push(1);
            request.extend(address.octets());
        }
        Ok(IpAddr::V6(address)) => {
            request.push(4);
            request.extend(address.octets());
        }
        Err(_) => {
            let length = u8::try_from(host.len()).map_err(|_| proxy.failure("the name is too long for SOCKS"))?;
            request.extend([3, length]);
            request.extend(host.bytes());
        }
    }
    request.extend(port.to_be_bytes());
    io.write_all(&request).await?;
    let mut answer = [0; 4];
    io.read_exact(&mut answer).await?;
    let [version, reply, _, kind] = answer;
    if version != VERSION {
        return Err(proxy.failure("its answer is not SOCKS 5").into());
    }
    if reply != 0 {
        let reason = match reply {
            2 => "its rules forbid it",
            3 => "the network cannot be reached",
            4 => "the host cannot be reached",
            5 => "the connection was refused",
            6 => "it took too long",
            _ => "it failed",
        };
        return Err(proxy
            .failure(format!("{reason} (SOCKS reply {reply} for {host}:{port})"))
            .into());
    }
    // The address that it connects from, which nobody needs.
    let length = match kind {
        1 => 4,
        4 => 16,
        3 => usize::from(io.read_u8().await?),
        _ => return Err(proxy.failure("its answer is not SOCKS 5").into()),
    };
    io.read_exact(&mut vec![0; length + 2]).await?;
    Ok(())
}

async fn authenticate<Io>(io: &mut Io, proxy: &Proxy, credentials: &Credentials) -> Result<(), Failure>
where
    Io: AsyncRead + AsyncWrite + Unpin,
{
    let mut request = vec![1];
    for text in [&credentials.name, &credentials.password] {
        let length = u8::try_from(text.len()).map_err(|_| proxy.failure("its credentials are too long for SOCKS"))?;
        request.push(length);
        request.extend(text.bytes());
    }
    io.write_all(&request).await?;
    let mut answer = [0; 2];
    io.read_exact(&mut answer).await?;
    if answer[1] != 0 {
        return Err(proxy.failure("it does not accept the name and password").into());
    }
    Ok(())
}
