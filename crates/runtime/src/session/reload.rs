//! Loading an app again whenever its developer changes something.

use super::Session;
use gtk4::gio::prelude::*;
use gtk4::{gio, glib};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::{Rc, Weak};
use std::time::Duration;
use webkit6::prelude::*;

/// Editors write several files, or one in several steps: only when they are done it is loaded again.
const PAUSE: Duration = Duration::from_millis(150);

/// More folders than an app has. What is in others is not noticed.
const MOST_FOLDERS: usize = 1000;

/// Folders of tools, in which much changes that is not the app.
const SKIPPED: [&str; 2] = ["node_modules", "target"];

/// Watches a folder for as long as it is kept.
pub(super) struct Changes {
    root: PathBuf,
    monitors: RefCell<HashMap<PathBuf, gio::FileMonitor>>,
    session: Weak<Session>,
    is_pending: Cell<bool>,
}

/// Has all windows load the app again when something in a folder has changed.
pub(super) fn on_change(folder: &Path, session: &Rc<Session>) -> Rc<Changes> {
    let changes = Rc::new(Changes {
        root: folder.to_owned(),
        monitors: RefCell::default(),
        session: Rc::downgrade(session),
        is_pending: Cell::default(),
    });
    changes.watch(folder);
    if changes.monitors.borrow().len() >= MOST_FOLDERS {
        tracing::warn!("only the first {MOST_FOLDERS} folders of the app are watched for changes");
    }
    changes
}

impl Changes {
    /// Watches a folder and those in it, which may be new.
    fn watch(self: &Rc<Self>, folder: &Path) {
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let is_enough = self.monitors.borrow().len() >= MOST_FOLDERS;
            if is_enough || self.monitors.borrow().contains_key(&folder) {
                continue;
            }
            let file = gio::File::for_path(&folder);
            let Ok(monitor) = file.monitor_directory(gio::FileMonitorFlags::WATCH_MOVES, gio::Cancellable::NONE) else {
                continue;
            };
            let changes = Rc::downgrade(self);
            monitor.connect_changed(move |_, file, _, event| {
                if let Some(changes) = changes.upgrade() {
                    changes.changed(file.path(), event);
                }
            });
            folders.extend(folders_in(&folder));
            self.monitors.borrow_mut().insert(folder, monitor);
        }
    }

    fn changed(self: &Rc<Self>, path: Option<PathBuf>, event: gio::FileMonitorEvent) {
        if event == gio::FileMonitorEvent::AttributeChanged {
            return;
        }
        if let Some(path) = path.filter(|path| path.is_dir() && is_watched(path)) {
            self.watch(&path);
        }
        if self.is_pending.replace(true) {
            return;
        }
        let changes = Rc::downgrade(self);
        glib::timeout_add_local_once(PAUSE, move || {
            if let Some(changes) = changes.upgrade() {
                changes.is_pending.set(false);
                changes.reload();
            }
        });
    }

    fn reload(&self) {
        let Some(session) = self.session.upgrade() else { return };
        tracing::debug!("something in {} has changed", self.root.display());
        for window in session.windows.all() {
            window.view.reload_bypass_cache();
        }
    }
}

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| is_watched(path) && path.is_dir())
        .collect()
}

/// Hidden folders are their developer's, but for the one that apps have.
fn is_watched(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name == ".well-known" || !name.starts_with('.') && !SKIPPED.contains(&&*name)
}
