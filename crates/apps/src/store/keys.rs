//! Whether the key that signed an app is still the one that is trusted with it.

use insula_bundle::{IntegrityBlock, KeyRotations, SignedWebBundleId, Standing};

use super::Store;
use super::trial::Start;
use crate::error::Error;
use crate::id::AppId;
use crate::record::{InstalledApp, InstalledBundle};
use crate::source::AppSource;

impl Store {
    /// Whether an installed app is signed only by a key whose place another has taken. Its update may be the same version,
    /// signed by that one.
    pub fn awaits_another_key(&self, app: &InstalledApp) -> bool {
        let (Some(id), Some(installed)) = (app.id.isolated(), app.content.bundle()) else {
            return false;
        };
        // Before the bundle is read.
        if !self.key_rotations.concern(id) {
            return false;
        }
        let bundle = self.verify_bundle(id, installed);
        let standing = bundle.map(|bundle| self.standing(bundle.integrity_block()));
        matches!(standing, Ok(Standing::Outdated | Standing::Replaced))
    }

    /// Fails where no key is trusted with an app any more. Nothing of it has to be read for that, nor may an earlier version
    /// take its place.
    pub(super) fn check_not_withdrawn(&self, id: &AppId) -> Result<(), Error> {
        match id.isolated().is_some_and(|id| self.key_rotations.withdraw(id)) {
            true => Err(Error::Withdrawn { id: id.clone() }),
            false => Ok(()),
        }
    }

    /// Makes an installed app ready to run, unless no key that signed it is trusted any more.
    pub(super) fn launch_trusted(&self, id: &AppId) -> Result<Start, Error> {
        let app = self.launch(id)?;
        let AppSource::Bundle(bundle) = &app.source else {
            return Ok(Start::of(app));
        };
        let block = bundle.integrity_block();
        check_may_run(&self.key_rotations, block)?;
        let standing = self.standing(block);
        Ok(Start {
            awaits_another_key: standing == Standing::Outdated,
            ..Start::of(app)
        })
    }

    /// Whether an installed bundle may be started.
    pub(super) fn is_trusted(&self, id: &SignedWebBundleId, installed: &InstalledBundle) -> bool {
        let bundle = self.verify_bundle(id, installed);
        bundle.is_ok_and(|bundle| may_start(self.standing(bundle.integrity_block())))
    }

    pub(super) fn check_key(&self, block: &IntegrityBlock) -> Result<(), Error> {
        check_key(&self.key_rotations, block)
    }

    fn standing(&self, block: &IntegrityBlock) -> Standing {
        self.key_rotations.standing(block)
    }
}

/// Fails unless the key that has to sign an app has signed this bundle of it, which has been verified.
pub fn check_key(rotations: &KeyRotations, block: &IntegrityBlock) -> Result<(), Error> {
    match rotations.standing(block) {
        Standing::Current => Ok(()),
        standing => Err(refusal(standing, block)),
    }
}

/// Fails where no key that has signed an installed bundle is trusted with its app any more.
pub fn check_may_run(rotations: &KeyRotations, block: &IntegrityBlock) -> Result<(), Error> {
    match rotations.standing(block) {
        standing if may_start(standing) => Ok(()),
        standing => Err(refusal(standing, block)),
    }
}

/// What is installed has been trusted once, and goes on while nobody knows better.
fn may_start(standing: Standing) -> bool {
    matches!(standing, Standing::Current | Standing::Outdated | Standing::Unknown)
}

fn refusal(standing: Standing, block: &IntegrityBlock) -> Error {
    let id = block.id().clone().into();
    match standing {
        Standing::Withdrawn => Error::Withdrawn { id },
        Standing::Unknown => Error::KeysUnknown,
        _ => Error::KeyReplaced { id },
    }
}
