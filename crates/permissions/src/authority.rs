mod uses;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::check::{self, Ruling, State};
use crate::first_run::List;
use crate::{
    AppOrigin, Caller, DecidedBy, Decision, Effective, FeatureSet, FirstRun, Generation, NetworkState, Operation,
    PermissionName, PermissionState, PolicySet, PolicySource, Record, Source, Store, StoreError, Subject, Verdict,
};
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
    /// Locked by whoever reads the decisions anew; what was read last.
    read: Mutex<Option<Generation>>,
    policy: RwLock<Arc<PolicySet>>,
    revision: AtomicU64,
    uses: Uses,
}

/// The user's decisions as they were last read, or why they cannot be.
type Decisions = Result<Arc<HashMap<(Subject, PermissionName), Decision>>, Arc<StoreError>>;

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
        let store = Arc::new(store);
        let authority = Self {
            uses: Uses::new(&store),
            store,
            decisions: RwLock::new(Ok(Arc::default())),
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
            let decisions = self.store.all()?.into_iter();
            let decisions = decisions.map(|record| ((record.subject, record.name), record.decision));
            self.exchange(Ok(Arc::new(decisions.collect())));
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
        let policy = self.policy().decide(&subject.origin, name);
        let decision = self.decisions()?.get(&(subject.clone(), name)).copied();
        Ok(Effective::of(name, policy, decision))
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
        let policy = self.policy().decide(&subject.origin, name);
        match Effective::of(name, policy, None).source {
            Source::Managed(policy) => return Err(DecideError::Controlled { name, policy }),
            Source::NotAvailable if state == PermissionState::Granted => {
                return Err(DecideError::NotAvailable { name });
            }
            _ => {}
        }
        match state {
            PermissionState::Prompt => self.store.reset(subject, name)?,
            _ => self.store.decide(subject, name, state, by)?,
        }
        self.refresh_or_doubt();
        Ok(())
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
    /// what it could use, and what was decided about it in spite of that. The features of an app that is damaged are
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
        let decisions = self.decisions()?;
        let subject = Subject::app(app.clone());
        let is_decided = |name| decisions.contains_key(&(subject.clone(), name));
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
        let decisions = self.decisions()?;
        let own = decisions.iter().filter(|((decided, _), _)| *decided == subject);
        let record = |((subject, name), decision): (&(Subject, PermissionName), &Decision)| Record {
            subject: subject.clone(),
            name: *name,
            decision: *decision,
        };
        Ok(own.map(record).collect())
    }

    fn rule(&self, caller: &Caller, operation: &Operation) -> Ruling {
        let subject = Subject::app(caller.origin.clone());
        check::check(caller, operation, &|name| self.decided(&subject, name))
    }

    fn decided(&self, subject: &Subject, name: PermissionName) -> State {
        match self.effective(subject, name) {
            Err(_) => State::Unreadable,
            Ok(Effective {
                state: PermissionState::Prompt,
                ..
            }) => State::Prompt,
            Ok(Effective {
                state: PermissionState::Granted,
                ..
            }) => State::Granted,
            Ok(Effective {
                source: Source::Managed(_) | Source::Recommended(_),
                ..
            }) => State::DeniedByOrganization,
            Ok(_) => State::DeniedByUser,
        }
    }
}
