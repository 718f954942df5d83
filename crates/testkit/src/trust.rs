//! A certificate authority that only the program under test trusts, and a name that only it resolves.
//!
//! Neither WebKit's network process nor the broker has an option for it, and rightly so. Both read the system's list
//! of authorities: the program is run with another file in that place, in a mount namespace of its own
//! ([`Authority::wrap`]).

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::TempDir;

/// Where Debian keeps the authorities that the system trusts.
const SYSTEM_LIST: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Where the system looks names up first.
const SYSTEM_HOSTS: &str = "/etc/hosts";

/// A name as of a site on the internet. In the world where an authority is trusted it leads to this machine.
pub const PUBLIC_HOST: &str = "public.example";

/// An authority, with its certificate in a file.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    /// A new authority.
    pub fn new() -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).expect("no names are valid names");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        parameters
            .distinguished_name
            .push(rcgen::DnType::CommonName, "Insula's tests");
        let key = KeyPair::generate().expect("a key");
        let certificate = parameters.self_signed(&key).expect("a certificate of its own");
        let folder = tempfile::tempdir().expect("a folder for the certificate");
        std::fs::write(folder.path().join("authorities.pem"), certificate.pem()).expect("the certificate's file");
        let hosts = format!("127.0.0.1 localhost {PUBLIC_HOST}\n::1 localhost\n");
        std::fs::write(folder.path().join("hosts"), hosts).expect("the names' file");
        Self {
            issuer: Issuer::new(parameters, key),
            folder,
        }
    }

    /// Its certificate, as PEM.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("authorities.pem")
    }

    /// The program and arguments that run a program in a world where the system trusts this authority alone, and knows
    /// [`PUBLIC_HOST`].
    pub fn wrap(&self, program: &Path) -> (PathBuf, Vec<OsString>) {
        let (certificate, hosts) = (self.certificate(), self.folder.path().join("hosts"));
        let arguments = ["--dev-bind", "/", "/"].map(OsString::from).into_iter();
        let arguments = arguments.chain(["--ro-bind".into(), certificate.into(), SYSTEM_LIST.into()]);
        let arguments = arguments.chain(["--ro-bind".into(), hosts.into(), SYSTEM_HOSTS.into()]);
        let arguments = arguments.chain(["--".into(), program.into()]);
        ("/usr/bin/bwrap".into(), arguments.collect())
    }

    /// What a server needs to be trusted under `localhost`, `127.0.0.1` and [`PUBLIC_HOST`].
    pub(crate) fn server_config(&self) -> Arc<ServerConfig> {
        let names = ["localhost", "127.0.0.1", PUBLIC_HOST].map(str::to_owned).to_vec();
        let parameters = CertificateParams::new(names).expect("valid names");
        let key = KeyPair::generate().expect("a key");
        let certificate = parameters.signed_by(&key, &self.issuer).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider has the usual versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("a key that fits its certificate");
        Arc::new(config)
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}
