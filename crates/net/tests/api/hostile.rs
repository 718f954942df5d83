//! Servers that stall, lie, break off and flood; pages that do.

use std::time::Duration;

use insula_net::{Error, limits};
use socket2::SockRef;
use tokio::io::AsyncWriteExt;

use crate::support::*;

/// Fetches from a server that answers with exactly `bytes` and closes.
async fn fetch_raw(bytes: impl Into<Vec<u8>>) -> Result<(Vec<u8>, Result<(), Error>), Error> {
    let bytes = bytes.into();
    let port = serve(move |mut stream| {
        let bytes = bytes.clone();
        async move {
            if read_request(&mut stream, 0).await.is_some() {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
            }
        }
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let response = fetch(&document, get(format!("http://127.0.0.1:{port}/"))).await?;
    Ok(read_body(response).await)
}

#[tokio::test]
async fn what_is_not_http_is_a_protocol_error() {
    for garbage in [
        &b"SSH-2.0-OpenSSH_9.2\r\n"[..],
        b"\x16\x03\x01\x02\x00\x01\x00\x01",
        b"\0\0\0\0\r\n\r\n",
        b"",
        b"HTTP/1.1",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ] {
        let error = fetch_raw(garbage).await.unwrap_err();
        assert_eq!(error.dom_name(), "NetworkError");
        let shown = String::from_utf8_lossy(garbage);
        assert!(
            matches!(error, Error::Protocol { .. } | Error::Reset),
            "{shown:?}: {error}"
        );
    }
}

#[tokio::test]
async fn a_header_that_is_none_loses_no_other() {
    let raw = "HTTP/1.1 200 OK\r\nX-First : 1\r\nno colon\r\nbad name: x\r\nX-Folded: a\r\n b\r\nX-Control: \u{1}\r\n\
               Content-Length: 4\r\nX-Last: 2\r\n\r\nbody";
    let port = serve(move |mut stream| async move {
        read_request(&mut stream, 0).await;
        let _ = stream.write_all(raw.as_bytes()).await;
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let response = fetch(&document, get(format!("http://127.0.0.1:{port}/")))
        .await
        .unwrap();
    let found = ["x-first", "x-folded", "x-last"].map(|name| header(&response, name));
    assert_eq!(found, [Some("1"), Some("a b"), Some("2")]);
    assert_eq!(read_body(response).await, (b"body".to_vec(), Ok(())));
}

#[tokio::test]
async fn headers_without_end_are_refused_at_the_limit() {
    let port = serve(|mut stream| async move {
        read_request(&mut stream, 0).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while stream.write_all(b"X-More: and more and more\r\n").await.is_ok() {}
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let error = fetch(&document, get(format!("http://127.0.0.1:{port}/")))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Protocol { .. }), "{error}");

    let long = "x".repeat(limits::RESPONSE_HEADER_BYTES);
    let error = fetch_raw(response("200 OK", &[&format!("X-Long: {long}")], ""))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("256 KiB"), "{error}");
    let long = "x".repeat(limits::RESPONSE_HEADER_BYTES / 2);
    let (body, end) = fetch_raw(response("200 OK", &[&format!("X-Long: {long}")], "fine"))
        .await
        .unwrap();
    assert_eq!((body.as_slice(), end), (&b"fine"[..], Ok(())));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_delivered_and_then_an_error() {
    for bytes in [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\npart",
    ] {
        let (body, end) = fetch_raw(bytes).await.unwrap();
        assert_eq!((body.as_slice(), end), (&b"part"[..], Err(Error::Truncated)), "{bytes}");
    }
    let (_, end) = fetch_raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
        .await
        .unwrap();
    assert_eq!(end.unwrap_err().dom_name(), "NetworkError");
    // Without a length, the end of the connection is the end of the body.
    let (body, end) = fetch_raw("HTTP/1.1 200 OK\r\n\r\nall of it").await.unwrap();
    assert_eq!((body.as_slice(), end), (&b"all of it"[..], Ok(())));
}

#[tokio::test]
async fn bytes_after_the_announced_end_are_nobodys() {
    let (body, end) = fetch_raw("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbodyHTTP/1.1 200 OK")
        .await
        .unwrap();
    assert_eq!((body.as_slice(), end), (&b"body"[..], Ok(())));
}

#[tokio::test]
async fn a_reset_in_the_middle_of_a_body_is_an_error() {
    let (port, accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let fetching = document.fetch(get(format!("http://127.0.0.1:{port}/")), allow());
    let mut server = accepted.await;
    soon(read_request(&mut server, 0)).await.unwrap();
    server
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart")
        .await
        .unwrap();
    let response = answered(soon(fetching).await.unwrap());
    SockRef::from(&server).set_linger(Some(Duration::ZERO)).unwrap();
    drop(server);
    let (body, end) = read_body(response).await;
    assert!(b"part".starts_with(&body));
    assert_eq!(end, Err(Error::Reset));
}

#[tokio::test]
async fn redirects_in_a_circle_end_after_20() {
    let server = Http::start(|request| {
        let n: usize = request.path()[1..].parse().unwrap();
        response("302 Found", &[&format!("Location: /{}", n + 1)], "")
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let error = fetch(&document, get(server.url("/0"))).await.unwrap_err();
    assert!(matches!(error, Error::Redirect(_)), "{error}");
    assert_eq!(server.seen().len(), limits::REDIRECTS + 1);
}

#[tokio::test]
async fn a_redirect_with_an_endless_body_is_followed_all_the_same() {
    let port = serve(|mut stream| async move {
        let Some(request) = read_request(&mut stream, 0).await else {
            return;
        };
        if request.path() == "/there" {
            let _ = stream.write_all(&response("200 OK", &[], "arrived")).await;
            return;
        }
        let _ = stream
            .write_all(b"HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n")
            .await;
        if request.path() == "/flood" {
            while stream.write_all(&[0; 65_536]).await.is_ok() {}
        } else {
            // Says nothing more, and stays.
            std::future::pending::<()>().await;
        }
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    for path in ["/flood", "/silent"] {
        let response = fetch(&document, get(format!("http://127.0.0.1:{port}{path}")))
            .await
            .unwrap();
        assert_eq!(read_body(response).await, (b"arrived".to_vec(), Ok(())));
    }
}

#[tokio::test]
async fn interim_responses_are_not_the_answer() {
    let bytes = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n\
                 HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let (body, end) = fetch_raw(bytes).await.unwrap();
    assert_eq!((body.as_slice(), end), (&b"ok"[..], Ok(())));
}

#[tokio::test]
async fn a_page_that_asks_and_asks_and_never_waits_is_refused_in_the_end() {
    let resolver = Silent::default();
    let broker = broker_with(resolver.clone());
    let document = document(&broker);
    // As long as the bridge takes them.
    let url = format!("http://a.example/{}", "x".repeat(15 << 20));
    let ask = || document.fetch(get(&url), allow());
    let pending: Vec<_> = (0..4).map(|_| ask()).collect();
    assert_eq!(soon(ask()).await.unwrap_err().dom_name(), "QuotaExceededError");
    until("they are waiting", || resolver.asked().len() == 4).await;
    drop(pending);
    let mut next = None;
    until("there is room for another", || {
        next = Some(ask());
        resolver.asked().len() > 4
    })
    .await;
}
