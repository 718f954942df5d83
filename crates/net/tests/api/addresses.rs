//! This machine's own addresses: its interfaces, and what a STUN server sees.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use insula_net::page::{DocumentNetwork, RequestId};
use insula_net::{AddressScope, AddressSpace, Denied, DnsQueryType, Error, Gate, InterfaceKind};
use insula_net::{AppId, Broker, PublicAddress};
use tokio::net::UdpSocket;

use crate::support::*;

/// The bound of the threat model.
const AT_ONCE: Duration = Duration::from_secs(1);

#[tokio::test]
async fn this_machine_itself_is_one_of_its_interfaces() {
    let broker = broker();
    let found = soon(document(&broker).interfaces(allow())).await.unwrap();
    let this = found.iter().find(|interface| interface.is_loopback).unwrap();
    assert_eq!((this.name.as_str(), this.kind), ("lo", InterfaceKind::Loopback));
    assert!(found.iter().filter(|interface| interface.is_loopback).count() == 1);
    let address = this
        .addresses
        .iter()
        .find(|it| it.address == Ipv4Addr::LOCALHOST)
        .unwrap();
    assert_eq!((address.prefix_length, address.scope), (8, AddressScope::Host));
    assert_eq!(address.space, Some(AddressSpace::Loopback));
}

#[tokio::test]
async fn interfaces_are_watched_once_a_document_and_until_that_is_taken_back() {
    let broker = broker();
    let document = document(&broker);
    let mut changes = soon(document.watch_interfaces(allow())).await.unwrap().unwrap();
    assert!(soon(document.watch_interfaces(allow())).await.unwrap().is_none());
    let begun = Instant::now();
    broker.recheck(&app());
    assert_eq!(soon(changes.next()).await, None);
    assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());

    // With the next grant it begins anew, and ends with the document, or when nobody listens.
    let mut changes = soon(document.watch_interfaces(allow())).await.unwrap().unwrap();
    document.close();
    assert_eq!(soon(changes.next()).await, None);
    let error = soon(document.watch_interfaces(allow())).await.unwrap_err();
    assert_eq!(error, Error::Closed);
}

/// What a server does with a question.
#[derive(Clone, Copy)]
enum Conduct {
    /// Says what it sees.
    Tells,
    /// Says that it comes from elsewhere, as after a NAT.
    Maps,
    /// Says so at the second question only, after it has sent what is no answer.
    TellsLate,
    /// Answers another question than was asked.
    Lies,
    Refuses,
    IsSilent,
}

/// A STUN server on this machine.
async fn server(conduct: Conduct) -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut question = [0; 100];
        let mut asked = 0;
        while let Ok((length, from)) = socket.recv_from(&mut question).await {
            assert_eq!((length, &question[..8]), (20, &b"\0\x01\0\0\x21\x12\xa4\x42"[..]));
            asked += 1;
            let question = &question[..20];
            let answer = match conduct {
                Conduct::Tells => tell(question, from),
                Conduct::Maps => tell(question, "192.0.2.7:1234".parse().unwrap()),
                Conduct::TellsLate if asked == 1 => b"no answer".to_vec(),
                Conduct::TellsLate => tell(question, from),
                Conduct::Lies => tell(&[0; 20], from),
                Conduct::Refuses => {
                    let mut answer = b"\x01\x11\0\x0c".to_vec();
                    answer.extend(&question[4..]);
                    answer.extend(b"\0\x09\0\x08\0\0\x04\x14Bad!");
                    answer
                }
                Conduct::IsSilent => continue,
            };
            socket.send_to(&answer, from).await.unwrap();
        }
    });
    port
}

fn tell(question: &[u8], seen: SocketAddr) -> Vec<u8> {
    let IpAddr::V4(address) = seen.ip() else {
        panic!("{seen}")
    };
    let mut answer = b"\x01\x01\0\x0c".to_vec();
    answer.extend(&question[4..]);
    answer.extend(b"\0\x20\0\x08\0\x01");
    answer.extend((seen.port() ^ 0x2112).to_be_bytes());
    answer.extend((u32::from(address) ^ 0x2112_a442).to_be_bytes());
    answer
}

/// Asks as an app that has not asked before.
async fn ask(servers: &[String], gate: Arc<dyn Gate>) -> Result<PublicAddress, Error> {
    let broker = broker();
    soon(document(&broker).public_address(servers, None, None, gate)).await
}

fn at(port: u16) -> String {
    format!("stun:127.0.0.1:{port}")
}

#[tokio::test]
async fn a_server_tells_what_it_sees() {
    for (conduct, is_mapped) in [
        (Conduct::Tells, false),
        (Conduct::Maps, true),
        (Conduct::TellsLate, false),
    ] {
        let name = at(server(conduct).await);
        let gate = Arc::new(Recording::default());
        let found = ask(std::slice::from_ref(&name), gate.clone()).await.unwrap();
        assert_eq!((found.is_mapped, found.server.to_string()), (is_mapped, name));
        let expected = if is_mapped { "192.0.2.7" } else { "127.0.0.1" };
        assert_eq!(found.address.ip().to_string(), expected);
        assert_eq!(gate.asked()[0].space, AddressSpace::Loopback);
    }
}

#[tokio::test]
async fn the_next_server_is_asked_when_one_fails_and_the_error_names_them_all() {
    let closed = UdpSocket::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let refusing = server(Conduct::Refuses).await;
    let bad = [at(closed), at(refusing), "stun:nowhere.invalid".to_owned()];
    let good = at(server(Conduct::Tells).await);
    let found = ask(&[&bad[..], std::slice::from_ref(&good)].concat(), allow())
        .await
        .unwrap();
    assert_eq!(found.server.to_string(), good);

    let error = ask(&bad, allow()).await.unwrap_err();
    assert_eq!(error.dom_name(), "NetworkError");
    let message = error.to_string();
    for part in [&bad[0], "refused", &bad[1], "420 Bad!", "stun:nowhere.invalid:3478"] {
        assert!(message.contains(part), "{part} is missing: {message}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up_after_three_seconds() {
    for conduct in [Conduct::IsSilent, Conduct::Lies] {
        let begun = Instant::now();
        let error = ask(&[at(server(conduct).await)], allow()).await.unwrap_err();
        let took = begun.elapsed().as_secs_f64();
        assert!((2.9..4.5).contains(&took), "{took}");
        assert!(error.to_string().contains("timed out after 3 s"), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_the_gate_refuses_is_not_asked_and_no_other_either() {
    let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let refusing = asking(|_| Err(Denied::new("InvalidAccessError", "It is too near.")));
    let error = ask(&[at(port), at(server(Conduct::Tells).await)], refusing)
        .await
        .unwrap_err();
    assert_eq!(
        (error.dom_name(), error.to_string().as_str()),
        ("InvalidAccessError", "It is too near.")
    );
    assert_eq!(
        silent.try_recv(&mut [0]).unwrap_err().kind(),
        std::io::ErrorKind::WouldBlock
    );
}

#[tokio::test]
async fn an_app_may_ask_again_after_a_pause_and_mistakes_do_not_count() {
    let broker = broker();
    let (one, other) = (document(&broker), document(&broker));
    let ask = |document: &DocumentNetwork, servers: &[String]| document.public_address(servers, None, None, allow());
    assert_eq!(soon(ask(&one, &[])).await.unwrap_err(), Error::NoStunServer);
    let mistake = soon(ask(&one, &["stuns:127.0.0.1".to_owned()])).await.unwrap_err();
    assert_eq!(mistake.dom_name(), "TypeError");
    let many = vec![at(1); 17];
    assert_eq!(soon(ask(&one, &many)).await.unwrap_err().dom_name(), "TypeError");
    let server = [at(server(Conduct::Tells).await)];
    soon(ask(&one, &server)).await.unwrap();
    let error = soon(ask(&other, &server)).await.unwrap_err();
    assert_eq!(error.dom_name(), "QuotaExceededError");
    assert!(error.to_string().ends_with("in 10 s"), "{error}");
    // It is the app's pause, not another's.
    let other_app = DocumentNetwork::open(&broker, &AppId::new("other"));
    soon(ask(&other_app, &server)).await.unwrap();
}

#[tokio::test]
async fn a_question_ends_when_it_is_aborted_or_taken_back() {
    let server = [at(server(Conduct::IsSilent).await)];
    let request = RequestId(1);
    let end = async |end: &dyn Fn(&Broker, &DocumentNetwork)| {
        let broker = broker();
        let document = document(&broker);
        let gate = Arc::new(Recording::default());
        let answer = document.public_address(&server, Some(DnsQueryType::Ipv4), Some(request), gate.clone());
        until("the server is asked", || !gate.asked().is_empty()).await;
        let begun = Instant::now();
        end(&broker, &document);
        let error = soon(answer).await.unwrap_err();
        assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
        error
    };
    assert_eq!(end(&|_, document| document.abort(request)).await, Error::Aborted);
    assert_eq!(end(&|broker, _| broker.recheck(&app())).await, Error::Revoked);
    assert_eq!(end(&|_, document| document.close()).await, Error::Closed);
}

#[tokio::test]
async fn a_name_that_leads_near_is_asked_about_as_what_it_leads_to() {
    let port = server(Conduct::Tells).await;
    let broker = broker_with(Names::new(&[("stun.example", &[&["127.0.0.1"], &["192.0.2.1"]])]));
    let gate = Arc::new(Recording::default());
    let servers = [format!("stun:stun.example:{port}")];
    soon(document(&broker).public_address(&servers, None, None, gate.clone()))
        .await
        .unwrap();
    let [asked] = &gate.asked()[..] else {
        panic!("it is asked about once")
    };
    assert_eq!(asked.space, AddressSpace::Loopback);
    assert_eq!(asked.addresses, [SocketAddr::from(([127, 0, 0, 1], port))]);
}
