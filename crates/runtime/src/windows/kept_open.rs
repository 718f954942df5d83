//! Whether the organisation had the app stay open when its policies could be read last. It stands in the app's storage: the
//! policies may be broken already when the app starts.

use crate::app::App;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

/// Whether it had.
pub(super) fn was(app: &App) -> bool {
    file(app).exists()
}

/// Notes that it has, or has not.
pub(super) fn note(app: &App, is_kept_open: bool) {
    let noted = match is_kept_open {
        true => File::create(file(app)).map(drop),
        false => fs::remove_file(file(app)),
    };
    match noted {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!("that the app is kept open, or not any more, is not noted: {error}");
        }
        _ => {}
    }
}

/// The file that is there while it has.
fn file(app: &App) -> PathBuf {
    app.storage.join("kept-open")
}
