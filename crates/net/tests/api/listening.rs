//! Waiting for connections.

use std::net::IpAddr;
use std::sync::Arc;

use insula_net::page::{DocumentNetwork, ListenOptions, Listening};
use insula_net::{AddressSpace, Denied, Error};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::*;

fn at(address: &str) -> ListenOptions {
    ListenOptions {
        address: address.parse().unwrap(),
        port: None,
        backlog: None,
        ipv6_only: false,
    }
}

async fn listen(document: &DocumentNetwork, options: ListenOptions) -> Result<Listening, Error> {
    soon(document.listen(options, allow())).await
}

#[tokio::test]
async fn connections_come_one_for_each_question_and_carry_bytes_both_ways() {
    let broker = broker();
    let document = document(&broker);
    let mut listening = listen(&document, at("127.0.0.1")).await.unwrap();
    assert_eq!(listening.local_address, IpAddr::from([127, 0, 0, 1]));
    let place = (listening.local_address, listening.local_port);
    // They wait in the kernel until somebody asks.
    let mut clients = Vec::new();
    for number in 0..3 {
        let mut client = TcpStream::connect(place).await.unwrap();
        client.write_all(&[number]).await.unwrap();
        clients.push(client);
    }
    for number in 0..3 {
        let accepted = soon(document.accept(listening.listener)).await.unwrap();
        assert_eq!(
            (accepted.local_port, accepted.tls.is_none()),
            (listening.local_port, true)
        );
        let client = &mut clients[usize::from(number)];
        assert_eq!(accepted.remote_port, client.local_addr().unwrap().port());
        let mut page = page(accepted.descriptor);
        assert_eq!(soon(page.read_u8()).await.unwrap(), number);
        page.write_all(b"answer").await.unwrap();
        page.shutdown().await.unwrap();
        let mut answer = Vec::new();
        soon(client.read_to_end(&mut answer)).await.unwrap();
        assert_eq!(answer, b"answer");
    }
    // A question that waits ends with the listener.
    let waiting = document.accept(listening.listener);
    document.release(listening.listener);
    assert_eq!(end(&mut listening.ends).await, Ok(()));
    assert!(matches!(
        soon(waiting).await.unwrap_err(),
        Error::Aborted | Error::UnknownConnection(_)
    ));
    assert!(TcpStream::connect(place).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn where_an_app_may_not_listen_is_said_with_the_reason() {
    let broker = broker();
    let document = document(&broker);
    let taken = listen(&document, at("127.0.0.1")).await.unwrap();
    let port = |port| ListenOptions {
        port: Some(port),
        ..at("127.0.0.1")
    };
    for (options, name, said) in [
        (port(0), "TypeError", "localPort"),
        (port(1023), "InvalidAccessError", "port 1023"),
        (port(taken.local_port), "NetworkError", "address already in use"),
        (at("192.0.2.1"), "NetworkError", "cannot assign requested address"),
        (
            ListenOptions {
                backlog: Some(0),
                ..at("127.0.0.1")
            },
            "TypeError",
            "backlog",
        ),
    ] {
        let error = listen(&document, options).await.unwrap_err();
        assert_eq!(error.dom_name(), name, "{error}");
        assert!(error.to_string().contains(said), "{error}");
    }
}

#[tokio::test]
async fn the_gate_is_asked_who_could_come() {
    let broker = broker();
    let document = document(&broker);
    let only_this_machine = || {
        asking(|destination| match destination.space {
            AddressSpace::Loopback => Ok(()),
            _ => Err(Denied::new("NotAllowedError", "not for others")),
        })
    };
    for (address, is_allowed) in [
        ("127.0.0.1", true),
        ("127.9.9.9", true),
        ("::1", true),
        ("::ffff:127.0.0.1", true),
        ("0.0.0.0", false),
        ("::", false),
    ] {
        let listening = soon(document.listen(at(address), only_this_machine())).await;
        assert_eq!(listening.is_ok(), is_allowed, "{address}: {listening:?}");
    }
}

#[tokio::test]
async fn both_families_are_listened_to_unless_only_one_is_wanted() {
    let broker = broker();
    let document = document(&broker);
    for (ipv6_only, is_reached) in [(false, true), (true, false)] {
        let options = ListenOptions { ipv6_only, ..at("::") };
        let listening = listen(&document, options).await.unwrap();
        assert!(TcpStream::connect(("::1", listening.local_port)).await.is_ok());
        let by_ipv4 = TcpStream::connect(("127.0.0.1", listening.local_port)).await;
        assert_eq!(by_ipv4.is_ok(), is_reached, "only IPv6: {ipv6_only}");
    }
}

#[tokio::test]
async fn what_is_taken_back_ends_the_listener_with_its_connections() {
    let broker = broker();
    let document = document(&broker);
    let allowed = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let mut listening = soon(document.listen(at("127.0.0.1"), deciding(&allowed)))
        .await
        .unwrap();
    let place = (listening.local_address, listening.local_port);
    let mut client = TcpStream::connect(place).await.unwrap();
    let mut accepted = soon(document.accept(listening.listener)).await.unwrap();
    let waiting = document.accept(listening.listener);
    allowed.store(false, std::sync::atomic::Ordering::SeqCst);
    broker.recheck(&app());
    assert_eq!(end(&mut listening.ends).await, Err(Error::Revoked));
    assert_eq!(end(&mut accepted.ends).await, Err(Error::Revoked));
    assert!(soon(waiting).await.is_err());
    assert!(soon(client.read(&mut [0])).await.map_or(true, |read| read == 0));
    assert!(TcpStream::connect(place).await.is_err());
}
