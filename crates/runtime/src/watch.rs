//! Notices when what counts for the app changes: decisions made by another process, policy files that an administrator
//! edits. What was taken back ends at once.

use crate::app::App;
use crate::windows::Windows;
use gtk4::glib;
use insula_permissions::{Authority, PolicySet, Subject, Watch};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How often to look. Finding nothing new costs two numbers and the times of a few files.
const INTERVAL: Duration = Duration::from_millis(250);

/// Starts watching.
pub(crate) fn start(app: &Rc<App>, windows: &Rc<Windows>, authority: &Arc<Authority>, policy: PathBuf) {
    let subject = Subject::app(app.origin.clone());
    let mut watch = match Watch::new(authority, subject) {
        Ok(watch) => watch,
        Err(error) => return tracing::error!("decisions cannot be read: {error}"),
    };
    let (windows, authority) = (Rc::downgrade(windows), authority.clone());
    let mut policy_times = times(&policy);
    let mut were_readable = true;
    glib::timeout_add_local(INTERVAL, move || {
        let Some(windows) = windows.upgrade() else {
            return glib::ControlFlow::Break;
        };
        let now = times(&policy);
        if now != policy_times {
            policy_times = now;
            authority.set_policy(PolicySet::load(&policy));
        }
        were_readable = match watch.poll(&authority) {
            Ok(changes) => {
                if !changes.is_empty() || !were_readable {
                    windows.permissions_changed();
                }
                true
            }
            // Said once: it stays so until somebody repairs it.
            Err(_) if !were_readable => false,
            Err(error) => {
                tracing::error!("decisions cannot be read, so nothing is allowed: {error}");
                windows.permissions_changed();
                false
            }
        };
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
