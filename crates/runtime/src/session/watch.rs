//! What counts for the app changes while it runs: another process decides something, an administrator edits a policy.
//! What was taken back ends at once.

use crate::app::App;
use gtk4::glib;
use insula_net::{AppId, Broker};
use insula_permissions::{Authority, PolicyFolders, Subject, Watcher};
use std::io;
use std::sync::Arc;

/// Starts watching, until the answer is dropped. `noticed` is called after each change, once the connections have been
/// looked after.
///
/// # Errors
/// The system has no threads or descriptors left.
pub(crate) fn start(
    app: &App,
    noticed: impl Fn() + 'static,
    authority: &Arc<Authority>,
    broker: Broker,
    policy: PolicyFolders,
) -> io::Result<Watcher> {
    let (changed, changes) = async_channel::bounded(1);
    glib::spawn_future_local(async move {
        while changes.recv().await.is_ok() {
            noticed();
        }
    });
    let id = AppId::new(app.id.as_str());
    Watcher::start(authority, policy, Subject::app(app.origin.clone()), move || {
        // Connections first, on this thread: a page can keep the main thread busy.
        broker.recheck(&id);
        // Where a change is still to be taken notice of, this one is noticed together with it.
        let _ = changed.try_send(());
    })
}
