use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use insula_apps::AppSource;
use insula_bundle::{Folder, IntegrityBlock, SignedWebBundle, WebBundle};
use insula_manifest::AppKind;

use super::Answer;
use super::sign::read_keys;
use crate::destination::Destination;
use crate::{advice, output};

/// Make a signed app of a folder
///
/// The app is checked as it will be when it is installed. `index.html` becomes the page of its folder;
/// files whose name begins with a dot are left out, except for `.well-known`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The folder with the app's files
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// A private key to sign with; the first is the app's identity
    #[arg(short, long = "key", value_name = "FILE", required = true)]
    keys: Vec<PathBuf>,
    /// The signed bundle to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer> {
    let folder = Folder::open(&arguments.folder)?;
    let destination = Destination::new(&arguments.output, &arguments.keys)?;
    if is_inside(destination.path(), folder.root()) {
        bail!(
            "`{}` would become a part of the app the next time",
            arguments.output.display()
        );
    }
    let keys = read_keys(&arguments.keys)?;
    let id = keys[0].id();
    let packed = folder.pack(&id)?;
    let bundle = WebBundle::from_bytes(packed.bytes)?;
    let block = IntegrityBlock::sign(&bundle, &id, &keys)?;

    let signed = [block.as_slice(), bundle.as_bytes()].concat();
    let length = signed.len() as u64;
    let source = AppSource::Bundle(Box::new(SignedWebBundle::from_bytes(signed)?.verify()?));
    let checked = insula_apps::check(&id, &source)?;
    output::warn_of_manifest(
        checked
            .warnings
            .iter()
            .chain(&advice::about(&checked.manifest, AppKind::IsolatedApp)),
    );
    destination.write(&block, bundle.as_bytes())?;

    let name = checked.manifest.display_name().unwrap_or_default();
    let files = packed.entries.len();
    let mut text = format!(
        "{name} {}: {files} {}, {}\nApp id: {id}\n",
        checked.version,
        if files == 1 { "file" } else { "files" },
        output::size(length),
    );
    for hidden in packed.hidden {
        let hidden = hidden.strip_prefix(folder.root()).unwrap_or(&hidden).display();
        text.push_str(&format!("Left out: {}\n", output::plain(&hidden.to_string())));
    }
    output::print(&text)?;
    Ok(Answer::Yes)
}

/// Whether a file that may not exist yet would be in a folder.
fn is_inside(file: &Path, folder: &Path) -> bool {
    let parent = file
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    parent.canonicalize().is_ok_and(|parent| parent.starts_with(folder))
}
