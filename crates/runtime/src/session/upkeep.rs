//! Keeping an app up to date while it runs. What is newer is installed beside what runs, and counts from the next start on;
//! a version that does not start is taken back then ([`insula_apps::Store::start`]).
//!
//! It is looked for once the app has started, and at intervals as long as it runs: an app that nobody uses asks nobody.

mod told;

use crate::app::App;
use crate::app_view::AppView;
use crate::content::contexts;
use crate::order::order_of;
use gtk4::{gio, glib};
use insula_apps::{AppId, Installation, InstalledApp, Outcome, Store};
use insula_delivery::{Attendance, FetchedUpdate, Fetcher, Order, Update, Wanted};
use insula_manifest::Manifest;
use insula_net::Broker;
use insula_permissions::PolicyFolders;
use std::cell::Cell;
use std::fs::{self, File};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;
use told::Told;
use webkit6::LoadEvent;
use webkit6::prelude::*;

/// How long a page of a new version has to live before the version before is let go.
const PROOF: Duration = Duration::from_secs(10);

/// How long after the start updates are looked for first: the start comes first.
const FIRST_CHECK: Duration = Duration::from_secs(3);

/// How often updates are looked for while the app runs.
const INTERVAL: Duration = Duration::from_secs(5 * 60 * 60);

/// An app that is started again and again does not ask each time.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(60 * 60);

/// How soon it is tried again when it failed. Each time takes twice as long as the one before.
const RETRY: Duration = Duration::from_secs(15 * 60);

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What is needed to keep an installed app up to date.
#[derive(Clone, Debug)]
pub struct Upkeep {
    /// Where it is installed.
    pub store: Store,
    /// The app.
    pub id: AppId,
    /// Whether its version is still to be seen to start.
    pub on_trial: bool,
    /// Whether another key has taken the place of the one that signed it.
    pub awaits_another_key: bool,
    /// Where the organisation's policies are, of which some say what is installed.
    pub policy: PolicyFolders,
}

/// Keeps a running app up to date.
pub(super) struct Keeper {
    upkeep: Upkeep,
    app: Rc<App>,
    broker: Broker,
    state: Cell<Start>,
    told: Told,
    /// Whether an update is being looked for.
    is_looking: Cell<bool>,
    /// Whether this run has installed something.
    is_changed: Cell<bool>,
}

/// The app as it is installed now.
struct Installed {
    app: InstalledApp,
    order: Order,
    awaits_another_key: bool,
}

/// How far the start of the app has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// There is no page yet.
    Waited,
    /// The first page is there.
    Loaded,
    /// Its process ended.
    Failed,
    /// Nothing more is to be told of it.
    Over,
}

impl Installed {
    fn wanted<'a>(&'a self, manifest: &'a Manifest) -> Wanted<'a> {
        Wanted {
            app: &self.app,
            manifest,
            order: &self.order,
            awaits_another_key: self.awaits_another_key,
        }
    }
}

impl Upkeep {
    /// Notes that the app is being started.
    pub(super) fn begun(&self) {
        if self.on_trial
            && let Err(error) = self.store.begun(&self.id)
        {
            tracing::warn!("a start is not noted: {error}");
        }
    }
}

impl Keeper {
    pub(super) fn new(upkeep: Upkeep, app: &Rc<App>, broker: &Broker) -> Rc<Self> {
        let keeper = Rc::new(Self {
            upkeep,
            app: app.clone(),
            broker: broker.clone(),
            state: Cell::new(Start::Waited),
            told: Told::new(app),
            is_looking: Cell::new(false),
            is_changed: Cell::new(false),
        });
        let asked = Rc::downgrade(&keeper);
        keeper.told.action.connect_activate(move |_, _| {
            if let Some(keeper) = asked.upgrade() {
                keeper.told.is_asked();
                glib::spawn_future_local(async move { drop(keeper.look().await) });
            }
        });
        keeper
    }

    /// Looks for an update when it is activated, and says in its state what has become of it: whether that is news, and a
    /// sentence.
    pub(super) fn action(&self) -> &gio::SimpleAction {
        &self.told.action
    }

    /// Sees the app start in its first view, and keeps it up to date.
    pub(super) fn follow(self: &Rc<Self>, view: &AppView) {
        self.look_again_and_again();
        let keeper = Rc::downgrade(self);
        view.connect_load_changed(move |_, event| {
            if event == LoadEvent::Finished
                && let Some(keeper) = keeper.upgrade()
            {
                keeper.loaded();
            }
        });
        let keeper = Rc::downgrade(self);
        view.connect_web_process_terminated(move |_, _| {
            if let Some(keeper) = keeper.upgrade()
                && keeper.state.get() != Start::Over
            {
                keeper.state.set(Start::Failed);
            }
        });
    }

    /// The app ends, by the user's will.
    pub(super) fn end(&self) {
        if self.state.replace(Start::Over) == Start::Loaded && self.upkeep.on_trial {
            confirm(&self.upkeep);
        }
    }

    fn loaded(self: &Rc<Self>) {
        if self.state.get() != Start::Waited {
            return;
        }
        self.state.set(Start::Loaded);
        if self.upkeep.on_trial {
            let keeper = Rc::downgrade(self);
            glib::timeout_add_local_once(PROOF, move || {
                if let Some(keeper) = keeper.upgrade()
                    && keeper.state.get() == Start::Loaded
                {
                    keeper.state.set(Start::Over);
                    let upkeep = keeper.upkeep.clone();
                    // Writing may take its time.
                    drop(gio::spawn_blocking(move || confirm(&upkeep)));
                }
            });
        }
    }

    /// Looks for updates from now on, also where no page comes: an update may repair that.
    fn look_again_and_again(self: &Rc<Self>) {
        let keeper = Rc::downgrade(self);
        glib::spawn_future_local(async move {
            let mut wait = match keeper.upgrade() {
                Some(keeper) => keeper.first_wait(),
                None => return,
            };
            let mut failures = 0;
            loop {
                glib::timeout_future(wait).await;
                let Some(keeper) = keeper.upgrade() else { return };
                failures = match keeper.look().await {
                    Ok(()) => 0,
                    Err(error) => {
                        tracing::info!("no update could be had: {error}");
                        failures + 1
                    }
                };
                wait = wait_after(failures);
            }
        });
    }

    fn first_wait(&self) -> Duration {
        if self.upkeep.awaits_another_key {
            return FIRST_CHECK;
        }
        let last = fs::metadata(self.stamp()).and_then(|metadata| metadata.modified());
        let since = last.ok().and_then(|last| last.elapsed().ok());
        let is_soon = since.is_some_and(|since| since < SHORTEST_INTERVAL);
        if is_soon { SHORTEST_INTERVAL } else { FIRST_CHECK }
    }

    /// The file whose time says when updates were looked for last.
    fn stamp(&self) -> PathBuf {
        self.app.storage.join("update-check")
    }

    /// Looks for an update, installs it, and tells of it. Where that goes on already, there is nothing to do.
    async fn look(self: &Rc<Self>) -> Result<(), Failure> {
        if self.is_looking.replace(true) {
            return Ok(());
        }
        let found = self.update().await;
        self.is_looking.set(false);
        match &found {
            Ok(None) => self.told.has_no_source(),
            Ok(Some(installed)) if self.is_running(installed) => self.told.is_up_to_date(),
            Ok(Some(installed)) => self.told.is_ready(installed),
            Err(error) => self.told.has_failed(&**error),
        }
        found.map(drop)
    }

    /// Whether what runs is what is installed.
    fn is_running(&self, installed: &InstalledApp) -> bool {
        let is_this = |version| Some(version) == self.app.manifest.version;
        installed.version().is_none_or(is_this) && !self.is_changed.get()
    }

    /// Installs what is newer, and answers what is installed then; nothing where the app does not say where its updates are.
    async fn update(self: &Rc<Self>) -> Result<Option<InstalledApp>, Failure> {
        let Some((store, installed, downloads)) = self.installed().await? else {
            return Ok(None);
        };
        let manifest = self.app.manifest.clone();
        let wanted = installed.wanted(&manifest);
        if !wanted.has_source() {
            return Ok(None);
        }
        let fetcher = Fetcher::new(self.broker.clone(), &contexts::user_languages(), &downloads);
        let Some(update) = fetcher.update(wanted).await? else {
            return Ok(Some(installed.app));
        };
        let fetched = self.fetch(&fetcher, update).await?;
        let Installation { app, outcome, .. } =
            gio::spawn_blocking(move || fetched.install(&store, installed.wanted(&manifest), Attendance::Unattended))
                .await
                .map_err(|_| "installing failed")??;
        if outcome != Outcome::Unchanged {
            self.is_changed.set(true);
            let version = app
                .version()
                .map(|version| format!(" to {version}"))
                .unwrap_or_default();
            tracing::info!("{} is updated{version}, from its next start on", app.name);
        }
        Ok(Some(app))
    }

    /// The app as it is installed now, and where to put what is fetched; nothing where it has been removed.
    async fn installed(&self) -> Result<Option<(Store, Installed, PathBuf)>, Failure> {
        let stamp = self.stamp();
        let Upkeep { store, id, policy, .. } = self.upkeep.clone();
        let read = move || {
            drop(File::create(stamp));
            // As they are now: they may have been changed since the app started.
            let policy = policy.load();
            let store = store.with_key_rotations(policy.key_rotations());
            let Some(app) = store.installed(&id)? else {
                return Ok(None);
            };
            let installed = Installed {
                order: order_of(&policy, &app),
                awaits_another_key: store.awaits_another_key(&app),
                app,
            };
            let downloads = store.downloads()?;
            Ok::<_, insula_apps::Error>(Some((store, installed, downloads)))
        };
        let read = gio::spawn_blocking(read).await;
        Ok(read.map_err(|_| "reading what is installed failed")??)
    }

    /// Has an update, and tells how far it has come.
    async fn fetch(
        self: &Rc<Self>,
        fetcher: &Fetcher,
        update: Update,
    ) -> Result<FetchedUpdate, insula_delivery::Error> {
        let (progress, steps) = async_channel::bounded(1);
        let keeper = Rc::downgrade(self);
        glib::spawn_future_local(async move {
            while let Ok(step) = steps.recv().await {
                let Some(keeper) = keeper.upgrade() else { return };
                keeper.told.downloads(step);
            }
        });
        let tell = move |step| {
            // A step that nobody has time for is not worth telling.
            let _ = progress.try_send(step);
        };
        fetcher.fetch(update, tell).await
    }
}

fn confirm(upkeep: &Upkeep) {
    if let Err(error) = upkeep.store.confirm(&upkeep.id) {
        tracing::warn!("that the app has started is not noted: {error}");
    }
}

/// How long to wait after so many failures in a row. Not all machines ask at the same moment.
fn wait_after(failures: u32) -> Duration {
    let wait = match failures {
        0 => INTERVAL,
        failures => RETRY
            .saturating_mul(1 << failures.min(10).saturating_sub(1))
            .min(INTERVAL),
    };
    wait.mul_f64(glib::random_double_range(0.9, 1.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_fails_is_asked_less_and_less_often_but_never_given_up() {
        let minutes = |failures| wait_after(failures).as_secs() / 60;
        assert!((13..=17).contains(&minutes(1)) && (54..=66).contains(&minutes(3)));
        for failures in [0, 6, 40, u32::MAX] {
            assert!((270..=330).contains(&minutes(failures)), "{failures}");
        }
    }
}
