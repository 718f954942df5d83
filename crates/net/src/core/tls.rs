//! TLS: whom it trusts, and what to tell people when it does not.

mod failure;
mod options;
mod verifier;

use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{InvalidDnsNameError, ServerName};
use rustls::{ClientConfig, SupportedProtocolVersion};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::error::Error;
use super::read_ahead::ReadAhead;
use crate::limits::CONNECT_TIMEOUT;
use failure::{explain, failure};
pub use options::{Pin, TlsFault, TlsInfo, TlsOptions, TlsVersion};
use verifier::{Pinned, Verifier};

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
    provider: Arc<CryptoProvider>,
    verifier: Arc<Verifier>,
    plain: TlsConnector,
    http: TlsConnector,
}

/// A secured connection, which is read in large pieces.
pub(crate) type Secured<Io> = TlsStream<ReadAhead<Io>>;

/// HTTP/2's name in ALPN.
const H2: &[u8] = b"h2";

impl Tls {
    /// Reads files: not for a thread that must not wait.
    pub(crate) fn new(roots: &Roots) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = Arc::new(Verifier::new(roots, &provider));
        let mut config = config(&provider, verifier.clone(), TlsVersion::Tls12);
        let plain = TlsConnector::from(Arc::new(config.clone()));
        config.alpn_protocols = vec![H2.to_vec(), b"http/1.1".to_vec()];
        Self {
            provider,
            verifier,
            plain,
            http: TlsConnector::from(Arc::new(config)),
        }
    }

    /// Secures a connection to `host`.
    ///
    /// # Errors
    /// [`Error::Tls`], [`Error::TimedOut`].
    pub(crate) async fn connect<Io>(&self, host: &str, io: Io) -> Result<Secured<Io>, Error>
    where
        Io: AsyncRead + AsyncWrite + Unpin,
    {
        secure(&self.plain, host, io, CONNECT_TIMEOUT).await
    }

    /// The same, and agrees on a version of HTTP; see [`is_http2`].
    ///
    /// # Errors
    /// [`Error::Tls`], [`Error::TimedOut`].
    pub(crate) async fn connect_http<Io>(&self, host: &str, io: Io) -> Result<Secured<Io>, Error>
    where
        Io: AsyncRead + AsyncWrite + Unpin,
    {
        secure(&self.http, host, io, CONNECT_TIMEOUT).await
    }

    /// Secures a connection to `host` as a page says, within `limit`, and tells what came of it.
    ///
    /// # Errors
    /// [`Error::Tls`], [`Error::TimedOut`].
    pub(crate) async fn connect_as<Io>(
        &self,
        options: &TlsOptions,
        host: &str,
        io: Io,
        limit: Duration,
    ) -> Result<(Secured<Io>, TlsInfo), Error>
    where
        Io: AsyncRead + AsyncWrite + Unpin,
    {
        let name = options.server_name.as_deref().unwrap_or(host);
        let pinned =
            (!options.pins.is_empty()).then(|| Arc::new(Pinned::new(self.verifier.clone(), options.pins.clone())));
        let connector = match &pinned {
            None if options.are_plain() => self.plain.clone(),
            None => self.connector(options, self.verifier.clone()),
            Some(pinned) => self.connector(options, pinned.clone()),
        };
        let stream = secure(&connector, name, io, limit).await?;
        let is_trusted = pinned.is_none_or(|pinned| pinned.is_trusted());
        let info = TlsInfo::of(stream.get_ref().1, name, is_trusted);
        Ok((stream, info))
    }

    fn connector(&self, options: &TlsOptions, verifier: Arc<dyn ServerCertVerifier>) -> TlsConnector {
        let mut config = config(&self.provider, verifier, options.minimum);
        config.alpn_protocols.clone_from(&options.alpn_protocols);
        TlsConnector::from(Arc::new(config))
    }
}

fn config(provider: &Arc<CryptoProvider>, verifier: Arc<dyn ServerCertVerifier>, minimum: TlsVersion) -> ClientConfig {
    let versions: &[&SupportedProtocolVersion] = match minimum {
        TlsVersion::Tls12 => &[&rustls::version::TLS13, &rustls::version::TLS12],
        TlsVersion::Tls13 => &[&rustls::version::TLS13],
    };
    #[expect(clippy::expect_used, reason = "ring supports both versions")]
    let config = ClientConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(versions)
        .expect("the provider has cipher suites for them");
    config
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth()
}

async fn secure<Io>(connector: &TlsConnector, host: &str, io: Io, limit: Duration) -> Result<Secured<Io>, Error>
where
    Io: AsyncRead + AsyncWrite + Unpin,
{
    let name = server_name(host).map_err(|_| failure(host, TlsFault::NameMismatch, "the host has no valid name"))?;
    match timeout(limit, connector.connect(name, ReadAhead::new(io))).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => {
            let (fault, reason) = explain(&error);
            Err(failure(host, fault, &reason))
        }
        Err(_) => Err(Error::TimedOut {
            what: format!("the TLS handshake with {host}"),
            after: limit,
        }),
    }
}

/// Whether the server chose HTTP/2.
pub(crate) fn is_http2<Io>(stream: &Secured<Io>) -> bool {
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
