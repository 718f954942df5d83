//! `cargo xtask tidy`: what compilers do not check.

mod arrows;
mod files;
mod licences;
mod unused;

use std::path::Path;

use anyhow::{Context, Result};
use cargo_metadata::MetadataCommand;

use crate::translations;

/// Everything there is to complain about, one line each.
pub(crate) fn run(root: &Path) -> Result<Vec<String>> {
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .other_options(["--locked".to_owned()])
        .exec()
        .context("cargo metadata failed")?;
    let files = files::list(root)?;
    let mut complaints = arrows::check(&metadata)?;
    complaints.extend(unused::check(&metadata, root)?);
    complaints.extend(licences::check(&metadata, root)?);
    complaints.extend(files::check(root, &files)?);
    complaints.extend(translations::check(root)?);
    Ok(complaints)
}
