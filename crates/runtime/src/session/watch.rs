//! Notices when what counts for the app changes: decisions made by another process, policy files that an administrator
//! edits. What was taken back ends at once.

use crate::app::App;
use crate::windows::Windows;
use gtk4::glib;
use insula_permissions::{Authority, PolicySet, Subject, Watch};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// How often to look. Finding nothing new costs two numbers and a look at a few files.
const INTERVAL: Duration = Duration::from_millis(250);

/// How many looks in a row have to fail until what is open ends: one may by chance, and what it ends does not come back.
const LASTING: u32 = 2;

/// Starts watching.
pub(crate) fn start(app: &Rc<App>, windows: &Rc<Windows>, authority: &Arc<Authority>, policy: PathBuf) {
    let subject = Subject::app(app.origin.clone());
    let mut watch = match Watch::new(authority, subject) {
        Ok(watch) => watch,
        Err(error) => return tracing::error!("decisions cannot be read: {error}"),
    };
    let (windows, authority) = (Rc::downgrade(windows), authority.clone());
    let mut policy = PolicyFiles::new(policy);
    let mut failures: u32 = 0;
    glib::timeout_add_local(INTERVAL, move || {
        let Some(windows) = windows.upgrade() else {
            return glib::ControlFlow::Break;
        };
        if policy.have_changed() {
            authority.set_policy(PolicySet::load(&policy.folder));
        }
        match watch.poll(&authority) {
            Ok(changes) => {
                if !changes.is_empty() || failures >= LASTING {
                    windows.permissions_changed();
                }
                failures = 0;
            }
            Err(error) => {
                failures = failures.saturating_add(1);
                // Done and said once: it stays so until somebody repairs it.
                if failures == LASTING {
                    tracing::error!("decisions cannot be read, so nothing is allowed: {error}");
                    windows.permissions_changed();
                }
            }
        }
        glib::ControlFlow::Continue
    });
}

/// The policy files of both levels.
struct PolicyFiles {
    folder: PathBuf,
    seen: Option<Vec<(PathBuf, Option<Trace>)>>,
}

/// What tells that a file is another one or has another content: its device and number, when it was last changed, its
/// length. The time is not the one that programs can set.
type Trace = (u64, u64, (i64, i64), u64);

impl PolicyFiles {
    fn new(folder: PathBuf) -> Self {
        Self { folder, seen: None }
    }

    /// Whether they have, since the last look. They have at the first one: nobody knows what has happened since they were
    /// read.
    fn have_changed(&mut self) -> bool {
        let now = Some(self.look());
        let changed = now != self.seen;
        self.seen = now;
        changed
    }

    fn look(&self) -> Vec<(PathBuf, Option<Trace>)> {
        // Links are followed, as they are when the files are read.
        let trace = |path: &PathBuf| {
            let file = std::fs::metadata(path).ok()?;
            Some((file.dev(), file.ino(), (file.ctime(), file.ctime_nsec()), file.len()))
        };
        let mut files: Vec<_> = ["managed", "recommended"]
            .iter()
            .filter_map(|level| self.folder.join(level).read_dir().ok())
            .flatten()
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .map(|path| {
                let trace = trace(&path);
                (path, trace)
            })
            .collect();
        files.sort();
        files
    }
}

#[cfg(test)]
mod tests {
    use super::PolicyFiles;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn an_edit_behind_a_link_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let (managed, elsewhere) = (folder.path().join("managed"), folder.path().join("elsewhere.json"));
        fs::create_dir(&managed).unwrap();
        fs::write(&elsewhere, "{\"a\": 1}").unwrap();
        symlink(&elsewhere, managed.join("link.json")).unwrap();
        let mut files = PolicyFiles::new(folder.path().to_owned());
        assert!(files.have_changed(), "they may have since they were read");
        assert!(!files.have_changed());
        fs::write(&elsewhere, "{\"a\": 1, \"b\": 2}").unwrap();
        assert!(files.have_changed());
        assert!(!files.have_changed());
    }

    #[test]
    fn a_file_that_takes_the_place_of_another_with_its_times_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let managed = folder.path().join("managed");
        fs::create_dir(&managed).unwrap();
        let (file, other) = (managed.join("policy.json"), folder.path().join("other.json"));
        fs::write(&file, "{\"a\": 1}").unwrap();
        fs::write(&other, "{\"a\": 2}").unwrap();
        let modified = fs::metadata(&file).unwrap().modified().unwrap();
        fs::File::options()
            .write(true)
            .open(&other)
            .unwrap()
            .set_modified(modified)
            .unwrap();
        let mut files = PolicyFiles::new(folder.path().to_owned());
        files.have_changed();
        fs::rename(&other, &file).unwrap();
        assert!(files.have_changed());
    }
}
