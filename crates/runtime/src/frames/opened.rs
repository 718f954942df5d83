//! Windows that pages in frames open: frames of the same partition that wait for an element.

use super::guest::Opened;
use super::warm::WORLD;
use super::{Frames, Guest, MOST};
use crate::stage::FrameKey;
use gtk4::glib;
use insula_bridge::{DomError, FrameId, NewWindow, NewWindowAnswer};
use std::rc::Rc;
use std::time::Duration;
use webkit6::WebView;
use webkit6::prelude::*;

/// Windows have numbers from here upwards; pages give their frames small ones.
const FIRST: u32 = 1 << 31;

/// How many windows of a document wait for an element at once.
const MOST_WAITING: usize = 32;

/// How long a new window has to say its name. The opener's scripts may keep it from that.
const PATIENCE: Duration = Duration::from_millis(500);

impl Frames {
    /// Makes the frame of a window that a page in another frame opens, and asks the app what is to become of it. There is
    /// none where too many wait.
    pub(super) fn open_window(self: &Rc<Self>, opener: &Rc<Guest>, opened: &Opened) -> Option<Rc<Guest>> {
        let (document, frame) = opener.key();
        let waiting = self.of_document(document).into_iter();
        let waiting = waiting.filter(|key| self.of(*key).is_ok_and(|guest| guest.is_held()));
        if waiting.count() >= MOST_WAITING || self.sessions.frames() >= MOST {
            return None;
        }
        let session = self.sessions.of(&opener.partition).ok()?;
        let number = self.last_window.get();
        self.last_window.set(number.wrapping_add(1));
        let key = (document, FrameId(FIRST | number));
        let view = self.warm.make_beside(opener.view(), &session);
        let guest = self.put(key, &opener.partition, &session, false, view, None);
        guest.hold();
        let answered = opener.window_waits();
        let (frames, page) = (Rc::downgrade(self), self.page.clone());
        let (opened, view, partition) = (opened.clone(), guest.view().clone(), opener.partition.to_string());
        // When its signal is over, and only for a moment, the engine says which features the window is to have.
        glib::spawn_future_local(async move {
            let geometry = view.window_properties().map(|properties| properties.geometry());
            let (width, height) = geometry.map_or((0, 0), |it| (it.width(), it.height()));
            let question = NewWindow {
                initial_width: width.try_into().unwrap_or_default(),
                initial_height: height.try_into().unwrap_or_default(),
                window_open_disposition: opened.disposition(&view),
                target_url: match opened.url.as_str() {
                    "" => "about:blank".to_owned(),
                    _ => opened.url,
                },
                name: name_of(&view).await,
                partition,
                window_id: key.1.0,
            };
            // Nothing that waits holds the view.
            drop(view);
            let answer = page.ask_new_window(document, frame, question).await;
            answered();
            if let Some(frames) = frames.upgrade()
                && answer == NewWindowAnswer::Discard
            {
                frames.discard(key);
            }
        });
        Some(guest)
    }

    /// Shows a window in the element that has its number now.
    ///
    /// # Errors
    /// There is no such window, or it is shown already.
    pub(crate) fn attach(&self, key: FrameKey) -> Result<(), DomError> {
        self.of(key)?.attach()
    }

    /// Closes a window that no element shows.
    fn discard(&self, key: FrameKey) {
        if self.of(key).is_ok_and(|guest| guest.is_held()) {
            self.remove(key);
        }
    }
}

/// The name that a window has from the page that opens it, which only the window itself knows; empty where it does not say
/// in time.
async fn name_of(view: &WebView) -> String {
    let name = view.evaluate_javascript_future("name", Some(WORLD), None);
    let name = glib::future_with_timeout(PATIENCE, name).await;
    let name = name.ok().and_then(Result::ok);
    name.map(|name| name.to_str().into()).unwrap_or_default()
}
