//! How much the app has zoomed a frame (Controlled Frame, `setZoom`), besides what the user zooms.

use super::Guest;
use insula_bridge::{DomError, DomErrorName, FrameEvent, ZoomMode};
use insula_frame::Partition;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::rc::{Rc, Weak};
use url::Url;

/// How many origins of an app have a zoom of their own at most.
const MOST_ORIGINS: usize = 10_000;

/// What is shown of a factor, as far as browsers zoom; the app's own is kept as it is.
const SHOWN: RangeInclusive<f64> = 0.25..=5.0;

/// What the origins in each partition are zoomed by, for all windows of an app.
#[derive(Default)]
pub(in crate::frames) struct Zooms {
    factors: RefCell<HashMap<(Partition, String), f64>>,
    guests: RefCell<Vec<Weak<Guest>>>,
}

impl Zooms {
    pub(super) fn follow(&self, guest: &Rc<Guest>) {
        let mut guests = self.guests.borrow_mut();
        guests.retain(|guest| guest.strong_count() > 0);
        guests.push(Rc::downgrade(guest));
    }

    fn of(&self, partition: &Partition, origin: &str) -> f64 {
        let factors = self.factors.borrow();
        factors
            .get(&(partition.clone(), origin.to_owned()))
            .copied()
            .unwrap_or(1.0)
    }

    /// Zooms an origin in all frames that show it.
    ///
    /// # Errors
    /// Too many origins have a zoom.
    fn set(&self, partition: &Partition, origin: &str, factor: f64) -> Result<(), DomError> {
        let key = (partition.clone(), origin.to_owned());
        {
            let mut factors = self.factors.borrow_mut();
            if factor == 1.0 {
                factors.remove(&key);
            } else if factors.len() < MOST_ORIGINS || factors.contains_key(&key) {
                factors.insert(key, factor);
            } else {
                let message = format!("{MOST_ORIGINS} origins have a zoom already.");
                return Err(DomError::new(DomErrorName::QuotaExceededError, message));
            }
        }
        let guests: Vec<Rc<Guest>> = self.guests.borrow().iter().filter_map(Weak::upgrade).collect();
        for guest in guests {
            guest.update_zoom();
        }
        Ok(())
    }
}

/// The zoom of one frame.
pub(super) struct Zoom {
    mode: Cell<ZoomMode>,
    /// What holds now.
    factor: Cell<f64>,
}

impl Default for Zoom {
    fn default() -> Self {
        Self {
            mode: Cell::default(),
            factor: Cell::new(1.0),
        }
    }
}

impl Guest {
    /// How much the app has zoomed the frame.
    pub(crate) fn zoom(&self) -> f64 {
        self.zoom.factor.get()
    }

    /// What the zoom is kept for.
    pub(crate) fn zoom_mode(&self) -> ZoomMode {
        self.zoom.mode.get()
    }

    /// Zooms the frame, or what it shows first. The app is told of a change, or anyway.
    ///
    /// # Errors
    /// A factor that is none; zoom is disabled; too many origins have one.
    pub(crate) async fn set_zoom(&self, factor: f64, is_told_anyway: bool) -> Result<(), DomError> {
        if !factor.is_finite() || factor <= 0.0 {
            let message = "The zoom factor is not a number above zero.";
            return Err(DomError::new(DomErrorName::TypeError, message));
        }
        if self.zoom.mode.get() == ZoomMode::PerOrigin {
            // Whose zoom it is shows with the first document. An error page has the origin of what could not be had.
            let _ = self.document_of_a_site().await;
        }
        let is_change = self.zoom() != factor;
        match self.zoom.mode.get() {
            ZoomMode::Disabled => return Err(DomError::new(DomErrorName::TypeError, "The frame's zoom is disabled.")),
            ZoomMode::PerView => self.zoom_by(factor),
            ZoomMode::PerOrigin => self.zooms.set(&self.partition, &self.origin(), factor)?,
        }
        if is_told_anyway && !is_change {
            self.tell_zoom(factor);
        }
        Ok(())
    }

    /// Changes what the zoom is kept for. The frame is zoomed by what holds there.
    pub(crate) fn set_zoom_mode(&self, mode: ZoomMode) {
        if self.zoom.mode.replace(mode) == mode {
            return;
        }
        match mode {
            ZoomMode::Disabled => self.zoom_by(1.0),
            ZoomMode::PerOrigin => self.update_zoom(),
            // It keeps what it has.
            ZoomMode::PerView => {}
        }
    }

    /// The frame shows another document, or the zoom of an origin has changed.
    pub(super) fn update_zoom(&self) {
        if self.zoom.mode.get() == ZoomMode::PerOrigin {
            self.zoom_by(self.zooms.of(&self.partition, &self.origin()));
        }
    }

    fn zoom_by(&self, factor: f64) {
        let old = self.zoom.factor.replace(factor);
        if old != factor {
            self.show_zoom();
            self.tell_zoom(old);
        }
    }

    fn tell_zoom(&self, old: f64) {
        self.tell(FrameEvent::ZoomChange {
            old_zoom_factor: old,
            new_zoom_factor: self.zoom(),
        });
    }

    /// Shows the frame as large as the app wants it, and no larger than it fits where it is made to.
    pub(super) fn show_zoom(&self) {
        self.stage.zoom_frame(self.key, self.shown_zoom());
    }

    /// How large one of its CSS pixels is, of the app's.
    pub(super) fn shown_zoom(&self) -> f64 {
        let factor = self.zoom.factor.get().clamp(*SHOWN.start(), *SHOWN.end());
        factor * self.fitting.scale()
    }

    /// The origin of the document that is shown. Those that have none of their own share one.
    fn origin(&self) -> String {
        let url = Url::parse(self.navigable.borrow().url());
        url.map_or_else(|_| "null".to_owned(), |url| url.origin().ascii_serialization())
    }
}
