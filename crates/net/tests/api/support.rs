//! What the tests share: gates, resolvers, a page's end, servers.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use insula_net::http::{Progress, RedirectMode};
use insula_net::page::{
    Connected, DocumentNetwork, Ends, FetchBody, FetchRequest, FetchResponse, Fetched, RequestId, ResponseBody, Upload,
};
use insula_net::{AppId, BoxFuture, Broker, BrokerOptions, Denied, Destination, Error, Gate, Resolver, TcpOptions};
use rustix::net::{RecvFlags, SendFlags, recv, send};
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, Interest};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::Notify;

/// More than anything here should ever take.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// Waits for `work`, but not for ever.
pub(crate) async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, work).await.expect("in time")
}

/// Waits until `condition` holds.
pub(crate) async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(DEADLINE, wait)
        .await
        .unwrap_or_else(|_| panic!("never: {what}"));
}

pub(crate) fn broker() -> Broker {
    Broker::start(BrokerOptions::default()).unwrap()
}

pub(crate) fn broker_with(resolver: impl Resolver) -> Broker {
    Broker::start(BrokerOptions {
        resolver: Box::new(resolver),
        ..BrokerOptions::default()
    })
    .unwrap()
}

pub(crate) fn app() -> AppId {
    AppId::new("app")
}

pub(crate) fn document(broker: &Broker) -> DocumentNetwork {
    DocumentNetwork::open(broker, &app())
}

/// Connects to a port of this machine.
pub(crate) async fn connect(document: &DocumentNetwork, port: u16) -> Connected {
    soon(document.connect("127.0.0.1", port, TcpOptions::default(), allow()))
        .await
        .unwrap()
}

/// A `GET` of `url`, to be changed.
pub(crate) fn get(url: impl Into<String>) -> FetchRequest {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    FetchRequest {
        request: RequestId(NEXT.fetch_add(1, Ordering::Relaxed) as u64),
        url: url.into(),
        method: "GET".to_owned(),
        headers: Vec::new(),
        redirect: RedirectMode::Follow,
        with_cookies: false,
        timeout: None,
        body: None,
        progress: Progress::default(),
    }
}

/// A `POST` of what is written into `upload`.
pub(crate) fn post(url: impl Into<String>, upload: &Upload, length: Option<u64>) -> FetchRequest {
    FetchRequest {
        method: "POST".to_owned(),
        body: Some(FetchBody {
            upload: upload.upload,
            length,
        }),
        ..get(url)
    }
}

pub(crate) async fn fetch(document: &DocumentNetwork, request: FetchRequest) -> Result<FetchResponse, Error> {
    soon(document.fetch(request, allow())).await.map(answered)
}

/// The answer of a fetch whose body is not needed again.
pub(crate) fn answered(fetched: Fetched) -> FetchResponse {
    match fetched {
        Fetched::Response(response) => response,
        Fetched::Again(request) => panic!("the body is wanted again: {request:?}"),
    }
}

/// How a connection has ended.
pub(crate) async fn end(ends: &mut Ends) -> Result<(), Error> {
    soon(ends.next()).await.expect("an end that was not told before")
}

/// Reads a response's body to its end, and how it ended.
pub(crate) async fn read_body(response: FetchResponse) -> (Vec<u8>, Result<(), Error>) {
    let mut body = Vec::new();
    let ResponseBody::Stream {
        descriptor, mut ends, ..
    } = response.body
    else {
        return (body, Ok(()));
    };
    soon(page(descriptor).read_to_end(&mut body)).await.unwrap();
    (body, end(&mut ends).await)
}

/// How a response's body ends, and the page's end of it.
pub(crate) fn streamed(response: FetchResponse) -> (Ends, UnixStream) {
    match response.body {
        ResponseBody::Stream { descriptor, ends, .. } => (ends, page(descriptor)),
        body => panic!("{body:?}"),
    }
}

pub(crate) fn header<'a>(response: &'a FetchResponse, name: &str) -> Option<&'a str> {
    response
        .headers
        .iter()
        .find(|(found, _)| found == name)
        .map(|(_, value)| value.as_str())
}

/// The page's end as a stream. It has to be non-blocking already, as the page expects it.
pub(crate) fn page(descriptor: OwnedFd) -> UnixStream {
    UnixStream::from_std(StdUnixStream::from(descriptor)).unwrap()
}

/// The page's end of a UDP socket.
pub(crate) struct Packets(AsyncFd<OwnedFd>);

impl Packets {
    pub(crate) fn of(descriptor: OwnedFd) -> Self {
        #[expect(
            deprecated,
            reason = "it is unsound for what lies about its descriptor, which an `OwnedFd` does not"
        )]
        Self(AsyncFd::new(descriptor).unwrap())
    }

    pub(crate) async fn send(&self, to: Option<SocketAddr>, data: &[u8]) {
        let packet = match to {
            None => [&[0; 4][..], data].concat(),
            Some(to) => {
                let host = to.ip().to_string();
                let [high, low] = to.port().to_be_bytes();
                let head = [u8::try_from(host.len()).unwrap(), 0, high, low];
                [&head[..], host.as_bytes(), data].concat()
            }
        };
        self.send_raw(&packet).await;
    }

    pub(crate) async fn send_raw(&self, packet: &[u8]) {
        let sending = self
            .0
            .async_io(Interest::WRITABLE, |fd| Ok(send(fd, packet, SendFlags::NOSIGNAL)?));
        soon(sending).await.unwrap();
    }

    /// The next datagram, with its sender; nothing at the end.
    pub(crate) async fn receive(&self) -> Option<(Option<SocketAddr>, Vec<u8>)> {
        let mut packet = vec![0; 70_000];
        let receiving = self.0.async_io(Interest::READABLE, |fd| {
            Ok(recv(fd, &mut packet[..], RecvFlags::empty())?.0)
        });
        let length = soon(receiving).await.unwrap();
        let (head, rest) = packet[..length].split_first_chunk::<4>()?;
        let (host, data) = rest.split_at(usize::from(head[0]));
        let from = (head[0] > 0).then(|| {
            let address = std::str::from_utf8(host).unwrap().parse().unwrap();
            SocketAddr::new(address, u16::from_be_bytes([head[2], head[3]]))
        });
        Some((from, data.to_vec()))
    }
}

// Gates. What they let pass they let pass once: asked again, each says no.

/// Lets everything pass.
pub(crate) fn allow() -> Arc<dyn Gate> {
    asking(|_| Ok(()))
}

/// A gate that lets what `allowed` says, which can change.
pub(crate) fn deciding(allowed: &Arc<AtomicBool>) -> Arc<dyn Gate> {
    struct Deciding(Arc<AtomicBool>);
    impl Gate for Deciding {
        fn check<'a>(&'a self, _: &'a Destination) -> BoxFuture<'a, Result<(), Denied>> {
            let denied = Denied::new("NotAllowedError", "no");
            let answer = self.still_allows(None).then_some(()).ok_or(denied);
            Box::pin(std::future::ready(answer))
        }

        fn still_allows(&self, _: Option<&Destination>) -> bool {
            self.0.load(Ordering::SeqCst)
        }
    }
    Arc::new(Deciding(allowed.clone()))
}

/// Answers with `decide`.
pub(crate) fn asking(decide: impl Fn(&Destination) -> Result<(), Denied> + Send + Sync + 'static) -> Arc<dyn Gate> {
    struct Asking<F>(F);
    impl<F> Gate for Asking<F>
    where
        F: Fn(&Destination) -> Result<(), Denied> + Send + Sync + 'static,
    {
        fn check<'a>(&'a self, destination: &'a Destination) -> BoxFuture<'a, Result<(), Denied>> {
            Box::pin(std::future::ready((self.0)(destination)))
        }

        fn still_allows(&self, _: Option<&Destination>) -> bool {
            false
        }
    }
    Arc::new(Asking(decide))
}

/// Lets everything pass and remembers what it was asked.
#[derive(Default)]
pub(crate) struct Recording(Mutex<Vec<Destination>>);

impl Recording {
    pub(crate) fn asked(&self) -> Vec<Destination> {
        self.0.lock().unwrap().clone()
    }
}

impl Gate for Recording {
    fn check<'a>(&'a self, destination: &'a Destination) -> BoxFuture<'a, Result<(), Denied>> {
        self.0.lock().unwrap().push(destination.clone());
        Box::pin(std::future::ready(Ok(())))
    }

    fn still_allows(&self, _: Option<&Destination>) -> bool {
        false
    }
}

/// A prompt that nobody answers.
#[derive(Default)]
pub(crate) struct PendingGate {
    pub(crate) asked: AtomicUsize,
    pub(crate) was_asked: Notify,
}

impl Gate for PendingGate {
    fn check<'a>(&'a self, _: &'a Destination) -> BoxFuture<'a, Result<(), Denied>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.was_asked.notify_one();
        Box::pin(std::future::pending())
    }

    fn still_allows(&self, _: Option<&Destination>) -> bool {
        false
    }
}

// Resolvers.

/// Names with fixed addresses; each look-up takes the next of a name's answers.
pub(crate) struct Names {
    answers: HashMap<String, Vec<Vec<IpAddr>>>,
    asked: Mutex<HashMap<String, usize>>,
}

impl Names {
    pub(crate) fn new(names: &[(&str, &[&[&str]])]) -> Self {
        let answers = names
            .iter()
            .map(|(name, answers)| {
                let answers = answers
                    .iter()
                    .map(|addresses| addresses.iter().map(|a| a.parse().unwrap()).collect());
                ((*name).to_owned(), answers.collect())
            })
            .collect();
        Self {
            answers,
            asked: Mutex::default(),
        }
    }
}

impl Resolver for Names {
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        let mut asked = self.asked.lock().unwrap();
        let count = asked.entry(host.to_owned()).or_default();
        let found = self.answers.get(host).map(|answers| {
            let addresses = &answers[(*count).min(answers.len() - 1)];
            addresses
                .iter()
                .map(|address| SocketAddr::new(*address, port))
                .collect()
        });
        *count += 1;
        Box::pin(std::future::ready(
            found.ok_or_else(|| io::Error::other("no such name")),
        ))
    }
}

/// A name server that does not answer, and remembers what it was asked.
#[derive(Clone, Default)]
pub(crate) struct Silent(Arc<Mutex<Vec<String>>>);

impl Silent {
    pub(crate) fn asked(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Resolver for Silent {
    fn resolve<'a>(&'a self, host: &'a str, _: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        self.0.lock().unwrap().push(host.to_owned());
        Box::pin(std::future::pending())
    }
}

// Servers.

/// Serves every connection with `serve`, and returns the port.
pub(crate) async fn serve<Served>(serve: impl Fn(TcpStream) -> Served + Send + Sync + 'static) -> u16
where
    Served: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    port
}

/// Accepts one connection and hands it over.
pub(crate) async fn accept_one() -> (u16, impl Future<Output = TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (port, async move { soon(listener.accept()).await.unwrap().0 })
}

pub(crate) async fn echo(stream: impl AsyncRead + AsyncWrite) {
    let (mut reader, mut writer) = tokio::io::split(stream);
    let _ = tokio::io::copy(&mut reader, &mut writer).await;
    let _ = writer.shutdown().await;
}

/// An HTTP/1.1 request as a server sees it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Request line and headers.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// Which of the server's connections it came over, from 0.
    pub(crate) connection: usize,
}

impl Seen {
    pub(crate) fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// Reads one request: `None` when the client has closed.
pub(crate) async fn read_request(stream: &mut (impl AsyncRead + Unpin), connection: usize) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head_length = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let mut body = bytes.split_off(head_length);
    let mut seen = Seen {
        head: String::from_utf8(bytes).unwrap(),
        body: Vec::new(),
        connection,
    };
    if let Some(length) = seen.header("content-length") {
        let length: usize = length.parse().unwrap();
        while body.len() < length {
            if stream.read_buf(&mut body).await.ok()? == 0 {
                return None;
            }
        }
        seen.body = body;
    } else if seen.header("transfer-encoding").is_some() {
        while !body.ends_with(b"0\r\n\r\n") {
            if stream.read_buf(&mut body).await.ok()? == 0 {
                return None;
            }
        }
        seen.body = dechunk(&body);
    }
    Some(seen)
}

fn dechunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let line = bytes.windows(2).position(|window| window == b"\r\n").unwrap();
        let size = std::str::from_utf8(&bytes[..line]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return body;
        }
        body.extend(&bytes[line + 2..line + 2 + size]);
        bytes = &bytes[line + 2 + size + 2..];
    }
}

/// An HTTP/1.1 server that answers with raw bytes and keeps its connections open.
pub(crate) struct Http {
    pub(crate) port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Http {
    pub(crate) async fn start(answer: impl Fn(&Seen) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let connections = AtomicUsize::new(0);
        let (record, answer) = (seen.clone(), Arc::new(answer));
        let port = serve(move |mut stream| {
            let (record, answer) = (record.clone(), answer.clone());
            let connection = connections.fetch_add(1, Ordering::SeqCst);
            async move {
                while let Some(request) = read_request(&mut stream, connection).await {
                    record.lock().unwrap().push(request.clone());
                    if stream.write_all(&answer(&request)).await.is_err() {
                        return;
                    }
                }
            }
        })
        .await;
        Self { port, seen }
    }

    /// The same, over TLS.
    pub(crate) async fn start_tls(
        acceptor: tokio_rustls::TlsAcceptor,
        answer: impl Fn(&Seen) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let (record, answer) = (seen.clone(), Arc::new(answer));
        let port = serve(move |stream| {
            let (record, answer, acceptor) = (record.clone(), answer.clone(), acceptor.clone());
            async move {
                let mut stream = acceptor.accept(stream).await.unwrap();
                while let Some(request) = read_request(&mut stream, 0).await {
                    record.lock().unwrap().push(request.clone());
                    if stream.write_all(&answer(&request)).await.is_err() {
                        return;
                    }
                }
            }
        })
        .await;
        Self { port, seen }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// A whole response with a length.
pub(crate) fn response(status: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {status}\r\n").into_bytes();
    for header in headers {
        bytes.extend(format!("{header}\r\n").bytes());
    }
    bytes.extend(format!("Content-Length: {}\r\n\r\n", body.len()).bytes());
    bytes.extend(body);
    bytes
}

/// Bytes in which no two neighbouring chunks of any size look alike.
pub(crate) fn pattern(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect()
}
