//! Proxies: HTTP's, SOCKS, and what they mean for names and addresses.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use insula_net::page::{Connected, DocumentNetwork};
use insula_net::{
    AddressSpace, BoxFuture, Broker, BrokerOptions, Error, Proxy, ProxyResolver, Roots, Scheme, TcpOptions, Way,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::*;
use crate::tls::{Authority, certificate};

/// What a configuration says, and whether it was asked about what it must not be.
struct Configured(Vec<String>);

impl ProxyResolver for Configured {
    fn find<'a>(&'a self, _: Scheme, host: &'a str, _: u16) -> BoxFuture<'a, Result<Vec<Way>, Error>> {
        assert!(!matches!(host, "127.0.0.1" | "localhost" | "::1"), "asked about {host}");
        let ways = self.0.iter().map(|way| match way.as_str() {
            "direct" => Ok(None),
            way => Proxy::parse(way).map(|proxy| Some(Arc::new(proxy))),
        });
        Box::pin(std::future::ready(ways.collect()))
    }
}

fn proxied(ways: &[&str], roots: Roots) -> (Broker, DocumentNetwork) {
    let ways = ways.iter().map(|way| (*way).to_owned()).collect();
    let broker = Broker::start(BrokerOptions {
        // Where companies have proxies, names outside have no addresses.
        resolver: Box::new(Names::new(&[
            ("known.example", &[&["93.184.215.14"]]),
            ("inside.example", &[&["10.0.0.1"]]),
            ("here.example", &[&["127.0.0.1"]]),
        ])),
        proxies: Box::new(Configured(ways)),
        roots,
        ..BrokerOptions::default()
    })
    .unwrap();
    let document = document(&broker);
    (broker, document)
}

/// A proxy of HTTP that leads everything to one port of this machine, and remembers what it was asked.
#[derive(Clone, Default)]
struct Forwarding(Arc<Mutex<Vec<Seen>>>);

impl Forwarding {
    /// `refusal`: what it answers instead, to requests without credentials.
    async fn start(to: u16, refusal: Option<&'static str>) -> (Self, u16) {
        let proxy = Self::default();
        let record = proxy.0.clone();
        let port = serve(move |mut stream| {
            let record = record.clone();
            async move {
                while let Some(request) = read_request(&mut stream, 0).await {
                    record.lock().unwrap().push(request.clone());
                    let has_credentials = request.header("proxy-authorization").is_some();
                    if let Some(refusal) = refusal.filter(|_| !has_credentials) {
                        let _ = stream.write_all(&response(refusal, &[], "go away")).await;
                        continue;
                    }
                    let mut server = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
                    if request.head.starts_with("CONNECT ") {
                        // What the server says first may come along with the answer.
                        let mut answer = b"HTTP/1.1 200 Connection established\r\nVia: 1.1 x\r\n\r\n".to_vec();
                        let early = std::time::Duration::from_millis(20);
                        let _ = tokio::time::timeout(early, server.read_buf(&mut answer)).await;
                        stream.write_all(&answer).await.unwrap();
                        let _ = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
                        return;
                    }
                    let body = format!("forwarded {}", request.path());
                    let _ = stream.write_all(&response("200 OK", &[], body)).await;
                }
            }
        })
        .await;
        (proxy, port)
    }

    fn heads(&self) -> Vec<String> {
        let seen = self.0.lock().unwrap();
        seen.iter()
            .map(|request| request.head.lines().next().unwrap().to_owned())
            .collect()
    }
}

async fn text(document: &DocumentNetwork, url: &str) -> Result<String, Error> {
    let response = fetch(document, get(url)).await?;
    let (body, end) = read_body(response).await;
    end.map(|()| String::from_utf8(body).unwrap())
}

#[tokio::test]
async fn http_is_forwarded_and_https_goes_through_a_tunnel() {
    let authority = Authority::new("Tests");
    let server = Http::start_tls(authority.acceptor(&certificate("far.example"), &[]), |request| {
        response("200 OK", &[], format!("secure {}", request.path()))
    })
    .await;
    let (proxy, port) = Forwarding::start(server.port, Some("407 Proxy Authentication Required")).await;
    let way = format!("http://name:pass%3Aword@localhost:{port}");
    let (_broker, document) = proxied(&[&way], authority.roots());
    let forwarded = text(&document, "http://far.example/a?b#c").await;
    assert_eq!(forwarded.unwrap(), "forwarded http://far.example/a?b");
    for path in ["/1", "/2"] {
        let url = format!("https://far.example{path}");
        assert_eq!(text(&document, &url).await.unwrap(), format!("secure {path}"));
    }
    assert_eq!(
        proxy.heads(),
        [
            "GET http://far.example/a?b HTTP/1.1",
            "CONNECT far.example:443 HTTP/1.1"
        ]
    );
    let seen = proxy.0.lock().unwrap().clone();
    for request in &seen {
        assert_eq!(
            request.header("proxy-authorization"),
            Some("Basic bmFtZTpwYXNzOndvcmQ=")
        );
    }
    assert_eq!(seen[0].header("host"), Some("far.example"));
    assert_eq!(seen[1].header("host"), Some("far.example:443"));
    // No server sees what is the proxy's.
    assert!(
        server
            .seen()
            .iter()
            .all(|request| request.header("proxy-authorization").is_none())
    );
}

async fn connect_far(document: &DocumentNetwork, host: &str) -> Result<Connected, Error> {
    soon(document.connect(host, 25, TcpOptions::default(), allow())).await
}

#[tokio::test]
async fn a_socket_goes_through_a_tunnel_and_loses_nothing_that_comes_first() {
    let server = serve(|mut stream| async move {
        stream.write_all(b"220 ready\r\n").await.unwrap();
        echo(stream).await;
    })
    .await;
    let authority = Authority::new("Tests");
    let (_, plain) = Forwarding::start(server, None).await;
    let (_, behind) = Forwarding::start(server, None).await;
    let secure = tunnelled(authority.acceptor(&certificate("localhost"), &[]), behind).await;
    let socks = socks(server, Some(("name", "secret"))).await;
    for way in [
        format!("http://127.0.0.1:{plain}"),
        format!("https://localhost:{secure}"),
        format!("socks5://name:secret@127.0.0.1:{socks}"),
    ] {
        let (_broker, document) = proxied(&[&way], authority.roots());
        let connected = connect_far(&document, "mail.example").await.unwrap();
        assert_eq!(
            (connected.remote_address.as_str(), connected.remote_port),
            ("mail.example", 25)
        );
        let mut page = page(connected.descriptor);
        let mut greeting = [0; 11];
        soon(page.read_exact(&mut greeting)).await.unwrap();
        assert_eq!(&greeting, b"220 ready\r\n", "{way}");
        let sent = pattern(2_000_000);
        let mut received = Vec::new();
        let (mut reader, mut writer) = page.split();
        let write = async {
            writer.write_all(&sent).await.unwrap();
            writer.shutdown().await.unwrap();
        };
        soon(async { tokio::join!(write, reader.read_to_end(&mut received)) })
            .await
            .1
            .unwrap();
        assert!(received == sent, "{way}");
        let mut ends = connected.ends;
        assert_eq!(end(&mut ends).await, Ok(()), "{way}");
    }
}

#[tokio::test]
async fn a_tunnel_ends_with_the_permission_of_its_socket() {
    let server = serve(echo).await;
    let authority = Authority::new("Tests");
    let (_, behind) = Forwarding::start(server, None).await;
    let secure = tunnelled(authority.acceptor(&certificate("localhost"), &[]), behind).await;
    let (broker, document) = proxied(&[&format!("https://localhost:{secure}")], authority.roots());
    let connected = connect_far(&document, "mail.example").await.unwrap();
    let mut page = page(connected.descriptor);
    broker.recheck(&app());
    assert_eq!(soon(page.read(&mut [0])).await.unwrap(), 0);
    let mut ends = connected.ends;
    assert_eq!(end(&mut ends).await, Err(Error::Revoked));
}

#[tokio::test]
async fn a_proxy_that_says_no_is_named_with_what_it_says() {
    let (free, _) = accept_one().await;
    let (_, asks) = Forwarding::start(free, Some("407 Proxy Authentication Required")).await;
    let (_, fails) = Forwarding::start(free, Some("502 Bad Gateway")).await;
    let silent = serve(|mut stream| async move { drop(read_request(&mut stream, 0).await) }).await;
    let socks = socks(free, Some(("name", "secret"))).await;
    for (way, reason) in [
        (
            format!("http://127.0.0.1:{asks}"),
            "it asks for a name and a password (407)".to_owned(),
        ),
        (
            format!("http://127.0.0.1:{fails}"),
            "it answered \"502 Bad Gateway\" for mail.example:25".to_owned(),
        ),
        (
            format!("http://127.0.0.1:{free}"),
            format!("127.0.0.1:{free} refused the connection"),
        ),
        (
            format!("http://127.0.0.1:{silent}"),
            "it closed the connection without an answer".to_owned(),
        ),
        (
            format!("socks5://127.0.0.1:{socks}"),
            "it asks for a name and a password".to_owned(),
        ),
        (
            format!("socks5://name:wrong@127.0.0.1:{socks}"),
            "it does not accept the name and password".to_owned(),
        ),
        (
            format!("socks5://name:secret@127.0.0.1:{socks}"),
            "the connection was refused (SOCKS reply 5 for mail.example:25)".to_owned(),
        ),
    ] {
        let (_broker, document) = proxied(&[&way], Roots::System);
        let error = connect_far(&document, "mail.example").await.unwrap_err();
        assert_eq!(error.dom_name(), "NetworkError");
        let address = way.rsplit(['@', '/']).next().unwrap();
        assert_eq!(
            error.to_string(),
            format!("no way through the proxy {address}: {reason}")
        );
    }
    // Where it forwards, its 407 is its own; anything else may be the server's.
    let (_broker, document) = proxied(&[&format!("http://127.0.0.1:{asks}")], Roots::System);
    let error = text(&document, "http://far.example/").await.unwrap_err();
    assert!(
        error.to_string().contains(&format!("127.0.0.1:{asks}: it asks for")),
        "{error}"
    );
    let (_broker, document) = proxied(&[&format!("http://127.0.0.1:{fails}")], Roots::System);
    let response = fetch(&document, get("http://far.example/")).await.unwrap();
    assert_eq!(response.status, 502);
}

#[tokio::test]
async fn a_name_is_classified_here_and_what_only_the_proxy_knows_is_local() {
    let (_, port) = Forwarding::start(serve(echo).await, None).await;
    let (_broker, document) = proxied(&[&format!("http://127.0.0.1:{port}")], Roots::System);
    for (host, space) in [
        ("known.example", AddressSpace::Public),
        ("inside.example", AddressSpace::Local),
        ("unknown.example", AddressSpace::Local),
        ("printer", AddressSpace::Local),
        ("192.168.1.1", AddressSpace::Local),
        ("1.1.1.1", AddressSpace::Public),
    ] {
        let gate = Arc::new(Recording::default());
        soon(document.connect(host, 80, TcpOptions::default(), gate.clone()))
            .await
            .unwrap();
        let [asked] = gate.asked().try_into().unwrap();
        assert_eq!((asked.host.as_str(), asked.space), (host, space));
    }
}

#[tokio::test]
async fn nothing_that_leads_to_this_machine_goes_to_a_proxy() {
    let server = Http::start(|_| response("200 OK", &[], "direct")).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let proxy = serve(move |stream| {
        counter.fetch_add(1, Ordering::SeqCst);
        echo(stream)
    })
    .await;
    let (_broker, document) = proxied(&[&format!("http://127.0.0.1:{proxy}")], Roots::System);
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "here.example"] {
        let url = format!("http://{host}:{}/", server.port);
        assert_eq!(text(&document, &url).await.unwrap(), "direct", "{host}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn the_next_way_is_taken_where_one_does_not_lead_on() {
    let (free, _) = accept_one().await;
    let (_, port) = Forwarding::start(serve(echo).await, None).await;
    let ways = [format!("http://127.0.0.1:{free}"), format!("http://127.0.0.1:{port}")];
    let (_broker, document) = proxied(&[&ways[0], &ways[1]], Roots::System);
    assert_eq!(
        text(&document, "http://far.example/").await.unwrap(),
        "forwarded http://far.example/"
    );
    // The last failure is the one that is told.
    let (_broker, document) = proxied(&[&ways[1], &ways[0]], Roots::System);
    assert!(text(&document, "http://far.example/").await.is_ok());
    let (_broker, document) = proxied(&[&ways[0], "direct"], Roots::System);
    let error = text(&document, "http://far.example/").await.unwrap_err();
    assert!(matches!(error, Error::Resolve { .. }), "{error}");
}

/// Takes TLS off and goes on to a port of this machine.
async fn tunnelled(acceptor: tokio_rustls::TlsAcceptor, to: u16) -> u16 {
    serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                return;
            };
            let mut server = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
        }
    })
    .await
}

/// A SOCKS 5 proxy that leads everything to one port of this machine.
async fn socks(to: u16, user: Option<(&'static str, &'static str)>) -> u16 {
    serve(move |mut stream| async move {
        let mut head = [0; 2];
        stream.read_exact(&mut head).await.unwrap();
        let mut methods = vec![0; usize::from(head[1])];
        stream.read_exact(&mut methods).await.unwrap();
        let method = if user.is_some() { 2 } else { 0 };
        let is_known = methods.contains(&method);
        let _ = stream.write_all(&[5, if is_known { method } else { 0xff }]).await;
        if !is_known {
            return;
        }
        if let Some((name, password)) = user {
            let expected = [&[1, name.len() as u8], name.as_bytes(), &[password.len() as u8]].concat();
            let mut given = vec![0; expected.len()];
            stream.read_exact(&mut given).await.unwrap();
            let mut secret = vec![0; usize::from(*given.last().unwrap())];
            stream.read_exact(&mut secret).await.unwrap();
            let is_right = secret == password.as_bytes();
            let _ = stream.write_all(&[1, u8::from(!is_right)]).await;
            if !is_right {
                return;
            }
        }
        let mut request = [0; 5];
        stream.read_exact(&mut request).await.unwrap();
        assert_eq!(request[..4], [5, 1, 0, 3], "a name, to connect to");
        let mut name = vec![0; usize::from(request[4]) + 2];
        stream.read_exact(&mut name).await.unwrap();
        let Ok(mut server) = TcpStream::connect(("127.0.0.1", to)).await else {
            let _ = stream.write_all(&[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]).await;
            return;
        };
        stream.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 80]).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
    })
    .await
}
