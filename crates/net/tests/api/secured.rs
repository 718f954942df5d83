//! Sockets over TLS: at once, and from a moment on (STARTTLS).

use std::sync::Arc;
use std::time::Duration;

use insula_net::page::{Connected, DocumentNetwork, RequestId, SocketOptions};
use insula_net::{Error, Pin, TcpOptions, TlsFault, TlsOptions, TlsVersion};
use rcgen::{CertificateParams, KeyPair, PublicKeyData};
use rustls::pki_types::CertificateDer;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::support::*;
use crate::tls::{Authority, acceptor, certificate};

fn secured(tls: TlsOptions) -> SocketOptions {
    SocketOptions {
        tls: Some(tls),
        ..SocketOptions::default()
    }
}

async fn open(document: &DocumentNetwork, port: u16, options: SocketOptions) -> Result<Connected, Error> {
    soon(document.connect("localhost", port, options, allow())).await
}

/// A server that secures each connection at once, and sends back what it gets.
async fn echo_over_tls(acceptor: TlsAcceptor) -> u16 {
    serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                echo(stream).await;
            }
        }
    })
    .await
}

/// A certificate that its owner has made.
struct SelfMade {
    der: CertificateDer<'static>,
    key: KeyPair,
}

impl SelfMade {
    fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let der = certificate(name).self_signed(&key).unwrap().der().clone();
        Self { der, key }
    }

    async fn serve(&self) -> u16 {
        echo_over_tls(acceptor(self.der.clone(), &self.key, &[])).await
    }
}

fn sha256(bytes: &[u8]) -> Pin {
    Sha256::digest(bytes).into()
}

async fn exchange(connected: Connected, text: &[u8]) -> Vec<u8> {
    let mut page = page(connected.descriptor);
    page.write_all(text).await.unwrap();
    page.shutdown().await.unwrap();
    let mut answer = Vec::new();
    soon(page.read_to_end(&mut answer)).await.unwrap();
    answer
}

#[tokio::test]
async fn a_socket_is_secured_before_it_is_open_and_says_how() {
    let authority = Authority::new("Tests");
    let port = echo_over_tls(authority.acceptor(&certificate("localhost"), &["imap", "pop3"])).await;
    let broker = authority.broker();
    let document = document(&broker);
    let tls = TlsOptions {
        alpn_protocols: vec![b"smtp".to_vec(), b"pop3".to_vec()],
        minimum: TlsVersion::Tls13,
        ..TlsOptions::default()
    };
    let connected = open(&document, port, secured(tls)).await.unwrap();
    let info = connected.tls.clone().unwrap();
    assert_eq!(info.version, TlsVersion::Tls13);
    assert!(info.cipher_suite.starts_with("TLS_"), "{info:?}");
    assert_eq!(info.alpn_protocol.as_deref(), Some(&b"pop3"[..]));
    assert_eq!((info.server_name.as_str(), info.is_trusted), ("localhost", true));
    assert_eq!(info.certificates.len(), 1);
    // More than all buffers on the way hold.
    let text = vec![7; 3 * 1024 * 1024];
    let mut page = page(connected.descriptor);
    let (mut reader, mut writer) = page.split();
    let mut answer = Vec::new();
    let write = async {
        writer.write_all(&text).await.unwrap();
        writer.shutdown().await.unwrap();
    };
    soon(async { tokio::join!(write, reader.read_to_end(&mut answer)) })
        .await
        .1
        .unwrap();
    assert!(answer == text);
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_has_a_name() {
    let authority = Authority::new("Tests");
    let broker = authority.broker();
    let document = document(&broker);
    let mut old = certificate("localhost");
    old.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let of = |params: &CertificateParams| authority.acceptor(params, &[]);
    for (acceptor, tls, fault) in [
        (of(&old), TlsOptions::default(), TlsFault::Expired),
        (
            of(&certificate("other.example")),
            TlsOptions::default(),
            TlsFault::NameMismatch,
        ),
        (
            Authority::new("Others").acceptor(&certificate("localhost"), &[]),
            TlsOptions::default(),
            TlsFault::Untrusted,
        ),
        (
            authority.acceptor(&certificate("localhost"), &["imap"]),
            TlsOptions {
                alpn_protocols: vec![b"pop3".to_vec()],
                ..TlsOptions::default()
            },
            TlsFault::Protocol,
        ),
    ] {
        let port = echo_over_tls(acceptor).await;
        let error = open(&document, port, secured(tls)).await.unwrap_err();
        assert_eq!(
            (error.tls_fault(), error.dom_name()),
            (Some(fault), "NetworkError"),
            "{error}"
        );
    }
    // A name of its own is held against the certificate.
    let port = echo_over_tls(of(&certificate("mail.example"))).await;
    let named = TlsOptions {
        server_name: Some("mail.example".to_owned()),
        ..TlsOptions::default()
    };
    let connected = open(&document, port, secured(named)).await.unwrap();
    assert_eq!(exchange(connected, b"hello").await, b"hello");
}

#[tokio::test]
async fn a_pinned_certificate_is_accepted_whoever_made_it_and_no_other() {
    let authority = Authority::new("Tests");
    let broker = authority.broker();
    let document = document(&broker);
    let device = SelfMade::new("device.local");
    let port = device.serve().await;
    let pinned = |pins: Vec<Pin>| {
        secured(TlsOptions {
            pins,
            ..TlsOptions::default()
        })
    };
    let error = open(&document, port, pinned(Vec::new())).await.unwrap_err();
    assert_eq!(error.tls_fault(), Some(TlsFault::Untrusted));
    let (leaf, key) = (sha256(&device.der), sha256(&device.key.subject_public_key_info()));
    for pin in [leaf, key] {
        let connected = open(&document, port, pinned(vec![[0; 32], pin])).await.unwrap();
        assert!(!connected.tls.as_ref().unwrap().is_trusted);
        assert_eq!(exchange(connected, b"hello").await, b"hello");
    }
    // Another one than the app expects is refused, also if the system trusts it.
    let trusted = echo_over_tls(authority.acceptor(&certificate("localhost"), &[])).await;
    for port in [port, trusted] {
        let error = open(&document, port, pinned(vec![[1; 32]])).await.unwrap_err();
        assert!(
            error.to_string().contains("none of those that the app expects"),
            "{error}"
        );
    }
}

/// A server that greets, waits for a word, says another, and secures the connection. `early` is what somebody sends along.
async fn mail_server(acceptor: TlsAcceptor, early: &'static [u8]) -> u16 {
    serve(move |mut stream: TcpStream| {
        let acceptor = acceptor.clone();
        async move {
            stream.write_all(b"220 ready\r\n").await.unwrap();
            let mut word = [0; 10];
            stream.read_exact(&mut word).await.unwrap();
            assert_eq!(&word, b"STARTTLS\r\n");
            stream.write_all(&[b"220 go\r\n", early].concat()).await.unwrap();
            if let Ok(stream) = acceptor.accept(stream).await {
                echo(stream).await;
            }
        }
    })
    .await
}

async fn read_line(page: &mut tokio::net::UnixStream) -> String {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        line.push(soon(page.read_u8()).await.unwrap());
    }
    String::from_utf8(line).unwrap()
}

#[tokio::test]
async fn a_connection_goes_on_secured_with_all_that_was_written_before_and_nothing_that_came_before() {
    let authority = Authority::new("Tests");
    let broker = authority.broker();
    let document = document(&broker);
    let port = mail_server(authority.acceptor(&certificate("localhost"), &[]), b"").await;
    let mut plain = open(&document, port, SocketOptions::default()).await.unwrap();
    let local_port = plain.local_port;
    let mut old = page(plain.descriptor);
    assert_eq!(read_line(&mut old).await, "220 ready\r\n");
    // Not waited for: it is still on its way when the connection is taken over.
    old.write_all(b"STARTTLS\r\n").await.unwrap();
    assert_eq!(read_line(&mut old).await, "220 go\r\n");
    let connected = soon(document.start_tls(plain.connection, TlsOptions::default()))
        .await
        .unwrap();
    assert_eq!(end(&mut plain.ends).await, Ok(()));
    assert!(plain.ends.is_over());
    assert_eq!(connected.local_port, local_port, "it is the same connection");
    assert_eq!(connected.tls.as_ref().unwrap().server_name, "localhost");
    assert_eq!(exchange(connected, b"secret").await, b"secret");
    // It is not there a second time.
    let again = soon(document.start_tls(plain.connection, TlsOptions::default()))
        .await
        .unwrap_err();
    assert_eq!(again.dom_name(), "InvalidStateError");
}

#[tokio::test]
async fn what_came_before_it_was_secured_is_not_taken_for_what_comes_after() {
    let authority = Authority::new("Tests");
    let broker = authority.broker();
    let document = document(&broker);
    let is_full = Arc::new(Notify::new());
    let full = is_full.clone();
    let port = serve(move |mut stream: TcpStream| {
        let full = full.clone();
        async move {
            // More than the page's descriptor holds: the rest stays in the connection.
            while let Ok(written) = timeout(Duration::from_millis(200), stream.write(&[b'x'; 65_536])).await {
                written.unwrap();
            }
            full.notify_one();
            std::future::pending::<()>().await;
        }
    })
    .await;
    let plain = open(&document, port, SocketOptions::default()).await.unwrap();
    // What is in its descriptor the page can see; what is not it is told.
    let _old = page(plain.descriptor);
    soon(is_full.notified()).await;
    let error = soon(document.start_tls(plain.connection, TlsOptions::default()))
        .await
        .unwrap_err();
    assert_eq!((&error, error.dom_name()), (&Error::DataBeforeTls, "SecurityError"));
}

#[tokio::test]
async fn a_server_that_does_not_answer_has_as_long_as_the_app_says() {
    let authority = Authority::new("Tests");
    let broker = authority.broker();
    let document = document(&broker);
    let silent = serve(|stream: TcpStream| async move {
        let _held = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let options = SocketOptions {
        tcp: TcpOptions {
            connect_timeout: Some(Duration::from_millis(300)),
            ..TcpOptions::default()
        },
        ..secured(TlsOptions::default())
    };
    let error = open(&document, silent, options).await.unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("the TLS handshake with localhost timed out"),
        "{error}"
    );
}

#[tokio::test]
async fn a_socket_is_aborted_by_its_name_before_and_after_it_is_open() {
    let authority = Authority::new("Tests");
    let broker = authority.broker();
    let document = document(&broker);
    let named = |number| SocketOptions {
        request: Some(RequestId(number)),
        ..SocketOptions::default()
    };
    let port = serve(echo).await;
    let mut connected = open(&document, port, named(1)).await.unwrap();
    document.abort(RequestId(1));
    assert_eq!(end(&mut connected.ends).await, Err(Error::Aborted));
    let gate = Arc::new(Never);
    let connecting = document.connect("localhost", port, named(2), gate);
    document.abort(RequestId(2));
    assert_eq!(soon(connecting).await.unwrap_err(), Error::Aborted);
}

/// Does not decide.
struct Never;

impl insula_net::Gate for Never {
    fn check<'a>(
        &'a self,
        _: &'a insula_net::Destination,
    ) -> insula_net::BoxFuture<'a, Result<(), insula_net::Denied>> {
        Box::pin(std::future::pending())
    }

    fn still_allows(&self, _: Option<&insula_net::Destination>) -> bool {
        true
    }
}
