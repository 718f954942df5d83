//! Whose certificates are accepted.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::Roots;
use super::options::{Pin, digest};

/// Web PKI's rules, and one more that OpenSSL and browsers have: a server's certificate that is itself among the
/// trusted ones needs no authority. So appliances have it, whose certificate somebody has made by `openssl req -x509`
/// and added to the system's: it is an authority's then (`CA:TRUE`), which Web PKI takes from no server.
#[derive(Debug)]
pub(super) struct Verifier {
    rules: Arc<WebPkiServerVerifier>,
    trusted: HashSet<CertificateDer<'static>>,
}

impl Verifier {
    pub(super) fn new(roots: &Roots, provider: &Arc<rustls::crypto::CryptoProvider>) -> Self {
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

/// Accepts the certificates that a page has named, whoever made them, and no others.
#[derive(Debug)]
pub(super) struct Pinned {
    rules: Arc<Verifier>,
    pins: Vec<Pin>,
    is_trusted: AtomicBool,
}

impl Pinned {
    pub(super) fn new(rules: Arc<Verifier>, pins: Vec<Pin>) -> Self {
        Self {
            rules,
            pins,
            is_trusted: AtomicBool::new(false),
        }
    }

    /// Whether the certificate that was accepted would have been without being named.
    pub(super) fn is_trusted(&self) -> bool {
        self.is_trusted.load(Ordering::Relaxed)
    }

    fn names(&self, certificate: &CertificateDer<'_>) -> Result<bool, rustls::Error> {
        let key = ParsedCertificate::try_from(certificate)?.subject_public_key_info();
        let named = [digest(certificate), digest(&key)];
        Ok(self.pins.iter().any(|pin| named.contains(pin)))
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verdict = self
            .rules
            .verify_server_cert(certificate, intermediates, name, ocsp, now);
        if !self.names(certificate)? {
            // The same whether or not it would be trusted otherwise: it is another one than the page expects.
            return Err(CertificateError::ApplicationVerificationFailure.into());
        }
        self.is_trusted.store(verdict.is_ok(), Ordering::Relaxed);
        Ok(ServerCertVerified::assertion())
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
pub(super) fn is_authority(error: &CertificateError) -> bool {
    format!("{error:?}").contains("CaUsedAsEndEntity")
}
