use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use insula_bundle::{Error as BundleError, IntegrityBlock, SignedWebBundle, SignedWebBundleId, SigningKey, WebBundle};

use super::Answer;
use crate::destination::Destination;
use crate::output;
use crate::private_copy::PrivateCopy;

/// Sign a web bundle that another tool made
///
/// Signatures in the deprecated format of version 1 are replaced.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The web bundle (`.wbn`), without a signature
    #[arg(value_name = "UNSIGNED")]
    bundle: PathBuf,
    /// A private key to sign with; several give several signatures
    #[arg(short, long = "key", value_name = "FILE", required = true)]
    keys: Vec<PathBuf>,
    /// The app's id, if it is not that of the first key
    #[arg(long, value_name = "ID")]
    id: Option<SignedWebBundleId>,
    /// Sign without the key of the id, whose place another has taken: accepted only where the policy `KeyRotations` says so
    #[arg(long, requires = "id")]
    rotated: bool,
    /// The signed bundle to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer> {
    let destination = Destination::new(&arguments.output, &arguments.keys)?;
    let shown = arguments.bundle.display();
    let copy = PrivateCopy::of(&arguments.bundle);
    let copy = copy.with_context(|| format!("`{shown}` cannot be signed"))?;
    let bundle = match SignedWebBundle::open(&copy.path()) {
        Ok(_) => bail!("`{shown}` is signed already"),
        // Signing it again is what is left to do with it.
        Err(BundleError::DeprecatedIntegrityBlock) => copy.without_block().and_then(WebBundle::from_bytes),
        Err(_) => WebBundle::open(&copy.path()),
    };
    let bundle = bundle.with_context(|| format!("`{shown}` cannot be signed"))?;
    let keys = read_keys(&arguments.keys)?;
    let id = arguments.id.clone().unwrap_or_else(|| keys[0].id());
    let block = match arguments.rotated {
        true => IntegrityBlock::sign_rotated(&bundle, &id, &keys)?,
        false => IntegrityBlock::sign(&bundle, &id, &keys)?,
    };
    destination.write(&block, bundle.as_bytes())?;
    output::print(&format!("App id: {id}\n"))?;
    Ok(Answer::Yes)
}

/// Reads the keys in these files, of which there is at least one.
pub(super) fn read_keys(paths: &[PathBuf]) -> Result<Vec<SigningKey>> {
    let read = |path: &PathBuf| {
        let bytes = fs::read(path).with_context(|| format!("cannot read the key `{}`", path.display()))?;
        let key = SigningKey::from_der(&bytes).or_else(|_| SigningKey::from_pem(&String::from_utf8_lossy(&bytes)));
        key.with_context(|| format!("`{}` is not a key to sign with", path.display()))
    };
    paths.iter().map(read).collect()
}
