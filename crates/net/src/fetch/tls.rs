//! TLS: whom it trusts, and what to tell people when it does not.

use std::io;
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, InvalidDnsNameError, ServerName};
use rustls::{AlertDescription, CertificateError, ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::error::NetError;
use crate::limits::CONNECT_TIMEOUT;

/// Whom TLS trusts.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Roots {
    /// The system's certificate authorities, or those in the file that `SSL_CERT_FILE` names.
    #[default]
    System,
    /// These certificate authorities, in DER, and no others.
    Only(Vec<Vec<u8>>),
}

/// A client's side of TLS 1.2 and 1.3.
pub(crate) struct Tls {
    connector: TlsConnector,
}

/// HTTP/2's name in ALPN.
const H2: &[u8] = b"h2";

impl Tls {
    /// Reads files: not for a thread that must not wait.
    pub(crate) fn new(roots: &Roots) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        #[expect(clippy::expect_used, reason = "ring supports both default versions")]
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider has cipher suites for them")
            .with_root_certificates(trusted(roots))
            .with_no_client_auth();
        config.alpn_protocols = vec![H2.to_vec(), b"http/1.1".to_vec()];
        Self {
            connector: TlsConnector::from(Arc::new(config)),
        }
    }

    /// Secures `stream`.
    ///
    /// # Errors
    /// [`NetError::Tls`], [`NetError::TimedOut`].
    pub(crate) async fn connect(&self, host: &str, stream: TcpStream) -> Result<TlsStream<TcpStream>, NetError> {
        let name = server_name(host).map_err(|_| failure(host, "the host has no valid name"))?;
        match timeout(CONNECT_TIMEOUT, self.connector.connect(name, stream)).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(error)) => Err(failure(host, &explain(&error))),
            Err(_) => Err(NetError::TimedOut {
                what: format!("the TLS handshake with {host}"),
                seconds: CONNECT_TIMEOUT.as_secs(),
            }),
        }
    }
}

/// Whether the server chose HTTP/2.
pub(crate) fn is_http2(stream: &TlsStream<TcpStream>) -> bool {
    stream.get_ref().1.alpn_protocol() == Some(H2)
}

fn server_name(host: &str) -> Result<ServerName<'static>, InvalidDnsNameError> {
    // The root's dot is no part of the name in a certificate.
    ServerName::try_from(host.strip_suffix('.').unwrap_or(host).to_owned())
}

fn trusted(roots: &Roots) -> RootCertStore {
    let mut store = RootCertStore::empty();
    match roots {
        Roots::System => {
            let loaded = rustls_native_certs::load_native_certs();
            for error in loaded.errors {
                tracing::warn!(%error, "some of the system's certificates could not be read");
            }
            store.add_parsable_certificates(loaded.certs);
        }
        Roots::Only(certificates) => {
            let certificates = certificates.iter().cloned().map(CertificateDer::from);
            store.add_parsable_certificates(certificates);
        }
    }
    store
}

fn failure(host: &str, reason: &str) -> NetError {
    NetError::Tls {
        host: host.to_owned(),
        reason: reason.to_owned(),
    }
}

fn explain(error: &io::Error) -> String {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match tls {
        Some(rustls::Error::InvalidCertificate(error)) => certificate(error),
        Some(rustls::Error::InvalidMessage(_)) => "the server does not speak TLS".to_owned(),
        Some(rustls::Error::AlertReceived(AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure))
        | Some(rustls::Error::PeerIncompatible(_)) => {
            "the server has no version or cipher of TLS in common with this runtime".to_owned()
        }
        Some(rustls::Error::AlertReceived(alert)) => {
            format!("the server refused it with the alert {alert:?}")
        }
        Some(error) => error.to_string(),
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            "the server closed the connection during the handshake".to_owned()
        }
        None => NetError::broken(error).to_string(),
    }
}

fn certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another name".to_owned()
        }
        CertificateError::UnknownIssuer => "its certificate is not from a trusted authority".to_owned(),
        CertificateError::Revoked => "its certificate was revoked".to_owned(),
        // The library has no name for it.
        error if format!("{error:?}").contains("CaUsedAsEndEntity") => {
            "its certificate is an authority's own (CA:TRUE), which cannot be a server's as well".to_owned()
        }
        error => format!("its certificate is not acceptable: {error}"),
    }
}
