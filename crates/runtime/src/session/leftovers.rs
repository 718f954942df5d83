//! What the engine would leave on the user's disk.

use gtk4::glib;
use std::{fs, process};

/// Removes what WebKit noted about the sandboxes of this process's web processes, one folder each, which it never does.
pub(crate) fn remove() {
    let ours = format!("webkit-{}-", process::id());
    let folder = fs::read_dir(glib::user_runtime_dir().join(".flatpak"));
    for entry in folder.into_iter().flatten().filter_map(Result::ok) {
        if entry.file_name().to_string_lossy().starts_with(&ours) {
            // What cannot be removed harms nobody.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
