//! Files that an app's page wants to keep outside of the app: the user says where, each time. Left alone the engine would
//! write them into the user's folder under whatever name the page likes.

use crate::ask::{Patience, RecentInput};
use crate::guard;
use crate::translations::tr;
use gtk4 as gtk;
use gtk4::prelude::*;
use gtk4::{gio, glib};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;
use webkit6::{Download, NetworkSession};

/// How the user is asked.
pub(crate) struct Downloads {
    recent: Rc<RecentInput>,
    patience: Patience,
    /// One question at a time: what comes meanwhile is a page's that floods the user.
    is_asking: Cell<bool>,
    /// What the user had done last when the last question came.
    done_before: Cell<Option<Instant>>,
}

impl Downloads {
    /// Asks for pages in windows of which `recent` knows what the user does in them.
    pub(crate) fn new(recent: &Rc<RecentInput>) -> Rc<Self> {
        Rc::new(Self {
            recent: recent.clone(),
            patience: Patience::default(),
            is_asking: Cell::default(),
            done_before: Cell::default(),
        })
    }

    /// Starts asking for the downloads of an app's own pages.
    pub(super) fn follow(self: &Rc<Self>, session: &NetworkSession) {
        let downloads = self.clone();
        session.connect_download_started(move |_, download| {
            let downloads = downloads.clone();
            download.connect_decide_destination(move |download, suggested| {
                guard("decide-destination", true, || {
                    let (downloads, download, name) = (downloads.clone(), download.clone(), suggested.to_owned());
                    glib::spawn_future_local(async move { downloads.save(&download, &name).await });
                    true
                })
            });
        });
    }

    /// Saves a download where the user says, or gives it up.
    pub(crate) async fn save(&self, download: &Download, name: &str) {
        if !self.is_to_be_asked(download) {
            return download.cancel();
        }
        if !ask(download, name).await {
            self.patience.closed();
        }
        self.is_asking.set(false);
    }

    /// Whether to ask about a download. Whatever the user does may be to save something, and is worth a question; what
    /// comes by itself is asked about where the user is, until the user has closed it a few times.
    fn is_to_be_asked(&self, download: &Download) -> bool {
        let done = self.recent.last();
        let is_wanted = self.recent.is_user_there() && done != self.done_before.get();
        if is_wanted {
            self.patience.renew();
        }
        let is_user_at = || window_of(download).is_some_and(|window| window.is_active());
        let is_asked = (is_wanted || !self.patience.is_over() && is_user_at()) && !self.is_asking.get();
        if is_asked {
            self.is_asking.set(true);
            self.done_before.set(done);
        }
        is_asked
    }
}

fn window_of(download: &Download) -> Option<gtk::Window> {
    download.web_view()?.root()?.downcast().ok()
}

/// Asks about one file, and gives it up when the user does, which is answered with `false`. The question does not hold the
/// app up: its menu and its close button stay in reach.
async fn ask(download: &Download, name: &str) -> bool {
    let chooser = gtk::FileChooserNative::builder()
        .title(tr("Save File"))
        .action(gtk::FileChooserAction::Save)
        .modal(false)
        .build();
    chooser.set_transient_for(window_of(download).as_ref());
    // No page makes a hidden file that the user does not see afterwards.
    chooser.set_current_name(name.trim_start_matches('.'));
    let folder = glib::user_special_dir(glib::UserDirectory::Downloads).unwrap_or_else(glib::home_dir);
    // Best effort: without the folder the user begins where the desktop likes.
    let _ = chooser.set_current_folder(Some(&gio::File::for_path(folder)));
    let response = chooser.run_future().await;
    let path = chooser.file().and_then(|file| file.path());
    match path.as_deref().and_then(|path| path.to_str()) {
        Some(path) if response == gtk::ResponseType::Accept => {
            // The user has been asked about this, too.
            download.set_allow_overwrite(true);
            download.set_destination(path);
            true
        }
        _ => {
            download.cancel();
            false
        }
    }
}
