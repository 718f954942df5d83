//! How long a page waits for an answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use insula_net::page::FetchRequest;
use insula_net::{BoxFuture, Denied, Destination, Error, Gate};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::support::*;

const LIMIT: Duration = Duration::from_millis(400);

/// A `GET` of a port of this machine whose page waits for `limit`.
fn get_within(limit: Duration, port: u16) -> FetchRequest {
    FetchRequest {
        timeout: Some(limit),
        ..get(format!("http://127.0.0.1:{port}/"))
    }
}

fn no_answer(after: Duration) -> Error {
    Error::OutOfTime {
        what: "no answer",
        after,
    }
}

/// Waits until the other side has closed.
async fn closed(mut stream: TcpStream) {
    let mut rest = Vec::new();
    let _ = soon(stream.read_to_end(&mut rest)).await;
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_and_its_connection_closed() {
    let (port, accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let begun = Instant::now();
    let failed = fetch(&document, get_within(LIMIT, port));
    let (failed, ()) = tokio::join!(failed, async { closed(accepted.await).await });
    assert_eq!(failed.unwrap_err(), no_answer(LIMIT));
    assert!(begun.elapsed() >= LIMIT);
    assert_eq!(no_answer(LIMIT).dom_name(), "TimeoutError");
    assert_eq!(
        no_answer(LIMIT).to_string(),
        "no answer came within the timeout of 400 ms"
    );
}

#[tokio::test]
async fn neither_a_head_that_trickles_nor_redirects_make_more_of_the_time() {
    let trickling = serve(|mut stream| async move {
        read_request(&mut stream, 0).await;
        while stream.write_all(b"HTTP/1.1 200 OK\r\nX-More: 1\r\n").await.is_ok() {
            sleep(LIMIT / 4).await;
        }
    });
    let redirecting = serve(|mut stream| async move {
        while read_request(&mut stream, 0).await.is_some() {
            sleep(LIMIT / 4).await;
            let answer = response("302 Found", &["Location: /again"], "");
            if stream.write_all(&answer).await.is_err() {
                return;
            }
        }
    });
    let broker = broker();
    let document = document(&broker);
    for port in [trickling.await, redirecting.await] {
        let failed = fetch(&document, get_within(LIMIT, port)).await;
        assert_eq!(failed.unwrap_err(), no_answer(LIMIT));
    }
}

#[tokio::test]
async fn a_body_may_take_long_but_not_be_silent_for_long() {
    const PARTS: usize = 14;
    let limit = Duration::from_secs(1);
    let port = serve(move |mut stream| async move {
        read_request(&mut stream, 0).await;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", PARTS + 1);
        stream.write_all(head.as_bytes()).await.unwrap();
        for _ in 0..PARTS {
            sleep(limit / 10).await;
            stream.write_all(b"x").await.unwrap();
        }
        closed(stream).await;
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let response = fetch(&document, get_within(limit, port)).await.unwrap();
    let (body, ended) = read_body(response).await;
    assert_eq!(body, [b'x'; PARTS]);
    let silence = Error::OutOfTime {
        what: "nothing more of the response body",
        after: limit,
    };
    assert_eq!(ended, Err(silence));
}

#[tokio::test]
async fn a_page_that_does_not_read_is_not_the_servers_silence() {
    let body = pattern(8 * 1024 * 1024);
    let sent = body.clone();
    let server = Http::start(move |_| response("200 OK", &[], &sent)).await;
    let broker = broker();
    let document = document(&broker);
    let response = fetch(&document, get_within(LIMIT, server.port)).await.unwrap();
    sleep(LIMIT * 2).await;
    let (read, ended) = read_body(response).await;
    assert_eq!(ended, Ok(()));
    assert!(read == body);
}

#[tokio::test]
async fn the_time_in_which_the_user_is_asked_does_not_count() {
    struct Slow;
    impl Gate for Slow {
        fn check<'a>(&'a self, _: &'a Destination) -> BoxFuture<'a, Result<(), Denied>> {
            Box::pin(async {
                sleep(Duration::from_millis(1500)).await;
                Ok(())
            })
        }

        fn still_allows(&self, _: Option<&Destination>) -> bool {
            true
        }
    }
    let server = Http::start(|_| response("200 OK", &[], "after all")).await;
    let broker = broker();
    let document = document(&broker);
    let request = get_within(Duration::from_secs(1), server.port);
    let answer = soon(document.fetch(request, Arc::new(Slow))).await.map(answered);
    assert_eq!(read_body(answer.unwrap()).await, (b"after all".to_vec(), Ok(())));
}
