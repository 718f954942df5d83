use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use insula_bundle::{KeyType, SigningKey};

use super::Answer;
use crate::output;

/// Make a key to sign apps with
///
/// The key is the app's identity: updates of an app must be signed with the key of its first version.
/// Keep it secret, and keep a copy of it.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The file to write the private key to. It must not exist
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Make an ECDSA P-256 key instead of an Ed25519 key
    #[arg(long)]
    ecdsa: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer> {
    let key_type = if arguments.ecdsa {
        KeyType::EcdsaP256Sha256
    } else {
        KeyType::Ed25519
    };
    let key = SigningKey::generate(key_type)?;
    let path = arguments.output.display();
    // Never over an existing key, and readable by nobody else from its first byte.
    let open = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&arguments.output);
    let mut file = match open {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("`{path}` exists already; a key is never overwritten");
        }
        open => open.with_context(|| format!("cannot create `{path}`"))?,
    };
    let pem = key.to_pem()?;
    let written = file.write_all(pem.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a key is of no use to anybody.
        let _ = fs::remove_file(&arguments.output);
    }
    written.with_context(|| format!("cannot write `{path}`"))?;
    output::print(&format!(
        "{key_type} key: {path}\nApp id:  {}\n\nKeep the key secret, and keep a copy: updates of the app need it.\n",
        key.id()
    ))?;
    Ok(Answer::Yes)
}
