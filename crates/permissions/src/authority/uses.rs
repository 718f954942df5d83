use std::collections::HashMap;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::{PermissionName, Store, Subject};

/// How often "last used" is written at most; a bursting app must not write at every socket.
const EVERY: Duration = Duration::from_secs(60);

/// Writes down when permissions are used, on a thread of its own: a check waits for no disk.
///
/// A use that cannot be written is not written: a call that is allowed must neither fail nor become slow for it, so the
/// next call does not try again either. What was noted is written before this is dropped.
#[derive(Debug)]
pub(super) struct Uses {
    store: Arc<Store>,
    noted: Mutex<Noted>,
}

#[derive(Debug, Default)]
struct Noted {
    last: HashMap<(Subject, PermissionName), Instant>,
    /// Started with the first use.
    writer: Option<Writer>,
}

/// Takes the uses that are to be written, on its thread.
type Writer = (Sender<(Subject, PermissionName)>, JoinHandle<()>);

impl Uses {
    pub(super) fn new(store: &Arc<Store>) -> Self {
        Self {
            store: store.clone(),
            noted: Mutex::default(),
        }
    }

    /// A permission is used now.
    pub(super) fn note(&self, subject: &Subject, name: PermissionName) {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let use_of = (subject.clone(), name);
        let last = noted.last.insert(use_of.clone(), now);
        if let Some(last) = last.filter(|last| now.duration_since(*last) < EVERY) {
            noted.last.insert(use_of, last);
            return;
        }
        if noted.writer.is_none() {
            noted.writer = start(self.store.clone());
        }
        if let Some((uses, _)) = &noted.writer {
            _ = uses.send(use_of);
        }
    }
}

impl Drop for Uses {
    fn drop(&mut self) {
        let noted = self.noted.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some((uses, writer)) = noted.writer.take() {
            drop(uses);
            _ = writer.join();
        }
    }
}

/// The writer, which ends when nobody can note a use any more; nothing where the system has no threads left.
fn start(store: Arc<Store>) -> Option<Writer> {
    let (sender, uses) = mpsc::channel::<(Subject, PermissionName)>();
    let write = move || {
        for (subject, name) in uses {
            _ = store.touch(&subject, name);
        }
    };
    let writer = thread::Builder::new()
        .name("insula-uses".to_owned())
        .spawn(write)
        .ok()?;
    Some((sender, writer))
}
