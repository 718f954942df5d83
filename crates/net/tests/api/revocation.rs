//! Taking the permission back ends everything, wherever it waits, within a second.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use insula_net::page::DocumentNetwork;
use insula_net::{AppId, BoxFuture, Broker, Denied, Destination, Error, Gate, TcpOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::*;

/// The bound of the threat model.
const AT_ONCE: Duration = Duration::from_secs(1);

/// Has the gates asked again, which say no now, and checks that `ended` follows at once.
async fn revoke<T>(broker: &Broker, ended: impl Future<Output = T>) -> T {
    let start = Instant::now();
    broker.recheck(&app());
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
    let mut connected = connect(&document, port).await;
    let mut server = accepted.await;
    let mut page = page(connected.descriptor);
    let read = revoke(&broker, async { page.read(&mut [0]).await }).await;
    assert_eq!(read.unwrap(), 0);
    let error = end(&mut connected.ends).await.unwrap_err();
    assert_eq!((error.dom_name(), &error), ("NotAllowedError", &Error::Revoked));
    // Not a polite end: the server must not take half a message for a whole one.
    let error = soon(server.read(&mut [0])).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(document.open_connections(), 0);
}

#[tokio::test]
async fn a_socket_whose_server_has_finished() {
    let (port, accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let mut connected = connect(&document, port).await;
    let mut server = accepted.await;
    server.shutdown().await.unwrap();
    let mut page = page(connected.descriptor);
    assert_eq!(soon(page.read(&mut [0])).await.unwrap(), 0);
    assert_eq!(end(&mut connected.ends).await, Ok(()));
    // What could still be written is taken away, which is an end of its own, and the last.
    let taken = revoke(&broker, end(&mut connected.ends)).await;
    assert_eq!(taken, Err(Error::Revoked));
    assert_eq!(soon(connected.ends.next()).await, None);
}

#[tokio::test]
async fn a_blocked_write() {
    let (port, accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let mut connected = connect(&document, port).await;
    // Never reads.
    let _server = accepted.await;
    let mut page = page(connected.descriptor);
    let chunk = vec![0; 1 << 20];
    let blocked = Duration::from_millis(300);
    while tokio::time::timeout(blocked, page.write(&chunk)).await.is_ok() {}
    let error = revoke(&broker, page.write_all(&chunk)).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe);
    assert_eq!(end(&mut connected.ends).await, Err(Error::Revoked));
}

#[tokio::test]
async fn a_prompt_that_is_still_open() {
    let broker = broker();
    let document = document(&broker);
    let gate = Arc::new(PendingGate::default());
    let connecting = document.connect("127.0.0.1", 9, TcpOptions::default(), gate.clone());
    soon(gate.was_asked.notified()).await;
    assert_eq!(revoke(&broker, connecting).await.unwrap_err(), Error::Revoked);
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
    assert_eq!(revoke(&broker, connecting).await.unwrap_err(), Error::Revoked);
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
    assert_eq!(revoke(&broker, connecting).await.unwrap_err(), Error::Revoked);
}

#[tokio::test]
async fn a_fetch_that_waits_for_its_answer() {
    let (port, accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let fetching = document.fetch(get(format!("http://127.0.0.1:{port}/")), allow());
    let mut server = accepted.await;
    soon(read_request(&mut server, 0)).await.unwrap();
    assert_eq!(revoke(&broker, fetching).await.unwrap_err(), Error::Revoked);
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
    let (unread, _page) = streamed(fetch(&document, get(&url)).await.unwrap());
    let (running, mut page) = streamed(running);
    let mut buffer = vec![0; 65_536];
    soon(page.read_exact(&mut buffer)).await.unwrap();
    let drained = async { while page.read(&mut buffer).await.unwrap() > 0 {} };
    revoke(&broker, drained).await;
    for mut ends in [running, unread] {
        assert_eq!(end(&mut ends).await, Err(Error::Revoked));
    }
    assert_eq!(document.open_connections(), 0);
}

#[tokio::test]
async fn an_upload_that_the_server_does_not_read() {
    let (port, accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let upload = document.upload(allow()).unwrap();
    let request = post(format!("http://127.0.0.1:{port}/"), &upload, None);
    let fetching = document.fetch(request, allow());
    let _server = accepted.await;
    let mut page = page(upload.descriptor);
    let chunk = vec![0; 1 << 20];
    let blocked = Duration::from_millis(300);
    while tokio::time::timeout(blocked, page.write(&chunk)).await.is_ok() {}
    let (written, fetched) = revoke(&broker, async { tokio::join!(page.write_all(&chunk), fetching) }).await;
    assert!(written.is_err());
    assert_eq!(fetched.unwrap_err(), Error::Revoked);
}

#[tokio::test]
async fn a_kept_alive_connection_and_an_upload_that_was_never_sent() {
    let (port, accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let url = format!("http://127.0.0.1:{port}/");
    let fetching = document.fetch(get(&url), allow());
    let mut server = accepted.await;
    soon(read_request(&mut server, 0)).await.unwrap();
    server.write_all(&response("200 OK", &[], "x")).await.unwrap();
    let response = answered(soon(fetching).await.unwrap());
    assert_eq!(read_body(response).await, (b"x".to_vec(), Ok(())));
    let upload = document.upload(allow()).unwrap();
    let request = post(&url, &upload, None);
    let mut writer = page(upload.descriptor);
    let ends = async { (writer.read(&mut [0]).await, server.read(&mut [0]).await) };
    let (writer_read, server_read) = revoke(&broker, ends).await;
    assert_eq!((writer_read.unwrap(), server_read.unwrap()), (0, 0));
    let error = fetch(&document, request).await.unwrap_err();
    assert_eq!(error, Error::UnknownUpload(upload.upload.0));
}

#[tokio::test]
async fn other_apps_go_on_and_so_does_the_same_one_once_it_may_again() {
    let port = serve(echo).await;
    let broker = broker();
    let document = document(&broker);
    let other = DocumentNetwork::open(&broker, &AppId::new("other"));
    let mut others = page(connect(&other, port).await.descriptor);
    broker.recheck(&app());
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
    let sibling = DocumentNetwork::open(&broker, &app());
    let connected = connect(&document, port).await;
    let mut page_end = page(connected.descriptor);
    let mut siblings = page(connect(&sibling, port).await.descriptor);
    let mut ends = connected.ends;
    document.close();
    assert_eq!(soon(page_end.read(&mut [0])).await.unwrap(), 0);
    assert_eq!(end(&mut ends).await, Err(Error::Closed));
    let late = document.connect("127.0.0.1", port, TcpOptions::default(), allow());
    assert_eq!(soon(late).await.unwrap_err(), Error::Closed);
    assert_eq!(document.upload(allow()).unwrap_err(), Error::Closed);
    // Revoking does not bring it back to life.
    broker.recheck(&app());
    assert!(document.upload(allow()).is_err());
    // The sibling was revoked just now, but not closed.
    assert_eq!(soon(siblings.read(&mut [0])).await.unwrap(), 0);
    assert!(sibling.upload(allow()).is_ok());
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

#[tokio::test]
async fn what_another_permission_carries_goes_on() {
    let port = serve(echo).await;
    let broker = broker();
    let document = document(&broker);
    let (grant, policy) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicBool::new(true)));
    let connect = |allowed| document.connect("127.0.0.1", port, TcpOptions::default(), deciding(allowed));
    let mut by_grant = soon(connect(&grant)).await.unwrap();
    let by_policy = soon(connect(&policy)).await.unwrap();
    let mut lost = page(by_grant.descriptor);
    let mut kept = page(by_policy.descriptor);
    let mut upload = page(document.upload(deciding(&grant)).unwrap().descriptor);

    broker.recheck(&app());
    lost.write_all(b"x").await.unwrap();
    assert_eq!(soon(lost.read_u8()).await.unwrap(), b'x', "nothing was taken back");

    grant.store(false, Ordering::SeqCst);
    let start = Instant::now();
    broker.recheck(&app());
    assert_eq!(soon(lost.read(&mut [0])).await.unwrap(), 0);
    assert_eq!(soon(upload.read(&mut [0])).await.unwrap(), 0);
    assert_eq!(end(&mut by_grant.ends).await, Err(Error::Revoked));
    assert!(start.elapsed() < AT_ONCE);
    kept.write_all(b"y").await.unwrap();
    assert_eq!(soon(kept.read_u8()).await.unwrap(), b'y');
    assert_eq!(document.open_connections(), 1);
}

#[tokio::test]
async fn what_is_still_on_its_way_is_looked_at_too() {
    let broker = broker_with(Silent::default());
    let document = document(&broker);
    let (grant, policy) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicBool::new(true)));
    let connect = |allowed| document.connect("a.example", 80, TcpOptions::default(), deciding(allowed));
    let (by_grant, mut by_policy) = (connect(&grant), std::pin::pin!(connect(&policy)));
    grant.store(false, Ordering::SeqCst);
    broker.recheck(&app());
    assert_eq!(soon(by_grant).await.unwrap_err(), Error::Revoked);
    let waits = tokio::time::timeout(Duration::from_millis(50), &mut by_policy).await;
    assert!(waits.is_err(), "it should go on: {waits:?}");
}

#[tokio::test]
async fn a_yes_that_is_taken_back_before_it_arrives_is_a_no() {
    /// Says yes, and has it taken back before anybody hears it.
    struct Late(Mutex<Option<Broker>>);
    impl Gate for Late {
        fn check<'a>(&'a self, _: &'a Destination) -> BoxFuture<'a, Result<(), Denied>> {
            let broker = self.0.lock().unwrap().take();
            Box::pin(async move {
                broker.unwrap().recheck(&app());
                Ok(())
            })
        }

        fn still_allows(&self, destination: Option<&Destination>) -> bool {
            destination.is_none()
        }
    }
    let (port, _accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let gate = Arc::new(Late(Mutex::new(Some(broker.clone()))));
    let connecting = document.connect("127.0.0.1", port, TcpOptions::default(), gate);
    assert_eq!(soon(connecting).await.unwrap_err(), Error::Revoked);
}
