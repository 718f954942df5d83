//! The stricter rules of `isolated-app:`, as Chromium applies them at install and update.

use insula_vocabulary::ISOLATED_APP_SCHEME;

use crate::location::{root, same_origin};
use crate::{IwaVersion, Manifest, ManifestError};

impl Manifest {
    /// Checks what an Isolated Web App must have besides being a manifest, and returns its version.
    ///
    /// A name, a valid version, a `start_url` inside the app, the id and the scope `/`, and an icon.
    /// That `start_url` and the icons exist in the bundle is checked by whoever has the bundle.
    ///
    /// # Errors
    ///
    /// The first rule that is broken, in that order.
    pub fn check_isolated(&self) -> Result<&IwaVersion, ManifestError> {
        if self.display_name().is_none() {
            return Err(ManifestError::MissingName);
        }
        let version = self.isolated_version()?;
        if let Some(found) = &self.rejected.start_url {
            return Err(ManifestError::StartUrlOutside { found: found.clone() });
        }
        if self.start_url.scheme() != ISOLATED_APP_SCHEME || !same_origin(&self.start_url, &self.id) {
            return Err(ManifestError::StartUrlOutside {
                found: self.start_url.to_string(),
            });
        }
        let expected = root(&self.start_url);
        if self.rejected.id.is_some() || self.id != expected {
            let found = self.rejected.id.clone().unwrap_or_else(|| self.id.to_string());
            return Err(ManifestError::WrongId {
                found,
                expected: expected.into(),
            });
        }
        if self.rejected.scope.is_some() || self.scope != expected {
            let found = self.rejected.scope.clone().unwrap_or_else(|| self.scope.to_string());
            return Err(ManifestError::WrongScope {
                found,
                expected: expected.into(),
            });
        }
        if self.icons.is_empty() {
            return Err(ManifestError::MissingIcon);
        }
        Ok(version)
    }

    fn isolated_version(&self) -> Result<&IwaVersion, ManifestError> {
        match (&self.version, &self.rejected.version) {
            (Some(version), _) => Ok(version),
            (None, Some((version, reason))) => Err(ManifestError::InvalidVersion {
                version: version.clone(),
                reason: *reason,
            }),
            (None, None) => Err(ManifestError::MissingVersion),
        }
    }
}
