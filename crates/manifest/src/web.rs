//! What a site must be before it can be installed.

use crate::location::is_trustworthy_download;
use crate::{Manifest, ManifestError};

impl Manifest {
    /// Checks that a web app comes from where nobody on the way can change it. A site that gives no name and no icon
    /// can be installed as well.
    ///
    /// # Errors
    ///
    /// It comes neither over https nor from this machine.
    pub fn check_web_app(&self) -> Result<(), ManifestError> {
        if is_trustworthy_download(&self.start_url) {
            return Ok(());
        }
        Err(ManifestError::NotSecure {
            url: self.start_url.to_string(),
        })
    }
}
