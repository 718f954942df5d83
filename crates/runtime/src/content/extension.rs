//! Where the web process extension lies.

use std::path::PathBuf;

/// The library's file name.
const FILE: &str = "libinsula_webprocess.so";

/// The extension was not found: a fault of the installation.
#[derive(Debug, thiserror::Error)]
#[error("the web process extension {FILE} is missing; it was looked for in {}", list(.looked_in))]
pub struct ExtensionError {
    /// Where it was looked for.
    pub looked_in: Vec<PathBuf>,
}

/// The folder with the web process extension: beside the program when built from source, in the library folder when
/// installed. WebKit loads everything in it, so nothing else may lie there.
///
/// # Errors
/// It is in none of these.
pub fn find() -> Result<PathBuf, ExtensionError> {
    let program = std::env::current_exe().ok();
    let folder = program.as_deref().and_then(|program| program.parent());
    let candidates: Vec<PathBuf> = folder
        .into_iter()
        .flat_map(|folder| [folder.join("web-process"), folder.join("../lib/insula/web-process")])
        .collect();
    match candidates.iter().find(|folder| folder.join(FILE).is_file()) {
        Some(folder) => Ok(folder.clone()),
        None => Err(ExtensionError { looked_in: candidates }),
    }
}

fn list(folders: &[PathBuf]) -> String {
    folders
        .iter()
        .map(|folder| folder.display().to_string())
        .collect::<Vec<_>>()
        .join(" and ")
}
