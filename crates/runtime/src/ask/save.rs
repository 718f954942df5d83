//! Whether an app may save a file that the user has opened with it.

use super::{Prompts, parts, swallow_early_presses};
use crate::translations::{tr, tr_with};
use crate::writables::Answer;
use gtk4::glib;
use gtk4::prelude::*;
use libadwaita as adw;
use libadwaita::prelude::*;
use std::path::Path;

/// How many characters of a path are shown at most.
const LONGEST_PATH: usize = 300;

/// The answers.
const SAVE: &str = "save";
const DENY: &str = "deny";

impl Prompts {
    /// Asks whether the app may save a file, once nothing else is asked and the user is there. `is_open` says then, and
    /// while the question is there, whether there is still something to ask. A question that goes with its page or its
    /// window, or that has become idle, has not been answered.
    pub(crate) async fn ask_to_save(&self, file: &Path, is_open: impl Fn() -> bool + 'static) -> Option<Answer> {
        if self.questions.is_closed() {
            return None;
        }
        let hold = self.queue.turn(&self.window).await?;
        if !is_open() {
            return None;
        }
        let (sender, answer) = async_channel::bounded(1);
        let dialog = self.show_save(file, &sender);
        hold.while_open(dialog.upcast_ref());
        let dialog = dialog.downgrade();
        self.queue.show_other(&self.window, is_open, move || {
            sender.close();
            if let Some(dialog) = dialog.upgrade() {
                dialog.close();
            }
        });
        answer.recv().await.ok()
    }

    /// The question does not hold the app up.
    fn show_save(&self, file: &Path, answered: &async_channel::Sender<Answer>) -> adw::MessageDialog {
        let app = &self.queue.app;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let dialog = adw::MessageDialog::new(
            Some(&self.window),
            Some(&tr_with(
                "Save changes to “{file}”?",
                &[("file", &parts::shortened(&name))],
            )),
            Some(&tr_with(
                "{app} wants to change this file:\n\n{path}\n\nUntil the app is closed it can do so again without asking.",
                &[
                    ("app", app.name()),
                    ("path", &parts::one_line(&shown(file), LONGEST_PATH)),
                ],
            )),
        );
        dialog.set_modal(false);
        dialog.set_destroy_with_parent(true);
        dialog.add_response(DENY, &tr("_Do not save"));
        dialog.add_response(SAVE, &tr("_Save changes"));
        dialog.connect_response(None, {
            let answered = answered.clone();
            move |_, response| {
                // Nobody waits where it is taken away.
                let _ = answered.try_send(match response {
                    SAVE => Answer::Save,
                    DENY => Answer::Deny,
                    _ => Answer::Closed,
                });
            }
        });
        // Gone in another way, such as with its window. A dialog that is answered goes first and tells then.
        let answered = answered.clone();
        dialog.connect_unrealize(move |_| {
            let answered = answered.clone();
            glib::idle_add_local_once(move || _ = answered.close());
        });
        swallow_early_presses(dialog.upcast_ref(), &self.queue.recent);
        dialog.present();
        dialog
    }
}

/// A path as the user knows it: their own folder is `~`.
fn shown(path: &Path) -> String {
    match path.strip_prefix(glib::home_dir()) {
        Ok(rest) => Path::new("~").join(rest).display().to_string(),
        Err(_) => path.display().to_string(),
    }
}
