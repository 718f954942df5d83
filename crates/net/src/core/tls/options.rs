//! What a page may say of TLS, and what it learns of it.

use rustls::pki_types::CertificateDer;
use rustls::{ClientConnection, CommonState, ProtocolVersion};
use sha2::{Digest, Sha256};

use super::server_name;
use crate::core::error::Error;

/// The SHA-256 of a server's certificate, or of its public key (`SubjectPublicKeyInfo`), in DER.
pub type Pin = [u8; 32];

/// How a connection is secured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsOptions {
    /// For whom the certificate has to be; without it the host that is connected to.
    pub server_name: Option<String>,
    /// The protocols that are offered, best first (RFC 7301). Each has 1 to 255 bytes.
    pub alpn_protocols: Vec<Vec<u8>>,
    /// The oldest version that is accepted.
    pub minimum: TlsVersion,
    /// Certificates or keys of which the server has to show one. It is accepted then, whoever made it, for whatever name and
    /// time. None: the system decides.
    pub pins: Vec<Pin>,
}

/// A version of TLS. Older ones are not spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// RFC 5246.
    #[default]
    Tls12,
    /// RFC 8446.
    Tls13,
}

/// How a connection is secured, once it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsInfo {
    /// The version.
    pub version: TlsVersion,
    /// The cipher suite's name (IANA, "TLS Cipher Suites").
    pub cipher_suite: String,
    /// The protocol that the server chose, if any.
    pub alpn_protocol: Option<Vec<u8>>,
    /// For whom the certificate had to be.
    pub server_name: String,
    /// The server's certificate, and those that it sent along, in DER.
    pub certificates: Vec<Vec<u8>>,
    /// Whether the system trusts it; else only a pin does.
    pub is_trusted: bool,
}

/// What is wrong with a server's side of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// Its certificate is not valid yet, or not any more.
    Expired,
    /// Its certificate is for another name.
    NameMismatch,
    /// Its certificate is from nobody who is trusted, or not one that was expected.
    Untrusted,
    /// Its certificate was revoked.
    Revoked,
    /// It speaks no TLS, or none that is spoken here.
    Protocol,
}

/// All names of protocols together (RFC 7301 §3.1).
const ALPN_BYTES: usize = 65_535;

impl TlsOptions {
    /// The checks of its arguments.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] naming the option.
    pub fn check(&self) -> Result<(), Error> {
        if let Some(name) = &self.server_name
            && server_name(name).is_err()
        {
            return Err(Error::invalid(format!(
                "serverName is no host name or address: \"{name}\""
            )));
        }
        let protocols = self.alpn_protocols.iter();
        if protocols.clone().any(|name| name.is_empty() || name.len() > 255)
            || protocols.map(|name| name.len() + 1).sum::<usize>() > ALPN_BYTES
        {
            return Err(Error::invalid(
                "alpnProtocols has a name that is not 1 to 255 bytes long, or too many",
            ));
        }
        Ok(())
    }

    /// The bytes of what a page said.
    pub(crate) fn size(&self) -> usize {
        let name = self.server_name.as_ref().map_or(0, String::len);
        name + self.alpn_protocols.iter().map(Vec::len).sum::<usize>() + self.pins.len() * size_of::<Pin>()
    }

    /// Whether they say nothing but the name.
    pub(super) fn are_plain(&self) -> bool {
        let plain = Self {
            server_name: self.server_name.clone(),
            ..Self::default()
        };
        *self == plain
    }
}

impl TlsVersion {
    /// As OpenSSL and browsers write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tls12 => "TLSv1.2",
            Self::Tls13 => "TLSv1.3",
        }
    }
}

impl TlsInfo {
    pub(super) fn of(connection: &ClientConnection, server_name: &str, is_trusted: bool) -> Self {
        let state: &CommonState = connection;
        let suite = state
            .negotiated_cipher_suite()
            .map(|suite| format!("{:?}", suite.suite()));
        Self {
            version: match state.protocol_version() {
                Some(ProtocolVersion::TLSv1_3) => TlsVersion::Tls13,
                _ => TlsVersion::Tls12,
            },
            // The library tells those of 1.3 apart by a name of its own.
            cipher_suite: suite.unwrap_or_default().replacen("TLS13_", "TLS_", 1),
            alpn_protocol: state.alpn_protocol().map(<[u8]>::to_vec),
            server_name: server_name.to_owned(),
            certificates: state.peer_certificates().unwrap_or_default().iter().map(der).collect(),
            is_trusted,
        }
    }
}

impl TlsFault {
    /// The value of `tlsError`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Expired => "cert-expired",
            Self::NameMismatch => "name-mismatch",
            Self::Untrusted => "untrusted",
            Self::Revoked => "revoked",
            Self::Protocol => "protocol",
        }
    }
}

fn der(certificate: &CertificateDer<'_>) -> Vec<u8> {
    certificate.to_vec()
}

/// The SHA-256 of some bytes.
pub(crate) fn digest(bytes: &[u8]) -> Pin {
    Sha256::digest(bytes).into()
}
