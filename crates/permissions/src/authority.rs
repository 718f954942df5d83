mod explain;
mod moving;
mod one_time;
mod uses;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use crate::check::{self, Ruling, State};
use crate::first_run::List;
use crate::{
    AppOrigin, Caller, Closings, DecidedBy, Decision, DeviceId, Effective, FeatureSet, FirstRun, Generation,
    NetworkState, Operation, PermissionName, PermissionState, PolicySet, PolicySource, Record, Source, Store,
    StoreError, Subject, Verdict,
};
pub use explain::{Ground, Reason};
pub use one_time::Clock;
use one_time::OneTimeGrants;
use uses::Uses;

/// Brings the user's decisions and the organisation's policy together, and decides.
///
/// One per process, shared by all that carry out privileged calls. A check looks at the decisions as they were last
/// read: it waits for no disk, and for nobody who writes. Whoever writes here has them read again, and
/// [`Watcher`](crate::Watcher) does when others have, so that taking a grant back acts at once, whoever does it.
#[derive(Debug)]
pub struct Authority {
    store: Arc<Store>,
    /// Locked for as long as it takes to exchange a pointer.
    decisions: RwLock<Decisions>,
    one_time: OneTimeGrants,
    clock: Clock,
    /// The only app that it knows of; `None` is all.
    app: Option<AppOrigin>,
    /// Locked by whoever reads the decisions anew; what was read last.
    read: Mutex<Option<Generation>>,
    policy: RwLock<Arc<PolicySet>>,
    revision: AtomicU64,
    uses: Uses,
}

/// The user's decisions as they were last read, or why they cannot be.
type Decisions = Result<Arc<Snapshot>, Arc<StoreError>>;

/// Whom something is about, and which permission.
type Key = (Subject, PermissionName);

/// What the store says, and when that was read.
#[derive(Debug)]
struct Snapshot {
    read: SystemTime,
    decisions: HashMap<Key, Decision>,
    /// How often each decision was taken back.
    resets: HashMap<Key, u64>,
    closings: HashMap<Key, Closings>,
}

impl Snapshot {
    /// The decision that counts, unless it is a grant that has not been used for long.
    fn decision(&self, key: &Key, policy: &PolicySet) -> Option<&Decision> {
        self.decisions
            .get(key)
            .filter(|decision| !self.is_expired(key.1, decision, policy))
    }

    fn is_expired(&self, name: PermissionName, decision: &Decision, policy: &PolicySet) -> bool {
        decision.is_unused(self.read) && name.expires_unused() && policy.expiry_of_unused()
    }
}

/// Why a decision was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecideError {
    /// The organisation has decided already.
    #[error("the permission “{name}” is controlled by your organization ({policy})")]
    Controlled {
        /// Which permission.
        name: PermissionName,
        /// Where the policy is.
        policy: PolicySource,
    },
    /// The organisation wants no grants that end with the app.
    #[error("your organization does not let anybody allow “{name}” for one time")]
    NotForOneTime {
        /// Which permission.
        name: PermissionName,
    },
    /// There is nothing to grant.
    #[error("the permission “{name}” is not available on this device")]
    NotAvailable {
        /// Which permission.
        name: PermissionName,
    },
    /// It could not be written down, so it does not count.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Authority {
    /// Decides by a store and a policy. Where the decisions cannot be read, nothing is allowed until they
    /// [can](Self::refresh).
    pub fn new(store: Store, policy: PolicySet) -> Self {
        Self::with_clock(store, policy, Clock::system())
    }

    /// Decides about one app, and the sites that it shows. It reads nothing about others, however much there is, and knows
    /// nothing of them.
    pub fn about(app: AppOrigin, store: Store, policy: PolicySet) -> Self {
        Self::of(store, policy, Clock::system(), Some(app))
    }

    /// Decides about all apps, with another clock than the system's.
    pub fn with_clock(store: Store, policy: PolicySet, clock: Clock) -> Self {
        Self::of(store, policy, clock, None)
    }

    fn of(store: Store, policy: PolicySet, clock: Clock, app: Option<AppOrigin>) -> Self {
        let store = Arc::new(store);
        let authority = Self {
            uses: Uses::new(&store),
            store,
            decisions: RwLock::new(Ok(Arc::new(Snapshot {
                read: clock.now(),
                decisions: HashMap::new(),
                resets: HashMap::new(),
                closings: HashMap::new(),
            }))),
            one_time: OneTimeGrants::default(),
            clock,
            app,
            read: Mutex::default(),
            policy: RwLock::new(Arc::new(policy)),
            revision: AtomicU64::new(0),
        };
        authority.refresh_or_doubt();
        authority
    }

    /// Reads the decisions again if they have changed, whoever changed them.
    ///
    /// # Errors
    ///
    /// They cannot be read. Those that were read last still count; see [`Authority::doubt`].
    pub fn refresh(&self) -> Result<(), StoreError> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        // Before the decisions, so that a change in between is found the next time.
        let generation = self.store.generation()?;
        if *read != Some(generation) {
            let contents = self.store.contents(self.app.as_ref())?;
            let decisions = contents.decisions.into_iter();
            let resets = contents.resets.into_iter();
            let closings = contents.closings.into_iter();
            self.exchange(Ok(Arc::new(Snapshot {
                read: self.clock.now(),
                decisions: decisions
                    .map(|record| ((record.subject, record.name), record.decision))
                    .collect(),
                resets: resets
                    .map(|(subject, name, number)| ((subject, name), number))
                    .collect(),
                closings: closings
                    .map(|(subject, name, closings)| ((subject, name), closings))
                    .collect(),
            })));
            *read = Some(generation);
        }
        Ok(())
    }

    /// Allows nothing any more until the decisions can be read again.
    pub fn doubt(&self, error: StoreError) {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        self.exchange(Err(Arc::new(error)));
        *read = None;
    }

    /// The one check that every privileged call passes.
    ///
    /// On [`Verdict::Ask`] ask the user, write the answer down with [`Authority::decide`], and check
    /// again. When decisions cannot be read, nothing is allowed.
    pub fn check(&self, caller: &Caller, operation: &Operation) -> Verdict {
        let ruling = self.rule(caller, operation);
        if let Ruling::Allow { uses } = &ruling {
            let subject = Subject::app(caller.origin.clone());
            for name in uses {
                self.uses.note(&subject, *name);
            }
        }
        ruling.into()
    }

    /// What [`Authority::check`] would answer now, for a call that is not made, or not yet: no use of
    /// a permission is noted.
    pub fn foresee(&self, caller: &Caller, operation: &Operation) -> Verdict {
        self.rule(caller, operation).into()
    }

    /// What `navigator.permissions.query` answers.
    pub fn state(&self, caller: &Caller, name: PermissionName) -> PermissionState {
        let feature_is_off = caller.origin.is_isolated() && !caller.features.covers(name);
        if feature_is_off || !caller.secure_context {
            return PermissionState::Denied;
        }
        match self.decided(&Subject::app(caller.origin.clone()), name) {
            State::Prompt => PermissionState::Prompt,
            State::Granted => PermissionState::Granted,
            _ => PermissionState::Denied,
        }
    }

    /// What `navigator.unrestrictedNetwork.state` is.
    pub fn network_state(&self, caller: &Caller) -> NetworkState {
        let subject = Subject::app(caller.origin.clone());
        check::network_state(caller, &|name| self.decided(&subject, name))
    }

    /// What counts for a permission, and why: for settings and audits.
    ///
    /// # Errors
    ///
    /// The decisions cannot be read.
    pub fn effective(&self, subject: &Subject, name: PermissionName) -> Result<Effective, Arc<StoreError>> {
        let snapshot = self.decisions()?;
        Ok(self.effective_in(&snapshot, &(subject.clone(), name)))
    }

    fn effective_in(&self, snapshot: &Snapshot, key: &Key) -> Effective {
        let policy = self.policy();
        let decision = snapshot.decision(key, &policy).cloned();
        let one_time = self.one_time.of(key, snapshot, &policy);
        Effective::of(key.1, policy.decide(&key.0.origin, key.1), decision, one_time)
    }

    /// Writes the user's decision down. `Prompt` takes it back. It is on the disk, and counts, when this returns, which
    /// may take seconds: it is not for the thread that draws.
    ///
    /// # Errors
    ///
    /// The organisation has decided, there is nothing to grant, or it could not be written.
    pub fn decide(
        &self,
        subject: &Subject,
        name: PermissionName,
        state: PermissionState,
        by: DecidedBy,
    ) -> Result<(), DecideError> {
        self.decidable(subject, name, state)?;
        match state {
            PermissionState::Prompt => self.store.reset(subject, name)?,
            _ => self.store.decide(subject, name, state, by)?,
        }
        // What was decided takes the place of what held until the app ends.
        self.one_time.end(&(subject.clone(), name));
        self.refresh_or_doubt();
        Ok(())
    }

    /// Writes down that the user grants a permission for one device, such as one of several cameras.
    ///
    /// # Errors
    ///
    /// As for [`Authority::decide`].
    pub fn grant_device(
        &self,
        subject: &Subject,
        name: PermissionName,
        device: &DeviceId,
        by: DecidedBy,
    ) -> Result<(), DecideError> {
        self.decidable(subject, name, PermissionState::Granted)?;
        self.store.grant_device(subject, name, device, by)?;
        self.one_time.end(&(subject.clone(), name));
        self.refresh_or_doubt();
        Ok(())
    }

    /// Whether the user can decide so.
    fn decidable(&self, subject: &Subject, name: PermissionName, state: PermissionState) -> Result<(), DecideError> {
        let policy = self.policy().decide(&subject.origin, name);
        match Effective::of(name, policy, None, None).source {
            Source::Managed(policy) => Err(DecideError::Controlled { name, policy }),
            Source::NotAvailable if state == PermissionState::Granted => Err(DecideError::NotAvailable { name }),
            _ => Ok(()),
        }
    }

    /// Writes what a sheet decided, and that it was shown for this version of the app, all or nothing. It is on the
    /// disk, and counts, when this returns, which may take seconds.
    pub fn commit_sheet(&self, sheet: &FirstRun, version: &str) -> Result<(), StoreError> {
        sheet.commit(&self.store, version)?;
        self.refresh_or_doubt();
        Ok(())
    }

    /// The model of an app's first-run sheet, from its manifest's `permissions`.
    pub fn first_run(
        &self,
        app: &AppOrigin,
        features: &FeatureSet,
        requested: impl IntoIterator<Item: AsRef<str>>,
    ) -> Result<FirstRun, Arc<StoreError>> {
        let decisions = self.records(app)?;
        Ok(FirstRun::new(app, features, requested, &decisions, &self.policy()))
    }

    /// The rows for settings: all that [concern](Self::concerning) the app, however many the sheet would show, and also
    /// those of [`crate::Support::PolicyOnly`], which nobody is asked about and the user can take away.
    pub fn settings(
        &self,
        app: &AppOrigin,
        features: &FeatureSet,
        requested: &[PermissionName],
    ) -> Result<FirstRun, Arc<StoreError>> {
        let decisions = self.records(app)?;
        let names = self.concerning(app, Some(features), requested)?;
        let names = names.iter().map(|name| name.as_str());
        let policy = self.policy();
        Ok(FirstRun::listing(
            List::Settings,
            app,
            features,
            names,
            &decisions,
            &policy,
        ))
    }

    /// The permissions that are worth showing for an app: first what it asks for, in its order, then, in the table's,
    /// what it could use, and what was decided or closed about it in spite of that. The features of an app that is damaged are
    /// not known.
    ///
    /// # Errors
    ///
    /// The decisions cannot be read.
    pub fn concerning(
        &self,
        app: &AppOrigin,
        features: Option<&FeatureSet>,
        requested: &[PermissionName],
    ) -> Result<Vec<PermissionName>, Arc<StoreError>> {
        let snapshot = self.decisions()?;
        let subject = Subject::app(app.clone());
        let policy = self.policy();
        // Also where it holds for a while only.
        let is_decided = |name| {
            let key = (subject.clone(), name);
            snapshot.decisions.contains_key(&key)
                || self.one_time.of(&key, &snapshot, &policy).is_some()
                || self.quiet_until_in(&snapshot, &key).is_some()
        };
        let is_usable = |name: PermissionName| {
            let is_listed = |features: &FeatureSet| name.feature().is_some() && features.concerns(name);
            name.is_available() && features.is_some_and(is_listed)
        };
        let mut names: Vec<PermissionName> = Vec::new();
        let others = PermissionName::ALL.iter().copied();
        for name in requested
            .iter()
            .copied()
            .chain(others.filter(|&it| is_usable(it) || is_decided(it)))
        {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// The user's decisions.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The organisation's policy.
    pub fn policy(&self) -> Arc<PolicySet> {
        Arc::clone(&self.policy.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes over a policy that was read anew.
    pub fn set_policy(&self, policy: PolicySet) {
        *self.policy.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(policy);
        self.revision.fetch_add(1, Ordering::Release);
    }

    /// Changes whenever decisions or policy may have.
    pub(crate) fn revision(&self) -> u64 {
        self.revision.load(Ordering::Acquire)
    }

    /// What was written counts, or nothing does.
    fn refresh_or_doubt(&self) {
        if let Err(error) = self.refresh() {
            self.doubt(error);
        }
    }

    fn exchange(&self, decisions: Decisions) {
        *self.decisions.write().unwrap_or_else(PoisonError::into_inner) = decisions;
        self.revision.fetch_add(1, Ordering::Release);
    }

    fn decisions(&self) -> Decisions {
        self.decisions.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The decisions about an app itself.
    fn records(&self, app: &AppOrigin) -> Result<Vec<Record>, Arc<StoreError>> {
        let subject = Subject::app(app.clone());
        let snapshot = self.decisions()?;
        let policy = self.policy();
        let mut records = Vec::new();
        for name in PermissionName::ALL.iter().copied() {
            if let Some(decision) = snapshot.decision(&(subject.clone(), name), &policy) {
                records.push(Record {
                    subject: subject.clone(),
                    name,
                    decision: decision.clone(),
                });
            }
        }
        Ok(records)
    }

    fn rule(&self, caller: &Caller, operation: &Operation) -> Ruling {
        let subject = Subject::app(caller.origin.clone());
        check::check(caller, operation, &|name| self.decided(&subject, name))
    }

    fn decided(&self, subject: &Subject, name: PermissionName) -> State {
        let Ok(snapshot) = self.decisions() else {
            return State::Unreadable;
        };
        let key = (subject.clone(), name);
        match self.effective_in(&snapshot, &key) {
            Effective {
                state: PermissionState::Prompt,
                ..
            } if self.quiet_until_in(&snapshot, &key).is_some() => State::Quieted,
            Effective {
                state: PermissionState::Prompt,
                ..
            } => State::Prompt,
            Effective {
                state: PermissionState::Granted,
                ..
            } => State::Granted,
            Effective {
                source: Source::Managed(_) | Source::Recommended(_),
                ..
            } => State::DeniedByOrganization,
            _ => State::DeniedByUser,
        }
    }
}
