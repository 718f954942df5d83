use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use insula_bundle::{IntegrityBlock, SignedWebBundle, SignedWebBundleId, SigningKey, WebBundle};

use super::Answer;
use crate::output;

/// Sign a web bundle that another tool made
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
    /// The signed bundle to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer> {
    if SignedWebBundle::open(&arguments.bundle).is_ok() {
        bail!("`{}` is signed already", arguments.bundle.display());
    }
    let bundle = WebBundle::open(&arguments.bundle);
    let bundle = bundle.with_context(|| format!("`{}` cannot be signed", arguments.bundle.display()))?;
    let keys = read_keys(&arguments.keys)?;
    let id = arguments.id.clone().unwrap_or_else(|| keys[0].id());
    let block = IntegrityBlock::sign(&bundle, &id, &keys)?;
    write_signed(&arguments.output, &block, bundle.as_bytes())?;
    output::print(&format!("App id: {id}\n"))?;
    Ok(Answer::Yes)
}

/// Reads the keys in these files, of which there is at least one.
pub(super) fn read_keys(paths: &[PathBuf]) -> Result<Vec<SigningKey>> {
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read the key `{}`", path.display()))?;
        SigningKey::from_pem(&text).with_context(|| format!("`{}` is not a key to sign with", path.display()))
    };
    paths.iter().map(read).collect()
}

/// Writes a signed bundle beside its place and renames it: nobody sees half of it, and the unsigned
/// bundle may be in its place.
pub(super) fn write_signed(path: &Path, block: &[u8], bundle: &[u8]) -> Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let write = || -> std::io::Result<()> {
        let mut file = File::create_new(&temporary)?;
        file.write_all(block)?;
        file.write_all(bundle)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    write()
        .inspect_err(|_| _ = fs::remove_file(&temporary))
        .with_context(|| format!("cannot write `{}`", path.display()))
}
