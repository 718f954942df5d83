//! Why a permission has the state that it has: everybody who has said something about it, and what it lost to.

use std::sync::Arc;
use std::time::SystemTime;

use super::Authority;
use crate::effective::OneTime;
use crate::{Decision, Level, PermissionName, PermissionState, Says, StoreError, Subject, Support, Voice};

/// What somebody has said about a permission of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Who.
    pub ground: Ground,
    /// What.
    pub says: Says,
    /// Why it does not count; `None` for what does.
    pub lost: Option<&'static str>,
}

/// Who has said something about a permission.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ground {
    /// The device, which lacks what it would permit.
    Device,
    /// The organisation.
    Policy(Voice),
    /// The user.
    Decision(Decision),
    /// The user, until the app ends.
    OneTime(OneTime),
    /// The user, who has closed the question so often that it is not asked until then.
    Quiet(SystemTime),
    /// Nobody.
    Default,
}

/// What the user says by it.
const CLOSED: &str = "the user has closed the question several times";

impl Authority {
    /// Everything that was said about a permission of an app, the strongest word first. One of it counts.
    ///
    /// # Errors
    ///
    /// The decisions cannot be read.
    pub fn explain(&self, subject: &Subject, name: PermissionName) -> Result<Vec<Reason>, Arc<StoreError>> {
        let snapshot = self.decisions()?;
        let (policy, key) = (self.policy(), (subject.clone(), name));
        let mut reasons = Reasons::default();
        if !name.is_available() {
            reasons.add(Ground::Device, Says::Block, None, "this device does not have it");
        }
        let (orders, recommendations): (Vec<Voice>, Vec<Voice>) = policy
            .voices(&subject.origin, name)
            .into_iter()
            .partition(|voice| voice.level == Level::Managed);
        let decision = snapshot
            .decisions
            .get(&key)
            .filter(|decision| decision.state != PermissionState::Prompt);
        let one_time = self.one_time.of(&key, &snapshot, &policy);
        let is_expired = |decision: &Decision| snapshot.is_expired(name, decision, &policy);
        let has_decided = one_time.is_some() || decision.is_some_and(|decision| !is_expired(decision));
        let is_asked = self.effective_in(&snapshot, &key).state == PermissionState::Prompt;
        let quiet = self.quiet_until_in(&snapshot, &key).filter(|_| is_asked);
        for voice in orders {
            let (says, mut lost) = (voice.says, voice.lost);
            if says == Says::Ask && lost.is_none() && has_decided {
                lost = Some("it leaves it to the user, who has decided");
            } else if quiet.is_some() {
                lost = lost.or(Some(CLOSED));
            }
            reasons.add(Ground::Policy(voice), says, lost, "an order counts before it");
        }
        if let Some(decision) = decision {
            let says = said(decision.state);
            let lost = is_expired(decision).then_some("it was not used for 60 days");
            reasons.add(Ground::Decision(decision.clone()), says, lost, "the user has decided");
        }
        if let Some(grant) = one_time {
            reasons.add(Ground::OneTime(grant), Says::Allow, None, "the user has decided");
        }
        if let Some(until) = quiet {
            reasons.add(Ground::Quiet(until), Says::Block, None, CLOSED);
        }
        for voice in recommendations {
            let (says, lost) = (voice.says, voice.lost);
            reasons.add(Ground::Policy(voice), says, lost, "a recommendation counts before it");
        }
        let default = match name.support() {
            Support::PolicyOnly => Says::Allow,
            Support::Supported | Support::NotOnThisDevice => Says::Ask,
        };
        reasons.add(Ground::Default, default, None, "");
        Ok(reasons.all)
    }
}

#[derive(Default)]
struct Reasons {
    all: Vec<Reason>,
    /// What those say that lose to the one that counts.
    counting: Option<&'static str>,
}

impl Reasons {
    /// Adds the next weaker one. `beats` is what it says to those after it, if it counts.
    fn add(&mut self, ground: Ground, says: Says, lost: Option<&'static str>, beats: &'static str) {
        let lost = lost.or(self.counting);
        if lost.is_none() {
            self.counting = Some(beats);
        }
        self.all.push(Reason { ground, says, lost });
    }
}

fn said(state: PermissionState) -> Says {
    match state {
        PermissionState::Granted => Says::Allow,
        PermissionState::Denied => Says::Block,
        PermissionState::Prompt => Says::Ask,
    }
}
