//! One network session a partition: cookies, storage and caches of their own.

use crate::app::App;
use insula_frame::Partition;
use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use webkit6::{CookiePersistentStorage, NetworkSession};

/// The sessions that frames use now.
pub(super) struct Sessions {
    folder: PathBuf,
    open: RefCell<HashMap<Partition, NetworkSession>>,
}

impl Sessions {
    pub(super) fn new(app: &App) -> Self {
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
        if let Some(session) = self.open.borrow().get(partition) {
            return Ok(session.clone());
        }
        let session = if partition.is_persistent() {
            persistent(&self.folder.join(partition.folder()))?
        } else {
            NetworkSession::new_ephemeral()
        };
        session.connect_download_started(|_, download| download.cancel());
        self.open.borrow_mut().insert(partition.clone(), session.clone());
        Ok(session)
    }

    /// Lets go of a session; one in memory takes its data along.
    pub(super) fn forget(&self, partition: &Partition) {
        self.open.borrow_mut().remove(partition);
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
