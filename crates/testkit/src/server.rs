//! Web servers on this machine: exact, strict, slow or broken, as a test needs them.

mod http;
pub mod strict;

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::tcp::{self, TcpServer};
use crate::trust::{Authority, PUBLIC_HOST};

/// What a server was asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET`, `POST`, ….
    pub method: String,
    /// The path and the query.
    pub target: String,
    /// In their order; names in lower case.
    pub headers: Vec<(String, String)>,
    /// What came after the headers.
    pub body: Vec<u8>,
}

impl Request {
    /// The first header of a name, which is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// The target without its query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }
}

/// What a server does with a request.
pub enum Reply {
    /// A whole answer.
    Full {
        /// The status code.
        status: u16,
        /// Besides `Content-Length` and `Connection`.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// Bytes that need not be HTTP; then the connection is closed.
    Raw(Vec<u8>),
    /// Nothing, and the connection stays open until the other side closes it.
    Silence,
    /// A beginning of an answer, then the connection is reset.
    Reset(Vec<u8>),
    /// A good answer of a type whose body goes on until the other side closes the connection.
    Endless(&'static str),
    /// A good answer that begins so, and goes on without an end: a byte after each pause, or as fast as it can.
    Begun(Vec<u8>, Option<Duration>),
}

impl Reply {
    /// A page.
    pub fn html(body: impl Into<Vec<u8>>) -> Self {
        Self::of("text/html; charset=utf-8", body)
    }

    /// A plain text.
    pub fn text(body: impl Into<Vec<u8>>) -> Self {
        Self::of("text/plain; charset=utf-8", body)
    }

    /// A body of a type.
    pub fn of(media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".to_owned(), media_type.to_owned())];
        Self::Full {
            status: 200,
            headers,
            body: body.into(),
        }
    }

    /// That there is no such page.
    pub fn not_found() -> Self {
        Self::text("not found").status(404)
    }

    /// Another status; only a whole answer has one.
    pub fn status(mut self, new: u16) -> Self {
        if let Self::Full { status, .. } = &mut self {
            *status = new;
        }
        self
    }

    /// One more header; only a whole answer has some.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Self::Full { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Full { status, body, .. } => write!(formatter, "Full({status}, {} bytes)", body.len()),
            Self::Raw(bytes) => write!(formatter, "Raw({} bytes)", bytes.len()),
            Self::Silence => formatter.write_str("Silence"),
            Self::Reset(bytes) => write!(formatter, "Reset(after {} bytes)", bytes.len()),
            Self::Endless(media_type) => write!(formatter, "Endless({media_type})"),
            Self::Begun(bytes, pause) => write!(formatter, "Begun({} bytes, {pause:?})", bytes.len()),
        }
    }
}

/// A web server. It stops accepting when it is dropped.
#[derive(Debug)]
pub struct Site {
    server: TcpServer,
    scheme: &'static str,
    log: Arc<Log>,
}

/// What becomes of what a server is asked.
#[derive(Debug, Default)]
struct Log {
    requests: Mutex<Vec<Request>>,
    answering: AtomicUsize,
}

/// An answer that is under way until this is dropped.
struct Answering<'a>(&'a Log);

impl Log {
    fn begin(&self) -> Answering<'_> {
        self.answering.fetch_add(1, Ordering::Relaxed);
        Answering(self)
    }
}

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        self.0.answering.fetch_sub(1, Ordering::Relaxed);
    }
}

type Handler = Arc<dyn Fn(&Request) -> Reply + Send + Sync>;

impl Site {
    /// Serves http.
    pub fn start(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::listen("http", None, Arc::new(handler))
    }

    /// Serves https with a certificate of an authority.
    pub fn start_tls(authority: &Authority, handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::listen("https", Some(authority.server_config()), Arc::new(handler))
    }

    /// The URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.server.address())
    }

    /// The same, of a site on the internet, for programs in a world of the server's authority.
    pub fn public_url(&self, path: &str) -> String {
        format!("{}://{PUBLIC_HOST}:{}{path}", self.scheme, self.port())
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// Everything that it was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        self.log.requests.lock().expect("no handler panicked").clone()
    }

    /// What it was asked for one path.
    pub fn requests_for(&self, path: &str) -> Vec<Request> {
        self.requests()
            .into_iter()
            .filter(|request| request.path() == path)
            .collect()
    }

    /// How many connections are open now. The engine opens some before it has anything to ask, and keeps others.
    pub fn open(&self) -> usize {
        self.server.open()
    }

    /// How many requests are being answered now.
    pub fn answering(&self) -> usize {
        self.log.answering.load(Ordering::Relaxed)
    }

    fn listen(scheme: &'static str, tls: Option<Arc<ServerConfig>>, handler: Handler) -> Self {
        let log = Arc::<Log>::default();
        let written = log.clone();
        let server = TcpServer::start(move |stream| serve(stream, tls.clone(), &handler, &written));
        Self { server, scheme, log }
    }
}

fn serve(stream: TcpStream, tls: Option<Arc<ServerConfig>>, handler: &Handler, log: &Log) -> io::Result<()> {
    let socket = stream.try_clone()?;
    match tls {
        None => converse(stream, &socket, handler, log),
        Some(config) => {
            let connection = ServerConnection::new(config).map_err(io::Error::other)?;
            converse(StreamOwned::new(connection, stream), &socket, handler, log)
        }
    }
}

fn converse(mut stream: impl Read + Write, socket: &TcpStream, handler: &Handler, log: &Log) -> io::Result<()> {
    while let Some(request) = http::read_request(&mut stream)? {
        let reply = handler(&request);
        let is_head = request.method == "HEAD";
        let _answering = log.begin();
        log.requests
            .lock()
            .map_err(|_| io::Error::other("a test failed"))?
            .push(request);
        match reply {
            Reply::Full { status, headers, body } => {
                http::write_response(&mut stream, status, &headers, &body, is_head)?;
            }
            Reply::Raw(bytes) => {
                stream.write_all(&bytes)?;
                return stream.flush();
            }
            Reply::Silence => {
                let mut rest = Vec::new();
                return stream.read_to_end(&mut rest).map(drop);
            }
            Reply::Reset(bytes) => {
                stream.write_all(&bytes)?;
                stream.flush()?;
                return tcp::reset(socket);
            }
            Reply::Endless(media_type) => {
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n\r\n")?;
                loop {
                    stream.write_all(&[b'.'; 16 * 1024])?;
                }
            }
            Reply::Begun(bytes, pause) => {
                write!(stream, "HTTP/1.1 200 OK\r\n\r\n")?;
                stream.write_all(&bytes)?;
                loop {
                    stream.flush()?;
                    match pause {
                        Some(pause) => {
                            std::thread::sleep(pause);
                            stream.write_all(b".")?;
                        }
                        None => stream.write_all(&[b'.'; 16 * 1024])?,
                    }
                }
            }
        }
    }
    Ok(())
}
