//! Where changes come from: folders, which the kernel watches (inotify).

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
use rustix::io::Errno;

use crate::PolicyFolders;
use crate::policy::FIREFOX_NAME;

/// As many links may lead to a file, as on a path.
const MOST_LINKS: u32 = 40;

/// The places that the policy and the decisions are in.
#[derive(Debug)]
pub(super) struct Places {
    inotify: OwnedFd,
    watched: HashMap<i32, Vec<(Names, Concern)>>,
}

/// What has happened there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Happened {
    pub(super) to_policy: bool,
    pub(super) to_decisions: bool,
}

/// What a place is watched for.
#[derive(Debug, Clone, Copy)]
enum Concern {
    Policy,
    Decisions,
}

/// Which of the names in a folder matter.
#[derive(Debug)]
enum Names {
    All,
    One(OsString),
    BeginningWith(OsString),
}

impl Places {
    /// Starts watching policy folders, also those that are not there yet, what a policy says is `also_read`, and the files
    /// of a store.
    ///
    /// # Errors
    ///
    /// Not everything can be watched: the kernel has no room, or this user may not.
    pub(super) fn watch(policy: &PolicyFolders, also_read: &[PathBuf], store: &Path) -> io::Result<Self> {
        let mut places = Self {
            inotify: inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?,
            watched: HashMap::new(),
        };
        for folder in policy.all().chain(also_read.iter().map(PathBuf::as_path)) {
            let folder = std::path::absolute(folder)?;
            // A file of Firefox's may be in the folder, or be what is named.
            places.add_path(&folder.join(FIREFOX_NAME), 0)?;
            for level in ["managed", "recommended"] {
                places.add_level(&folder.join(level))?;
            }
        }
        let (folder, file) = (store.parent().unwrap_or(store), store.file_name().unwrap_or_default());
        places.add(folder, Names::BeginningWith(file.to_owned()), Concern::Decisions)?;
        // It is gone as a whole, or was never there: nothing would tell of its coming.
        if !folder.is_dir() {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(places)
    }

    /// Takes notice of all that has happened until now.
    pub(super) fn take(&self) -> Happened {
        let mut happened = Happened::default();
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut reader = Reader::new(&self.inotify, &mut buffer);
        loop {
            match reader.next() {
                Ok(event) => {
                    let name = event.file_name().map(|name| OsStr::from_bytes(name.to_bytes()));
                    self.happened(event.wd(), event.events(), name, &mut happened);
                }
                Err(Errno::INTR) => {}
                Err(_) => return happened,
            }
        }
    }

    fn happened(&self, watch: i32, events: ReadFlags, name: Option<&OsStr>, happened: &mut Happened) {
        // Something was missed, or a folder is not watched any more, or it is about the folder itself.
        let is_about_all = events.intersects(ReadFlags::QUEUE_OVERFLOW | ReadFlags::IGNORED | ReadFlags::UNMOUNT);
        if is_about_all {
            (happened.to_policy, happened.to_decisions) = (true, true);
        }
        for (names, concern) in self.watched.get(&watch).into_iter().flatten() {
            let matters = match (names, name) {
                (Names::All, _) | (_, None) => true,
                (Names::One(one), Some(name)) => one == name,
                (Names::BeginningWith(beginning), Some(name)) => name.as_bytes().starts_with(beginning.as_bytes()),
            };
            if matters {
                match concern {
                    Concern::Policy => happened.to_policy = true,
                    Concern::Decisions => happened.to_decisions = true,
                }
            }
        }
    }

    /// A folder with policy files, and those that links in it lead to.
    fn add_level(&mut self, folder: &Path) -> io::Result<()> {
        self.add_path(folder, 0)?;
        self.add(folder, Names::All, Concern::Policy)?;
        // What cannot be listed is no policy that counts; when it can, its folder tells.
        let entries = folder.read_dir().into_iter().flatten().flatten();
        for link in entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_symlink())) {
            self.add_path(&link.path(), 0)?;
        }
        Ok(())
    }

    /// Every name on the way to a file, each in its folder, links included: whichever is exchanged, the file is another.
    fn add_path(&mut self, path: &Path, links: u32) -> io::Result<()> {
        let mut folder = PathBuf::new();
        let mut rest = path.components();
        while let Some(component) = rest.next() {
            if !folder.as_os_str().is_empty() {
                self.add(&folder, Names::One(component.as_os_str().to_owned()), Concern::Policy)?;
            }
            let next = folder.join(component);
            if let Ok(target) = fs::read_link(&next)
                && links < MOST_LINKS
            {
                return self.add_path(&folder.join(target).join(rest.as_path()), links + 1);
            }
            folder = next;
        }
        Ok(())
    }

    fn add(&mut self, folder: &Path, names: Names, concern: Concern) -> io::Result<()> {
        let flags = WatchFlags::ATTRIB
            | WatchFlags::CLOSE_WRITE
            | WatchFlags::CREATE
            | WatchFlags::DELETE
            | WatchFlags::DELETE_SELF
            | WatchFlags::MODIFY
            | WatchFlags::MOVE
            | WatchFlags::MOVE_SELF
            | WatchFlags::ONLYDIR;
        match inotify::add_watch(&self.inotify, folder, flags) {
            Ok(watch) => {
                self.watched.entry(watch).or_default().push((names, concern));
                Ok(())
            }
            // Whoever makes it is noticed in the folder above.
            Err(Errno::NOENT | Errno::NOTDIR) => Ok(()),
            // What cannot be entered cannot be read either.
            Err(Errno::ACCESS) if matches!(concern, Concern::Policy) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl AsFd for Places {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.inotify.as_fd()
    }
}
