//! What the engine would leave on the user's disk.

use gtk4::glib;
use std::path::{Path, PathBuf};
use std::{fs, process};

/// Removes the notes that WebKit makes about the sandboxes of web processes, a folder each, and never removes. Gone are
/// those of this process, which has no web process when this is called, and those of processes that were killed.
pub(crate) fn remove() {
    let folders = of_processes(&glib::user_runtime_dir().join(".flatpak"));
    let is_left = |process: u32| process == process::id() || !Path::new("/proc").join(process.to_string()).exists();
    for (_, folder) in folders.into_iter().filter(|(process, _)| is_left(*process)) {
        // What cannot be removed harms nobody.
        let _ = fs::remove_dir_all(folder);
    }
}

/// The folders with notes, and the process that each is of.
fn of_processes(notes: &Path) -> Vec<(u32, PathBuf)> {
    let entries = fs::read_dir(notes).into_iter().flatten().flatten();
    let folders = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let (process, _) = name.strip_prefix("webkit-")?.split_once('-')?;
        Some((process.parse().ok()?, entry.path()))
    });
    folders.collect()
}
