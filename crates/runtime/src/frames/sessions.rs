//! One network session a partition: cookies, storage and caches of their own.

use crate::app::App;
use insula_frame::Partition;
use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use webkit6::{CookiePersistentStorage, NetworkSession};

/// The sessions that the frames of an app use now, in whichever of its windows they are.
pub(crate) struct Sessions {
    folder: PathBuf,
    open: RefCell<HashMap<Partition, Open>>,
}

struct Open {
    session: NetworkSession,
    /// How many frames use it.
    frames: usize,
}

impl Sessions {
    pub(crate) fn new(app: &App) -> Self {
        Self {
            folder: app.storage.join("partitions"),
            open: RefCell::default(),
        }
    }

    /// The session of a partition.
    ///
    /// # Errors
    /// The folder of a persistent partition cannot be made.
    pub(super) fn of(&self, partition: &Partition) -> io::Result<NetworkSession> {
        if let Some(open) = self.open.borrow().get(partition) {
            return Ok(open.session.clone());
        }
        let session = if partition.is_persistent() {
            persistent(&self.folder.join(partition.folder()))?
        } else {
            NetworkSession::new_ephemeral()
        };
        session.connect_download_started(|_, download| download.cancel());
        let open = Open {
            session: session.clone(),
            frames: 0,
        };
        self.open.borrow_mut().insert(partition.clone(), open);
        Ok(session)
    }

    /// Counts a frame that uses a partition's session.
    pub(super) fn enter(&self, partition: &Partition) {
        if let Some(open) = self.open.borrow_mut().get_mut(partition) {
            open.frames += 1;
        }
    }

    /// A frame no longer uses a partition. Its session is let go of with the last one when it is in memory, and what it
    /// kept goes along; answers whether that is so.
    pub(super) fn leave(&self, partition: &Partition) -> bool {
        let mut open = self.open.borrow_mut();
        if let Some(open) = open.get_mut(partition) {
            open.frames = open.frames.saturating_sub(1);
            if open.frames > 0 || partition.is_persistent() {
                return false;
            }
        }
        open.remove(partition).is_some()
    }
}

/// A session that keeps its data, cookies too, in a folder.
pub(crate) fn persistent(folder: &std::path::Path) -> io::Result<NetworkSession> {
    let (data, cache) = (folder.join("data"), folder.join("cache"));
    for folder in [&data, &cache] {
        std::fs::create_dir_all(folder)?;
    }
    let session = NetworkSession::new(Some(&data.to_string_lossy()), Some(&cache.to_string_lossy()));
    if let Some(cookies) = session.cookie_manager() {
        let jar = data.join("cookies.sqlite");
        cookies.set_persistent_storage(&jar.to_string_lossy(), CookiePersistentStorage::Sqlite);
    }
    Ok(session)
}
