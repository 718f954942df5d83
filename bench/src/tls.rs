//! The TCP server of the benchmarks behind TLS, and a plain client of rustls.
//!
//! The server has made its own certificate: the page names it by its hash, the plain client trusts it.

use anyhow::{Context, Result};
use insula_testkit::tcp::TcpServer;
use rcgen::{CertificateParams, KeyPair};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use crate::plain;

/// The server, and what its clients have to know.
pub(crate) struct Secured {
    pub(crate) server: TcpServer,
    certificate: CertificateDer<'static>,
}

/// Starts the server.
pub(crate) fn serve() -> Result<Secured> {
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(vec!["127.0.0.1".to_owned()])?.self_signed(&key)?;
    let certificate = certificate.der().clone();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)?;
    let config = Arc::new(config);
    let server = TcpServer::start(move |stream| {
        stream.set_nodelay(true)?;
        let connection = ServerConnection::new(config.clone()).map_err(io::Error::other)?;
        plain::answer(StreamOwned::new(connection, stream))
    });
    Ok(Secured { server, certificate })
}

impl Secured {
    /// The SHA-256 of the certificate, in hexadecimal.
    pub(crate) fn pin(&self) -> String {
        let digest = Sha256::digest(&self.certificate);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A connection of the plain client.
    pub(crate) fn connect(&self) -> Result<impl Read + Write + use<>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone())?;
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("127.0.0.1").context("it is a name")?;
        let stream = TcpStream::connect(("127.0.0.1", self.server.port()))?;
        stream.set_nodelay(true)?;
        Ok(StreamOwned::new(ClientConnection::new(Arc::new(config), name)?, stream))
    }
}
