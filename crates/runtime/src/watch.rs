//! Notices when what counts for the app changes: decisions made by another process, policy files that an administrator
//! edits. What was taken back ends at once.

use crate::app::App;
use crate::host::Host;
use gtk4::glib;
use insula_permissions::{Authority, PermissionState, PolicySet, Subject, Watch};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How often to look. Finding nothing new costs two numbers and the times of a few files.
const INTERVAL: Duration = Duration::from_millis(250);

/// Starts watching.
pub(crate) fn start(app: &Rc<App>, host: &Rc<Host>, authority: &Arc<Authority>, policy: PathBuf) {
    let subject = Subject::app(app.origin.clone());
    let mut watch = match Watch::new(authority, subject) {
        Ok(watch) => watch,
        Err(error) => return tracing::error!("decisions cannot be read: {error}"),
    };
    let (host, authority) = (Rc::downgrade(host), authority.clone());
    let mut policy_times = times(&policy);
    glib::timeout_add_local(INTERVAL, move || {
        let Some(host) = host.upgrade() else {
            return glib::ControlFlow::Break;
        };
        let now = times(&policy);
        if now != policy_times {
            policy_times = now;
            authority.set_policy(PolicySet::load(&policy));
        }
        match watch.poll(&authority) {
            Ok(changes) if changes.is_empty() => {}
            Ok(changes) => host.grant_changed(changes.iter().any(|change| change.from == PermissionState::Granted)),
            Err(error) => {
                tracing::error!("decisions cannot be read, so nothing is allowed: {error}");
                host.grant_changed(true);
            }
        }
        glib::ControlFlow::Continue
    });
}

/// Names and times of the policy files, to see when one changes.
fn times(folder: &std::path::Path) -> Vec<(PathBuf, Option<SystemTime>, u64)> {
    let mut times: Vec<_> = ["managed", "recommended"]
        .iter()
        .filter_map(|level| folder.join(level).read_dir().ok())
        .flatten()
        .filter_map(Result::ok)
        .map(|file| {
            let metadata = file.metadata().ok();
            let modified = metadata.as_ref().and_then(|it| it.modified().ok());
            (file.path(), modified, metadata.map_or(0, |it| it.len()))
        })
        .collect();
    times.sort();
    times
}
