//! The process of a frame's page: how it ends, and whether it answers.
//!
//! The engine notices that a page does not answer only when it wants something of it, such as to take a key. An app that
//! listens for it has the page asked at intervals; for the others nothing runs.

use super::Guest;
use super::courier::Job;
use crate::content::ends::{self, End};
use crate::content::repaint;
use gtk4::glib;
use insula_bridge::{ExitReason, FrameEvent};
use insula_frame::Happened;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use webkit6::WebProcessTerminationReason;
use webkit6::prelude::*;

/// How often a page is asked, and how long it has to answer. With both, a page that hangs is told of within five seconds.
const INTERVAL: Duration = Duration::from_millis(1500);
const PATIENCE: Duration = Duration::from_millis(2500);

/// What is known of a frame's process.
pub(super) struct Process {
    /// Tells one process of a frame from the next.
    id: Cell<u32>,
    /// Whether it is ended for what its page does, or by the app, and not so that a load can begin.
    is_ended: Cell<bool>,
    hangs: Cell<bool>,
    is_watched: Cell<bool>,
}

impl Default for Process {
    fn default() -> Self {
        Self {
            id: Cell::new(next_id()),
            is_ended: Cell::new(false),
            hangs: Cell::new(false),
            is_watched: Cell::new(false),
        }
    }
}

fn next_id() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Process {
    /// It is about to be ended, for good.
    pub(super) fn end(&self) {
        self.is_ended.set(true);
    }
}

impl Guest {
    /// Follows the process.
    pub(super) fn follow_process(self: &Rc<Self>) {
        self.view
            .connect_web_process_terminated(self.with(|guest, reason| guest.process_ended(reason)));
        self.view
            .connect_is_web_process_responsive_notify(self.on(|guest: &Rc<Self>| {
                guest.set_hangs(!guest.view.is_web_process_responsive());
            }));
    }

    /// Ends the process, if there is one of a page.
    pub(crate) fn terminate(&self) {
        let has_page = {
            let navigable = self.navigable.borrow();
            navigable.gone().is_none() && (self.view.is_loading() || !navigable.url().is_empty())
        };
        if has_page {
            self.process.end();
            self.view.terminate_web_process();
        }
    }

    /// The app wants to know whether the page answers.
    pub(crate) fn watch(self: &Rc<Self>) {
        if self.process.is_watched.replace(true) {
            return;
        }
        let guest = Rc::downgrade(self);
        glib::spawn_future_local(async move {
            loop {
                glib::timeout_future(INTERVAL).await;
                // Nothing holds the frame while its page is waited for.
                let Some(answer) = guest.upgrade().map(|guest| guest.ask_page()) else {
                    return;
                };
                while glib::future_with_timeout(PATIENCE, answer.recv()).await.is_err() {
                    let Some(guest) = guest.upgrade() else { return };
                    guest.set_hangs(true);
                }
                if let Some(guest) = guest.upgrade() {
                    guest.set_hangs(false);
                }
            }
        });
    }

    /// Has the page, if there is one, do nothing; answers when it has done so, or will not any more.
    pub(super) fn ask_page(self: &Rc<Self>) -> async_channel::Receiver<()> {
        let (sender, answer) = async_channel::bounded(1);
        if !self.navigable.borrow().url().is_empty() {
            let nothing = self.courier.run(&Job::of_runtime("undefined"));
            glib::spawn_future_local(async move {
                nothing.outcome().await;
                drop(sender);
            });
        }
        answer
    }

    /// A page that waits for the answer to its dialog does not hang.
    fn set_hangs(&self, hangs: bool) {
        let hangs = hangs && !self.shows_dialog();
        if self.process.hangs.replace(hangs) == hangs {
            return;
        }
        let process_id = self.process.id.get();
        self.tell(match hangs {
            true => FrameEvent::Unresponsive { process_id },
            false => FrameEvent::Responsive { process_id },
        });
    }

    fn process_ended(self: &Rc<Self>, reason: WebProcessTerminationReason) {
        repaint::at_next_page(&self.view);
        let is_ended = self.process.is_ended.take();
        let process_id = self.process.id.replace(next_id());
        self.process.hangs.set(false);
        let by_runtime = reason == WebProcessTerminationReason::TerminatedByApi && !is_ended;
        match reason {
            WebProcessTerminationReason::ExceededMemoryLimit => self.tell_exit(process_id, ExitReason::OutOfMemory),
            // The app sent the frame elsewhere, and has a new process for it.
            WebProcessTerminationReason::TerminatedByApi if by_runtime => {}
            WebProcessTerminationReason::TerminatedByApi => self.tell_exit(process_id, ExitReason::Killed),
            _ => self.find_out_exit(process_id),
        }
        self.happened(Happened::ProcessEnded {
            on_purpose: reason == WebProcessTerminationReason::TerminatedByApi,
            loading: self.view.is_loading().then(|| self.uri()),
        });
    }

    fn find_out_exit(self: &Rc<Self>, process_id: u32) {
        let guest = Rc::downgrade(self);
        glib::spawn_future_local(async move {
            let reason = match ends::of_process_just_gone().await {
                Some(End::Normal) => ExitReason::Normal,
                Some(End::Crash) => ExitReason::Crashed,
                Some(End::Kill) => ExitReason::Killed,
                None => ExitReason::Abnormal,
            };
            if let Some(guest) = guest.upgrade() {
                guest.tell_exit(process_id, reason);
            }
        });
    }

    fn tell_exit(&self, process_id: u32, reason: ExitReason) {
        self.tell(FrameEvent::Exit { process_id, reason });
    }
}
