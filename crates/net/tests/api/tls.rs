//! HTTPS: trust, bad certificates, HTTP/2.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use insula_net::page::FetchBody;
use insula_net::{Broker, BrokerOptions, Error, Roots, TlsFault};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

use crate::support::*;

/// A certificate authority of the tests' own.
pub(crate) struct Authority {
    der: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let der = params.self_signed(&key).unwrap().der().to_vec();
        Self {
            der,
            issuer: Issuer::new(params, key),
        }
    }

    pub(crate) fn acceptor(&self, params: &CertificateParams, protocols: &[&str]) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        acceptor(certificate.der().clone(), &key, protocols)
    }

    pub(crate) fn roots(&self) -> Roots {
        Roots::Only(vec![self.der.clone()])
    }

    pub(crate) fn broker(&self) -> Broker {
        Broker::start(BrokerOptions {
            roots: self.roots(),
            ..BrokerOptions::default()
        })
        .unwrap()
    }
}

pub(crate) fn acceptor(certificate: CertificateDer<'static>, key: &KeyPair, protocols: &[&str]) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

pub(crate) fn certificate(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

/// A server that says which version of HTTP it was asked in, and repeats what it was sent.
async fn server(acceptor: TlsAcceptor) -> u16 {
    serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(stream) = acceptor.accept(stream).await else {
                return;
            };
            let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| async move {
                let version = format!("{:?}", request.version());
                let authority = request.uri().authority().map_or("", |a| a.as_str()).to_owned();
                let body = request.into_body().collect().await.unwrap().to_bytes();
                let response = hyper::Response::builder()
                    .header("x-version", version)
                    .header("x-authority", authority)
                    .body(Full::<Bytes>::new(body));
                Ok::<_, Infallible>(response.unwrap())
            });
            let io = TokioIo::new(stream);
            let _ = if is_http2 {
                hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                    .serve_connection(io, service)
                    .await
            } else {
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(io, service)
                    .await
            };
        }
    })
    .await
}

#[tokio::test]
async fn a_body_without_a_length_ends_with_the_connection_however_that_is_closed() {
    let authority = Authority::new("Tests");
    let broker = authority.broker();
    let document = document(&broker);
    for (head, ends_well) in [
        ("HTTP/1.0 200 OK\r\n\r\n", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", false),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n", false),
    ] {
        let acceptor = authority.acceptor(&certificate("localhost"), &["http/1.1"]);
        let port = serve(move |stream| {
            let acceptor = acceptor.clone();
            async move {
                let mut stream = acceptor.accept(stream).await.unwrap();
                assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
                stream.write_all(head.as_bytes()).await.unwrap();
                stream.write_all(b"the body").await.unwrap();
                stream.flush().await.unwrap();
                // Dropped without a close_notify.
            }
        })
        .await;
        let response = fetch(&document, get(format!("https://localhost:{port}/")))
            .await
            .unwrap();
        let expected = if ends_well { Ok(()) } else { Err(Error::Truncated) };
        assert_eq!(read_body(response).await, (b"the body".to_vec(), expected), "{head}");
    }
}

#[tokio::test]
async fn a_trusted_server_is_fetched_from_in_the_best_version_it_speaks() {
    let authority = Authority::new("Tests");
    let broker = authority.broker();
    let document = document(&broker);
    for (protocols, version) in [
        (&["h2", "http/1.1"][..], "HTTP/2.0"),
        (&["http/1.1"], "HTTP/1.1"),
        (&[], "HTTP/1.1"),
    ] {
        let port = server(authority.acceptor(&certificate("localhost"), protocols)).await;
        for size in [0, 1, 3_000_000] {
            let body = pattern(size);
            let upload = document.upload(allow()).unwrap();
            let mut request = get(format!("https://localhost:{port}/"));
            request.method = "POST".to_owned();
            request.body = Some(FetchBody {
                upload: upload.upload,
                length: Some(size as u64),
            });
            let write = async {
                let mut page = page(upload.descriptor);
                page.write_all(&body).await.unwrap();
            };
            let (response, ()) = tokio::join!(fetch(&document, request), write);
            let response = response.unwrap();
            assert_eq!(header(&response, "x-version"), Some(version));
            let is_http2 = version == "HTTP/2.0";
            assert_eq!(response.status_text, if is_http2 { "" } else { "OK" });
            if is_http2 {
                let expected = format!("localhost:{port}");
                assert_eq!(header(&response, "x-authority"), Some(expected.as_str()));
            }
            let (echoed, end) = read_body(response).await;
            assert_eq!(end, Ok(()));
            assert!(echoed == body, "{version}, {size} bytes");
        }
    }
}

#[tokio::test]
async fn an_unread_stream_does_not_stop_others_on_its_connection() {
    let authority = Authority::new("Tests");
    let broker = authority.broker();
    let document = document(&broker);
    let port = server(authority.acceptor(&certificate("localhost"), &["h2"])).await;
    let body = pattern(4 << 20);
    let mut responses = Vec::new();
    for _ in 0..8 {
        let upload = document.upload(allow()).unwrap();
        let mut request = get(format!("https://localhost:{port}/"));
        request.method = "POST".to_owned();
        let length = Some(body.len() as u64);
        request.body = Some(FetchBody {
            upload: upload.upload,
            length,
        });
        let write = async {
            page(upload.descriptor).write_all(&body).await.unwrap();
        };
        let (response, ()) = tokio::join!(fetch(&document, request), write);
        // Not read until all have answered.
        responses.push(response.unwrap());
    }
    for response in responses.into_iter().rev() {
        let (echoed, end) = read_body(response).await;
        assert_eq!(end, Ok(()));
        assert!(echoed == body);
    }
}

#[tokio::test]
async fn every_bad_certificate_is_refused_and_named() {
    let authority = Authority::new("Tests");
    let stranger = Authority::new("Stranger");
    let mut expired = certificate("localhost");
    expired.not_before = rcgen::date_time_ymd(2000, 1, 1);
    expired.not_after = rcgen::date_time_ymd(2001, 1, 1);
    let mut early = certificate("localhost");
    early.not_before = rcgen::date_time_ymd(4000, 1, 1);
    early.not_after = rcgen::date_time_ymd(4001, 1, 1);
    let broker = authority.broker();
    let document = document(&broker);
    for (acceptor, reason) in [
        (authority.acceptor(&expired, &[]), "its certificate has expired"),
        (authority.acceptor(&early, &[]), "its certificate is not valid yet"),
        (
            authority.acceptor(&certificate("other.example"), &[]),
            "its certificate is for another name",
        ),
        (
            stranger.acceptor(&certificate("localhost"), &[]),
            "its certificate is not from a trusted authority",
        ),
    ] {
        let port = server(acceptor).await;
        let url = format!("https://localhost:{port}/");
        let error = fetch(&document, get(url)).await.unwrap_err();
        assert_eq!(error.dom_name(), "NetworkError");
        assert_eq!(
            error.to_string(),
            format!("no secure connection to localhost: {reason}")
        );
    }
}

#[tokio::test]
async fn a_servers_certificate_that_is_trusted_itself_needs_no_authority() {
    let appliance = |is_ca: IsCa| {
        let mut params = certificate("localhost");
        params.is_ca = is_ca;
        params
    };
    let key = KeyPair::generate().unwrap();
    let authority = Authority::new("Unknown");
    let as_authority = appliance(IsCa::Ca(BasicConstraints::Unconstrained));
    let mut expired = as_authority.clone();
    expired.not_after = rcgen::date_time_ymd(2001, 1, 1);
    let mut other_name = CertificateParams::new(vec!["other.example".to_owned()]).unwrap();
    other_name.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let own = |params: &CertificateParams| params.self_signed(&key).unwrap().der().clone();
    for (certificate, is_trusted, refusal) in [
        (own(&as_authority), true, None),
        (own(&appliance(IsCa::NoCa)), true, None),
        (own(&appliance(IsCa::ExplicitNoCa)), true, None),
        // Somebody else has signed it, whom nobody knows.
        (
            as_authority.signed_by(&key, &authority.issuer).unwrap().der().clone(),
            true,
            None,
        ),
        (
            certificate("localhost")
                .signed_by(&key, &authority.issuer)
                .unwrap()
                .der()
                .clone(),
            true,
            None,
        ),
        (own(&expired), true, Some("its certificate has expired")),
        (own(&other_name), true, Some("its certificate is for another name")),
        (
            own(&as_authority),
            false,
            Some("its certificate is an authority's own (CA:TRUE), which only a trusted one may be"),
        ),
        (
            own(&appliance(IsCa::NoCa)),
            false,
            Some("its certificate is not from a trusted authority"),
        ),
    ] {
        let mut trusted = vec![Authority::new("Another").der];
        trusted.extend(is_trusted.then(|| certificate.to_vec()));
        let broker = Broker::start(BrokerOptions {
            roots: Roots::Only(trusted),
            ..BrokerOptions::default()
        })
        .unwrap();
        let document = document(&broker);
        let port = server(acceptor(certificate, &key, &[])).await;
        let fetched = fetch(&document, get(format!("https://localhost:{port}/"))).await;
        let expected = refusal.map(|reason| format!("no secure connection to localhost: {reason}"));
        assert_eq!(fetched.err().map(|error| error.to_string()), expected);
    }
}

#[tokio::test]
async fn a_broker_that_trusts_nobody_says_so_of_each_server() {
    let authority = Authority::new("Tests");
    let port = server(authority.acceptor(&certificate("localhost"), &[])).await;
    let broker = Broker::start(BrokerOptions {
        roots: Roots::Only(Vec::new()),
        ..BrokerOptions::default()
    })
    .unwrap();
    let error = fetch(&document(&broker), get(format!("https://localhost:{port}/")))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("not from a trusted authority"), "{error}");
}

#[tokio::test]
async fn a_server_without_tls_and_one_that_hangs_up_are_told_apart() {
    let broker = broker();
    let document = document(&broker);
    let plain = serve(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        // Read what comes, so that closing does not reset.
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await;
    let hangs_up = serve(|mut stream| async move {
        let _ = stream.read(&mut [0; 4_096]).await;
    })
    .await;
    for (port, reason) in [
        (plain, "the server does not speak TLS"),
        (hangs_up, "the server closed the connection during the handshake"),
    ] {
        let url = format!("https://localhost:{port}/");
        let error = fetch(&document, get(url)).await.unwrap_err();
        let expected = Error::Tls {
            host: "localhost".to_owned(),
            fault: TlsFault::Protocol,
            reason: reason.to_owned(),
        };
        assert_eq!(error, expected);
    }
}

#[tokio::test]
async fn a_redirect_out_of_tls_is_not_followed() {
    let authority = Authority::new("Tests");
    let acceptor = authority.acceptor(&certificate("localhost"), &[]);
    let port = serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                return;
            };
            let _ = stream.read(&mut [0; 4_096]).await;
            let answer = response("302 Found", &["Location: http://localhost/"], "");
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
        }
    })
    .await;
    let broker = authority.broker();
    let document = document(&broker);
    let error = fetch(&document, get(format!("https://localhost:{port}/")))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Redirect(_)), "{error}");
}
