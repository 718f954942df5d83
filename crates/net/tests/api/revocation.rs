//! Taking the permission back ends everything, wherever it waits, within a second.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use insula_net::{AppId, Broker, DocumentId, FetchBody, NetError, TcpOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::*;

/// The bound of the threat model.
const AT_ONCE: Duration = Duration::from_secs(1);

/// Revokes, and checks that `ended` follows at once.
async fn revoke<T>(broker: &Broker, ended: impl Future<Output = T>) -> T {
    let start = Instant::now();
    broker.revoke(&app());
    let output = soon(ended).await;
    let took = start.elapsed();
    assert!(took < AT_ONCE, "{took:?}");
    output
}

#[tokio::test]
async fn an_idle_socket() {
    let (port, accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let connected = connect(&document, port).await;
    let mut server = accepted.await;
    let mut page = page(connected.descriptor);
    let read = revoke(&broker, async { page.read(&mut [0]).await }).await;
    assert_eq!(read.unwrap(), 0);
    let error = soon(document.end(connected.connection)).await.unwrap_err();
    assert_eq!((error.dom_name(), &error), ("NotAllowedError", &NetError::Revoked));
    // Not a polite end: the server must not take half a message for a whole one.
    let error = soon(server.read(&mut [0])).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(broker.open_connections(&app()), 0);
}

#[tokio::test]
async fn a_blocked_write() {
    let (port, accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let connected = connect(&document, port).await;
    // Never reads.
    let _server = accepted.await;
    let mut page = page(connected.descriptor);
    let chunk = vec![0; 1 << 20];
    let blocked = Duration::from_millis(300);
    while tokio::time::timeout(blocked, page.write(&chunk)).await.is_ok() {}
    let error = revoke(&broker, page.write_all(&chunk)).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe);
    assert_eq!(soon(document.end(connected.connection)).await, Err(NetError::Revoked));
}

#[tokio::test]
async fn a_prompt_that_is_still_open() {
    let broker = broker();
    let document = document(&broker);
    let gate = Arc::new(Unanswered::default());
    let connecting = document.connect("127.0.0.1", 9, TcpOptions::default(), gate.clone());
    soon(gate.was_asked.notified()).await;
    assert_eq!(revoke(&broker, connecting).await.unwrap_err(), NetError::Revoked);
    // The question was withdrawn with it: nobody holds it any more.
    until("the question is dropped", || Arc::strong_count(&gate) == 1).await;
}

#[tokio::test]
async fn a_look_up_that_gets_no_answer() {
    let resolver = Silent::default();
    let broker = broker_with(resolver.clone());
    let document = document(&broker);
    let connecting = document.connect("a.example", 80, TcpOptions::default(), allow());
    until("the look-up has begun", || !resolver.asked().is_empty()).await;
    assert_eq!(revoke(&broker, connecting).await.unwrap_err(), NetError::Revoked);
}

#[tokio::test]
async fn a_connect_in_flight() {
    // A listener that accepts nothing and has no room: further connects get no answer.
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket
        .bind(&"127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap().into())
        .unwrap();
    socket.listen(0).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    let _fills_the_queue = std::net::TcpStream::connect(address).unwrap();
    let broker = broker();
    let document = document(&broker);
    let gate = Arc::new(Recording::default());
    let connecting = document.connect("127.0.0.1", address.port(), TcpOptions::default(), gate.clone());
    until("it was let pass", || !gate.asked().is_empty()).await;
    let mut connecting = std::pin::pin!(connecting);
    let waits = tokio::time::timeout(Duration::from_millis(200), &mut connecting).await;
    assert!(waits.is_err(), "it should be in flight: {waits:?}");
    assert_eq!(revoke(&broker, connecting).await.unwrap_err(), NetError::Revoked);
}

#[tokio::test]
async fn a_fetch_that_waits_for_its_answer() {
    let (port, accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let fetching = document.fetch(get(format!("http://127.0.0.1:{port}/")), allow());
    let mut server = accepted.await;
    soon(read_request(&mut server, 0)).await.unwrap();
    assert_eq!(revoke(&broker, fetching).await.unwrap_err(), NetError::Revoked);
    assert_eq!(soon(server.read(&mut [0])).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn a_download_that_is_running_and_one_whose_page_does_not_read() {
    let port = serve(|mut stream| async move {
        read_request(&mut stream, 0).await;
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n";
        let _ = stream.write_all(head.as_bytes()).await;
        let chunk = vec![0; 65_536];
        while stream.write_all(&chunk).await.is_ok() {}
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let url = format!("http://127.0.0.1:{port}/");
    let running = fetch(&document, get(&url)).await.unwrap();
    let unread = fetch(&document, get(&url)).await.unwrap();
    let mut page = page(running.body.unwrap());
    let mut buffer = vec![0; 65_536];
    soon(page.read_exact(&mut buffer)).await.unwrap();
    let drained = async { while page.read(&mut buffer).await.unwrap() > 0 {} };
    revoke(&broker, drained).await;
    for connection in [running.connection, unread.connection] {
        assert_eq!(soon(document.end(connection)).await, Err(NetError::Revoked));
    }
    assert_eq!(broker.open_connections(&app()), 0);
}

#[tokio::test]
async fn an_upload_that_the_server_does_not_read() {
    let (port, accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let upload = document.upload().unwrap();
    let mut request = get(format!("http://127.0.0.1:{port}/"));
    request.method = "POST".to_owned();
    request.body = Some(FetchBody {
        upload: upload.upload,
        length: None,
    });
    let fetching = document.fetch(request, allow());
    let _server = accepted.await;
    let mut page = page(upload.descriptor);
    let chunk = vec![0; 1 << 20];
    let blocked = Duration::from_millis(300);
    while tokio::time::timeout(blocked, page.write(&chunk)).await.is_ok() {}
    let (written, fetched) = revoke(&broker, async { tokio::join!(page.write_all(&chunk), fetching) }).await;
    assert!(written.is_err());
    assert_eq!(fetched.unwrap_err(), NetError::Revoked);
}

#[tokio::test]
async fn a_kept_alive_connection_and_an_upload_that_was_never_sent() {
    let port = serve(|mut stream| async move {
        while read_request(&mut stream, 0).await.is_some() {
            stream.write_all(&response("200 OK", &[], "x")).await.unwrap();
        }
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let url = format!("http://127.0.0.1:{port}/");
    let response = fetch(&document, get(&url)).await.unwrap();
    assert_eq!(read_body(&document, response).await, (b"x".to_vec(), Ok(())));
    let upload = document.upload().unwrap();
    let mut writer = page(upload.descriptor);
    let read = revoke(&broker, async { writer.read(&mut [0]).await }).await;
    assert_eq!(read.unwrap(), 0);
    let mut request = get(&url);
    request.method = "POST".to_owned();
    request.body = Some(FetchBody {
        upload: upload.upload,
        length: None,
    });
    let error = fetch(&document, request).await.unwrap_err();
    assert_eq!(error, NetError::UnknownUpload(upload.upload.0));
}

#[tokio::test]
async fn other_apps_go_on_and_so_does_the_same_one_once_it_may_again() {
    let port = serve(echo).await;
    let broker = broker();
    let document = document(&broker);
    let other = broker.document(DocumentId {
        app: AppId::new("other"),
        document: 7,
    });
    let mut others = page(connect(&other, port).await.descriptor);
    broker.revoke(&app());
    others.write_all(b"x").await.unwrap();
    assert_eq!(soon(others.read_u8()).await.unwrap(), b'x');
    let mut own = page(connect(&document, port).await.descriptor);
    own.write_all(b"y").await.unwrap();
    assert_eq!(soon(own.read_u8()).await.unwrap(), b'y');
}

#[tokio::test]
async fn a_document_takes_everything_with_it_when_it_goes() {
    let port = serve(echo).await;
    let broker = broker();
    let document = document(&broker);
    let sibling = broker.document(DocumentId {
        app: app(),
        document: 2,
    });
    let connected = connect(&document, port).await;
    let mut page_end = page(connected.descriptor);
    let mut siblings = page(connect(&sibling, port).await.descriptor);
    let end = document.end(connected.connection);
    document.close();
    assert_eq!(soon(page_end.read(&mut [0])).await.unwrap(), 0);
    assert_eq!(soon(end).await, Err(NetError::DocumentClosed));
    let late = document.connect("127.0.0.1", port, TcpOptions::default(), allow());
    assert_eq!(soon(late).await.unwrap_err(), NetError::DocumentClosed);
    assert_eq!(document.upload().unwrap_err(), NetError::DocumentClosed);
    // Revoking does not bring it back to life.
    broker.revoke(&app());
    assert!(document.upload().is_err());
    // The sibling was revoked just now, but not closed.
    assert_eq!(soon(siblings.read(&mut [0])).await.unwrap(), 0);
    assert!(sibling.upload().is_ok());
}

#[tokio::test]
async fn dropping_document_and_broker_ends_all() {
    let port = serve(echo).await;
    let broker = broker();
    let document = document(&broker);
    let mut page_end = page(connect(&document, port).await.descriptor);
    drop(broker);
    page_end.write_all(b"x").await.unwrap();
    assert_eq!(soon(page_end.read_u8()).await.unwrap(), b'x');
    drop(document);
    assert_eq!(soon(page_end.read(&mut [0])).await.unwrap(), 0);
}
