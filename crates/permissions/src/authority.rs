use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crate::check::{self, Ruling, State};
use crate::first_run::List;
use crate::{
    AppOrigin, Caller, DecidedBy, Effective, FeatureSet, FirstRun, NetworkState, Operation, PermissionName,
    PermissionState, PolicySet, PolicySource, Source, Store, StoreError, Subject, Verdict,
};

/// How often "last used" is written at most; a bursting app must not write at every socket.
const TOUCH_EVERY: Duration = Duration::from_secs(60);

/// Brings the user's decisions and the organisation's policy together, and decides.
///
/// One per process, shared by all that carry out privileged calls. It holds no copy of a decision:
/// each check reads what is on disk now, so that taking a grant back acts at once, whoever does it.
#[derive(Debug)]
pub struct Authority {
    store: Store,
    policy: RwLock<Arc<PolicySet>>,
    policy_revision: AtomicU64,
    touched: Mutex<HashMap<(Subject, PermissionName), Instant>>,
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
    /// Decides by a store and a policy.
    pub fn new(store: Store, policy: PolicySet) -> Self {
        Self {
            store,
            policy: RwLock::new(Arc::new(policy)),
            policy_revision: AtomicU64::new(0),
            touched: Mutex::default(),
        }
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
                self.note_use(&subject, *name);
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
    pub fn effective(&self, subject: &Subject, name: PermissionName) -> Result<Effective, StoreError> {
        let policy = self.policy().decide(&subject.origin, name);
        Ok(Effective::of(name, policy, self.store.decision(subject, name)?))
    }

    /// Writes the user's decision down. `Prompt` takes it back.
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
        match self.effective(subject, name)?.source {
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
        Ok(())
    }

    /// The model of an app's first-run sheet, from its manifest's `permissions`.
    pub fn first_run(
        &self,
        app: &AppOrigin,
        features: &FeatureSet,
        requested: impl IntoIterator<Item: AsRef<str>>,
    ) -> Result<FirstRun, StoreError> {
        let decisions = self.store.decisions(app)?;
        Ok(FirstRun::new(app, features, requested, &decisions, &self.policy()))
    }

    /// The rows for settings: all of them, however many the sheet would show, and also those of
    /// [`crate::Support::PolicyOnly`], which nobody is asked about and the user can take away.
    pub fn settings(
        &self,
        app: &AppOrigin,
        features: &FeatureSet,
        names: impl IntoIterator<Item: AsRef<str>>,
    ) -> Result<FirstRun, StoreError> {
        let decisions = self.store.decisions(app)?;
        Ok(FirstRun::listing(
            List::Settings,
            app,
            features,
            names,
            &decisions,
            &self.policy(),
        ))
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
        self.policy_revision.fetch_add(1, Ordering::Release);
    }

    /// Changes whenever [`Authority::set_policy`] is called.
    pub(crate) fn policy_revision(&self) -> u64 {
        self.policy_revision.load(Ordering::Acquire)
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

    /// Best effort, and where it fails not tried again at every call: one that is allowed must neither
    /// fail nor become slow because its time could not be noted.
    fn note_use(&self, subject: &Subject, name: PermissionName) {
        if self.is_to_be_noted(subject, name) {
            _ = self.store.touch(subject, name);
        }
    }

    /// Yes once in a while; whoever hears it writes, with no lock held.
    fn is_to_be_noted(&self, subject: &Subject, name: PermissionName) -> bool {
        let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (subject.clone(), name);
        let now = Instant::now();
        let is_recent = touched
            .get(&key)
            .is_some_and(|last| now.duration_since(*last) < TOUCH_EVERY);
        if !is_recent {
            touched.insert(key, now);
        }
        !is_recent
    }
}
