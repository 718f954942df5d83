//! Requests and answers that stream at the same time, over HTTP/1.1 and HTTP/2.

use std::convert::Infallible;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use insula_net::page::{DocumentNetwork, Ends};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::{sleep, timeout};

use crate::support::*;
use crate::tls::{Authority, certificate};

/// What may lie between a page and a server, in both directions together.
const BUFFERED: usize = 64 * 1024 * 1024;

const CHUNK: usize = 64 * 1024;

/// A server that sends each request's body back as it comes; one of `/deaf` answers and reads nothing.
async fn server(authority: &Authority, protocol: &'static str) -> String {
    let acceptor = authority.acceptor(&certificate("localhost"), &[protocol]);
    let port = serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let io = TokioIo::new(acceptor.accept(stream).await.unwrap());
            let service = service_fn(|request: Request<Incoming>| async move {
                if request.uri().path() == "/deaf" {
                    sleep(DEADLINE).await;
                }
                Ok::<_, Infallible>(Response::new(request.into_body().boxed()))
            });
            let _ = match protocol {
                "h2" => {
                    hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                        .serve_connection(io, service)
                        .await
                }
                _ => {
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(io, service)
                        .await
                }
            };
        }
    })
    .await;
    format!("https://localhost:{port}")
}

/// A request whose answer has begun: where its body is written, where the answer's is read, and how that ends.
async fn begin(document: &DocumentNetwork, url: &str) -> (UnixStream, UnixStream, Ends) {
    let upload = document.upload(allow()).unwrap();
    let request = post(format!("{url}/"), &upload, None);
    let mut out = page(upload.descriptor);
    out.write_all(b"begin").await.unwrap();
    let (ends, mut back) = streamed(fetch(document, request).await.unwrap());
    let mut begun = [0; 5];
    soon(back.read_exact(&mut begun)).await.unwrap();
    assert_eq!(&begun, b"begin");
    (out, back, ends)
}

#[tokio::test]
async fn an_answer_comes_back_for_each_part_of_a_request_that_is_not_over() {
    for protocol in ["h2", "http/1.1"] {
        let authority = Authority::new("Tests");
        let url = server(&authority, protocol).await;
        let broker = authority.broker();
        let document = document(&broker);
        let (mut out, mut back, mut ends) = begin(&document, &url).await;
        for round in 0..50_u8 {
            out.write_all(&[round; 100]).await.unwrap();
            let mut part = [0; 100];
            soon(back.read_exact(&mut part)).await.unwrap();
            assert_eq!(part, [round; 100], "{protocol}");
        }
        out.shutdown().await.unwrap();
        assert_eq!(soon(back.read(&mut [0])).await.unwrap(), 0, "{protocol}");
        assert_eq!(end(&mut ends).await, Ok(()), "{protocol}");
    }
}

#[tokio::test]
async fn much_goes_both_ways_at_once() {
    for protocol in ["h2", "http/1.1"] {
        let authority = Authority::new("Tests");
        let url = server(&authority, protocol).await;
        let broker = authority.broker();
        let document = document(&broker);
        let (mut out, mut back, mut ends) = begin(&document, &url).await;
        let sent = pattern(48 * 1024 * 1024);
        let writing = async {
            out.write_all(&sent).await.unwrap();
            out.shutdown().await.unwrap();
        };
        let mut come = Vec::new();
        let reading = back.read_to_end(&mut come);
        let ((), read) = soon(async { tokio::join!(writing, reading) }).await;
        read.unwrap();
        assert!(come == sent, "{protocol}: {}", come.len());
        assert_eq!(end(&mut ends).await, Ok(()), "{protocol}");
    }
}

/// Writes until nothing more is taken for a while, and says how much was.
async fn fill(out: &mut UnixStream) -> usize {
    let chunk = vec![7; CHUNK];
    let mut written = 0;
    while written < BUFFERED {
        match timeout(Duration::from_secs(1), out.write(&chunk)).await {
            Ok(taken) => written += taken.unwrap(),
            Err(_) => return written,
        }
    }
    panic!("{written} bytes lie somewhere")
}

#[tokio::test]
async fn whoever_does_not_read_stops_the_other_side_and_nothing_is_lost() {
    for protocol in ["h2", "http/1.1"] {
        let authority = Authority::new("Tests");
        let url = server(&authority, protocol).await;
        let broker = authority.broker();
        let document = document(&broker);
        // The page: its answer fills what there is, and then the server takes nothing more.
        let (mut out, mut back, _ends) = begin(&document, &url).await;
        let written = fill(&mut out).await;
        let mut rest = vec![0; written];
        soon(back.read_exact(&mut rest)).await.unwrap();
        assert!(rest.iter().all(|byte| *byte == 7), "{protocol}");
        out.write_all(b"on").await.unwrap();
        let mut part = [0; 2];
        soon(back.read_exact(&mut part)).await.unwrap();
        assert_eq!(&part, b"on", "{protocol}");

        // The server.
        let upload = document.upload(allow()).unwrap();
        let request = post(format!("{url}/deaf"), &upload, None);
        let fetching = document.fetch(request, allow());
        fill(&mut page(upload.descriptor)).await;
        drop(fetching);
    }
}
