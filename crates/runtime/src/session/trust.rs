//! Whether the organisation trusts the app still. It is asked before the app starts ([`insula_apps::Store::start`]), and
//! after each change of the policies while it runs.

use super::RunError;
use crate::app::App;
use insula_apps::{AppSource, check_may_run};
use insula_permissions::PolicySet;

/// Fails where no key that has signed the app is trusted with it any more.
pub(super) fn check(app: &App, policy: &PolicySet) -> Result<(), RunError> {
    let AppSource::Bundle(bundle) = &app.source else {
        return Ok(());
    };
    check_may_run(&policy.key_rotations(), bundle.integrity_block()).map_err(|source| RunError::NotTrusted {
        name: app.name().to_owned(),
        source: Box::new(source),
    })
}
