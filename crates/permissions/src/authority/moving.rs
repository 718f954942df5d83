//! Decisions that come from elsewhere.

use super::Authority;
use crate::store::Transfer;
use crate::{Effective, ImportError, Imported, LeftOut, PermissionName, PermissionState, Source};

impl Authority {
    /// Takes over decisions that [`Store::export`](crate::Store::export) wrote, where nothing is decided here; all or
    /// nothing. What the organisation forbids is not granted by an import, and neither is unrestricted network access, which
    /// the user grants on the machine that it is for.
    ///
    /// # Errors
    ///
    /// It is no export, a newer Insula's, or it cannot be written down.
    pub fn import(&self, text: &[u8]) -> Result<Imported, ImportError> {
        let transfer = Transfer::parse(text)?;
        let policy = self.policy();
        let imported = self.store.import(transfer, |subject, name, state| {
            if state != PermissionState::Granted {
                return None;
            }
            let effective = Effective::of(name, policy.decide(&subject.origin, name), None, None);
            match effective.source {
                Source::NotAvailable => Some(LeftOut::NotAvailable),
                Source::Managed(policy) if effective.state == PermissionState::Denied => {
                    Some(LeftOut::Forbidden(policy))
                }
                _ => (name == PermissionName::UnrestrictedNetwork).then_some(LeftOut::OnlyHere),
            }
        })?;
        self.refresh_or_doubt();
        Ok(imported)
    }
}
