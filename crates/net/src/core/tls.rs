//! TLS: whom it trusts, and what to tell people when it does not.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, InvalidDnsNameError, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::error::Error;
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
    plain: TlsConnector,
    http: TlsConnector,
}

/// HTTP/2's name in ALPN.
const H2: &[u8] = b"h2";

impl Tls {
    /// Reads files: not for a thread that must not wait.
    pub(crate) fn new(roots: &Roots) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = Arc::new(Verifier::new(roots, &provider));
        #[expect(clippy::expect_used, reason = "ring supports both default versions")]
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider has cipher suites for them")
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        let plain = TlsConnector::from(Arc::new(config.clone()));
        config.alpn_protocols = vec![H2.to_vec(), b"http/1.1".to_vec()];
        Self {
            plain,
            http: TlsConnector::from(Arc::new(config)),
        }
    }

    /// Secures a connection to `host`.
    ///
    /// # Errors
    /// [`Error::Tls`], [`Error::TimedOut`].
    pub(crate) async fn connect<Io>(&self, host: &str, io: Io) -> Result<TlsStream<Io>, Error>
    where
        Io: AsyncRead + AsyncWrite + Unpin,
    {
        secure(&self.plain, host, io).await
    }

    /// The same, and agrees on a version of HTTP; see [`is_http2`].
    ///
    /// # Errors
    /// [`Error::Tls`], [`Error::TimedOut`].
    pub(crate) async fn connect_http<Io>(&self, host: &str, io: Io) -> Result<TlsStream<Io>, Error>
    where
        Io: AsyncRead + AsyncWrite + Unpin,
    {
        secure(&self.http, host, io).await
    }
}

async fn secure<Io>(connector: &TlsConnector, host: &str, io: Io) -> Result<TlsStream<Io>, Error>
where
    Io: AsyncRead + AsyncWrite + Unpin,
{
    let name = server_name(host).map_err(|_| failure(host, "the host has no valid name"))?;
    match timeout(CONNECT_TIMEOUT, connector.connect(name, io)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(failure(host, &explain(&error))),
        Err(_) => Err(Error::TimedOut {
            what: format!("the TLS handshake with {host}"),
            seconds: CONNECT_TIMEOUT.as_secs(),
        }),
    }
}

/// Whether the server chose HTTP/2.
pub(crate) fn is_http2<Io>(stream: &TlsStream<Io>) -> bool {
    stream.get_ref().1.alpn_protocol() == Some(H2)
}

fn server_name(host: &str) -> Result<ServerName<'static>, InvalidDnsNameError> {
    // The root's dot is no part of the name in a certificate, nor are a URL's brackets.
    let host = host.strip_suffix('.').unwrap_or(host);
    let host = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    ServerName::try_from(host.to_owned())
}

fn trusted(roots: &Roots) -> Vec<CertificateDer<'static>> {
    match roots {
        Roots::System => {
            let loaded = rustls_native_certs::load_native_certs();
            for error in loaded.errors {
                tracing::warn!(%error, "some of the system's certificates could not be read");
            }
            loaded.certs
        }
        Roots::Only(certificates) => certificates.iter().cloned().map(CertificateDer::from).collect(),
    }
}

/// Web PKI's rules, and one more that OpenSSL and browsers have: a server's certificate that is itself among the
/// trusted ones needs no authority. So appliances have it, whose certificate somebody has made by `openssl req -x509`
/// and added to the system's: it is an authority's then (`CA:TRUE`), which Web PKI takes from no server.
#[derive(Debug)]
struct Verifier {
    rules: Arc<WebPkiServerVerifier>,
    trusted: HashSet<CertificateDer<'static>>,
}

impl Verifier {
    fn new(roots: &Roots, provider: &Arc<rustls::crypto::CryptoProvider>) -> Self {
        let trusted = trusted(roots);
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(trusted.iter().cloned());
        if store.is_empty() {
            // The builder refuses a store without any. This one trusts nobody, and says so at each connection.
            store.roots.push(nobody());
        }
        #[expect(
            clippy::expect_used,
            reason = "there is a root, and no list of revoked certificates to be wrong"
        )]
        let rules = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone())
            .build()
            .expect("a verifier with roots and without revocation lists");
        Self {
            rules,
            trusted: trusted.into_iter().collect(),
        }
    }
}

/// A trust anchor that no certificate can chain to: it has no key.
fn nobody() -> rustls::pki_types::TrustAnchor<'static> {
    rustls::pki_types::TrustAnchor {
        subject: (&[][..]).into(),
        subject_public_key_info: (&[][..]).into(),
        name_constraints: None,
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let error = match self
            .rules
            .verify_server_cert(certificate, intermediates, name, ocsp, now)
        {
            Ok(verified) => return Ok(verified),
            Err(error) => error,
        };
        // Dates come before these two: they are right.
        let is_about_its_issuer = match &error {
            rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => true,
            rustls::Error::InvalidCertificate(error) => is_authority(error),
            _ => false,
        };
        if is_about_its_issuer && self.trusted.contains(certificate) {
            verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
            return Ok(ServerCertVerified::assertion());
        }
        Err(error)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.rules.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.rules.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.rules.supported_verify_schemes()
    }
}

/// Whether a certificate was refused because it is an authority's. The library has no name for that.
fn is_authority(error: &CertificateError) -> bool {
    format!("{error:?}").contains("CaUsedAsEndEntity")
}

fn failure(host: &str, reason: &str) -> Error {
    Error::Tls {
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
        None => Error::broken(error).to_string(),
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
        error if is_authority(error) => {
            "its certificate is an authority's own (CA:TRUE), which only a trusted one may be".to_owned()
        }
        error => format!("its certificate is not acceptable: {error}"),
    }
}
