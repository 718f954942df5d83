//! Records of names, asked of real name servers on this machine.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::rdata::caa::CAA;
use hickory_resolver::proto::rr::rdata::svcb::{Alpn, EchConfigList, IpHint, SVCB, SvcParamKey, SvcParamValue};
use hickory_resolver::proto::rr::rdata::{CNAME, HTTPS, MX, NS, PTR, SOA, SRV, TXT};
use hickory_resolver::proto::rr::{Name, RData, Record as Resource};
use insula_net::page::{DocumentNetwork, RequestId};
use insula_net::{
    AddressSpace, Broker, BrokerOptions, Denied, Error, Gate, HttpsRecord, NameServers, Record, RecordType,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};

use crate::support::*;

/// By what a question has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Udp,
    Tcp,
}

/// A name server of this machine, which remembers what it was asked.
struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<(String, By)>>>,
}

impl Server {
    /// It sends what `answer` makes of each question, if anything.
    async fn start(answer: impl Fn(&Message, By) -> Option<Vec<u8>> + Send + Sync + 'static) -> Self {
        Self::at("127.0.0.1", 0, answer).await
    }

    async fn at(
        host: &str,
        port: u16,
        answer: impl Fn(&Message, By) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Self {
        let asked: Arc<Mutex<Vec<_>>> = Arc::default();
        let record = asked.clone();
        let answer = Arc::new(move |question: &[u8], by| {
            let question = Message::from_vec(question).unwrap();
            let name = question.queries[0].name().to_ascii();
            record.lock().unwrap().push((name, by));
            answer(&question, by)
        });
        // The same port twice: whoever has it for UDP meanwhile is rare, and then it is another one.
        let (tcp, udp) = loop {
            let tcp = TcpListener::bind((host, port)).await.unwrap();
            let address = tcp.local_addr().unwrap();
            match UdpSocket::bind(address).await {
                Ok(udp) => break (tcp, udp),
                Err(error) => assert_eq!(port, 0, "{error}"),
            }
        };
        let address = tcp.local_addr().unwrap();
        let by_udp = answer.clone();
        tokio::spawn(async move {
            let mut question = [0; 4096];
            while let Ok((length, from)) = udp.recv_from(&mut question).await {
                if let Some(answer) = by_udp(&question[..length], By::Udp) {
                    udp.send_to(&answer, from).await.unwrap();
                }
            }
        });
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = tcp.accept().await {
                let answer = answer.clone();
                tokio::spawn(async move {
                    while let Ok(length) = stream.read_u16().await {
                        let mut question = vec![0; length.into()];
                        stream.read_exact(&mut question).await.unwrap();
                        let Some(answer) = answer(&question, By::Tcp) else {
                            continue;
                        };
                        let length = u16::try_from(answer.len()).unwrap().to_be_bytes();
                        stream.write_all(&[&length[..], &answer].concat()).await.unwrap();
                    }
                });
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<(String, By)> {
        self.asked.lock().unwrap().clone()
    }

    /// A broker that asks this server, and has addresses of its own.
    fn broker(&self) -> Broker {
        broker_asking(NameServers::Fixed(vec![self.address]))
    }
}

fn broker_asking(name_servers: NameServers) -> Broker {
    Broker::start(BrokerOptions {
        resolver: Box::new(Names::new(&[
            (
                "both.example",
                &[&["192.0.2.1", "2001:db8::1", "192.0.2.2", "192.0.2.1"]],
            ),
            ("printer.local", &[&["169.254.1.2"]]),
        ])),
        name_servers,
        ..BrokerOptions::default()
    })
    .unwrap()
}

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

fn response(question: &Message) -> Message {
    let mut response = Message::response(question.metadata.id, question.metadata.op_code);
    response.add_queries(question.queries.iter().cloned());
    response
}

/// An answer with records of the name that was asked for.
fn with(question: &Message, records: impl IntoIterator<Item = RData>) -> Option<Vec<u8>> {
    let mut response = response(question);
    let owner = question.queries[0].name().clone();
    response.add_answers(
        records
            .into_iter()
            .map(|data| Resource::from_rdata(owner.clone(), 60, data)),
    );
    Some(response.to_vec().unwrap())
}

fn with_code(question: &Message, code: ResponseCode) -> Option<Vec<u8>> {
    let mut response = response(question);
    response.metadata.response_code = code;
    Some(response.to_vec().unwrap())
}

async fn resolve(document: &DocumentNetwork, text: &str, record_type: RecordType) -> Result<Vec<Record>, Error> {
    soon(document.resolve(text, record_type, None, allow())).await
}

/// The answer to the one question that a server is asked.
async fn answered(
    record_type: RecordType,
    answer: impl Fn(&Message, By) -> Option<Vec<u8>> + Send + Sync + 'static,
) -> Result<Vec<Record>, Error> {
    let server = Server::start(answer).await;
    let broker = server.broker();
    resolve(&document(&broker), "a.example", record_type).await
}

#[tokio::test]
async fn every_type_of_record_is_told_with_what_it_says() {
    let alpn = Alpn(vec!["h2".to_owned(), "h3".to_owned()]);
    let hint = IpHint(vec![hickory_resolver::proto::rr::rdata::A::new(192, 0, 2, 9)]);
    let hint6 = IpHint(vec!["2001:db8::9".parse::<std::net::Ipv6Addr>().unwrap().into()]);
    let parameters = vec![
        (SvcParamKey::Alpn, SvcParamValue::Alpn(alpn)),
        (SvcParamKey::NoDefaultAlpn, SvcParamValue::NoDefaultAlpn),
        (SvcParamKey::Port, SvcParamValue::Port(8443)),
        (SvcParamKey::Ipv4Hint, SvcParamValue::Ipv4Hint(hint)),
        (
            SvcParamKey::EchConfigList,
            SvcParamValue::EchConfigList(EchConfigList(vec![0, 2, 254, 13])),
        ),
        (SvcParamKey::Ipv6Hint, SvcParamValue::Ipv6Hint(hint6)),
    ];
    let https = HttpsRecord {
        priority: 1,
        target: ".".to_owned(),
        alpn: Some(vec!["h2".to_owned(), "h3".to_owned()]),
        no_default_alpn: true,
        port: Some(8443),
        ipv4_hint: Some(vec![IpAddr::from([192, 0, 2, 9])]),
        ipv6_hint: Some(vec!["2001:db8::9".parse().unwrap()]),
        ech: Some(vec![0, 2, 254, 13]),
    };
    let bytes: Vec<&[u8]> = vec![b"v=spf1", b"\xff-all"];
    for (record_type, data, expected) in [
        (
            RecordType::Mx,
            RData::MX(MX::new(10, name("mail.example."))),
            Record::MailExchange {
                preference: 10,
                exchange: "mail.example.".to_owned(),
            },
        ),
        (
            RecordType::Srv,
            RData::SRV(SRV::new(1, 2, 993, name("imap.example."))),
            Record::Service {
                priority: 1,
                weight: 2,
                port: 993,
                target: "imap.example.".to_owned(),
            },
        ),
        (
            RecordType::Txt,
            RData::TXT(TXT::from_bytes(bytes)),
            Record::Text(vec!["v=spf1".to_owned(), "\u{fffd}-all".to_owned()]),
        ),
        (
            RecordType::Caa,
            RData::CAA(CAA::new_issue(true, Some(name("ca.example")), Vec::new())),
            Record::Authorization {
                critical: true,
                tag: "issue".to_owned(),
                value: "ca.example".to_owned(),
            },
        ),
        (
            RecordType::Soa,
            RData::SOA(SOA::new(
                name("ns.example."),
                name("admin.example."),
                7,
                3600,
                600,
                -1,
                60,
            )),
            Record::Authority {
                mname: "ns.example.".to_owned(),
                rname: "admin.example.".to_owned(),
                serial: 7,
                refresh: 3600,
                retry: 600,
                expire: u32::MAX,
                minimum: 60,
            },
        ),
        (
            RecordType::Cname,
            RData::CNAME(CNAME(name("b.example."))),
            Record::Name("b.example.".to_owned()),
        ),
        (
            RecordType::Ns,
            RData::NS(NS(name("ns.example."))),
            Record::Name("ns.example.".to_owned()),
        ),
        (
            RecordType::Ptr,
            RData::PTR(PTR(name("host.example."))),
            Record::Name("host.example.".to_owned()),
        ),
        (
            RecordType::Https,
            RData::HTTPS(HTTPS(SVCB::new(1, Name::root(), parameters))),
            Record::Https(https),
        ),
    ] {
        let found = answered(record_type, move |question, _| with(question, [data.clone()])).await;
        assert_eq!(found, Ok(vec![expected]), "{record_type}");
    }
}

#[tokio::test]
async fn addresses_are_those_that_sockets_use_and_no_name_server_is_asked_for_them() {
    let server = Server::start(|question, _| with_code(question, ResponseCode::NXDomain)).await;
    let broker = server.broker();
    let document = document(&broker);
    let addresses =
        |list: &[&str]| -> Vec<Record> { list.iter().map(|text| Record::Address(text.parse().unwrap())).collect() };
    for (text, record_type, expected) in [
        ("both.example", RecordType::A, &["192.0.2.1", "192.0.2.2"][..]),
        ("both.example", RecordType::Aaaa, &["2001:db8::1"]),
        ("printer.local", RecordType::A, &["169.254.1.2"]),
        ("localhost", RecordType::A, &["127.0.0.1"]),
        ("app.localhost", RecordType::Aaaa, &["::1"]),
    ] {
        let found = resolve(&document, text, record_type).await;
        assert_eq!(found, Ok(addresses(expected)), "{text}");
    }
    assert_eq!(server.asked(), []);

    // Why there is none the system's resolver does not say, so the servers are asked; not about the local network.
    for (text, asks) in [("nowhere.example", true), ("nobody.local", false), ("nobody", false)] {
        let before = server.asked().len();
        let error = resolve(&document, text, RecordType::A).await.unwrap_err();
        assert_eq!(error.dom_name(), "NotFoundError", "{error}");
        assert!(error.to_string().contains(text), "{error}");
        assert_eq!(server.asked().len() > before, asks, "{text}");
    }
    let error = resolve(&document, "printer.local", RecordType::Aaaa).await.unwrap_err();
    assert!(error.to_string().contains("of the other family"), "{error}");
}

#[tokio::test]
async fn names_of_the_local_network_pass_the_gate_as_such_before_anybody_is_asked() {
    let server = Server::start(|question, _| with(question, [RData::PTR(PTR(name("host.example.")))])).await;
    let broker = server.broker();
    let document = document(&broker);
    let gate: Arc<dyn Gate> = asking(|destination| match destination.space {
        AddressSpace::Public => Ok(()),
        _ => Err(Denied::new("InvalidAccessError", "It is too near.")),
    });
    for (text, record_type) in [
        ("printer.local", RecordType::A),
        ("_ipp._tcp.local", RecordType::Ptr),
        ("router", RecordType::Txt),
        ("localhost", RecordType::A),
        ("192.168.1.1", RecordType::Ptr),
        ("1.1.168.192.in-addr.arpa", RecordType::Ptr),
        ("fe80::1", RecordType::Ptr),
    ] {
        let error = soon(document.resolve(text, record_type, None, gate.clone())).await;
        assert_eq!(error.unwrap_err().dom_name(), "InvalidAccessError", "{text}");
    }
    assert_eq!(server.asked(), []);
    let found = soon(document.resolve("192.0.2.7", RecordType::Ptr, None, gate)).await;
    assert_eq!(found, Ok(vec![Record::Name("host.example.".to_owned())]));
    assert_eq!(server.asked(), [("7.2.0.192.in-addr.arpa.".to_owned(), By::Udp)]);

    // What no name server knows is no question for one.
    let error = resolve(&document, "_ipp._tcp.local", RecordType::Ptr)
        .await
        .unwrap_err();
    assert_eq!(error.dom_name(), "NotSupportedError");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn what_there_is_not_is_not_found_and_what_the_server_cannot_tell_is_its_failure() {
    for (code, expected, said) in [
        (ResponseCode::NXDomain, "NotFoundError", "no such name"),
        (ResponseCode::NoError, "NotFoundError", "none of this type"),
        (ResponseCode::ServFail, "NetworkError", "SERVFAIL"),
        (ResponseCode::Refused, "NetworkError", "REFUSED"),
    ] {
        let server = Server::start(move |question, _| with_code(question, code)).await;
        let broker = server.broker();
        let error = resolve(&document(&broker), "a.example", RecordType::Mx)
            .await
            .unwrap_err();
        assert_eq!(error.dom_name(), expected, "{error}");
        assert!(error.to_string().contains(said), "{error}");
        if expected == "NetworkError" {
            assert!(error.to_string().contains(&server.address.to_string()), "{error}");
        }
    }
    for (text, record_type) in [("a b", RecordType::A), ("a..b", RecordType::Mx), ("::1", RecordType::A)] {
        let broker = broker_asking(NameServers::Fixed(Vec::new()));
        let error = resolve(&document(&broker), text, record_type).await.unwrap_err();
        assert_eq!(error.dom_name(), "TypeError", "{text}");
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_off_is_asked_for_again_by_tcp() {
    let texts = |number: usize| (0..number).map(|n| RData::TXT(TXT::new(vec![format!("{n} {}", "x".repeat(200))])));
    let server = Server::start(move |question, by| match by {
        By::Udp => {
            let mut response = response(question);
            response.metadata.truncation = true;
            Some(response.to_vec().unwrap())
        }
        By::Tcp => with(question, texts(100)),
    })
    .await;
    let broker = server.broker();
    let found = resolve(&document(&broker), "a.example", RecordType::Txt).await.unwrap();
    assert_eq!(found.len(), 100);
    assert_eq!(
        server.asked().iter().map(|(_, by)| *by).collect::<Vec<_>>(),
        [By::Udp, By::Tcp]
    );
}

#[tokio::test]
async fn garbage_silence_and_lies_end_as_network_errors_in_time() {
    /// Makes an answer of a question.
    type Making = fn(&Message) -> Option<Vec<u8>>;
    let cases: [(&str, Making); 6] = [
        ("silence", |_| None),
        ("garbage", |_| Some(vec![0xff; 300])),
        ("nothing", |_| Some(Vec::new())),
        ("a header that lies", |question| {
            let mut answer = with(question, [])?;
            // 65,535 answers, of which none is there.
            answer[6..8].copy_from_slice(&[0xff, 0xff]);
            Some(answer)
        }),
        ("a name that goes in circles", |question| {
            let mut answer = with(question, [])?;
            answer[7] = 1;
            // An owner that points to itself (RFC 1035 §4.1.4).
            let here = u16::try_from(answer.len()).ok()? | 0xc000;
            answer.extend(here.to_be_bytes());
            answer.extend([0, 16, 0, 1, 0, 0, 0, 60, 0, 1, 0]);
            Some(answer)
        }),
        ("the answer to another question", |question| {
            let mut answer = with(question, [RData::TXT(TXT::new(vec!["lie".to_owned()]))])?;
            answer[0] ^= 0xff;
            Some(answer)
        }),
    ];
    let asked = cases.map(|(what, make)| async move {
        let begun = Instant::now();
        let error = answered(RecordType::Txt, move |question, _| make(question))
            .await
            .unwrap_err();
        assert_eq!(error.dom_name(), "NetworkError", "{what}: {error}");
        assert!(error.to_string().contains("127.0.0.1:"), "{what}: {error}");
        assert!(
            begun.elapsed() < Duration::from_secs(12),
            "{what}: {:?}",
            begun.elapsed()
        );
    });
    futures_util::future::join_all(asked).await;
}

#[tokio::test]
async fn names_that_stand_for_each_other_end_and_those_that_lead_somewhere_are_followed() {
    // Each answer is one step of an endless way.
    let endless = |question: &Message, _: By| {
        let next = match question.queries[0].name().to_ascii().as_str() {
            "a.example." => "b.example.",
            _ => "a.example.",
        };
        with(question, [RData::CNAME(CNAME(name(next)))])
    };
    let error = answered(RecordType::Txt, endless).await.unwrap_err();
    assert!(matches!(error.dom_name(), "NetworkError" | "NotFoundError"), "{error}");

    // The whole way in one answer, with what nobody asked about beside it.
    let whole = |question: &Message, _: By| {
        let mut response = response(question);
        let text = |text: &str| RData::TXT(TXT::new(vec![text.to_owned()]));
        response.add_answers([
            Resource::from_rdata(name("a.example."), 60, RData::CNAME(CNAME(name("b.example.")))),
            Resource::from_rdata(name("b.example."), 60, text("there")),
            Resource::from_rdata(name("bank.example."), 60, text("lie")),
        ]);
        Some(response.to_vec().unwrap())
    };
    let found = answered(RecordType::Txt, whole).await;
    assert_eq!(found, Ok(vec![Record::Text(vec!["there".to_owned()])]));
}

#[tokio::test]
async fn an_answer_with_more_records_than_anybody_needs_is_refused() {
    for (number, is_taken) in [(1_000, true), (1_001, false)] {
        let many = move |question: &Message, by: By| match by {
            By::Udp => {
                let mut response = response(question);
                response.metadata.truncation = true;
                Some(response.to_vec().unwrap())
            }
            By::Tcp => with(
                question,
                (0..number).map(|number| RData::MX(MX::new(number, name("m.example.")))),
            ),
        };
        let answer = answered(RecordType::Mx, many).await;
        assert_eq!(answer.is_ok(), is_taken, "{number}");
        if let Err(error) = answer {
            assert_eq!(error.dom_name(), "NetworkError");
            assert!(error.to_string().contains("1001 records"), "{error}");
        }
    }
}

#[tokio::test]
async fn an_answer_is_remembered_until_permissions_change() {
    let server = Server::start(|question, _| with(question, [RData::MX(MX::new(1, name("m.example.")))])).await;
    let broker = server.broker();
    let (one, other) = (document(&broker), document(&broker));
    for document in [&one, &other, &one] {
        resolve(document, "a.example", RecordType::Mx).await.unwrap();
    }
    assert_eq!(server.asked().len(), 1);
    broker.recheck(&app());
    resolve(&one, "a.example", RecordType::Mx).await.unwrap();
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn other_name_servers_of_the_system_are_asked_from_the_next_question_on() {
    let tells = |text: &'static str| {
        move |question: &Message, _: By| with(question, [RData::TXT(TXT::new(vec![text.to_owned()]))])
    };
    let first = Server::start(tells("first")).await;
    let port = first.address.port();
    let _second = Server::at("127.0.0.2", port, tells("second")).await;
    let path = std::env::temp_dir().join(format!("insula-net-resolv-{}-{port}.conf", std::process::id()));
    fs::write(&path, "nameserver 127.0.0.1\n").unwrap();
    let broker = broker_asking(NameServers::File {
        path: path.clone(),
        port,
    });
    let document = document(&broker);
    let said = |text: &str| Ok(vec![Record::Text(vec![text.to_owned()])]);
    assert_eq!(resolve(&document, "a.example", RecordType::Txt).await, said("first"));
    fs::write(&path, "# another network\nnameserver 127.0.0.2\n").unwrap();
    assert_eq!(resolve(&document, "a.example", RecordType::Txt).await, said("second"));
    fs::remove_file(&path).unwrap();
    let error = resolve(&document, "a.example", RecordType::Txt).await.unwrap_err();
    assert_eq!(error.dom_name(), "NetworkError");
}

#[tokio::test]
async fn a_question_ends_when_it_is_aborted_or_taken_back() {
    let asked = Arc::new(AtomicUsize::new(0));
    let server = Server::start({
        let asked = asked.clone();
        move |_, _| {
            asked.fetch_add(1, Ordering::SeqCst);
            None
        }
    })
    .await;
    let request = RequestId(1);
    let end = async |end: &dyn Fn(&Broker, &DocumentNetwork, &AtomicBool)| {
        let broker = server.broker();
        let document = document(&broker);
        let allowed = Arc::new(AtomicBool::new(true));
        let before = asked.load(Ordering::SeqCst);
        let answer = document.resolve("a.example", RecordType::Mx, Some(request), deciding(&allowed));
        until("the server is asked", || asked.load(Ordering::SeqCst) > before).await;
        let begun = Instant::now();
        end(&broker, &document, &allowed);
        let error = soon(answer).await.unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
        error
    };
    assert_eq!(end(&|_, document, _| document.abort(request)).await, Error::Aborted);
    let revoke = |broker: &Broker, _: &DocumentNetwork, allowed: &AtomicBool| {
        allowed.store(false, Ordering::SeqCst);
        broker.recheck(&app());
    };
    assert_eq!(end(&revoke).await, Error::Revoked);
    assert_eq!(end(&|_, document, _| document.close()).await, Error::Closed);
}

#[tokio::test]
async fn of_many_questions_at_once_so_many_are_under_way_and_the_others_wait() {
    let server = Server::start(|_, _| None).await;
    let broker = server.broker();
    let document = document(&broker);
    let request = |number: u64| {
        document.resolve(
            &format!("{number}.example"),
            RecordType::Mx,
            Some(RequestId(number)),
            allow(),
        )
    };
    let answers: Vec<_> = (0..40).map(request).collect();
    let different = || {
        let asked = server.asked();
        asked
            .iter()
            .map(|(name, _)| name.clone())
            .collect::<std::collections::HashSet<_>>()
            .len()
    };
    until("as many as may are asked", || different() == 32).await;
    // One that ends makes room for one that waits.
    document.abort(RequestId(0));
    until("the next one is asked", || different() == 33).await;
    drop(answers);
}
