//! Files that an app's page wants to keep outside of the app: the user says where, each time. Left alone the engine would
//! write them into the user's folder under whatever name the page likes.

use crate::guard;
use gtk4 as gtk;
use gtk4::prelude::*;
use gtk4::{gio, glib};
use std::cell::Cell;
use std::rc::Rc;
use webkit6::{Download, NetworkSession};

/// Starts asking for the downloads of an app's own pages.
pub(crate) fn ask_where(session: &NetworkSession) {
    let is_asking = Rc::new(Cell::new(false));
    session.connect_download_started(move |_, download| {
        let is_asking = is_asking.clone();
        download.connect_decide_destination(move |download, suggested| {
            guard("decide-destination", true, || {
                // One question at a time: what comes meanwhile is a page's that floods the user.
                if is_asking.replace(true) {
                    download.cancel();
                } else {
                    let (download, name, is_asking) = (download.clone(), suggested.to_owned(), is_asking.clone());
                    glib::spawn_future_local(async move {
                        ask(&download, &name).await;
                        is_asking.set(false);
                    });
                }
                true
            })
        });
    });
}

/// Asks about one file, and gives it up when the user does.
async fn ask(download: &Download, name: &str) {
    let parent = download
        .web_view()
        .and_then(|view| view.root().and_downcast::<gtk::Window>());
    let chooser = gtk::FileChooserNative::builder()
        .title("Save File")
        .action(gtk::FileChooserAction::Save)
        .modal(true)
        .build();
    chooser.set_transient_for(parent.as_ref());
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
        }
        _ => download.cancel(),
    }
}
