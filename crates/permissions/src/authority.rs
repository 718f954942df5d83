use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crate::check::{self, State};
use crate::first_run::List;
use crate::{
    AppOrigin, Caller, DecidedBy, Decision, FeatureSet, FirstRun, Level, NetworkState, Operation, PermissionName,
    PermissionState, PolicySet, PolicySource, PolicyState, Store, StoreError, Subject, Support, Verdict,
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

/// What counts for a permission now, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// What counts.
    pub state: PermissionState,
    /// Who said so.
    pub source: Source,
}

/// Whose word a state is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// The organisation's; the user cannot change it.
    Managed(PolicySource),
    /// The user's.
    Decision(Decision),
    /// The organisation's, until the user decides.
    Recommended(PolicySource),
    /// Nobody's.
    Default,
    /// The device's, which lacks what it would permit.
    NotAvailable,
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
        let subject = Subject::app(caller.origin.clone());
        let verdict = check::check(caller, operation, &|name| self.decided(&subject, name));
        if verdict == Verdict::Allow {
            for name in used_by(operation) {
                self.note_use(&subject, name);
            }
        }
        verdict
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
        if name.support() == Support::NotOnThisDevice {
            return Ok(Effective {
                state: PermissionState::Denied,
                source: Source::NotAvailable,
            });
        }
        let policy = self.policy().decide(&subject.origin, name);
        if let Some(policy) = &policy
            && policy.level == Level::Managed
        {
            let source = Source::Managed(policy.source.clone());
            return Ok(Effective {
                state: policy.state.into(),
                source,
            });
        }
        let decision = self.store.decision(subject, name)?;
        if let Some(decision) = decision
            && decision.state != PermissionState::Prompt
        {
            return Ok(Effective {
                state: decision.state,
                source: Source::Decision(decision),
            });
        }
        if let Some(policy) = policy {
            let source = Source::Recommended(policy.source);
            return Ok(Effective {
                state: policy.state.into(),
                source,
            });
        }
        let state = match name.support() {
            Support::PolicyOnly => PermissionState::Granted,
            _ => PermissionState::Prompt,
        };
        Ok(Effective {
            state,
            source: Source::Default,
        })
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

    /// The rows for settings: all of them, however many the sheet would show, and also those of [`Support::PolicyOnly`],
    /// which nobody is asked about and the user can take away.
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

    /// Best effort: a call that is allowed must not fail because its time could not be noted.
    fn note_use(&self, subject: &Subject, name: PermissionName) {
        let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (subject.clone(), name);
        let now = Instant::now();
        let is_recent = touched
            .get(&key)
            .is_some_and(|last| now.duration_since(*last) < TOUCH_EVERY);
        if !is_recent && self.store.touch(subject, name).is_ok() {
            touched.insert(key, now);
        }
    }
}

impl Effective {
    /// Whether the user can change it.
    pub fn is_locked(&self) -> bool {
        matches!(self.source, Source::Managed(_) | Source::NotAvailable)
    }
}

impl From<PolicyState> for PermissionState {
    fn from(state: PolicyState) -> Self {
        match state {
            PolicyState::Granted => Self::Granted,
            PolicyState::Denied => Self::Denied,
        }
    }
}

/// The permissions that an allowed call makes use of.
fn used_by(operation: &Operation) -> Vec<PermissionName> {
    use PermissionName::{ControlledFrame, DirectSockets, UnrestrictedNetwork};
    match *operation {
        Operation::EmbedFrame => vec![ControlledFrame],
        Operation::RequestUnrestrictedNetwork => Vec::new(),
        Operation::Fetch { address } => [UnrestrictedNetwork].into_iter().chain(address.permission()).collect(),
        Operation::OpenTcpSocket { address } => [DirectSockets, UnrestrictedNetwork]
            .into_iter()
            .chain(address.permission())
            .collect(),
        Operation::Use(name) => vec![name],
    }
}
