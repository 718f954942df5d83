//! Request bodies.

use std::sync::Arc;

use insula_net::http::Progress;
use insula_net::page::{DocumentNetwork, FetchBody, FetchRequest, FetchResponse, Fetched};
use insula_net::{Error, limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::*;

/// Posts `body` and returns what the server saw.
async fn post_and_see(length: Option<u64>, body: &[u8]) -> Result<Seen, Error> {
    let server = Http::start(|_| response("200 OK", &[], "thanks")).await;
    let broker = broker();
    let document = document(&broker);
    let upload = document.upload(allow()).unwrap();
    let request = post(server.url("/"), &upload, length);
    let mut page = page(upload.descriptor);
    let write = async {
        page.write_all(body).await.unwrap();
        page.shutdown().await.unwrap();
    };
    let (response, ()) = tokio::join!(fetch(&document, request), write);
    assert_eq!(read_body(response?).await, (b"thanks".to_vec(), Ok(())));
    Ok(server.seen().remove(0))
}

#[tokio::test]
async fn a_body_of_known_length_is_sent_with_it() {
    for size in [0, 5, 3_000_000] {
        let body = pattern(size);
        let seen = post_and_see(Some(size as u64), &body).await.unwrap();
        assert_eq!(seen.header("content-length"), Some(size.to_string().as_str()));
        assert!(seen.body == body);
    }
}

#[tokio::test]
async fn a_body_of_unknown_length_is_sent_in_chunks() {
    let body = pattern(1_000_000);
    let seen = post_and_see(None, &body).await.unwrap();
    assert_eq!(seen.header("transfer-encoding"), Some("chunked"));
    assert!(seen.body == body);
}

#[tokio::test]
async fn a_body_that_is_shorter_than_it_said_is_an_error() {
    for (announced, sent) in [(10, 3), (2_000_000, 1_000_000)] {
        let error = post_and_see(Some(announced), &pattern(sent)).await.unwrap_err();
        assert_eq!(
            error,
            Error::UploadTooShort {
                sent: sent as u64,
                announced
            }
        );
    }
}

#[tokio::test]
async fn a_body_streams_to_the_server_before_it_is_complete() {
    let (port, accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let upload = document.upload(allow()).unwrap();
    let request = post(format!("http://127.0.0.1:{port}/"), &upload, None);
    let fetching = document.fetch(request, allow());
    let mut page = page(upload.descriptor);
    page.write_all(b"first").await.unwrap();
    let mut server = accepted.await;
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"5\r\nfirst\r\n") {
        assert_ne!(soon(server.read_buf(&mut bytes)).await.unwrap(), 0);
    }
    page.write_all(b"second").await.unwrap();
    page.shutdown().await.unwrap();
    while !bytes.ends_with(b"6\r\nsecond\r\n0\r\n\r\n") {
        assert_ne!(soon(server.read_buf(&mut bytes)).await.unwrap(), 0);
    }
    server.write_all(&response("200 OK", &[], "")).await.unwrap();
    assert_eq!(answered(soon(fetching).await.unwrap()).status, 200);
}

#[tokio::test]
async fn an_upload_can_be_sent_once() {
    let server = Http::start(|_| response("200 OK", &[], "")).await;
    let broker = broker();
    let document = document(&broker);
    let upload = document.upload(allow()).unwrap();
    let mut request = post(server.url("/"), &upload, Some(0));
    drop(upload.descriptor);
    fetch(&document, request.clone()).await.unwrap();
    request.request = get("").request;
    let error = fetch(&document, request).await.unwrap_err();
    assert_eq!(error.dom_name(), "InvalidStateError");
}

#[tokio::test]
async fn a_short_body_goes_along_with_a_redirect_that_wants_it() {
    let server = Http::start(|request| match request.path() {
        "/1" => response("307 Temporary Redirect", &["Location: /2"], ""),
        _ => response("200 OK", &[], &request.body),
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    for (length, expected) in [(Some(7), Ok("payload")), (None, Err("NetworkError"))] {
        let upload = document.upload(allow()).unwrap();
        let request = post(server.url("/1"), &upload, length);
        let mut page = page(upload.descriptor);
        page.write_all(b"payload").await.unwrap();
        page.shutdown().await.unwrap();
        match (fetch(&document, request).await, expected) {
            (Ok(response), Ok(body)) => {
                assert_eq!(read_body(response).await.0, body.as_bytes());
            }
            (Err(error), Err(name)) => assert_eq!(error.dom_name(), name),
            (result, _) => panic!("{result:?}"),
        }
    }
}

#[tokio::test]
async fn a_body_of_unknown_length_that_breaks_off_never_looks_complete() {
    // By the page's abort, or the end of its process, which tells nobody anything.
    for is_abort in [true, false] {
        let (port, accepted) = accept_one().await;
        let broker = broker();
        let document = document(&broker);
        let upload = document.upload(allow()).unwrap();
        let request = post(format!("http://127.0.0.1:{port}/"), &upload, None);
        let id = request.request;
        let fetching = document.fetch(request, allow());
        let mut page = page(upload.descriptor);
        page.write_all(b"part").await.unwrap();
        let mut server = accepted.await;
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"4\r\npart\r\n") {
            assert_ne!(soon(server.read_buf(&mut bytes)).await.unwrap(), 0);
        }
        drop(page);
        if is_abort {
            document.abort(id);
        }
        assert_eq!(soon(fetching).await.unwrap_err(), Error::Aborted);
        // However it ends, it ends.
        let _ = soon(server.read_to_end(&mut bytes)).await;
        assert!(!bytes.ends_with(b"0\r\n\r\n"), "{}", String::from_utf8_lossy(&bytes));
    }
}

#[tokio::test]
async fn bodies_that_no_request_takes_leave_room_for_others() {
    let broker = broker();
    let document = document(&broker);
    for _ in 0..=limits::SOCKETS_PER_APP {
        drop(document.upload(allow()).unwrap().descriptor);
    }
}

#[tokio::test]
async fn a_body_whose_request_is_never_sent_is_closed() {
    let broker = broker();
    let document = document(&broker);
    let under_way = get("http://127.0.0.1/");
    let _unanswered = document.fetch(under_way.clone(), Arc::new(PendingGate::default()));
    let large = "x".repeat(limits::HEADER_BYTES + 1);
    let requests = [
        (get("http://127.0.0.1:25/"), "port 25"),
        (
            FetchRequest {
                headers: vec![("X".to_owned(), large)],
                ..get("http://127.0.0.1/")
            },
            "headers",
        ),
        (get("x".repeat(1024 * limits::PENDING_KIB_PER_APP)), "more answers"),
        (under_way, "already under way"),
    ];
    for (request, problem) in requests {
        let upload = document.upload(allow()).unwrap();
        let request = FetchRequest {
            request: request.request,
            headers: request.headers,
            ..post(request.url, &upload, None)
        };
        let mut page = page(upload.descriptor);
        // All of it is written; the page keeps its end until the other one is closed.
        page.shutdown().await.unwrap();
        let error = fetch(&document, request).await.unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
        assert_eq!(soon(page.read(&mut [0])).await.unwrap(), 0, "{problem}");
    }
}

#[tokio::test]
async fn an_abort_finds_the_fetch_that_was_called_just_before() {
    let broker = broker();
    let document = document(&broker);
    for _ in 0..100 {
        let upload = document.upload(allow()).unwrap();
        let request = post("http://127.0.0.1/", &upload, None);
        let id = request.request;
        let fetching = document.fetch(request, Arc::new(PendingGate::default()));
        document.abort(id);
        assert_eq!(soon(fetching).await.unwrap_err(), Error::Aborted);
        assert_eq!(soon(page(upload.descriptor).read(&mut [0])).await.unwrap(), 0);
    }
}

/// Calls a fetch again, as a page does, until it has its answer. Returns that and how often it was called.
async fn call(
    document: &DocumentNetwork,
    mut request: FetchRequest,
    body: &[u8],
) -> (Result<FetchResponse, Error>, usize) {
    let mut calls = 0;
    loop {
        calls += 1;
        let upload = document.upload(allow()).unwrap();
        request.body = Some(FetchBody {
            upload: upload.upload,
            length: Some(body.len() as u64),
        });
        let write = async {
            let mut page = page(upload.descriptor);
            // The server may want no more of it.
            let _ = page.write_all(body).await;
        };
        let (fetched, ()) = tokio::join!(document.fetch(request, allow()), write);
        request = match fetched {
            Ok(Fetched::Again(request)) => request,
            Ok(Fetched::Response(response)) => return (Ok(response), calls),
            Err(error) => return (Err(error), calls),
        };
    }
}

#[tokio::test]
async fn a_long_body_is_sent_again_where_a_redirect_wants_it() {
    let long = pattern(3_000_000);
    for (status, method, seen_method, calls) in [
        ("301 Moved", "POST", "GET", 1),
        ("302 Found", "PUT", "PUT", 2),
        ("307 Temporary", "POST", "POST", 2),
    ] {
        let server = Http::start(move |request| match request.path() {
            "/1" => response(status, &["Location: /2"], ""),
            _ => response("200 OK", &[], "there"),
        })
        .await;
        let broker = broker();
        let document = document(&broker);
        let mut request = get(server.url("/1"));
        request.method = method.to_owned();
        let (answer, called) = soon(call(&document, request, &long)).await;
        let answer = answer.unwrap();
        assert_eq!(
            (answer.redirected, answer.url.as_str()),
            (true, server.url("/2").as_str())
        );
        assert_eq!(read_body(answer).await, (b"there".to_vec(), Ok(())));
        assert_eq!(called, calls, "{status} {method}");
        let seen = server.seen();
        let last = seen.last().unwrap();
        assert!(last.head.starts_with(&format!("{seen_method} /2")), "{}", last.head);
        assert!(last.body == if seen_method == "GET" { Vec::new() } else { long.clone() });
    }
}

#[tokio::test]
async fn a_long_body_is_sent_again_over_another_connection_but_not_for_ever() {
    let long = pattern(3_000_000);
    // Takes one request, and closes in the middle of each that follows.
    let port = serve(|mut stream| async move {
        while let Some(request) = read_request(&mut stream, 0).await {
            let answer = response("200 OK", &[], request.body.len().to_string());
            stream.write_all(&answer).await.unwrap();
            if request.body.is_empty() {
                let _ = stream.read_exact(&mut [0; 1_000]).await;
                return;
            }
        }
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let url = format!("http://127.0.0.1:{port}/");
    for (method, calls) in [("PUT", 2), ("POST", 1)] {
        let first = fetch(&document, get(&url)).await.unwrap();
        assert_eq!(read_body(first).await, (b"0".to_vec(), Ok(())));
        let mut request = get(&url);
        request.method = method.to_owned();
        let (answer, called) = soon(call(&document, request, &long)).await;
        assert_eq!(called, calls, "{method}");
        if method == "PUT" {
            assert_eq!(read_body(answer.unwrap()).await, (b"3000000".to_vec(), Ok(())));
        } else {
            // The server may have acted on it.
            assert_eq!(answer.unwrap_err().dom_name(), "NetworkError");
        }
    }
    let refused = FetchRequest {
        progress: Progress {
            redirects: 20,
            ..Progress::default()
        },
        ..get(Http::start(|_| response("307 There", &["Location: /"], ""))
            .await
            .url("/"))
    };
    let (answer, calls) = soon(call(
        &document,
        FetchRequest {
            method: "PUT".to_owned(),
            ..refused
        },
        &long,
    ))
    .await;
    assert!(matches!(answer, Err(Error::Redirect(_))), "{answer:?}");
    assert_eq!(calls, 1);
}
