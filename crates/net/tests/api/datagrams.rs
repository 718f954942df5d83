//! UDP sockets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use insula_net::page::{DocumentNetwork, UdpOpened, UdpOptions};
use insula_net::{AddressSpace, Denied, Error, Gate};
use tokio::net::UdpSocket;

use crate::support::*;

fn connected(host: &str, port: u16) -> UdpOptions {
    UdpOptions {
        remote: Some((host.to_owned(), port)),
        ..UdpOptions::default()
    }
}

fn bound(address: &str) -> UdpOptions {
    UdpOptions {
        local: Some((address.parse().unwrap(), None)),
        ..UdpOptions::default()
    }
}

async fn open(document: &DocumentNetwork, options: UdpOptions, gate: Arc<dyn Gate>) -> Result<UdpOpened, Error> {
    soon(document.udp(options, gate)).await
}

async fn peer() -> (UdpSocket, SocketAddr) {
    let peer = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = peer.local_addr().unwrap();
    (peer, address)
}

#[tokio::test]
async fn datagrams_go_both_ways_each_by_itself_also_empty_ones_and_the_longest() {
    let (broker, (peer, address)) = (broker(), peer().await);
    let document = document(&broker);
    let opened = open(&document, connected("127.0.0.1", address.port()), allow())
        .await
        .unwrap();
    assert_eq!(opened.remote, Some(address));
    let page = Packets::of(opened.descriptor);
    for length in [0, 1, 1400, 65_507] {
        page.send(None, &vec![7; length]).await;
        let mut received = vec![0; 70_000];
        let (read, from) = soon(peer.recv_from(&mut received)).await.unwrap();
        assert_eq!((read, from), (length, opened.local));
        peer.send_to(&received[..read], from).await.unwrap();
        assert_eq!(page.receive().await, Some((None, vec![7; length])));
    }
    // Others are not heard.
    let stranger = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    stranger.send_to(b"stranger", opened.local).await.unwrap();
    peer.send_to(b"peer", opened.local).await.unwrap();
    assert_eq!(page.receive().await, Some((None, b"peer".to_vec())));
}

#[tokio::test]
async fn a_bound_socket_talks_to_whom_it_likes_and_says_who_it_was() {
    let (broker, (one, of_one), (other, of_other)) = (broker(), peer().await, peer().await);
    let document = document(&broker);
    for (address, own) in [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "127.0.0.1"),
    ] {
        let opened = open(&document, bound(address), allow()).await.unwrap();
        let own = SocketAddr::new(own.parse().unwrap(), opened.local.port());
        let page = Packets::of(opened.descriptor);
        for (peer, of_peer) in [(&one, of_one), (&other, of_other)] {
            page.send(Some(of_peer), b"hello").await;
            let mut received = [0; 10];
            let (read, from) = soon(peer.recv_from(&mut received)).await.unwrap();
            assert_eq!((&received[..read], from), (&b"hello"[..], own), "{address}");
            peer.send_to(b"answer", own).await.unwrap();
            assert_eq!(
                page.receive().await,
                Some((Some(of_peer), b"answer".to_vec())),
                "{address}"
            );
        }
    }
}

#[tokio::test]
async fn what_cannot_be_sent_ends_the_socket_with_the_reason() {
    let (broker, (_peer, address)) = (broker(), peer().await);
    let document = document(&broker);
    let closed = ClosedUdpPort::new().await;
    for (options, packet, said) in [
        (connected("127.0.0.1", address.port()), vec![0; 4 + 65_508], "too long"),
        (
            connected("127.0.0.1", address.port()),
            vec![1, 0, 0, 1, b'a'],
            "one peer",
        ),
        (connected("127.0.0.1", address.port()), vec![0; 3], "malformed"),
        (bound("127.0.0.1"), vec![0; 5], "needs an address"),
        (bound("127.0.0.1"), b"\x07\0\0\x01a.test!".to_vec(), "a.test!"),
        (
            bound("127.0.0.1"),
            b"\x0f\0\0\x01255.255.255.255".to_vec(),
            "cannot be connected to",
        ),
    ] {
        let mut opened = open(&document, options, allow()).await.unwrap();
        let page = Packets::of(opened.descriptor);
        page.send_raw(&packet).await;
        let error = end(&mut opened.ends).await.unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
        assert_eq!(page.receive().await, None);
    }
    let mut opened = open(&document, connected("127.0.0.1", closed.0), allow())
        .await
        .unwrap();
    let page = Packets::of(opened.descriptor);
    page.send(None, b"anybody?").await;
    let error = end(&mut opened.ends).await.unwrap_err();
    assert_eq!(error.dom_name(), "NetworkError");
    assert!(error.to_string().contains("nobody listens there"), "{error}");
}

/// A port on which nobody listens.
struct ClosedUdpPort(u16);

impl ClosedUdpPort {
    async fn new() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        Self(socket.local_addr().unwrap().port())
    }
}

#[tokio::test]
async fn each_peer_of_a_bound_socket_passes_the_gate_by_its_own_address() {
    let (broker, (peer, of_peer)) = (broker(), peer().await);
    let document = document(&broker);
    let gate = asking(move |destination| match destination.space {
        AddressSpace::Loopback if destination.port == of_peer.port() => {
            Err(Denied::new("InvalidAccessError", "blocked"))
        }
        _ => Ok(()),
    });
    let mut opened = open(&document, bound("0.0.0.0"), gate).await.unwrap();
    let page = Packets::of(opened.descriptor);
    page.send(Some(of_peer), b"hello").await;
    assert_eq!(
        end(&mut opened.ends).await.unwrap_err().dom_name(),
        "InvalidAccessError"
    );
    assert!(peer.try_recv(&mut [0]).is_err(), "nothing has come");
}

#[tokio::test]
async fn what_is_taken_back_ends_the_socket_and_frees_its_port() {
    let broker = broker();
    let document = document(&broker);
    let allowed = Arc::new(AtomicBool::new(true));
    let mut opened = open(&document, bound("127.0.0.1"), deciding(&allowed)).await.unwrap();
    let page = Packets::of(opened.descriptor);
    allowed.store(false, Ordering::SeqCst);
    broker.recheck(&app());
    assert_eq!(end(&mut opened.ends).await, Err(Error::Revoked));
    assert_eq!(page.receive().await, None);
    until("the port is free", || std::net::UdpSocket::bind(opened.local).is_ok()).await;
}

#[tokio::test]
async fn a_page_that_closes_its_end_or_does_not_read_holds_nothing_up() {
    let (broker, (peer, address)) = (broker(), peer().await);
    let document = document(&broker);
    let mut opened = open(&document, connected("127.0.0.1", address.port()), allow())
        .await
        .unwrap();
    let page = Packets::of(opened.descriptor);
    // More than all buffers hold: what finds no room is dropped, and sending goes on.
    for _ in 0..2000 {
        peer.send_to(&[1; 1400], opened.local).await.unwrap();
    }
    page.send(None, b"still there").await;
    let mut received = [0; 20];
    let read = soon(peer.recv(&mut received)).await.unwrap();
    assert_eq!(&received[..read], b"still there");
    drop(page);
    assert_eq!(end(&mut opened.ends).await, Ok(()));
    assert_eq!(document.open_connections(), 0);
}

#[tokio::test]
async fn options_that_contradict_each_other_are_type_errors() {
    let broker = broker();
    let document = document(&broker);
    let both = UdpOptions {
        remote: Some(("127.0.0.1".to_owned(), 9)),
        ..bound("127.0.0.1")
    };
    let port = |port| UdpOptions {
        local: Some(([127, 0, 0, 1].into(), Some(port))),
        ..UdpOptions::default()
    };
    for (options, name) in [
        (both, "TypeError"),
        (UdpOptions::default(), "TypeError"),
        (port(0), "TypeError"),
        (port(1023), "InvalidAccessError"),
    ] {
        assert_eq!(open(&document, options, allow()).await.unwrap_err().dom_name(), name);
    }
}
