//! HTTP/2: streams that share a connection, and what ends one of them or all.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::FutureExt;
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use insula_net::page::ResponseBody;
use insula_net::{Error, limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;

use crate::support::*;
use crate::tls::{Authority, certificate};

type Answer = Response<UnsyncBoxBody<Bytes, Infallible>>;

/// What a server has seen.
#[derive(Default)]
struct Server {
    /// `GET /path` and the connection that it came over, from 0.
    seen: Mutex<Vec<(String, usize)>>,
    /// Bytes of request bodies.
    received: AtomicUsize,
    /// How request bodies ended: whether in order.
    ends: Mutex<Vec<bool>>,
    connections: AtomicUsize,
    closed: AtomicUsize,
    /// Has connections say that they take no more requests.
    go_away: Notify,
    /// Has requests to `/slow` answered.
    finish: Notify,
}

impl Server {
    async fn start(authority: &Authority) -> (Arc<Self>, u16) {
        let server = Arc::new(Self::default());
        let acceptor = authority.acceptor(&certificate("localhost"), &["h2"]);
        let shared = server.clone();
        let port = serve(move |stream| {
            let (server, acceptor) = (shared.clone(), acceptor.clone());
            async move {
                let stream = acceptor.accept(stream).await.unwrap();
                let connection = server.connections.fetch_add(1, Ordering::SeqCst);
                let service = service_fn(|request| {
                    let server = server.clone();
                    async move { Ok::<_, Infallible>(server.answer(request, connection).await) }
                });
                let serving = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), service);
                let mut serving = pin!(serving);
                let go_away = tokio::select! {
                    _ = serving.as_mut() => false,
                    () = server.go_away.notified() => true,
                };
                if go_away {
                    serving.as_mut().graceful_shutdown();
                    let _ = serving.await;
                }
                server.closed.fetch_add(1, Ordering::SeqCst);
            }
        })
        .await;
        (server, port)
    }

    async fn answer(self: Arc<Self>, request: Request<Incoming>, connection: usize) -> Answer {
        let path = request.uri().path().to_owned();
        let seen = format!("{} {path}", request.method());
        self.seen.lock().unwrap().push((seen, connection));
        match path.as_str() {
            // The head comes at once, the rest never.
            "/early" => {
                tokio::spawn(self.receive(request.into_body()));
                endless()
            }
            "/unread" => {
                tokio::spawn(async move {
                    let _unread = request;
                    std::future::pending::<()>().await;
                });
                endless()
            }
            "/slow" => {
                self.finish.notified().await;
                whole("slow")
            }
            "/nothing" => {
                let mut answer = whole("");
                *answer.status_mut() = StatusCode::NO_CONTENT;
                answer
            }
            _ => whole("quick"),
        }
    }

    async fn receive(self: Arc<Self>, mut body: Incoming) {
        let is_complete = loop {
            match body.frame().await {
                Some(Ok(frame)) => {
                    let length = frame.data_ref().map_or(0, Bytes::len);
                    self.received.fetch_add(length, Ordering::SeqCst);
                }
                Some(Err(_)) => break false,
                None => break true,
            }
        };
        self.ends.lock().unwrap().push(is_complete);
    }

    fn seen(&self) -> Vec<(String, usize)> {
        self.seen.lock().unwrap().clone()
    }

    fn ends(&self) -> Vec<bool> {
        self.ends.lock().unwrap().clone()
    }
}

fn whole(text: &'static str) -> Answer {
    Response::new(Full::from(text).boxed_unsync())
}

fn endless() -> Answer {
    let frames = futures_util::stream::pending::<Result<Frame<Bytes>, Infallible>>();
    Response::new(StreamBody::new(frames).boxed_unsync())
}

#[tokio::test]
async fn an_upload_whose_answer_has_begun_ends_with_its_permission_and_its_document() {
    let authority = Authority::new("Tests");
    for path in ["/early", "/unread"] {
        for is_revoked in [true, false] {
            let (server, port) = Server::start(&authority).await;
            let broker = authority.broker();
            let document = document(&broker);
            let upload = document.upload(allow()).unwrap();
            let request = post(format!("https://localhost:{port}{path}"), &upload, None);
            let response = fetch(&document, request).await.unwrap();
            let mut page = page(upload.descriptor);
            // Until what lies in between is full, or for a while.
            let chunk = vec![0; 65_536];
            let waits = Duration::from_millis(300);
            for _ in 0..100 {
                if tokio::time::timeout(waits, page.write_all(&chunk)).await.is_err() {
                    break;
                }
            }
            let start = Instant::now();
            if is_revoked {
                broker.recheck(&app());
            } else {
                document.close();
            }
            until("the connection is closed", || server.closed.load(Ordering::SeqCst) == 1).await;
            assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
            until("the page's end is closed", || {
                page.try_write(b"more")
                    .is_err_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
            })
            .await;
            if path == "/early" {
                until("the body ends", || server.ends() == [false]).await;
            }
            drop(response);
        }
    }
}

#[tokio::test]
async fn an_upload_that_is_aborted_or_breaks_off_ends_alone() {
    let authority = Authority::new("Tests");
    let (server, port) = Server::start(&authority).await;
    let broker = authority.broker();
    let document = document(&broker);
    let url = format!("https://localhost:{port}/early");
    let mut uploads = Vec::new();
    for n in 1..=3 {
        let upload = document.upload(allow()).unwrap();
        let request = post(&url, &upload, None);
        let id = request.request;
        let response = fetch(&document, request).await.unwrap();
        let mut page = page(upload.descriptor);
        page.write_all(b"x").await.unwrap();
        until("it arrives", || server.received.load(Ordering::SeqCst) == n).await;
        uploads.push((page, id, response));
    }
    let (_aborted, id, _) = &uploads[0];
    document.abort(*id);
    until("the first is reset", || server.ends() == [false]).await;
    drop(uploads.remove(1).0);
    until("the second is reset", || server.ends() == [false, false]).await;
    let (third, ..) = &mut uploads[1];
    third.write_all(b"x").await.unwrap();
    third.shutdown().await.unwrap();
    until("the third is complete", || server.ends() == [false, false, true]).await;
    assert_eq!(server.received.load(Ordering::SeqCst), 4);
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn first_requests_that_come_at_once_share_one_connection() {
    let authority = Authority::new("Tests");
    let (server, port) = Server::start(&authority).await;
    let broker = authority.broker();
    let document = document(&broker);
    let url = format!("https://localhost:{port}/quick");
    let answers: Vec<_> = (0..60).map(|_| document.fetch(get(&url), allow())).collect();
    for answer in answers {
        let response = answered(soon(answer).await.unwrap());
        assert_eq!(read_body(response).await, (b"quick".to_vec(), Ok(())));
    }
    assert_eq!(server.seen().len(), 60);
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_server_that_takes_no_more_requests_still_answers_those_it_has() {
    let authority = Authority::new("Tests");
    for method in ["GET", "POST"] {
        let (server, port) = Server::start(&authority).await;
        let broker = authority.broker();
        let document = document(&broker);
        let mut request = get(format!("https://localhost:{port}/slow"));
        request.method = method.to_owned();
        let mut slow = pin!(document.fetch(request, allow()));
        until("it has arrived", || server.seen().len() == 1).await;
        server.go_away.notify_one();
        // Until the client has heard of it.
        let quick = format!("https://localhost:{port}/quick");
        while server.connections.load(Ordering::SeqCst) == 1 {
            let response = fetch(&document, get(&quick)).await.unwrap();
            assert_eq!(read_body(response).await, (b"quick".to_vec(), Ok(())));
        }
        assert!((&mut slow).now_or_never().is_none(), "it should go on");
        assert_eq!(server.closed.load(Ordering::SeqCst), 0, "its connection is still open");
        server.finish.notify_one();
        let response = answered(soon(slow).await.unwrap());
        assert_eq!(read_body(response).await, (b"slow".to_vec(), Ok(())));
        let slow = |(request, _): &&(String, usize)| request.ends_with("/slow");
        assert_eq!(server.seen().iter().filter(slow).count(), 1, "it was sent again");
        until("the first connection is closed", || {
            server.closed.load(Ordering::SeqCst) == 1
        })
        .await;
    }
}

#[tokio::test]
async fn with_all_sockets_taken_a_connection_in_use_serves_what_needs_no_other_and_an_idle_one_gives_way() {
    let limit = limits::raise_descriptor_limit().unwrap();
    assert!(limit >= 10_000, "this test needs 4 descriptors for a socket: {limit}");
    let authority = Authority::new("Tests");
    let (server, port) = Server::start(&authority).await;
    let echoing = serve(echo).await;
    let broker = authority.broker();
    let document = document(&broker);
    let url = |path: &str| get(format!("https://localhost:{port}{path}"));
    let in_use = document.fetch(url("/slow"), allow());
    until("it has arrived", || server.seen().len() == 1).await;
    let mut sockets = Vec::new();
    while sockets.len() < limits::SOCKETS_PER_APP - 1 {
        sockets.push(connect(&document, echoing).await);
    }
    let refused = fetch(&document, url("/quick")).await.unwrap_err();
    let limit = limits::SOCKETS_PER_APP;
    assert_eq!(refused, Error::TooManySockets { limit });
    let nothing = fetch(&document, url("/nothing")).await.unwrap();
    assert!(matches!(nothing.body, ResponseBody::Null));
    assert_eq!(server.connections.load(Ordering::SeqCst), 1, "it is shared no more");

    sockets.pop();
    until("there is room for a body", || document.open_connections() < limit - 1).await;
    server.finish.notify_one();
    let response = answered(soon(in_use).await.unwrap());
    assert_eq!(read_body(response).await, (b"slow".to_vec(), Ok(())));
    for _ in 0..2 {
        sockets.push(connect(&document, echoing).await);
    }
    until("the connection is closed", || server.closed.load(Ordering::SeqCst) == 1).await;
}

/// What a server answers to a request, in frames (RFC 9113 §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frames {
    /// RST_STREAM with REFUSED_STREAM.
    Refusal,
    /// GOAWAY with NO_ERROR, which counts no request among those that it has taken.
    GoAway,
    /// HEADERS with `:status: 204`, the last of the stream.
    NoContent,
    /// HEADERS with `:status: 200` and `content-length: 9`, DATA of 4 bytes, and RST_STREAM with NO_ERROR.
    Cut,
    /// The same, but the DATA is said to be the last.
    Short,
}

impl Frames {
    fn bytes(self, stream: [u8; 4]) -> Vec<u8> {
        let frame = |kind, flags, stream: [u8; 4], payload: &[u8]| {
            let length = u8::try_from(payload.len()).unwrap();
            [&[0, 0, length, kind, flags], &stream[..], payload].concat()
        };
        match self {
            Self::Refusal => frame(3, 0, stream, &[0, 0, 0, 7]),
            Self::GoAway => frame(7, 0, [0; 4], &[0; 8]),
            Self::NoContent => frame(1, 5, stream, &[0x89]),
            Self::Cut => [
                // The static table's entries 8 and 28 (RFC 7541, Appendix A).
                frame(1, 4, stream, &[0x88, 0x0f, 0x0d, 1, b'9']),
                frame(0, 0, stream, b"half"),
                frame(3, 0, stream, &[0; 4]),
            ]
            .concat(),
            Self::Short => [
                frame(1, 4, stream, &[0x88, 0x0f, 0x0d, 1, b'9']),
                frame(0, 1, stream, b"half"),
            ]
            .concat(),
        }
    }
}

/// Answers the requests of all its connections in turn.
async fn answering(authority: &Authority, answers: &'static [Frames]) -> (Arc<AtomicUsize>, Arc<AtomicUsize>, u16) {
    let (connections, requests) = (Arc::default(), Arc::default());
    let counters: (Arc<AtomicUsize>, Arc<AtomicUsize>) = (Arc::clone(&connections), Arc::clone(&requests));
    let acceptor = authority.acceptor(&certificate("localhost"), &["h2"]);
    let port = serve(move |stream| {
        let ((connections, requests), acceptor) = (counters.clone(), acceptor.clone());
        async move {
            connections.fetch_add(1, Ordering::SeqCst);
            let mut stream = acceptor.accept(stream).await.unwrap();
            let preface = &mut [0; 24];
            stream.read_exact(preface).await.unwrap();
            // Its own settings: the defaults.
            stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).await.unwrap();
            let mut head = [0; 9];
            while stream.read_exact(&mut head).await.is_ok() {
                let [_, high, low, kind, _, name @ ..] = head;
                let payload = &mut vec![0; usize::from(high) << 8 | usize::from(low)];
                stream.read_exact(payload).await.unwrap();
                if kind == 1 {
                    let answer = answers[requests.fetch_add(1, Ordering::SeqCst)];
                    stream.write_all(&answer.bytes(name)).await.unwrap();
                }
            }
        }
    })
    .await;
    (connections, requests, port)
}

#[tokio::test]
async fn a_request_that_the_server_vouches_not_to_have_acted_on_is_sent_again_a_few_times() {
    use Frames::{GoAway, NoContent, Refusal};
    let authority = Authority::new("Tests");
    for (answers, connections) in [
        (&[Refusal, NoContent][..], 1),
        (&[GoAway, NoContent], 2),
        (&[GoAway, Refusal, NoContent], 2),
        (&[Refusal, Refusal, Refusal], 1),
    ] {
        let (made, requests, port) = answering(&authority, answers).await;
        let broker = authority.broker();
        let document = document(&broker);
        let upload = document.upload(allow()).unwrap();
        let request = post(format!("https://localhost:{port}/"), &upload, Some(4));
        page(upload.descriptor).write_all(b"body").await.unwrap();
        let result = fetch(&document, request).await.map(|response| response.status);
        if answers.contains(&NoContent) {
            assert_eq!(result, Ok(204), "{answers:?}");
        } else {
            assert!(matches!(result, Err(Error::Protocol { .. })), "{result:?}");
        }
        assert_eq!(requests.load(Ordering::SeqCst), answers.len(), "{answers:?}");
        assert_eq!(made.load(Ordering::SeqCst), connections, "{answers:?}");
    }
}

#[tokio::test]
async fn a_body_that_is_shorter_than_its_head_says_is_cut_off_however_it_ends() {
    let authority = Authority::new("Tests");
    for answers in [&[Frames::Cut], &[Frames::Short]] {
        let (_, _, port) = answering(&authority, answers).await;
        let broker = authority.broker();
        let document = document(&broker);
        let response = fetch(&document, get(format!("https://localhost:{port}/")))
            .await
            .unwrap();
        let (_, end) = read_body(response).await;
        assert_eq!(end, Err(Error::Truncated), "{answers:?}");
    }
}
