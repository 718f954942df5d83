//! WebSockets of pages, against a server of the usual library.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use insula_net::page::{DocumentNetwork, RequestId, WebSocketOpened, WebSocketOptions};
use insula_net::{Broker, Denied, Error, TlsOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message};
use tokio_tungstenite::{WebSocketStream, accept_async, accept_hdr_async};

use crate::support::*;
use crate::tls::{Authority, certificate};

const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 3;
const SENT: u8 = 4;

type Server = WebSocketStream<TcpStream>;

fn options(url: impl Into<String>) -> WebSocketOptions {
    static NEXT: AtomicUsize = AtomicUsize::new(1_000_000);
    WebSocketOptions {
        request: RequestId(NEXT.fetch_add(1, Ordering::Relaxed) as u64),
        url: url.into(),
        protocols: Vec::new(),
        headers: Vec::new(),
        tls: TlsOptions::default(),
    }
}

async fn open(document: &DocumentNetwork, options: WebSocketOptions) -> Result<WebSocketOpened, Error> {
    soon(document.web_socket(options, allow())).await
}

/// A server that takes WebSockets, and does something with each.
async fn server<Served>(serving: impl Fn(Server) -> Served + Copy + Send + Sync + 'static) -> String
where
    Served: Future<Output = ()> + Send + 'static,
{
    let port = serve(move |stream| async move { serving(accept_async(stream).await.unwrap()).await }).await;
    format!("ws://127.0.0.1:{port}/")
}

async fn echoing(mut socket: Server) {
    while let Some(Ok(message)) = socket.next().await {
        if message.is_text() || message.is_binary() {
            socket.send(message).await.unwrap();
        }
    }
}

/// What the page's own scripts do with a descriptor.
struct Page {
    stream: UnixStream,
    /// How much the broker says that it has sent.
    sent: u64,
}

impl Page {
    fn of(opened: WebSocketOpened) -> (Self, insula_net::page::Ends) {
        let stream = page(opened.descriptor);
        (Self { stream, sent: 0 }, opened.ends)
    }

    async fn send(&mut self, kind: u8, rest: &[u8]) {
        self.begin(kind, rest.len()).await;
        soon(self.stream.write_all(rest)).await.unwrap();
    }

    async fn begin(&mut self, kind: u8, length: usize) {
        let [a, b, c, d] = u32::try_from(length).unwrap().to_be_bytes();
        soon(self.stream.write_all(&[kind, a, b, c, d])).await.unwrap();
    }

    /// The next frame that is no count; `None` at the end.
    async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            let mut head = [0; 5];
            soon(self.stream.read_exact(&mut head)).await.ok()?;
            let [kind, length @ ..] = head;
            let mut rest = vec![0; u32::from_be_bytes(length) as usize];
            soon(self.stream.read_exact(&mut rest)).await.unwrap();
            if kind != SENT {
                return Some((kind, rest));
            }
            self.sent += u64::from_be_bytes(rest.try_into().unwrap());
        }
    }
}

fn closing(code: u16, reason: &str) -> Vec<u8> {
    [&code.to_be_bytes()[..], reason.as_bytes()].concat()
}

#[tokio::test]
async fn messages_of_any_kind_and_size_come_back_whole_and_what_was_sent_is_counted() {
    let url = server(echoing).await;
    let broker = broker();
    let document = document(&broker);
    let (mut page, mut ends) = Page::of(open(&document, options(url)).await.unwrap());
    let long = pattern(10 * 1024 * 1024);
    let mut total = 0;
    for (kind, rest) in [
        (TEXT, "h\u{e9}llo".as_bytes()),
        (TEXT, b""),
        (BINARY, b"\0\xff"),
        (BINARY, &long[..300_000]),
    ] {
        page.send(kind, rest).await;
        assert!(page.next().await == Some((kind, rest.to_vec())), "{}", rest.len());
        total += rest.len() as u64;
    }
    // Longer than all buffers on the way: it comes back while it is still being sent.
    let (mut reader, mut writer) = page.stream.split();
    let sending = async {
        writer
            .write_all(&[&[BINARY, 0, 0xa0, 0, 0][..], &long].concat())
            .await
            .unwrap();
        total += long.len() as u64;
    };
    let receiving = async {
        let (mut sent, mut come) = (0, Vec::new());
        while come.is_empty() {
            let mut head = [0; 5];
            reader.read_exact(&mut head).await.unwrap();
            let mut rest = vec![0; u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize];
            reader.read_exact(&mut rest).await.unwrap();
            match head[0] {
                SENT => sent += u64::from_be_bytes(rest.try_into().unwrap()),
                _ => come = rest,
            }
        }
        (sent, come)
    };
    let ((), (sent, come)) = soon(async { tokio::join!(sending, receiving) }).await;
    page.sent += sent;
    assert!(come == long);
    page.send(CLOSE, &closing(1000, "")).await;
    assert_eq!(page.next().await, Some((CLOSE, closing(1000, ""))));
    assert_eq!(page.next().await, None);
    assert_eq!(page.sent, total);
    assert_eq!(end(&mut ends).await, Ok(()));
}

#[tokio::test]
#[expect(clippy::result_large_err, reason = "the library decides what its callbacks answer")]
async fn a_server_sees_the_apps_headers_and_not_those_that_are_the_handshakes() {
    let port = serve(|stream| async move {
        let mut seen = String::new();
        let answer = |request: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
            for name in [
                "cookie",
                "origin",
                "user-agent",
                "authorization",
                "host",
                "accept",
                "sec-websocket-extensions",
            ] {
                let value = request.headers().get(name).map(|value| value.to_str().unwrap());
                seen.push_str(&format!("{name}={} ", value.unwrap_or("none")));
            }
            seen.push_str(request.uri().path_and_query().unwrap().as_str());
            response
                .headers_mut()
                .insert("sec-websocket-protocol", "chat".parse().unwrap());
            Ok(response)
        };
        let mut socket = accept_hdr_async(stream, answer).await.unwrap();
        socket.send(Message::text(seen)).await.unwrap();
        while let Some(Ok(_)) = socket.next().await {}
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let headers = [
        ("Cookie", "a=1"),
        ("Authorization", "Bearer secret"),
        ("User-Agent", "Mine/1"),
        ("Host", "other.example"),
        ("Sec-WebSocket-Extensions", "permessage-deflate"),
        ("Sec-WebSocket-Key", "mine"),
    ];
    let asked = WebSocketOptions {
        protocols: vec!["news".to_owned(), "chat".to_owned()],
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        ..options(format!("ws://127.0.0.1:{port}/path?query"))
    };
    let opened = open(&document, asked).await.unwrap();
    assert_eq!(opened.protocol, "chat");
    let (mut page, _ends) = Page::of(opened);
    let (kind, seen) = page.next().await.unwrap();
    assert_eq!(kind, TEXT);
    let expected = format!(
        "cookie=a=1 origin=none user-agent=Mine/1 authorization=Bearer secret host=127.0.0.1:{port} accept=none \
         sec-websocket-extensions=none /path?query"
    );
    assert_eq!(String::from_utf8(seen).unwrap(), expected);
}

#[tokio::test]
async fn what_opens_no_websocket_is_an_error_that_says_what_it_was() {
    let http = Http::start(|request| match request.path() {
        "/login" => response("401 Unauthorized", &["WWW-Authenticate: Basic"], "no"),
        "/moved" => response("302 Found", &["Location: /elsewhere"], ""),
        "/wrong" => b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n\r\n".to_vec(),
        "/garbage" => b"hello\r\n\r\n".to_vec(),
        _ => b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n".to_vec(),
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    for (path, said) in [
        ("/login", "401 Unauthorized"),
        ("/moved", "302 Found"),
        ("/wrong", "Sec-WebSocket-Accept"),
        ("/other", "something else"),
        ("/garbage", "not valid HTTP"),
    ] {
        let url = http.url(path).replacen("http", "ws", 1);
        let error = open(&document, options(url)).await.unwrap_err();
        assert_eq!(error.dom_name(), "NetworkError", "{path}");
        assert!(error.to_string().contains(said), "{path}: {error}");
    }
    for (url, name) in [
        ("http://127.0.0.1/", "TypeError"),
        ("ws://name:password@127.0.0.1/", "TypeError"),
        ("ws://127.0.0.1:25/", "NetworkError"),
    ] {
        let error = open(&document, options(url)).await.unwrap_err();
        assert_eq!(error.dom_name(), name, "{url}: {error}");
    }
    let denied = Denied::new("InvalidAccessError", "no");
    let gate = asking(move |_| Err(denied.clone()));
    let url = http.url("/").replacen("http", "ws", 1);
    let error = soon(document.web_socket(options(url), gate)).await.unwrap_err();
    assert_eq!(error.dom_name(), "InvalidAccessError");
}

#[tokio::test]
async fn the_server_closes_after_what_it_sent_and_hears_the_same() {
    let url = server(|mut socket| async move {
        socket.send(Message::text("last")).await.unwrap();
        let (code, reason) = (4002.into(), "done".into());
        socket.close(Some(CloseFrame { code, reason })).await.unwrap();
        let heard = socket.next().await.unwrap().unwrap();
        assert!(
            matches!(&heard, Message::Close(Some(with)) if u16::from(with.code) == 4002),
            "{heard:?}"
        );
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let (mut page, mut ends) = Page::of(open(&document, options(url)).await.unwrap());
    assert_eq!(page.next().await, Some((TEXT, b"last".to_vec())));
    assert_eq!(page.next().await, Some((CLOSE, closing(4002, "done"))));
    assert_eq!(page.next().await, None);
    assert_eq!(end(&mut ends).await, Ok(()));
    until("it is forgotten", || document.open_connections() == 0).await;
}

#[tokio::test]
async fn pings_are_answered_without_the_page() {
    let url = server(|mut socket| async move {
        for i in 0..100_u8 {
            socket.send(Message::Ping(vec![i; 100].into())).await.unwrap();
            let Some(Ok(Message::Pong(with))) = socket.next().await else {
                panic!("no answer to ping {i}");
            };
            assert_eq!(*with, [i; 100]);
        }
        socket.send(Message::text("answered")).await.unwrap();
        while let Some(Ok(_)) = socket.next().await {}
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let (mut page, _ends) = Page::of(open(&document, options(url)).await.unwrap());
    assert_eq!(page.next().await, Some((TEXT, b"answered".to_vec())));
}

/// Frames as they are on the wire, after a handshake.
async fn raw(bytes: &'static [u8]) -> (String, tokio::sync::mpsc::Receiver<Option<u16>>) {
    let (told, hears) = tokio::sync::mpsc::channel(1);
    let port = serve(move |stream| {
        let told = told.clone();
        async move {
            let mut socket = accept_async(stream).await.unwrap();
            socket.get_mut().write_all(bytes).await.unwrap();
            if bytes.is_empty() {
                return;
            }
            let heard = match socket.next().await {
                Some(Ok(Message::Close(Some(with)))) => Some(u16::from(with.code)),
                _ => None,
            };
            let _ = told.send(heard).await;
        }
    })
    .await;
    (format!("ws://127.0.0.1:{port}/"), hears)
}

#[tokio::test]
async fn a_server_that_breaks_the_rules_hears_why_and_the_page_gets_an_error() {
    let broker = broker();
    let document = document(&broker);
    let frames: [(&'static [u8], u16); 6] = [
        (&[0x81, 2, 0xc3, 0x28], 1007),               // A text that is none.
        (&[0x82, 127, 0, 0, 0, 0, 4, 0, 0, 1], 1009), // A byte more than is taken.
        (&[0x82, 127, 0xff, 0, 0, 0, 0, 0, 0, 0], 1009),
        (&[0x83, 0], 1002),                // A kind that there is not.
        (&[0xc2, 0], 1002),                // Compressed, without having been asked.
        (&[0x82, 0x80, 1, 2, 3, 4], 1002), // Masked.
    ];
    for (bytes, code) in frames {
        let (url, mut hears) = raw(bytes).await;
        let (mut page, mut ends) = Page::of(open(&document, options(url)).await.unwrap());
        assert_eq!(page.next().await, None, "{bytes:x?}");
        let error = end(&mut ends).await.unwrap_err();
        assert_eq!(error.dom_name(), "NetworkError", "{bytes:x?}: {error}");
        assert_eq!(soon(hears.recv()).await, Some(Some(code)), "{bytes:x?}");
    }
    let (url, _hears) = raw(b"").await;
    let (mut page, mut ends) = Page::of(open(&document, options(url)).await.unwrap());
    assert_eq!(page.next().await, None);
    let error = end(&mut ends).await.unwrap_err();
    assert!(error.to_string().contains("without a close"), "{error}");
}

#[tokio::test]
async fn a_page_that_does_not_read_stops_the_server_and_one_that_is_not_read_stops_the_page() {
    static SENT_BY_SERVER: AtomicUsize = AtomicUsize::new(0);
    let url = server(|mut socket| async move {
        let message = Message::binary(vec![7; 64 * 1024]);
        while socket.send(message.clone()).await.is_ok() {
            SENT_BY_SERVER.fetch_add(64 * 1024, Ordering::SeqCst);
        }
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let (mut page, _ends) = Page::of(open(&document, options(url)).await.unwrap());
    let mut last = usize::MAX;
    while last != SENT_BY_SERVER.load(Ordering::SeqCst) || last == 0 {
        last = SENT_BY_SERVER.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(last < 32 * 1024 * 1024, "{last} bytes lie somewhere");
    // Neither read nor held: what the page sends is not in the way of that, and waits as well.
    let mut written = 0;
    let chunk = vec![0; 64 * 1024];
    let writing = async {
        loop {
            page.begin(BINARY, chunk.len()).await;
            page.stream.write_all(&chunk).await.unwrap();
            written += chunk.len();
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(2), writing).await.is_err());
    assert!(written < 32 * 1024 * 1024, "{written} bytes lie somewhere");
    assert!(page.next().await.is_some(), "it goes on where the page does");
}

#[tokio::test]
async fn a_revocation_resets_it_and_an_abort_ends_it_at_once() {
    let (told, mut hears) = tokio::sync::mpsc::channel(2);
    let port = serve(move |stream| {
        let told = told.clone();
        async move {
            let mut socket = accept_async(stream).await.unwrap();
            let _ = told.send(socket.next().await.map(|it| it.is_ok())).await;
        }
    })
    .await;
    let url = format!("ws://127.0.0.1:{port}/");
    let broker = broker();
    let document = document(&broker);
    let allowed = Arc::new(AtomicBool::new(true));
    let opened = soon(document.web_socket(options(&url), deciding(&allowed)))
        .await
        .unwrap();
    let (mut page, mut ends) = Page::of(opened);
    allowed.store(false, Ordering::SeqCst);
    let revoked = Instant::now();
    broker.recheck(&app());
    assert_eq!(end(&mut ends).await, Err(Error::Revoked));
    assert_eq!(page.next().await, None);
    assert_eq!(
        soon(hears.recv()).await,
        Some(Some(false)),
        "it is an error for the server"
    );
    assert!(revoked.elapsed() < Duration::from_secs(1));

    let asked = options(&url);
    let request = asked.request;
    let (_page, mut ends) = Page::of(open(&document, asked).await.unwrap());
    document.abort(request);
    assert_eq!(end(&mut ends).await, Err(Error::Aborted));
    assert_eq!(soon(hears.recv()).await, Some(Some(false)));
}

#[tokio::test]
async fn a_page_that_goes_without_a_word_is_away() {
    let (told, mut hears) = tokio::sync::mpsc::channel(1);
    let port = serve(move |stream| {
        let told = told.clone();
        async move {
            let mut socket = accept_async(stream).await.unwrap();
            if let Some(Ok(Message::Close(Some(with)))) = socket.next().await {
                let _ = told.send(u16::from(with.code)).await;
            }
        }
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let opened = open(&document, options(format!("ws://127.0.0.1:{port}/")))
        .await
        .unwrap();
    drop(opened.descriptor);
    assert_eq!(soon(hears.recv()).await, Some(1001));
}

#[tokio::test]
async fn wss_is_for_whom_the_system_or_the_app_trusts() {
    let authority = Authority::new("tests");
    let acceptor = authority.acceptor(&certificate("localhost"), &["http/1.1"]);
    let port = serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(stream) = acceptor.accept(stream).await else {
                return;
            };
            let mut socket = accept_async(stream).await.unwrap();
            socket.send(Message::text("secret")).await.unwrap();
            while let Some(Ok(_)) = socket.next().await {}
        }
    })
    .await;
    let url = format!("wss://localhost:{port}/");
    let trusting: Broker = authority.broker();
    let document_of_trusting = document(&trusting);
    let (mut page, _ends) = Page::of(open(&document_of_trusting, options(&url)).await.unwrap());
    assert_eq!(page.next().await, Some((TEXT, b"secret".to_vec())));

    let stranger = broker();
    let error = open(&document(&stranger), options(&url)).await.unwrap_err();
    assert!(error.tls_fault().is_some(), "{error}");
}
