//! Groups that UDP sockets hear. Those of IPv4 are this machine's own, on `lo`; for those of IPv6 a test makes itself a network,
//! because `lo` has no way to them.

use std::env;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use insula_net::page::{ConnectionId, DocumentNetwork, Membership, MulticastOptions, UdpOpened, UdpOptions};
use insula_net::{AddressSpace, Denied, Error, Gate};
use socket2::SockRef;
use tokio::net::UdpSocket;

use crate::support::*;

/// The address of mDNS.
const MDNS: &str = "224.0.0.251";

/// A group, on this machine's own interface.
fn group(address: &str) -> Membership {
    Membership {
        group: address.parse().unwrap(),
        source: None,
        interface: Some("lo".to_owned()),
    }
}

fn of(address: &str, source: &str) -> Membership {
    Membership {
        source: Some(source.parse().unwrap()),
        ..group(address)
    }
}

/// Bound to a port of all addresses, which others may share.
fn sharing(address: &str, port: Option<u16>) -> UdpOptions {
    UdpOptions {
        local: Some((address.parse().unwrap(), port)),
        multicast: MulticastOptions {
            allow_address_sharing: true,
            ..MulticastOptions::default()
        },
        ..UdpOptions::default()
    }
}

async fn open(document: &DocumentNetwork, options: UdpOptions) -> UdpOpened {
    soon(document.udp(options, allow())).await.unwrap()
}

async fn join(document: &DocumentNetwork, socket: ConnectionId, membership: &Membership) -> Result<(), Error> {
    soon(document.join_group(socket, membership.clone())).await
}

async fn leave(document: &DocumentNetwork, socket: ConnectionId, membership: &Membership) -> Result<(), Error> {
    soon(document.leave_group(socket, membership.clone())).await
}

/// Sends to groups on `lo`, from an address of this machine.
async fn sender(from: Ipv4Addr) -> UdpSocket {
    let socket = UdpSocket::bind((from, 0)).await.unwrap();
    SockRef::from(&socket)
        .set_multicast_if_v4(&Ipv4Addr::LOCALHOST)
        .unwrap();
    socket
}

/// Whether the system has a group on `lo` for anybody.
fn is_known(address: &str) -> bool {
    let IpAddr::V4(address) = address.parse().unwrap() else {
        panic!("{address} is not of IPv4")
    };
    // As the kernel writes it, in the order of this machine's bytes.
    let number = format!("{:08X}", u32::from_ne_bytes(address.octets()));
    let table = fs::read_to_string("/proc/net/igmp").unwrap();
    let of_lo = table.lines().skip_while(|line| !line.contains("lo ")).skip(1);
    let mut groups = of_lo.take_while(|line| line.starts_with('\t'));
    groups.any(|line| line.contains(&number))
}

/// A datagram's text.
async fn heard(page: &Packets) -> String {
    let (_, data) = page.receive().await.expect("the socket is open");
    String::from_utf8(data).unwrap()
}

#[tokio::test]
async fn two_listeners_of_one_address_hear_a_group_and_one_that_has_not_joined_hears_nothing() {
    let broker = broker();
    let document = document(&broker);
    let one = open(&document, sharing("0.0.0.0", None)).await;
    let port = one.local.port();
    let options = sharing("0.0.0.0", Some(port));
    let (other, third) = (open(&document, options.clone()).await, open(&document, options).await);
    for socket in [&one, &other] {
        join(&document, socket.connection, &group(MDNS)).await.unwrap();
    }
    let [first, second, deaf] = [one.descriptor, other.descriptor, third.descriptor].map(Packets::of);

    // By a page's socket, which says by which interface.
    let asking = UdpOptions {
        local: Some((Ipv4Addr::UNSPECIFIED.into(), None)),
        multicast: MulticastOptions {
            interface: Some("lo".to_owned()),
            ..MulticastOptions::default()
        },
        ..UdpOptions::default()
    };
    let asking = Packets::of(open(&document, asking).await.descriptor);
    let to = SocketAddr::new(MDNS.parse().unwrap(), port);
    asking.send(Some(to), b"who is there?").await;
    assert_eq!(heard(&first).await, "who is there?");
    assert_eq!(heard(&second).await, "who is there?");

    // Who has not joined, or not any more, hears nothing before what comes to the next group.
    leave(&document, one.connection, &group(MDNS)).await.unwrap();
    for socket in [&one.connection, &third.connection] {
        join(&document, *socket, &group("239.4.4.4")).await.unwrap();
    }
    asking.send(Some(to), b"again").await;
    asking
        .send(Some(SocketAddr::new("239.4.4.4".parse().unwrap(), port)), b"elsewhere")
        .await;
    for (page, expected) in [(&second, "again"), (&first, "elsewhere"), (&deaf, "elsewhere")] {
        assert_eq!(heard(page).await, expected);
    }

    // Without a word nobody shares.
    let alone = UdpOptions {
        multicast: MulticastOptions::default(),
        ..sharing("0.0.0.0", Some(port))
    };
    let error = soon(document.udp(alone, allow())).await.unwrap_err();
    assert_eq!(error.dom_name(), "NetworkError");
}

#[tokio::test]
async fn of_a_group_of_one_sender_others_are_not_heard() {
    let broker = broker();
    let document = document(&broker);
    let socket = open(&document, sharing("0.0.0.0", None)).await;
    let to = SocketAddr::new("232.7.7.7".parse().unwrap(), socket.local.port());
    let page = Packets::of(socket.descriptor);
    let (wanted, other) = (sender([127, 0, 0, 1].into()).await, sender([127, 0, 0, 2].into()).await);
    join(&document, socket.connection, &of("232.7.7.7", "127.0.0.1"))
        .await
        .unwrap();
    other.send_to(b"other", to).await.unwrap();
    wanted.send_to(b"wanted", to).await.unwrap();
    assert_eq!(heard(&page).await, "wanted");
    // Each of two is heard once both are.
    join(&document, socket.connection, &of("232.7.7.7", "127.0.0.2"))
        .await
        .unwrap();
    other.send_to(b"other", to).await.unwrap();
    assert_eq!(heard(&page).await, "other");
    leave(&document, socket.connection, &of("232.7.7.7", "127.0.0.1"))
        .await
        .unwrap();
    wanted.send_to(b"wanted", to).await.unwrap();
    other.send_to(b"other", to).await.unwrap();
    assert_eq!(heard(&page).await, "other");
}

#[tokio::test]
async fn what_a_page_may_not_or_cannot_join_has_the_errors_of_direct_sockets() {
    let broker = broker();
    let document = document(&broker);
    let socket = open(&document, sharing("0.0.0.0", None)).await;
    let _page = Packets::of(socket.descriptor);
    let id = socket.connection;
    for (membership, name) in [
        (group("192.0.2.1"), "TypeError"),
        (of("232.1.1.1", "2001:db8::1"), "TypeError"),
        (group("ff02::fb"), "NetworkError"),
        (
            Membership {
                interface: Some("nothere0".to_owned()),
                ..group(MDNS)
            },
            "NetworkError",
        ),
        (
            Membership {
                interface: Some("a".repeat(300)),
                ..group(MDNS)
            },
            "NetworkError",
        ),
    ] {
        let error = join(&document, id, &membership).await.unwrap_err();
        assert_eq!(error.dom_name(), name, "{error}");
    }
    // What has failed can be tried again, and is not there to be left.
    join(&document, id, &group(MDNS)).await.unwrap();
    for (left, membership) in [
        (false, group(MDNS)),
        (false, of(MDNS, "127.0.0.1")),
        (true, group("239.1.1.1")),
        (true, of(MDNS, "127.0.0.1")),
    ] {
        let result = match left {
            true => leave(&document, id, &membership).await,
            false => join(&document, id, &membership).await,
        };
        assert_eq!(result.unwrap_err().dom_name(), "InvalidStateError", "{membership:?}");
    }
    for number in 1..20 {
        join(&document, id, &group(&format!("239.1.2.{number}"))).await.unwrap();
    }
    let error = join(&document, id, &group("239.1.2.20")).await.unwrap_err();
    assert_eq!(error.dom_name(), "QuotaExceededError");
    leave(&document, id, &group(MDNS)).await.unwrap();
    join(&document, id, &group("239.1.2.20")).await.unwrap();

    // A socket that has one peer is in no group, nor is one of another document.
    let connected = UdpOptions {
        remote: Some(("127.0.0.1".to_owned(), 9)),
        ..UdpOptions::default()
    };
    let connected = open(&document, connected).await;
    let stranger = crate::support::document(&broker);
    for (document, id) in [(&document, connected.connection), (&stranger, id)] {
        let error = join(document, id, &group(MDNS)).await.unwrap_err();
        assert_eq!(error.dom_name(), "InvalidStateError");
    }
}

#[tokio::test]
async fn a_group_is_of_the_local_network_for_the_gate_also_on_a_socket_of_this_machine() {
    let broker = broker();
    let document = document(&broker);
    let gate = asking(|destination| match destination.space {
        AddressSpace::Local => Err(Denied::new("InvalidAccessError", "It is too near.")),
        _ => Ok(()),
    });
    let socket = soon(document.udp(sharing("127.0.0.1", None), gate)).await.unwrap();
    let _page = Packets::of(socket.descriptor);
    let error = join(&document, socket.connection, &group("239.9.9.1"))
        .await
        .unwrap_err();
    assert_eq!(error.dom_name(), "InvalidAccessError");
    assert!(!is_known("239.9.9.1"));

    // The user may be asked meanwhile. Who closes the socket does not wait for the answer.
    let pending = Arc::new(PendingGate::default());
    struct PlaceOnly(Arc<PendingGate>);
    impl Gate for PlaceOnly {
        fn check<'a>(
            &'a self,
            destination: &'a insula_net::Destination,
        ) -> insula_net::BoxFuture<'a, Result<(), Denied>> {
            match destination.addresses.is_empty() {
                true => Box::pin(std::future::ready(Ok(()))),
                false => self.0.check(destination),
            }
        }

        fn still_allows(&self, _: Option<&insula_net::Destination>) -> bool {
            true
        }
    }
    let gate = Arc::new(PlaceOnly(pending.clone()));
    let socket = soon(document.udp(sharing("0.0.0.0", None), gate)).await.unwrap();
    let page = Packets::of(socket.descriptor);
    let joining = document.join_group(socket.connection, group("239.9.9.2"));
    soon(pending.was_asked.notified()).await;
    let error = join(&document, socket.connection, &group("239.9.9.2"))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("being joined"), "{error}");
    document.release(socket.connection);
    drop(page);
    assert_eq!(soon(joining).await, Err(Error::Aborted));
    let free = || std::net::UdpSocket::bind(("0.0.0.0", socket.local.port())).is_ok();
    until("the port is free", free).await;
}

#[tokio::test]
async fn groups_are_left_when_the_socket_ends_whatever_ends_it() {
    let broker = broker();
    let allowed = Arc::new(AtomicBool::new(true));
    let document = document(&broker);
    for (address, what) in [("239.9.8.1", "close"), ("239.9.8.2", "revoke"), ("239.9.8.3", "end")] {
        let socket = soon(document.udp(sharing("0.0.0.0", None), deciding(&allowed)))
            .await
            .unwrap();
        let page = Packets::of(socket.descriptor);
        join(&document, socket.connection, &group(address)).await.unwrap();
        assert!(is_known(address), "{what}");
        match what {
            "close" => {
                document.release(socket.connection);
                drop(page);
            }
            "revoke" => {
                allowed.store(false, Ordering::SeqCst);
                broker.recheck(&app());
                allowed.store(true, Ordering::SeqCst);
            }
            _ => document.close(),
        }
        until("the group is left", || !is_known(address)).await;
    }
}

#[tokio::test]
async fn what_a_group_was_allowed_by_ends_the_socket_when_it_is_taken_back() {
    struct Deciding(AtomicBool);
    impl Gate for Deciding {
        fn check<'a>(&'a self, _: &'a insula_net::Destination) -> insula_net::BoxFuture<'a, Result<(), Denied>> {
            Box::pin(std::future::ready(Ok(())))
        }

        fn still_allows(&self, destination: Option<&insula_net::Destination>) -> bool {
            destination.is_none_or(|to| to.space != AddressSpace::Local) || self.0.load(Ordering::SeqCst)
        }
    }
    let broker = broker();
    let document = document(&broker);
    let gate = Arc::new(Deciding(AtomicBool::new(true)));
    let mut plain = soon(document.udp(sharing("127.0.0.1", None), gate.clone()))
        .await
        .unwrap();
    let mut joined = soon(document.udp(sharing("127.0.0.1", None), gate.clone()))
        .await
        .unwrap();
    join(&document, joined.connection, &group("239.9.7.1")).await.unwrap();
    gate.0.store(false, Ordering::SeqCst);
    broker.recheck(&app());
    assert_eq!(end(&mut joined.ends).await, Err(Error::Revoked));
    let page = Packets::of(plain.descriptor);
    let direct = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    direct.send_to(b"still", plain.local).await.unwrap();
    assert_eq!(heard(&page).await, "still");
    drop(page);
    assert_eq!(end(&mut plain.ends).await, Ok(()));
}

#[tokio::test]
async fn groups_of_ipv6_and_of_ipv4_are_heard_by_one_socket() {
    let test = "groups::groups_of_ipv6_and_of_ipv4_are_heard_by_one_socket";
    if !is_in_a_network_of_its_own(test) {
        return;
    }
    let broker = broker();
    let document = document(&broker);
    let socket = open(&document, sharing("::", None)).await;
    let page = Packets::of(socket.descriptor);
    let on_cable = |address: &str| Membership {
        interface: Some("insula0".to_owned()),
        ..group(address)
    };
    for address in ["ff02::fb", MDNS] {
        join(&document, socket.connection, &on_cable(address)).await.unwrap();
    }
    let sending = UdpOptions {
        local: Some((IpAddr::from([0; 16]), None)),
        multicast: MulticastOptions {
            interface: Some("insula0".to_owned()),
            ..MulticastOptions::default()
        },
        ..UdpOptions::default()
    };
    let sending = Packets::of(open(&document, sending).await.descriptor);
    for address in ["ff02::fb", MDNS] {
        let to = SocketAddr::new(address.parse().unwrap(), socket.local.port());
        sending.send(Some(to), address.as_bytes()).await;
        assert_eq!(heard(&page).await, address);
    }
    // Of single senders there are none without what asks the system for them.
    let of_one = Membership {
        interface: Some("insula0".to_owned()),
        ..of("ff3e::1", "2001:db8::1")
    };
    let error = join(&document, socket.connection, &of_one).await.unwrap_err();
    assert_eq!(error.dom_name(), "NotSupportedError");
    leave(&document, socket.connection, &on_cable("ff02::fb"))
        .await
        .unwrap();
    let to = |address: &str| SocketAddr::new(address.parse().unwrap(), socket.local.port());
    sending.send(Some(to("ff02::fb")), b"too late").await;
    sending.send(Some(to(MDNS)), b"still there").await;
    assert_eq!(heard(&page).await, "still there");

    let only_ipv6 = UdpOptions {
        ipv6_only: true,
        ..sharing("::", None)
    };
    let socket = open(&document, only_ipv6).await;
    join(&document, socket.connection, &on_cable("ff02::fb")).await.unwrap();
}

/// Whether this is the test in a network in which there is a cable, `insula0`, and nothing else. If it is not, it has run there.
fn is_in_a_network_of_its_own(test: &str) -> bool {
    const INSIDE: &str = "INSULA_TEST_IN_ITS_OWN_NETWORK";
    if env::var_os(INSIDE).is_some() {
        return true;
    }
    let ready = "ip link set lo up && ip link add insula0 type veth peer name insula1 && ip link set insula1 up && \
                 ip link set insula0 up && ip addr add 192.0.2.1/24 dev insula0 && \
                 ip addr add 2001:db8::1/64 dev insula0 nodad && exec \"$@\"";
    let status = Command::new("unshare")
        .args(["--user", "--map-root-user", "--net", "--", "sh", "-c", ready, "sh"])
        .arg(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "yes")
        .status();
    assert!(status.unwrap().success(), "it failed in its own network");
    false
}
