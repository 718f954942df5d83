//! Resolving, asking, connecting.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use insula_net::page::{Connected, DocumentNetwork};
use insula_net::{AddressSpace, AppId, Denied, DnsQueryType, Error, TcpOptions, limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::*;

#[tokio::test]
async fn a_socket_carries_bytes_both_ways_and_names_its_ends() {
    let (port, accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let connected = connect(&document, port).await;
    let mut server = accepted.await;
    assert_eq!(
        (connected.remote_address.to_string().as_str(), connected.remote_port),
        ("127.0.0.1", port)
    );
    assert_eq!(connected.local_address, server.peer_addr().unwrap().ip());
    assert_eq!(connected.local_port, server.peer_addr().unwrap().port());
    let mut page = page(connected.descriptor);
    page.write_all(b"to the server").await.unwrap();
    let mut bytes = [0; 13];
    soon(server.read_exact(&mut bytes)).await.unwrap();
    assert_eq!(&bytes, b"to the server");
    server.write_all(b"to the page").await.unwrap();
    let mut bytes = [0; 11];
    soon(page.read_exact(&mut bytes)).await.unwrap();
    assert_eq!(&bytes, b"to the page");
    assert_eq!(document.open_connections(), 1);
}

#[tokio::test]
async fn the_gate_is_asked_about_every_address_and_the_most_private_one_counts() {
    let port = serve(echo).await;
    let names = Names::new(&[("mixed.example", &[&["127.0.0.1", "93.184.215.14", "10.0.0.1"]])]);
    let broker = broker_with(names);
    let document = document(&broker);
    let gate = Arc::new(Recording::default());
    let connected = document.connect("MIXED.example", port, TcpOptions::default(), gate.clone());
    soon(connected).await.unwrap();
    let [asked] = gate.asked().try_into().unwrap();
    assert_eq!(asked.host, "mixed.example");
    assert_eq!(asked.port, port);
    assert_eq!(asked.space, AddressSpace::Loopback);
    assert_eq!(asked.addresses.len(), 3);
}

#[tokio::test]
async fn a_denial_is_what_the_page_sees_and_nothing_is_connected() {
    let accepted = Arc::new(AtomicUsize::new(0));
    let counter = accepted.clone();
    let port = serve(move |stream| {
        counter.fetch_add(1, Ordering::SeqCst);
        echo(stream)
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let gate = asking(|destination| match destination.space {
        AddressSpace::Public => Ok(()),
        _ => Err(Denied::new("InvalidAccessError", "Access to local network is blocked.")),
    });
    for host in [
        "127.0.0.1",
        "localhost",
        "[::ffff:127.0.0.1]",
        "0x7f000001",
        "a.localhost",
    ] {
        let error = soon(document.connect(host, port, TcpOptions::default(), gate.clone()))
            .await
            .unwrap_err();
        assert_eq!(error.dom_name(), "InvalidAccessError", "{host}");
        assert_eq!(error.to_string(), "Access to local network is blocked.");
    }
    assert_eq!(accepted.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_name_that_changes_its_mind_is_connected_where_it_was_checked() {
    let port = serve(echo).await;
    // Nothing listens on 127.0.0.9: a second look-up would fail.
    let names = Names::new(&[("rebind.example", &[&["127.0.0.1"], &["127.0.0.9"]])]);
    let broker = broker_with(names);
    let document = document(&broker);
    let connected = soon(document.connect("rebind.example", port, TcpOptions::default(), allow())).await;
    assert_eq!(connected.unwrap().remote_address.to_string(), "127.0.0.1");
}

#[tokio::test]
async fn the_next_address_is_tried_when_one_refuses() {
    let port = serve(echo).await;
    let names = Names::new(&[("two.example", &[&["::1", "127.0.0.7", "127.0.0.1"]])]);
    let broker = broker_with(names);
    let document = document(&broker);
    let connected = soon(document.connect("two.example", port, TcpOptions::default(), allow())).await;
    assert_eq!(connected.unwrap().remote_address.to_string(), "127.0.0.1");
}

#[tokio::test]
async fn every_failure_to_connect_says_what_failed() {
    let (free_port, _) = accept_one().await;
    let names = Names::new(&[
        ("v4.example", &[&["127.0.0.1"]]),
        ("nowhere.example", &[&["127.0.0.1", "0.0.0.0"]]),
    ]);
    let broker = broker_with(names);
    let document = document(&broker);
    let v6 = TcpOptions {
        dns_query_type: Some(DnsQueryType::Ipv6),
        ..TcpOptions::default()
    };
    let slow = TcpOptions {
        keep_alive_delay: Some(10),
        ..TcpOptions::default()
    };
    let plain = TcpOptions::default;
    for (host, options, name, message) in [
        (
            "v4.example",
            plain(),
            "NetworkError",
            format!("v4.example:{free_port} refused the connection"),
        ),
        (
            "unknown.example",
            plain(),
            "NetworkError",
            "the name \"unknown.example\" could not be resolved: no such name".to_owned(),
        ),
        (
            "v4.example",
            v6,
            "NetworkError",
            "the name \"v4.example\" could not be resolved: it has no such address".to_owned(),
        ),
        (
            "nowhere.example",
            plain(),
            "InvalidAccessError",
            "nowhere.example is the address 0.0.0.0, which cannot be connected to".to_owned(),
        ),
        (
            "v4.example",
            slow,
            "TypeError",
            "keepAliveDelay must be at least 1,000 milliseconds".to_owned(),
        ),
        (
            "a b",
            plain(),
            "NetworkError",
            "the name \"a b\" could not be resolved: it is not a host name or an address".to_owned(),
        ),
    ] {
        let error = soon(document.connect(host, free_port, options, allow()))
            .await
            .unwrap_err();
        assert_eq!((error.dom_name(), error.to_string()), (name, message));
    }
    assert_eq!(document.open_connections(), 0);
}

#[tokio::test]
async fn options_are_set_on_the_socket() {
    let port = serve(echo).await;
    let broker = broker();
    let document = document(&broker);
    let options = TcpOptions {
        no_delay: true,
        keep_alive_delay: Some(5_000),
        send_buffer_size: Some(65_536),
        receive_buffer_size: Some(65_536),
        dns_query_type: Some(DnsQueryType::Ipv4),
        ..TcpOptions::default()
    };
    let connected = soon(document.connect("localhost", port, options, allow()))
        .await
        .unwrap();
    assert_eq!(connected.remote_address, "127.0.0.1");
    let mut page = page(connected.descriptor);
    page.write_all(b"x").await.unwrap();
    assert_eq!(soon(page.read_u8()).await.unwrap(), b'x');
}

#[tokio::test]
async fn prompts_that_nobody_answers_do_not_hold_up_the_apps_other_connections() {
    let port = serve(echo).await;
    let broker = broker();
    let document = document(&broker);
    let gate = Arc::new(PendingGate::default());
    let pending: Vec<_> = (0..limits::CONNECTS_PER_APP + 10)
        .map(|_| document.connect("127.0.0.1", port, TcpOptions::default(), gate.clone()))
        .collect();
    until("all are asked about", || {
        gate.asked.load(Ordering::SeqCst) == pending.len()
    })
    .await;
    connect(&document, port).await;
}

#[tokio::test]
async fn more_than_64_connects_of_an_app_wait_for_each_other() {
    let resolver = Silent::default();
    let broker = broker_with(resolver.clone());
    let document = document(&broker);
    let pending: Vec<_> = (0..limits::CONNECTS_PER_APP + 10)
        .map(|n| {
            let host = format!("{n}.example");
            document.connect(&host, 80, TcpOptions::default(), allow())
        })
        .collect();
    until("the slots are taken", || {
        resolver.asked().len() == limits::CONNECTS_PER_APP
    })
    .await;
    // Another app has slots of its own, and its look-up comes after the ten that wait.
    let other = DocumentNetwork::open(&broker, &AppId::new("other"));
    let _other = other.connect("other.example", 80, TcpOptions::default(), allow());
    until("the other app's look-up", || {
        resolver.asked().contains(&"other.example".into())
    })
    .await;
    assert_eq!(resolver.asked().len(), limits::CONNECTS_PER_APP + 1);
    // Given up, they make room.
    drop(pending);
    let _next = document.connect("next.example", 80, TcpOptions::default(), allow());
    until("the next look-up", || resolver.asked().contains(&"next.example".into())).await;
}

#[tokio::test]
async fn as_many_sockets_as_the_limit_can_be_open_and_no_descriptor_stays_behind() {
    let limit = limits::raise_descriptor_limit().unwrap();
    assert!(limit >= 10_000, "this test needs 4 descriptors for a socket: {limit}");
    let port = serve(echo).await;
    let broker = broker();
    let document = document(&broker);
    // Whatever is opened once, lazily.
    drop(connect(&document, port).await);
    until("the first is closed", || document.open_connections() == 0).await;
    let before = descriptors();

    let mut sockets = Vec::new();
    while sockets.len() < limits::SOCKETS_PER_APP {
        sockets.push(connect(&document, port).await);
    }
    let refused = document.connect("127.0.0.1", port, TcpOptions::default(), allow());
    let error = soon(refused).await.unwrap_err();
    assert_eq!(
        error,
        Error::TooManySockets {
            limit: limits::SOCKETS_PER_APP
        }
    );
    let mut pages: Vec<_> = sockets.into_iter().map(|s: Connected| page(s.descriptor)).collect();
    for (n, page) in pages.iter_mut().enumerate() {
        page.write_u64(n as u64).await.unwrap();
    }
    for (n, page) in pages.iter_mut().enumerate() {
        assert_eq!(soon(page.read_u64()).await.unwrap(), n as u64);
    }
    assert_eq!(document.open_connections(), limits::SOCKETS_PER_APP);

    drop(pages);
    until("all are closed", || document.open_connections() == 0).await;
    until("the servers' ends are closed", || descriptors() <= before).await;
}

#[test]
fn an_answer_can_be_awaited_without_tokio() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let port = runtime.block_on(serve(echo));
    let broker = broker();
    let document = document(&broker);
    let connected = park_on(document.connect("127.0.0.1", port, TcpOptions::default(), allow()));
    assert_eq!(connected.unwrap().remote_port, port);
}

#[tokio::test]
async fn a_dropped_answer_closes_what_it_was_about_to_bring() {
    let port = serve(echo).await;
    let broker = broker();
    let document = document(&broker);
    let gate = Arc::new(Recording::default());
    for _ in 0..50 {
        let answer = document.connect("127.0.0.1", port, TcpOptions::default(), gate.clone());
        tokio::task::yield_now().await;
        drop(answer);
    }
    until("nothing is open", || document.open_connections() == 0).await;
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// The smallest executor there is.
fn park_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park_timeout(DEADLINE),
        }
    }
}
