//! Full screen: who covers the title bar tells the user whose page it is, and how to leave.

use crate::documents::Documents;
use crate::guard;
use crate::notice;
use crate::powerful_features::PowerfulFeatures;
use crate::translations::tr_with;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use webkit6::prelude::*;

/// Puts a page into its window, in a place where a notice can lie over it, and lets the page fill the screen where it may.
pub(crate) fn enable(
    window: &gtk::Window,
    content: &impl IsA<gtk::Widget>,
    documents: &Documents,
    features: &Rc<PowerfulFeatures>,
) {
    let (app, view) = (documents.app(), documents.view());
    let notice = notice::widget(&tr_with(
        "{who} fills the screen. Press Escape to leave.",
        &[("who", app.name())],
    ));
    notice.set_visible(false);
    let overlay = gtk::Overlay::builder().child(content).build();
    overlay.add_overlay(&notice);
    window.set_child(Some(&overlay));
    let features = Rc::downgrade(features);
    let until: Rc<RefCell<Option<glib::SourceId>>> = Rc::default();
    let hide = {
        let (notice, until) = (notice.downgrade(), until.clone());
        move || {
            if let Some(until) = until.take() {
                until.remove();
            }
            if let Some(notice) = notice.upgrade() {
                notice.set_visible(false);
            }
        }
    };
    view.connect_enter_fullscreen({
        let (notice, hide) = (notice.downgrade(), hide.clone());
        move |_| {
            guard("enter-fullscreen", true, || {
                // The engine's setting may not be up to date yet. The page is told that it fills the screen, and the window
                // stays as it is.
                if !features.upgrade().is_some_and(|features| features.may_fill_screen()) {
                    return true;
                }
                hide();
                if let Some(notice) = notice.upgrade() {
                    notice.set_visible(true);
                }
                let (notice, ended) = (notice.clone(), until.clone());
                until.replace(Some(glib::timeout_add_local_once(notice::TIME, move || {
                    ended.take();
                    if let Some(notice) = notice.upgrade() {
                        notice.set_visible(false);
                    }
                })));
                false
            })
        }
    });
    view.connect_leave_fullscreen(move |_| {
        hide();
        false
    });
}
