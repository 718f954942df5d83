//! Removals that were interrupted. What is about an app lies in several places; a removal is written down before any of it
//! goes, so that a later command can take away what a kill has left.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use insula_apps::{AppId, Store};
use insula_permissions::AppOrigin;

use crate::context::{self, Context};

/// A removal that has begun.
#[derive(Debug)]
pub(crate) struct Begun {
    note: PathBuf,
}

/// Writes down that an app is going to be removed, and to which origin the decisions about it belong. On a full disk nothing
/// is written: the removal makes room.
pub(crate) fn begin(store: &Store, id: &AppId, origin: Option<&AppOrigin>) -> Begun {
    let folder = folder(store);
    let note = folder.join(id.as_str());
    let write = || -> io::Result<()> {
        fs::create_dir_all(&folder)?;
        let mut file = File::create(&note)?;
        file.write_all(origin.map(AppOrigin::as_str).unwrap_or_default().as_bytes())?;
        file.sync_all()
    };
    if write().is_err() {
        // A part of it would only be in the way.
        _ = fs::remove_file(&note);
    }
    Begun { note }
}

impl Begun {
    /// There is nothing left to do.
    pub(crate) fn end(self) -> Result<()> {
        end(&self.note)
    }
}

/// Takes away what is left of apps whose removal was interrupted.
pub(crate) fn finish(context: &Context, store: &Store) -> Result<()> {
    let entries = match folder(store).read_dir() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.with_context(|| format!("cannot read `{}`", folder(store).display()))?,
    };
    for entry in entries {
        let note = entry.map(|entry| entry.path())?;
        let id: Option<AppId> = note
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.parse().ok());
        if let Some(id) = id {
            // Another process may be about to remove an app that is still there, and may be killed after that.
            if !matches!(store.installed(&id), Ok(None)) {
                continue;
            }
            let origin = fs::read_to_string(&note).ok().and_then(|origin| origin.parse().ok());
            take_away(context, store, &id, origin.as_ref())?;
        }
        end(&note)?;
    }
    Ok(())
}

/// An app was installed that was not there: an earlier removal of it, which was interrupted, is not to be finished any more.
pub(crate) fn forget(store: &Store, id: &AppId) -> Result<()> {
    end(&folder(store).join(id.as_str()))
}

/// Takes away what is about an app that is not there any more.
fn take_away(context: &Context, store: &Store, id: &AppId, origin: Option<&AppOrigin>) -> Result<()> {
    if let Some(origin) = origin
        && !context::is_shared(store, origin)?
    {
        Context::decisions(store)?.forget(origin)?;
    }
    if let Some(desktop) = context.desktop() {
        desktop.remove(id)?;
    }
    Ok(())
}

fn folder(store: &Store) -> PathBuf {
    store.data_dir().root().join("removing")
}

fn end(note: &Path) -> Result<()> {
    match fs::remove_file(note) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove `{}`", note.display()))
        }
        _ => Ok(()),
    }
}
