//! The cookies of a session: since when they are there, which the engine does not say, and how some of them are removed,
//! which the engine cannot do.

use gtk4::gio;
use gtk4::glib::{self, WeakRef};
use gtk4::prelude::*;
use insula_frame::{CookieId, CookieJournal, SeenCookie};
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::{Rc, Weak};
use std::time::Duration;
use webkit6::NetworkSession;

/// How long after one look the next one is taken, while cookies change.
const PAUSE: Duration = Duration::from_millis(50);

/// How long after a change the journal is written to the disk.
const WRITE_AFTER: Duration = Duration::from_secs(1);

/// With more cookies than so many they are only looked at when some of them are to be removed.
const MOST_FOLLOWED: usize = 20_000;

/// How often a page may set a cookie anew while it is being removed. What is there after that was set later.
const MOST_ROUNDS: usize = 5;

/// The name of a persistent session's journal, in the folder of its cookies.
const FILE: &str = "cookies-since";

/// The cookies of a session.
pub(super) struct Cookies {
    session: WeakRef<NetworkSession>,
    journal: RefCell<CookieJournal>,
    /// Where the journal is kept.
    file: Option<PathBuf>,
    /// Whether the file says something else than the journal.
    is_to_be_written: Cell<bool>,
    following: Cell<Following>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Following {
    /// Nothing has changed since the last look.
    Idle,
    /// They are being looked at, or were a moment ago.
    Looking,
    /// And have changed again meanwhile.
    Behind,
    /// There are too many.
    Given,
}

/// Which cookies are meant.
#[derive(Clone, Copy, Default)]
pub(super) struct Kinds {
    /// Those that have no end.
    pub(super) of_sessions: bool,
    /// Those that have one.
    pub(super) persistent: bool,
}

impl Kinds {
    /// Whether these are all of them.
    pub(super) fn are_all(self) -> bool {
        self.of_sessions && self.persistent
    }

    /// Whether there are none.
    pub(super) fn are_none(self) -> bool {
        !self.of_sessions && !self.persistent
    }
}

impl Cookies {
    /// Follows the cookies of a session. One that keeps them in a folder has its journal there.
    pub(super) fn follow(session: &NetworkSession, folder: Option<&Path>) -> Rc<Self> {
        let file = folder.map(|folder| folder.join(FILE));
        let written = file.as_ref().and_then(|file| fs::read_to_string(file).ok());
        let cookies = Rc::new(Self {
            session: session.downgrade(),
            journal: RefCell::new(CookieJournal::from_text(&written.unwrap_or_default())),
            file,
            is_to_be_written: Cell::new(false),
            following: Cell::new(Following::Idle),
        });
        if let Some(manager) = session.cookie_manager() {
            let weak = Rc::downgrade(&cookies);
            manager.connect_changed(move |_| {
                if let Some(cookies) = weak.upgrade() {
                    cookies.changed();
                }
            });
        }
        cookies.changed();
        cookies
    }

    fn changed(self: &Rc<Self>) {
        match self.following.get() {
            Following::Idle => {
                self.following.set(Following::Looking);
                glib::spawn_future_local(keep_looking(Rc::downgrade(self)));
            }
            Following::Looking => self.following.set(Following::Behind),
            Following::Behind | Following::Given => {}
        }
    }

    /// Looks at all cookies, and notes which are new.
    async fn look(self: &Rc<Self>) -> Result<Vec<Cookie>, glib::Error> {
        // The session is held meanwhile: without it a manager that somebody still has is a trap.
        let session = self.session.upgrade();
        let Some(manager) = session.as_ref().and_then(NetworkSession::cookie_manager) else {
            return Ok(Vec::new());
        };
        let listed = manager.all_cookies_future().await?;
        let cookies: Vec<Cookie> = listed.into_iter().map(Cookie::new).collect();
        let seen: Vec<SeenCookie> = cookies.iter().map(|cookie| cookie.seen).collect();
        if self.journal.borrow_mut().note(now(), &seen) {
            self.write_soon();
        }
        Ok(cookies)
    }

    /// Removes cookies that were set at `since` or later, in milliseconds since 1970, and are there now.
    ///
    /// # Errors
    /// The engine cannot say which there are.
    pub(super) async fn remove(self: &Rc<Self>, kinds: Kinds, since: f64) -> Result<(), glib::Error> {
        let session = self.session.upgrade();
        let Some(manager) = session.as_ref().and_then(NetworkSession::cookie_manager) else {
            return Ok(());
        };
        let mut meant: Option<HashSet<CookieId>> = None;
        for _ in 0..MOST_ROUNDS {
            let cookies = self.look().await?;
            let is_meant = |cookie: &Cookie| {
                let is_of_kind = match cookie.is_persistent {
                    true => kinds.persistent,
                    false => kinds.of_sessions,
                };
                let id = cookie.seen.id();
                is_of_kind
                    && self.journal.borrow().is_from(since, id)
                    && meant.as_ref().is_none_or(|meant| meant.contains(&id))
            };
            let found: Vec<Cookie> = cookies.into_iter().filter(is_meant).collect();
            if found.is_empty() {
                break;
            }
            for cookie in &found {
                // The engine removes one that still has this value. Another is found in the next round.
                manager.delete_cookie_future(&cookie.cookie).await?;
            }
            meant.get_or_insert_with(|| found.iter().map(|cookie| cookie.seen.id()).collect());
        }
        self.look().await?;
        Ok(())
    }

    /// The cookies were removed by the engine.
    pub(super) async fn removed(self: &Rc<Self>) {
        // If they cannot be listed now, they are with the next change.
        let _ = self.look().await;
    }

    fn write_soon(self: &Rc<Self>) {
        if self.file.is_none() || self.is_to_be_written.replace(true) {
            return;
        }
        let weak = Rc::downgrade(self);
        glib::timeout_add_local_once(WRITE_AFTER, move || {
            if let Some(cookies) = weak.upgrade()
                && let Some((file, text)) = cookies.to_be_written()
            {
                gio::spawn_blocking(move || write(&file, &text));
            }
        });
    }

    fn to_be_written(&self) -> Option<(PathBuf, String)> {
        let file = self.file.clone()?;
        let is_to_be_written = self.is_to_be_written.take();
        is_to_be_written.then(|| (file, self.journal.borrow().to_text()))
    }
}

impl Drop for Cookies {
    fn drop(&mut self) {
        if let Some((file, text)) = self.to_be_written() {
            write(&file, &text);
        }
    }
}

async fn keep_looking(cookies: Weak<Cookies>) {
    while let Some(following) = cookies.upgrade() {
        following.following.set(Following::Looking);
        let count = following.look().await.map_or(0, |cookies| cookies.len());
        if count > MOST_FOLLOWED {
            tracing::warn!("the pages of a partition have set {count} cookies");
            return following.following.set(Following::Given);
        }
        drop(following);
        glib::timeout_future(PAUSE).await;
        let Some(following) = cookies.upgrade() else { return };
        if following.following.get() == Following::Looking {
            return following.following.set(Following::Idle);
        }
    }
}

/// What is lost here makes cookies younger than they are.
fn write(file: &Path, text: &str) {
    let written = file.parent().map(|folder| {
        let mut new = tempfile::NamedTempFile::new_in(folder)?;
        new.write_all(text.as_bytes())?;
        new.persist(file).map_err(|error| error.error)
    });
    if let Some(Err(error)) = written {
        tracing::warn!(
            "since when cookies are there cannot be written to {}: {error}",
            file.display()
        );
    }
}

/// A cookie of the engine's, and what is noted of it.
struct Cookie {
    cookie: soup::Cookie,
    seen: SeenCookie,
    is_persistent: bool,
}

impl Cookie {
    fn new(mut cookie: soup::Cookie) -> Self {
        let text = |part: Option<glib::GString>| part.unwrap_or_default();
        let (domain, path) = (text(cookie.domain()), text(cookie.path()));
        let (name, value) = (text(cookie.name()), text(cookie.value()));
        Self {
            seen: SeenCookie::new(&domain, &path, &name, &value),
            is_persistent: cookie.expires().is_some(),
            cookie,
        }
    }
}

/// In milliseconds since 1970.
pub(super) fn now() -> u64 {
    u64::try_from(glib::real_time() / 1000).unwrap_or_default()
}
