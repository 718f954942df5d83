//! One network session a partition: cookies, storage and caches of their own.

use super::Frames;
use super::guest::Zooms;
use super::kept::Kept;
use gtk4::glib::{self, WeakRef};
use gtk4::prelude::*;
use insula_frame::Partition;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::rc::{Rc, Weak};
use std::time::Duration;
use webkit6::{CookiePersistentStorage, NetworkSession};

/// How long after a session's end its folder is removed. The network process writes to its cache with a delay of a second,
/// and makes folders again that are gone.
const LINGER: Duration = Duration::from_secs(3);

/// The sessions that the frames of an app use now, in whichever of its windows they are.
pub(crate) struct Sessions {
    folder: PathBuf,
    scratch: Option<Scratch>,
    open: RefCell<HashMap<Partition, Open>>,
    /// What the sessions that there are keep.
    kept: RefCell<Vec<(WeakRef<NetworkSession>, Rc<Kept>)>>,
    zooms: Rc<Zooms>,
    /// The frames that use them, window by window, to whom downloads belong.
    takers: Rc<RefCell<Vec<Weak<Frames>>>>,
}

/// Where what is in memory lies while consoles are printed: of a session that is really in memory the engine prints none.
/// Each session's folder goes with the session, all of it when the app ends. What comes to lie there nevertheless, because
/// the program is killed or the network process writes to the last, goes when the app starts again.
struct Scratch(PathBuf);

impl Scratch {
    fn remove(&self) {
        // Most often there is nothing.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.remove();
    }
}

struct Open {
    /// One in memory lives as long as a frame, or the view that is kept warm for one, uses it.
    session: WeakRef<NetworkSession>,
    /// A persistent one stays: two at once in one folder would be in each other's way.
    _kept: Option<NetworkSession>,
    /// How many frames use it.
    frames: usize,
}

impl Sessions {
    /// None yet. `console` tells whether the console of what they show is printed.
    ///
    /// # Errors
    /// A folder cannot be made.
    pub(crate) fn new(storage: &Path, console: bool) -> io::Result<Self> {
        let scratch = Scratch(storage.join("in-memory"));
        scratch.remove();
        if console {
            DirBuilder::new().mode(0o700).recursive(true).create(&scratch.0)?;
        }
        Ok(Self {
            folder: storage.join("partitions"),
            scratch: console.then_some(scratch),
            open: RefCell::default(),
            kept: RefCell::default(),
            zooms: Rc::default(),
            takers: Rc::default(),
        })
    }

    /// Frames of another window use them.
    pub(super) fn add_taker(&self, frames: Weak<Frames>) {
        let mut takers = self.takers.borrow_mut();
        takers.retain(|taker| taker.strong_count() > 0);
        takers.push(frames);
    }

    /// The session of a partition.
    ///
    /// # Errors
    /// A folder cannot be made.
    pub(super) fn of(&self, partition: &Partition) -> io::Result<NetworkSession> {
        let mut open = self.open.borrow_mut();
        if let Some(session) = open.get(partition).and_then(|open| open.session.upgrade()) {
            return Ok(session);
        }
        let session = if partition.is_persistent() {
            persistent(&self.folder.join(partition.folder()))?
        } else {
            self.in_memory()?
        };
        let takers = self.takers.clone();
        session.connect_download_started(move |_, download| {
            let takers: Vec<Rc<Frames>> = takers.borrow().iter().filter_map(Weak::upgrade).collect();
            // Nobody asked for it who is still there.
            if !takers.iter().any(|frames| frames.take(download)) {
                download.cancel();
            }
        });
        let folder = partition
            .is_persistent()
            .then(|| data_of(&self.folder.join(partition.folder())));
        self.follow(&session, folder.as_deref());
        let opened = Open {
            session: session.downgrade(),
            _kept: partition.is_persistent().then(|| session.clone()),
            frames: 0,
        };
        open.retain(|_, open| open.session.upgrade().is_some());
        open.insert(partition.clone(), opened);
        Ok(session)
    }

    fn follow(&self, session: &NetworkSession, folder: Option<&Path>) -> Rc<Kept> {
        let kept = Kept::follow(session, folder);
        let mut all = self.kept.borrow_mut();
        all.retain(|(session, _)| session.upgrade().is_some());
        all.push((session.downgrade(), kept.clone()));
        kept
    }

    /// What a session keeps.
    pub(super) fn kept_by(&self, session: &NetworkSession) -> Rc<Kept> {
        let known = self.kept.borrow().iter().find_map(|(known, kept)| {
            let is_it = known.upgrade().as_ref() == Some(session);
            is_it.then(|| kept.clone())
        });
        // WebDriver has a session of its own.
        known.unwrap_or_else(|| self.follow(session, None))
    }

    /// The session of a partition that frames use now.
    pub(super) fn in_use(&self, partition: &Partition) -> Option<NetworkSession> {
        let open = self.open.borrow();
        open.get(partition).filter(|open| open.frames > 0)?.session.upgrade()
    }

    fn in_memory(&self) -> io::Result<NetworkSession> {
        let Some(scratch) = &self.scratch else {
            return Ok(NetworkSession::new_ephemeral());
        };
        let folder = tempfile::tempdir_in(&scratch.0)?;
        let [data, cache] = ["data", "cache"].map(|name| folder.path().join(name).to_string_lossy().into_owned());
        let session = NetworkSession::new(Some(&data), Some(&cache));
        session.add_weak_ref_notify_local(move || {
            glib::timeout_add_local_once(LINGER, move || drop(folder));
        });
        Ok(session)
    }

    /// How much the app has zoomed what they show.
    pub(super) fn zooms(&self) -> Rc<Zooms> {
        self.zooms.clone()
    }

    /// How many frames use any of them.
    pub(super) fn frames(&self) -> usize {
        self.open.borrow().values().map(|open| open.frames).sum()
    }

    /// Counts a frame that uses a partition's session.
    pub(super) fn enter(&self, partition: &Partition) {
        if let Some(open) = self.open.borrow_mut().get_mut(partition) {
            open.frames += 1;
        }
    }

    /// Whether what a partition keeps is in memory, and goes with the one frame that still uses it.
    pub(super) fn end_with_next(&self, partition: &Partition) -> bool {
        let open = self.open.borrow();
        !partition.is_persistent() && open.get(partition).is_some_and(|open| open.frames == 1)
    }

    /// A frame no longer uses a partition. What one in memory kept goes with the last of them, and no view that is kept
    /// warm brings it back; answers whether that is so.
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
pub(crate) fn persistent(folder: &Path) -> io::Result<NetworkSession> {
    let (data, cache) = (data_of(folder), folder.join("cache"));
    for folder in [&data, &cache] {
        fs::create_dir_all(folder)?;
    }
    let session = NetworkSession::new(Some(&data.to_string_lossy()), Some(&cache.to_string_lossy()));
    if let Some(cookies) = session.cookie_manager() {
        let jar = data.join("cookies.sqlite");
        cookies.set_persistent_storage(&jar.to_string_lossy(), CookiePersistentStorage::Sqlite);
    }
    Ok(session)
}

/// Where in its folder a persistent session has its data.
fn data_of(folder: &Path) -> PathBuf {
    folder.join("data")
}
