//! The files that pages of an app save: which of them the user lets it, who writes which at this moment, and the writing.
//!
//! A page that writes a file has one end of a socket pair. On the other is a thread, which takes commands and bytes and stages
//! what becomes the file's content when the page closes it ([`staged`]). When the page goes, or is to stop, the pair is shut,
//! and the file stays as it was.

mod command;
mod error;
mod serving;
mod staged;

pub(crate) use error::SaveError;
pub(crate) use staged::resolve;

use insula_bridge::PermissionState;
use serving::{End, is_there};
use staged::Staged;
use std::cell::RefCell;
use std::collections::HashMap;
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

/// How many files an app writes at once.
const MOST: usize = 64;

/// How many questions about a file the user closes until it is not asked about any more.
const MOST_CLOSED: u32 = 3;

/// How long the end of an app waits for files that are given up. A disk of the network may never answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// The files that an app saves, in all of its windows, until it ends.
#[derive(Default)]
pub(crate) struct Writables {
    /// What the user has said, by the path by which a file was opened.
    said: RefCell<HashMap<PathBuf, Said>>,
    shared: Arc<Shared>,
}

/// What the user has said of a file.
struct Said {
    /// Where the path led then.
    of: PathBuf,
    answer: Answer,
    closed: u32,
}

/// An answer to the question whether an app may save a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It may, until it ends.
    Save,
    /// It may not.
    Deny,
    /// None: the question was closed, or has gone with its page.
    Closed,
}

/// How a file is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WriteOptions {
    /// Whether what is written is written into what the file has.
    pub(crate) keeps: bool,
    /// Whether nobody else writes it meanwhile.
    pub(crate) is_exclusive: bool,
}

/// Why a file is not begun to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Somebody writes it, and one of the two wants to be alone.
    Locked,
    /// The app writes too many files at once.
    TooMany,
    /// The system has no descriptors or threads left.
    System,
}

/// A file that is about to be written.
pub(crate) struct Opening {
    /// Ends it.
    pub(crate) writable: Writable,
    /// Tells once whether it can be.
    pub(crate) ready: async_channel::Receiver<Result<(), SaveError>>,
    /// The page's end.
    pub(crate) descriptor: OwnedFd,
}

/// A file that is being written. Dropped, it is given up.
pub(crate) struct Writable(Weak<UnixStream>);

/// What threads share.
#[derive(Default)]
struct Shared {
    open: Mutex<Open>,
    closed: Condvar,
}

/// The files that are being written.
#[derive(Default)]
struct Open {
    locks: HashMap<PathBuf, Lock>,
    count: usize,
}

/// Who writes a file (File System, section "Locks").
enum Lock {
    Exclusive,
    /// So many, each of which sees nothing of the others.
    Siloed(usize),
}

/// The right to write a file.
struct Slot {
    shared: Arc<Shared>,
    path: PathBuf,
}

impl Writables {
    /// What the user has said of a file, by the path by which it was opened and where that leads.
    pub(crate) fn state(&self, opened: &Path, file: &Path) -> PermissionState {
        let said = self.said.borrow();
        // A link may lead elsewhere since.
        match said.get(opened).filter(|said| said.of == file) {
            Some(Said {
                answer: Answer::Save, ..
            }) => PermissionState::Granted,
            Some(said) if said.answer == Answer::Deny || said.closed >= MOST_CLOSED => PermissionState::Denied,
            _ => PermissionState::Prompt,
        }
    }

    /// The user has answered about a file.
    pub(crate) fn answered(&self, opened: &Path, file: &Path, answer: Answer) {
        let mut said = self.said.borrow_mut();
        let closed = said
            .get(opened)
            .filter(|said| said.of == file)
            .map_or(0, |said| said.closed);
        let closed = closed + u32::from(answer == Answer::Closed);
        let of = file.to_owned();
        said.insert(opened.to_owned(), Said { of, answer, closed });
    }

    /// The user opens a file with the app once more, and may be asked about it again.
    pub(crate) fn opened_again(&self, opened: &Path) {
        self.said
            .borrow_mut()
            .retain(|path, said| path != opened || said.answer == Answer::Save);
    }

    /// Begins to write a file. Everything that takes time is done in a thread of its own.
    ///
    /// # Errors
    /// Others write it, or the app writes too many.
    pub(crate) fn open(&self, file: PathBuf, options: WriteOptions) -> Result<Opening, Refused> {
        let slot = self.shared.take(file, options.is_exclusive)?;
        let (descriptor, ours) = UnixStream::pair().map_err(|_| Refused::System)?;
        let ours = Arc::new(ours);
        let writable = Writable(Arc::downgrade(&ours));
        let (sender, ready) = async_channel::bounded(1);
        thread::Builder::new()
            .name("insula-save".to_owned())
            .spawn(move || run(&ours, slot, options.keeps, &sender))
            .map_err(|_| Refused::System)?;
        Ok(Opening {
            writable,
            ready,
            descriptor: descriptor.into(),
        })
    }

    /// Waits until what was given up has left nothing behind. For the end of the app, when every page has gone.
    pub(crate) fn wait_for_end(&self) {
        let open = self.shared.lock();
        let is_over = self
            .shared
            .closed
            .wait_timeout_while(open, PATIENCE, |open| open.count > 0);
        if is_over.is_ok_and(|(open, _)| open.count > 0) {
            tracing::warn!("files that were not saved are left over; the next save in their folders removes them");
        }
    }
}

/// Writes a file, from its beginning to its end. The slot is free before the page hears of the end.
fn run(page: &UnixStream, slot: Slot, keeps: bool, ready: &async_channel::Sender<Result<(), SaveError>>) {
    let staged = match Staged::make(&slot.path, keeps, || is_there(page)) {
        Ok(staged) => staged,
        Err(error) => {
            drop(slot);
            let _ = ready.try_send(Err(error));
            return;
        }
    };
    // Whoever does not wait any more has closed the page's end as well.
    let _ = ready.try_send(Ok(()));
    let end = serving::serve(page, staged);
    drop(slot);
    if let End::Answered(done) = end {
        let _ = serving::answer(page, done);
    }
}

impl Writable {
    /// Whether it is over.
    pub(crate) fn is_over(&self) -> bool {
        self.0.strong_count() == 0
    }
}

impl Drop for Writable {
    fn drop(&mut self) {
        if let Some(ours) = self.0.upgrade() {
            // The thread finds the end of the stream, and cannot be told less than that.
            let _ = ours.shutdown(Shutdown::Both);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Open> {
        // Nothing in there is half done when a thread fails.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(self: &Arc<Self>, path: PathBuf, is_exclusive: bool) -> Result<Slot, Refused> {
        let mut open = self.lock();
        if open.count >= MOST {
            return Err(Refused::TooMany);
        }
        match open.locks.get_mut(&path) {
            None if is_exclusive => _ = open.locks.insert(path.clone(), Lock::Exclusive),
            None => _ = open.locks.insert(path.clone(), Lock::Siloed(1)),
            Some(Lock::Siloed(writers)) if !is_exclusive => *writers += 1,
            Some(_) => return Err(Refused::Locked),
        }
        open.count += 1;
        let shared = self.clone();
        Ok(Slot { shared, path })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut open = self.shared.lock();
        open.count -= 1;
        match open.locks.get_mut(&self.path) {
            Some(Lock::Siloed(writers)) if *writers > 1 => *writers -= 1,
            _ => _ = open.locks.remove(&self.path),
        }
        self.shared.closed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::{Read, Write};

    const SILOED: WriteOptions = WriteOptions {
        keeps: false,
        is_exclusive: false,
    };
    const EXCLUSIVE: WriteOptions = WriteOptions {
        keeps: false,
        is_exclusive: true,
    };

    fn file() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notes.txt");
        fs::write(&path, "first").expect("a file");
        (folder, path)
    }

    fn begin(writables: &Writables, path: &Path, options: WriteOptions) -> Result<(UnixStream, Writable), Refused> {
        let opening = writables.open(path.to_owned(), options)?;
        opening
            .ready
            .recv_blocking()
            .expect("it is told")
            .expect("it can be written");
        Ok((opening.descriptor.into(), opening.writable))
    }

    #[test]
    fn an_answer_holds_for_a_file_and_one_that_was_opened_again_is_asked_about_again() {
        let writables = Writables::default();
        let (opened, file, other) = (Path::new("/a/link"), Path::new("/b/file"), Path::new("/b/other"));
        let state = || writables.state(opened, file);
        assert_eq!(state(), PermissionState::Prompt);
        writables.answered(opened, file, Answer::Save);
        assert_eq!(state(), PermissionState::Granted);
        assert_eq!(
            writables.state(opened, other),
            PermissionState::Prompt,
            "a link that leads elsewhere now"
        );
        writables.opened_again(opened);
        assert_eq!(state(), PermissionState::Granted);
        writables.answered(opened, file, Answer::Deny);
        assert_eq!(state(), PermissionState::Denied);
        writables.opened_again(opened);
        for _ in 0..MOST_CLOSED {
            assert_eq!(state(), PermissionState::Prompt);
            writables.answered(opened, file, Answer::Closed);
        }
        assert_eq!(state(), PermissionState::Denied);
        writables.opened_again(opened);
        assert_eq!(state(), PermissionState::Prompt);
    }

    #[test]
    fn who_wants_to_be_alone_is_alone() {
        let (_folder, path) = file();
        let writables = Writables::default();
        let one = begin(&writables, &path, SILOED).expect("nobody writes it");
        let two = begin(&writables, &path, SILOED).expect("each sees nothing of the other");
        let refused = |options| begin(&writables, &path, options).err();
        assert_eq!(refused(EXCLUSIVE), Some(Refused::Locked));
        drop(one);
        drop(two);
        writables.wait_for_end();
        let (mut alone, _writable) = begin(&writables, &path, EXCLUSIVE).expect("nobody writes it any more");
        assert_eq!(
            (refused(SILOED), refused(EXCLUSIVE)),
            (Some(Refused::Locked), Some(Refused::Locked))
        );
        alone
            .write_all(&[4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
            .expect("it is taken");
        alone.read_exact(&mut [0]).expect("it is answered");
        begin(&writables, &path, EXCLUSIVE).expect("it is free as soon as that is answered");
    }

    #[test]
    fn what_is_given_up_leaves_nothing_and_too_many_at_once_are_refused() {
        let (folder, path) = file();
        let writables = Writables::default();
        let mut open: Vec<_> = (0..MOST)
            .map(|_| begin(&writables, &path, SILOED).expect("it can be written"))
            .collect();
        assert_eq!(begin(&writables, &path, SILOED).err(), Some(Refused::TooMany));
        let (mut page, writable) = open.pop().expect("there are many");
        assert!(!writable.is_over());
        drop(writable);
        assert_eq!(page.read(&mut [0]).expect("it is shut"), 0, "the page hears of it");
        drop(open);
        writables.wait_for_end();
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
        assert_eq!(fs::read(&path).expect("it is there"), b"first");
    }
}
