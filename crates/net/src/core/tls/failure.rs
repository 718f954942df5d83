//! What to tell people when TLS fails, and whose fault that is.

use std::io;

use rustls::{AlertDescription, CertificateError};

use super::options::TlsFault;
use super::verifier::is_authority;
use crate::core::error::Error;

pub(super) fn failure(host: &str, fault: TlsFault, reason: &str) -> Error {
    Error::Tls {
        host: host.to_owned(),
        fault,
        reason: reason.to_owned(),
    }
}

pub(super) fn explain(error: &io::Error) -> (TlsFault, String) {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let reason = match tls {
        Some(rustls::Error::InvalidCertificate(error)) => return certificate(error),
        Some(rustls::Error::InvalidMessage(_)) => "the server does not speak TLS".to_owned(),
        Some(rustls::Error::AlertReceived(AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure))
        | Some(rustls::Error::PeerIncompatible(_)) => {
            "the server has no version or cipher of TLS in common with this runtime".to_owned()
        }
        Some(rustls::Error::AlertReceived(AlertDescription::NoApplicationProtocol)) => {
            "the server speaks none of the protocols that were offered (ALPN)".to_owned()
        }
        Some(rustls::Error::AlertReceived(alert)) => {
            format!("the server refused it with the alert {alert:?}")
        }
        Some(error) => error.to_string(),
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            "the server closed the connection during the handshake".to_owned()
        }
        None => Error::broken(error).to_string(),
    };
    (TlsFault::Protocol, reason)
}

fn certificate(error: &CertificateError) -> (TlsFault, String) {
    let (fault, reason) = match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            (TlsFault::Expired, "its certificate has expired")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            (TlsFault::Expired, "its certificate is not valid yet")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            (TlsFault::NameMismatch, "its certificate is for another name")
        }
        CertificateError::UnknownIssuer => (TlsFault::Untrusted, "its certificate is not from a trusted authority"),
        CertificateError::ApplicationVerificationFailure => (
            TlsFault::Untrusted,
            "its certificate is none of those that the app expects (pinnedSha256)",
        ),
        CertificateError::Revoked => (TlsFault::Revoked, "its certificate was revoked"),
        error if is_authority(error) => (
            TlsFault::Untrusted,
            "its certificate is an authority's own (CA:TRUE), which only a trusted one may be",
        ),
        error => {
            let reason = format!("its certificate is not acceptable: {error}");
            return (TlsFault::Untrusted, reason);
        }
    };
    (fault, reason.to_owned())
}
