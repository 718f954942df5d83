//! Whether an app may save a file that the user has opened with it.

use super::{Prompts, parts, swallow_early_presses};
use crate::translations::{tr, tr_with};
use crate::writables::Answer;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use libadwaita as adw;
use libadwaita::prelude::*;
use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;

/// How many characters of a folder's path are shown at most.
const LONGEST_FOLDER: usize = 200;

/// The answers.
const SAVE: &str = "save";
const DENY: &str = "deny";

impl Prompts {
    /// Asks whether the app may save a file, once nothing else is asked and the user is there. `is_open` says then whether
    /// there is still something to ask. A question that goes with its page or its window has not been answered.
    pub(crate) async fn ask_to_save(&self, file: &Path, is_open: impl Fn() -> bool) -> Option<Answer> {
        if self.questions.is_closed() {
            return None;
        }
        let hold = self.queue.turn(&self.window).await?;
        if !is_open() {
            return None;
        }
        let (sender, answer) = async_channel::bounded(1);
        let dialog = self.show_save(file, move |answer| _ = sender.try_send(answer));
        hold.while_open(&dialog);
        self.queue.show_other(&self.window, &dialog);
        answer.recv().await.ok()
    }

    /// The question does not hold the app up.
    fn show_save(&self, file: &Path, answered: impl FnOnce(Answer) + 'static) -> gtk::Window {
        let app = &self.queue.app;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let folder = file.parent().unwrap_or(file);
        let dialog = adw::MessageDialog::new(
            Some(&self.window),
            Some(&tr_with(
                "Save changes to “{file}”?",
                &[("file", &parts::shortened(&name))],
            )),
            Some(&tr_with(
                "{app} wants to change this file, in the folder {folder}. Until the app is closed it can do so again \
                 without asking.",
                &[
                    ("app", app.name()),
                    ("folder", &parts::one_line(&shown(folder), LONGEST_FOLDER)),
                ],
            )),
        );
        dialog.set_modal(false);
        dialog.set_destroy_with_parent(true);
        dialog.add_response(DENY, &tr("_Do not save"));
        dialog.add_response(SAVE, &tr("_Save changes"));
        let answered = Rc::new(Cell::new(Some(answered)));
        dialog.connect_response(None, {
            let answered = answered.clone();
            move |_, response| {
                let Some(answered) = answered.take() else { return };
                answered(match response {
                    SAVE => Answer::Save,
                    DENY => Answer::Deny,
                    _ => Answer::Closed,
                });
            }
        });
        // Gone with its page, without an answer. A dialog that is answered goes first and tells then.
        dialog.connect_unrealize(move |_| {
            let answered = answered.clone();
            glib::idle_add_local_once(move || drop(answered.take()));
        });
        swallow_early_presses(dialog.upcast_ref(), &self.queue.recent);
        dialog.present();
        dialog.upcast()
    }
}

/// A folder as the user knows it: their own is `~`.
fn shown(folder: &Path) -> String {
    match folder.strip_prefix(glib::home_dir()) {
        Ok(rest) => Path::new("~").join(rest).display().to_string(),
        Err(_) => folder.display().to_string(),
    }
}
