use std::io;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::States;
use super::places::{Happened, Places};
use crate::{Authority, PolicyFolders, Subject};

/// How long it has to be quiet until a policy is read: files are written in several steps.
const QUIET: Duration = Duration::from_millis(20);

/// For how long a writer who does not stop can put off that the policy is read.
const MOST_PATIENCE: Duration = Duration::from_millis(200);

/// When to look again after the store's files have changed. SQLite changes them before what it has written can be read.
const AGAIN: [Duration; 3] = [
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_secs(1),
];

/// How often the places are looked for anew at most, because a policy names others.
const MOST_ROUNDS: u32 = 3;

/// How soon to look again when the decisions could not be read. One failure may be chance, and a connection that is ended
/// for it does not come back.
const TRY_AGAIN: Duration = Duration::from_millis(250);

/// How many looks in a row have to fail until nothing is allowed any more.
const LASTING: u32 = 2;

/// How often to look, and to try to watch, where the places cannot be watched.
const UNWATCHED: Duration = Duration::from_millis(500);

/// Notices when what counts for an app changes, whoever changes it: this process, another one, or the organisation. What
/// counts is the state of each permission, the keys that are trusted with apps, and the settings of apps.
///
/// It waits on a thread of its own, which costs nothing while nothing changes, and does not depend on what other threads
/// are busy with. Dropping it ends the thread.
#[derive(Debug)]
pub struct Watcher {
    thread: Option<JoinHandle<()>>,
    /// The thread ends when this end is closed.
    life: Option<UnixStream>,
}

impl Watcher {
    /// Starts watching. On a change the authority has the new policy and the new decisions already when `changed` is
    /// called, on the watcher's thread.
    ///
    /// # Errors
    ///
    /// The system has no threads or descriptors left.
    pub fn start(
        authority: &Arc<Authority>,
        policy: PolicyFolders,
        subject: Subject,
        changed: impl FnMut() + Send + 'static,
    ) -> io::Result<Self> {
        let (life, watchers_life) = UnixStream::pair()?;
        let mut watching = Watching {
            authority: authority.clone(),
            policy,
            states: States::new(subject),
            changed: Box::new(changed),
            failures: 0,
            is_unwatched: false,
            agains: [].iter(),
            next: None,
        };
        // What counts now is not a change.
        _ = watching.states.look(authority);
        let thread = thread::Builder::new()
            .name("insula-watch".to_owned())
            .spawn(move || watching.run(&watchers_life))?;
        Ok(Self {
            thread: Some(thread),
            life: Some(life),
        })
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.life.take();
        if let Some(thread) = self
            .thread
            .take()
            .filter(|it| it.thread().id() != thread::current().id())
        {
            _ = thread.join();
        }
    }
}

/// The watcher's thread.
struct Watching {
    authority: Arc<Authority>,
    policy: PolicyFolders,
    states: States,
    changed: Box<dyn FnMut() + Send>,
    /// How many looks in a row have failed.
    failures: u32,
    /// Whether the places cannot be watched, which is said once.
    is_unwatched: bool,
    /// After which times to look again although nothing happens.
    agains: std::slice::Iter<'static, Duration>,
    /// When to look although nothing happens; at rest never.
    next: Option<Instant>,
}

impl Watching {
    fn run(mut self, life: &UnixStream) {
        let mut places = self.watch();
        loop {
            let Some(mut happened) = wait(places.as_ref(), life, self.next) else {
                return;
            };
            if happened.to_policy
                && let Some(watched) = &places
            {
                happened.to_decisions |= calm(watched);
            }
            if happened.to_decisions {
                self.agains = AGAIN.iter();
            }
            if happened.to_policy || places.is_none() {
                // Links may lead elsewhere now.
                places = self.watch();
            } else {
                self.look();
            }
        }
    }

    /// Watches the places as they are now, and looks at what they hold: nobody knows what has happened since.
    fn watch(&mut self) -> Option<Places> {
        // Whoever writes again and again is noticed again.
        let mut rounds = 0;
        let places = loop {
            let also_read = self.authority.policy().also_read().to_vec();
            let places = Places::watch(&self.policy, &also_read, self.authority.store().path());
            let policy = self.policy.load();
            let is_all = policy.also_read() == also_read;
            self.authority.set_policy(policy);
            rounds += 1;
            if is_all || rounds == MOST_ROUNDS {
                break places;
            }
        };
        self.look();
        let was_unwatched = std::mem::replace(&mut self.is_unwatched, places.is_err());
        match places {
            Ok(places) => Some(places),
            Err(error) => {
                if !was_unwatched {
                    tracing::warn!("changes of permissions cannot be watched, and are looked for: {error}");
                }
                self.look_within(UNWATCHED);
                None
            }
        }
    }

    fn look(&mut self) {
        self.next = None;
        match self.states.look(&self.authority) {
            Ok(has_changed) => {
                if has_changed || self.failures >= LASTING {
                    (self.changed)();
                }
                self.failures = 0;
                if let Some(again) = self.agains.next() {
                    self.look_within(*again);
                }
            }
            Err(error) => {
                self.failures = self.failures.saturating_add(1);
                // The message comes once, and not again at each failure until somebody repairs the store.
                if self.failures == LASTING {
                    tracing::error!("decisions cannot be read, so nothing is allowed: {error}");
                    self.authority.doubt(error);
                    (self.changed)();
                }
                self.look_within(TRY_AGAIN);
            }
        }
    }

    fn look_within(&mut self, time: Duration) {
        let then = Instant::now() + time;
        self.next = Some(self.next.map_or(then, |next| next.min(then)));
    }
}

/// Waits until something happens or it is time; nothing when the watcher is dropped.
fn wait(places: Option<&Places>, life: &UnixStream, until: Option<Instant>) -> Option<Happened> {
    loop {
        let mut waited = vec![PollFd::new(life, PollFlags::IN)];
        waited.extend(places.map(|places| PollFd::new(places, PollFlags::IN)));
        let rest = until.map(|until| until.saturating_duration_since(Instant::now()));
        let is_interrupted = poll_for(&mut waited, rest).is_err();
        if !waited[0].revents().is_empty() {
            return None;
        }
        let happened = places.map(Places::take).unwrap_or_default();
        let is_time = !is_interrupted && until.is_some_and(|until| Instant::now() >= until);
        if is_time || happened != Happened::default() {
            return Some(happened);
        }
    }
}

/// Waits until those who write have written; answers whether decisions were among it.
fn calm(places: &Places) -> bool {
    let mut decisions = false;
    let end = Instant::now() + MOST_PATIENCE;
    while Instant::now() < end {
        let mut waited = [PollFd::new(places, PollFlags::IN)];
        if poll_for(&mut waited, Some(QUIET)) == Ok(0) {
            break;
        }
        decisions |= places.take().to_decisions;
    }
    decisions
}

fn poll_for(waited: &mut [PollFd<'_>], time: Option<Duration>) -> rustix::io::Result<usize> {
    // Rounded up: a wait that ends a moment early would be repeated in a busy loop.
    let time = time.map(|time| Timespec {
        tv_sec: time.as_secs().try_into().unwrap_or(i64::MAX),
        tv_nsec: i64::from(time.subsec_nanos()),
    });
    poll(waited, time.as_ref())
}
