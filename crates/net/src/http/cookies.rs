//! The cookies of an app: a jar of its own, which no engine and no other app has part in.
//!
//! What a jar holds, and when, is [`store`]'s to say; this is where it is shared, and kept on the disk.

mod cookie;
mod file;
mod store;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::{HeaderMap, HeaderValue, SET_COOKIE};
use url::Url;

use crate::lock;
use store::Store;

/// Knows under which names anybody can register one, such as `co.uk` (<https://publicsuffix.org>).
pub trait PublicSuffixes: Send + Sync + 'static {
    /// Whether `domain` is such a name. It is in small letters, in ASCII, without a dot at its end.
    fn contains(&self, domain: &str) -> bool;
}

/// Knows names without a dot only, which is too few for the network outside.
#[derive(Clone, Copy, Debug, Default)]
pub struct TopLevel;

impl PublicSuffixes for TopLevel {
    fn contains(&self, domain: &str) -> bool {
        !domain.contains('.')
    }
}

/// The cookies of one app (RFC 6265, as browsers have it by the draft RFC 6265bis).
///
/// Bounded: 180 of a domain, 3,000 in all, of 4,096 bytes each. `SameSite` means nothing, because no site asks.
pub struct CookieJar {
    suffixes: Box<dyn PublicSuffixes>,
    /// Where those lie that stay.
    file: Option<PathBuf>,
    state: Mutex<State>,
    /// Held while the file is written.
    writing: Mutex<()>,
}

#[derive(Default)]
struct State {
    store: Store,
    /// Whether what lies on the disk has been read.
    is_read: bool,
    /// Whether something has changed that stays.
    is_changed: bool,
    /// Whether somebody is about to write it.
    is_scheduled: bool,
}

/// How soon a change is written.
const WRITING: Duration = Duration::from_secs(1);

impl CookieJar {
    /// Cookies that go with the jar.
    pub fn in_memory(suffixes: Box<dyn PublicSuffixes>) -> Arc<Self> {
        Self::new(suffixes, None)
    }

    /// Cookies of which those stay that have a time: they are kept in `file`, which nobody else writes. It is read when
    /// the first is wanted. One that cannot be read is as good as none.
    pub fn kept_in(file: PathBuf, suffixes: Box<dyn PublicSuffixes>) -> Arc<Self> {
        Self::new(suffixes, Some(file))
    }

    fn new(suffixes: Box<dyn PublicSuffixes>, file: Option<PathBuf>) -> Arc<Self> {
        Arc::new(Self {
            suffixes,
            file,
            state: Mutex::default(),
            writing: Mutex::default(),
        })
    }

    /// What a request to `url` has for a `Cookie` header.
    pub(crate) async fn header(self: &Arc<Self>, url: &Url) -> Option<HeaderValue> {
        self.read().await;
        lock(&self.state).store.header(url, now())
    }

    /// Takes what a response from `url` sets.
    pub(crate) async fn receive(self: &Arc<Self>, url: &Url, headers: &HeaderMap) {
        if !headers.contains_key(SET_COOKIE) {
            return;
        }
        self.read().await;
        let mut state = lock(&self.state);
        let values = headers.get_all(SET_COOKIE).iter().map(HeaderValue::as_bytes);
        if state.store.receive(url, values, &*self.suffixes, now()) && self.file.is_some() {
            state.is_changed = true;
            if !std::mem::replace(&mut state.is_scheduled, true) {
                self.schedule();
            }
        }
    }

    /// Writes what has changed, if something has. Waits for the disk.
    pub fn save(&self) {
        let _writing = lock(&self.writing);
        let Some(file) = &self.file else { return };
        let kept = {
            let mut state = lock(&self.state);
            state.is_scheduled = false;
            if !std::mem::take(&mut state.is_changed) {
                return;
            }
            state.store.kept(now())
        };
        if let Err(error) = file::write(file, &kept) {
            tracing::warn!("the app's cookies cannot be kept in {}: {error}", file.display());
            // With the next change, or at the end.
            lock(&self.state).is_changed = true;
        }
    }

    fn schedule(self: &Arc<Self>) {
        let jar = Arc::downgrade(self);
        tokio::spawn(async move {
            tokio::time::sleep(WRITING).await;
            if let Some(jar) = jar.upgrade() {
                tokio::task::spawn_blocking(move || jar.save());
            }
        });
    }

    /// Reads what lies on the disk, once, where waiting for it holds nobody up.
    async fn read(self: &Arc<Self>) {
        if self.file.is_none() || lock(&self.state).is_read {
            return;
        }
        let jar = self.clone();
        // Fails only when the broker stops; then so does the caller.
        let _ = tokio::task::spawn_blocking(move || jar.read_now()).await;
    }

    fn read_now(&self) {
        let _writing = lock(&self.writing);
        if lock(&self.state).is_read {
            return;
        }
        let kept = match &self.file {
            None => Vec::new(),
            Some(file) => file::read(file).unwrap_or_else(|error| {
                tracing::warn!(
                    "the app starts without cookies, since {} cannot be read: {error}",
                    file.display()
                );
                Vec::new()
            }),
        };
        let mut state = lock(&self.state);
        state.store = Store::of(kept, now());
        state.is_read = true;
    }
}

impl Drop for CookieJar {
    fn drop(&mut self) {
        self.save();
    }
}

/// Seconds since 1970.
fn now() -> i64 {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(passed.as_secs()).unwrap_or(i64::MAX)
}

impl fmt::Debug for CookieJar {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the cookies: they are secrets.
        formatter
            .debug_struct("CookieJar")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}
