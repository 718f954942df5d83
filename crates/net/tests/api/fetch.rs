//! Requests, responses, redirects.

use std::sync::Arc;

use insula_net::http::RedirectMode;
use insula_net::page::ResponseBody;
use insula_net::{AddressSpace, Denied, Error};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::*;

#[tokio::test]
async fn everything_of_a_response_reaches_the_page() {
    let server = Http::start(|_| {
        response(
            "299 Rather Fine",
            &["Set-Cookie: a=1", "X-Latin: caf\u{e9}", "Set-Cookie: b=2; HttpOnly"],
            "body",
        )
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let response = fetch(&document, get(server.url("/path?q=1#fragment"))).await.unwrap();
    assert_eq!(response.status, 299);
    assert_eq!(response.status_text, "Rather Fine");
    assert_eq!(response.url, server.url("/path?q=1"));
    assert!(!response.redirected);
    let cookies: Vec<_> = response
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie")
        .collect();
    assert_eq!(
        cookies.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>(),
        ["a=1", "b=2; HttpOnly"]
    );
    // A byte of the wire is a character of the page: this is what UTF-8 looks like as one.
    assert_eq!(header(&response, "x-latin"), Some("caf\u{c3}\u{a9}"));
    assert_eq!(read_body(response).await, (b"body".to_vec(), Ok(())));
    until("the body is closed", || document.open_connections() == 0).await;
}

#[tokio::test]
async fn a_request_is_sent_as_asked_with_nothing_ambient() {
    let server = Http::start(|_| response("204 No Content", &[], "")).await;
    let broker = broker();
    let document = document(&broker);
    let mut request = get(server.url("/a%20b?x=%C3%A9#not-sent"));
    request.method = "patch".to_owned();
    request.headers = vec![
        ("X-Twice".to_owned(), "1".to_owned()),
        ("X-Twice".to_owned(), "2".to_owned()),
        ("Origin".to_owned(), "https://elsewhere.example".to_owned()),
    ];
    let response = fetch(&document, request).await.unwrap();
    assert_eq!(response.status, 204);
    assert!(matches!(response.body, ResponseBody::Null));
    let [seen] = server.seen().try_into().unwrap();
    assert!(
        seen.head.starts_with("patch /a%20b?x=%C3%A9 HTTP/1.1\r\n"),
        "{}",
        seen.head
    );
    let mut names: Vec<_> = seen
        .head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .map(|l| l.0)
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "Accept",
            "Accept-Encoding",
            "Host",
            "Origin",
            "User-Agent",
            "X-Twice",
            "X-Twice"
        ]
    );
    assert_eq!(seen.header("host"), Some(format!("127.0.0.1:{}", server.port).as_str()));
    assert!(seen.header("user-agent").unwrap().starts_with("Insula/"));
}

#[tokio::test]
async fn head_has_headers_and_no_body() {
    let server = Http::start(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".to_vec()).await;
    let broker = broker();
    let document = document(&broker);
    let mut request = get(server.url("/"));
    request.method = "HEAD".to_owned();
    let response = fetch(&document, request).await.unwrap();
    assert_eq!(header(&response, "content-length"), Some("1000"));
    assert!(matches!(response.body, ResponseBody::Null));
}

#[tokio::test]
async fn a_body_that_is_known_to_be_empty_needs_no_descriptor() {
    let server = Http::start(|_| response("200 OK", &[], "")).await;
    let broker = broker();
    let document = document(&broker);
    let response = fetch(&document, get(server.url("/"))).await.unwrap();
    assert!(matches!(response.body, ResponseBody::Empty));
    assert_eq!(document.open_connections(), 0);
}

#[tokio::test]
async fn redirects_are_followed_and_every_hop_is_asked_about() {
    let target = Http::start(|_| response("200 OK", &[], "here")).await;
    let target_port = target.port;
    let server = Http::start(move |request| match request.path() {
        "/1" => response("302 Found", &["Location: /2"], "moved"),
        _ => response(
            "301 Moved Permanently",
            &[&format!("Location: http://localhost:{target_port}/3")],
            "",
        ),
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let gate = Arc::new(Recording::default());
    let mut request = get(server.url("/1#top"));
    request.headers = vec![
        ("Authorization".to_owned(), "secret".to_owned()),
        ("Cookie".to_owned(), "a=1".to_owned()),
    ];
    let response = answered(soon(document.fetch(request, gate.clone())).await.unwrap());
    assert_eq!(response.url, format!("http://localhost:{target_port}/3"));
    assert!(response.redirected);
    assert_eq!(read_body(response).await, (b"here".to_vec(), Ok(())));

    let seen = server.seen();
    assert!(
        seen.iter()
            .all(|request| request.header("authorization") == Some("secret"))
    );
    // The connection survived the first redirect's body.
    assert_eq!(
        seen.iter().map(|request| request.connection).collect::<Vec<_>>(),
        [0, 0]
    );
    assert_eq!(target.seen()[0].header("authorization"), None);
    assert_eq!(target.seen()[0].header("cookie"), None);
    let asked = gate.asked();
    let asked: Vec<_> = asked.iter().map(|asked| (asked.host.as_str(), asked.port)).collect();
    assert_eq!(
        asked,
        [
            ("127.0.0.1", server.port),
            ("127.0.0.1", server.port),
            ("localhost", target_port)
        ]
    );
}

#[tokio::test]
async fn a_redirect_cannot_go_where_the_request_could_not() {
    let inside = Http::start(|_| response("200 OK", &[], "secret")).await;
    let location = format!("Location: http://localhost:{}/", inside.port);
    let server = Http::start(move |_| response("302 Found", &[&location], "")).await;
    let broker = broker();
    let document = document(&broker);
    let gate = asking(|destination| match destination.host.as_str() {
        "localhost" => Err(Denied::new("NotAllowedError", "not there")),
        _ => Ok(()),
    });
    let error = soon(document.fetch(get(server.url("/")), gate)).await.unwrap_err();
    assert_eq!(
        (error.dom_name(), error.to_string().as_str()),
        ("NotAllowedError", "not there")
    );
    assert!(inside.seen().is_empty());
}

#[tokio::test]
async fn a_manual_redirect_is_readable_and_an_unwanted_one_an_error() {
    let server = Http::start(|_| response("302 Found", &["Location: /2"], "moved")).await;
    let broker = broker();
    let document = document(&broker);
    let mut request = get(server.url("/"));
    request.redirect = RedirectMode::Manual;
    let response = fetch(&document, request).await.unwrap();
    assert_eq!((response.status, header(&response, "location")), (302, Some("/2")));
    assert_eq!(read_body(response).await.0, b"moved");
    let mut request = get(server.url("/"));
    request.redirect = RedirectMode::Error;
    assert_eq!(fetch(&document, request).await.unwrap_err().dom_name(), "NetworkError");
}

#[tokio::test]
async fn an_abort_is_at_once_before_the_answer_and_during_the_body() {
    let (port, accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let request = get(format!("http://127.0.0.1:{port}/"));
    let id = request.request;
    let fetching = document.fetch(request, allow());
    let mut server = accepted.await;
    soon(read_request(&mut server, 0)).await.unwrap();
    document.abort(id);
    assert_eq!(soon(fetching).await.unwrap_err(), Error::Aborted);
    assert_eq!(soon(server.read(&mut [0])).await.unwrap_or(0), 0);

    let (port, accepted) = accept_one().await;
    let request = get(format!("http://127.0.0.1:{port}/"));
    let id = request.request;
    let fetching = document.fetch(request, allow());
    let mut server = accepted.await;
    soon(read_request(&mut server, 0)).await.unwrap();
    server
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart")
        .await
        .unwrap();
    let (mut ends, mut body) = streamed(answered(soon(fetching).await.unwrap()));
    soon(body.read_exact(&mut [0; 4])).await.unwrap();
    document.abort(id);
    assert_eq!(soon(body.read(&mut [0])).await.unwrap(), 0);
    let error = end(&mut ends).await.unwrap_err();
    assert_eq!((error.dom_name(), &error), ("AbortError", &Error::Aborted));
    assert_eq!(soon(server.read(&mut [0])).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn a_page_that_cancels_a_body_closes_its_connection() {
    let (port, accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let fetching = document.fetch(get(format!("http://127.0.0.1:{port}/")), allow());
    let mut server = accepted.await;
    soon(read_request(&mut server, 0)).await.unwrap();
    server.write_all(b"HTTP/1.1 200 OK\r\n\r\nendless").await.unwrap();
    let response = answered(soon(fetching).await.unwrap());
    drop(response.body);
    // The server is silent: only the page's end tells.
    assert_eq!(soon(server.read(&mut [0])).await.unwrap_or(0), 0);
    until("it is closed", || document.open_connections() == 0).await;
}

#[tokio::test]
async fn the_space_of_a_fetch_is_that_of_its_addresses() {
    let server = Http::start(|_| response("200 OK", &[], "")).await;
    let names = Names::new(&[("public.example", &[&["127.0.0.1"]])]);
    let broker = broker_with(names);
    let document = document(&broker);
    let gate = Arc::new(Recording::default());
    let url = format!("http://public.example:{}/", server.port);
    answered(soon(document.fetch(get(url), gate.clone())).await.unwrap());
    assert_eq!(gate.asked()[0].space, AddressSpace::Loopback);
    assert_eq!(
        server.seen()[0].header("host").unwrap(),
        format!("public.example:{}", server.port)
    );
}
