//! HTTP connections from one request to the next.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use insula_net::{Denied, Error, TcpOptions, limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;

use crate::support::*;

#[tokio::test]
async fn connections_are_reused_and_asked_about_each_time() {
    let server = Http::start(|_| response("200 OK", &[], "x")).await;
    let broker = broker();
    let document = document(&broker);
    let gate = Arc::new(Recording::default());
    for _ in 0..20 {
        let response = answered(soon(document.fetch(get(server.url("/")), gate.clone())).await.unwrap());
        assert_eq!(read_body(response).await, (b"x".to_vec(), Ok(())));
        // The connection is back once the server's next bytes could be a response's.
    }
    let connections = server.seen().iter().map(|request| request.connection).max().unwrap() + 1;
    assert!(connections <= 3, "{connections} connections for 20 requests in a row");
    assert_eq!(gate.asked().len(), 20);

    // A grant that is gone is gone for connections that are still there.
    let no = asking(|_| Err(Denied::new("NotAllowedError", "no longer")));
    let error = soon(document.fetch(get(server.url("/")), no)).await.unwrap_err();
    assert_eq!(error.to_string(), "no longer");
    assert_eq!(server.seen().len(), 20);
}

#[tokio::test]
async fn a_burst_of_requests_shares_the_six_connections_of_its_host() {
    // It takes ten connections, as small servers do, and closes what is more.
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counters = (now.clone(), most.clone());
    let port = serve(move |mut stream| {
        let (now, most) = counters.clone();
        async move {
            let open = now.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(open, Ordering::SeqCst);
            if open <= 10 {
                while read_request(&mut stream, 0).await.is_some() {
                    tokio::task::yield_now().await;
                    let _ = stream.write_all(&response("200 OK", &[], "x")).await;
                }
            }
            now.fetch_sub(1, Ordering::SeqCst);
        }
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let url = format!("http://127.0.0.1:{port}/");
    let answers: Vec<_> = (0..200).map(|_| document.fetch(get(&url), allow())).collect();
    for answer in answers {
        let response = answered(soon(answer).await.unwrap());
        assert_eq!(read_body(response).await, (b"x".to_vec(), Ok(())));
    }
    assert!(most.load(Ordering::SeqCst) <= limits::CONNECTIONS_PER_ORIGIN);
}

#[tokio::test]
async fn streams_that_last_count_and_what_waits_for_one_of_them_can_be_aborted() {
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = connections.clone();
    let port = serve(move |mut stream| {
        let counter = counter.clone();
        async move {
            counter.fetch_add(1, Ordering::SeqCst);
            read_request(&mut stream, 0).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nevent").await;
            let _ = stream.read(&mut [0]).await;
        }
    })
    .await;
    let other = Http::start(|_| response("200 OK", &[], "x")).await;
    let broker = broker();
    let document = document(&broker);
    let url = format!("http://127.0.0.1:{port}/");
    let mut streams = Vec::new();
    for _ in 0..limits::CONNECTIONS_PER_ORIGIN {
        streams.push(fetch(&document, get(&url)).await.unwrap());
    }
    let (first, second) = (get(&url), get(&url));
    let id = first.request;
    let first = document.fetch(first, allow());
    let mut second = std::pin::pin!(document.fetch(second, allow()));
    // Another host has its own.
    fetch(&document, get(other.url("/"))).await.unwrap();
    assert!((&mut second).now_or_never().is_none());
    document.abort(id);
    assert_eq!(soon(first).await.unwrap_err(), Error::Aborted);
    assert_eq!(connections.load(Ordering::SeqCst), limits::CONNECTIONS_PER_ORIGIN);
    streams.pop();
    soon(second).await.unwrap();
}

#[tokio::test]
async fn a_connection_that_the_server_closed_meanwhile_is_replaced() {
    let port = serve(|mut stream| async move {
        if read_request(&mut stream, 0).await.is_some() {
            // Promises to stay, and goes.
            let _ = stream
                .write_all(&response("200 OK", &["Connection: keep-alive"], "x"))
                .await;
        }
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    for _ in 0..20 {
        let response = fetch(&document, get(format!("http://127.0.0.1:{port}/")))
            .await
            .unwrap();
        assert_eq!(read_body(response).await, (b"x".to_vec(), Ok(())));
    }
}

#[tokio::test]
async fn a_connection_that_was_waited_for_and_has_gone_is_replaced_too() {
    // Of each connection's requests the first is answered when `finish` says so, the second never.
    let finish = Arc::new(Notify::new());
    let finishing = finish.clone();
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = requests.clone();
    let port = serve(move |mut stream| {
        let (finishing, counted) = (finishing.clone(), counted.clone());
        async move {
            while read_request(&mut stream, 0).await.is_some() {
                match counted.fetch_add(1, Ordering::SeqCst) {
                    0 => {
                        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n").await;
                        finishing.notified().await;
                        let _ = stream.write_all(b"x").await;
                    }
                    1 => return,
                    _ => drop(stream.write_all(&response("200 OK", &[], "y")).await),
                }
            }
        }
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let url = format!("http://127.0.0.1:{port}/");
    let first = fetch(&document, get(&url)).await.unwrap();
    // Nobody answers their questions: they and the first have all slots of the host.
    let pending = Arc::new(PendingGate::default());
    let mut opening: Vec<_> = (0..5).map(|_| document.fetch(get(&url), pending.clone())).collect();
    until("all slots are taken", || pending.asked.load(Ordering::SeqCst) == 5).await;
    let mut waiting = std::pin::pin!(document.fetch(get(&url), allow()));
    let waits = tokio::time::timeout(Duration::from_millis(100), &mut waiting).await;
    assert!(waits.is_err(), "there is no slot for it: {waits:?}");
    finish.notify_one();
    assert_eq!(read_body(first).await, (b"x".to_vec(), Ok(())));
    opening.pop();
    let response = answered(soon(waiting).await.unwrap());
    assert_eq!(read_body(response).await, (b"y".to_vec(), Ok(())));
    assert_eq!(requests.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_server_that_goes_without_a_word_is_the_same_error_for_every_method() {
    let port = serve(|mut stream| async move { drop(read_request(&mut stream, 0).await) }).await;
    let broker = broker();
    let document = document(&broker);
    let mut errors = Vec::new();
    for method in ["GET", "POST"] {
        let mut request = get(format!("http://127.0.0.1:{port}/"));
        request.method = method.to_owned();
        errors.push(fetch(&document, request).await.unwrap_err());
    }
    assert!(errors[0].to_string().contains("closed the connection"), "{}", errors[0]);
    assert_eq!(errors[0], errors[1]);
}

#[tokio::test]
async fn connections_that_are_kept_for_later_give_way_to_those_that_are_needed() {
    let limit = limits::raise_descriptor_limit().unwrap();
    assert!(limit >= 10_000, "this test needs 4 descriptors for a socket: {limit}");
    let server = Http::start(|_| response("200 OK", &[], "x")).await;
    let port = serve(echo).await;
    let broker = broker();
    let document = document(&broker);
    let kept = fetch(&document, get(server.url("/"))).await.unwrap();
    assert_eq!(read_body(kept).await, (b"x".to_vec(), Ok(())));
    let mut sockets = Vec::new();
    while sockets.len() < limits::SOCKETS_PER_APP {
        sockets.push(connect(&document, port).await);
    }
    let refused = document.connect("127.0.0.1", port, TcpOptions::default(), allow());
    let limit = limits::SOCKETS_PER_APP;
    assert_eq!(soon(refused).await.unwrap_err(), Error::TooManySockets { limit });
}
