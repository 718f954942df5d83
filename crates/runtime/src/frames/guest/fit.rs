//! How a frame and its content fit each other (`autosize`, `allowscaling`), and whether the app shows through it
//! (`allowtransparency`).

use super::Guest;
use super::scripts::{Execution, ScriptError};
use gtk4::gdk;
use gtk4::glib;
use insula_bridge::{Fit, FrameEvent, SizeBounds};
use serde_json::json;
use std::cell::Cell;
use std::rc::Rc;
use webkit6::prelude::*;

/// Answers the content's size once it has changed.
const FOLLOW_SIZE: &str = include_str!("../../../../../js/frame/follow-size.js");

/// Content that wants to be so much smaller is not read by anybody.
const SMALLEST: f64 = 0.1;

/// How a frame fits its content.
pub(super) struct Fitting {
    wanted: Cell<Fit>,
    /// Tells those who follow a size from those who did before.
    turn: Cell<u32>,
    /// How much smaller the content is shown.
    scale: Cell<f64>,
}

impl Default for Fitting {
    fn default() -> Self {
        Self {
            wanted: Cell::default(),
            turn: Cell::new(0),
            scale: Cell::new(1.0),
        }
    }
}

impl Fitting {
    /// How much smaller the content is shown.
    pub(super) fn scale(&self) -> f64 {
        self.scale.get()
    }
}

impl Guest {
    /// Says how the frame and its content fit each other.
    pub(crate) fn set_fit(self: &Rc<Self>, fit: Fit) {
        let alpha = if fit.transparent { 0.0 } else { 1.0 };
        self.view.set_background_color(&gdk::RGBA::new(1.0, 1.0, 1.0, alpha));
        self.fitting.wanted.set(fit);
        self.follow_size();
    }

    /// Follows the size of the document that is shown, where somebody wants to know it.
    pub(super) fn follow_size(self: &Rc<Self>) {
        let turn = self.fitting.turn.get().wrapping_add(1);
        self.fitting.turn.set(turn);
        let fit = self.fitting.wanted.get();
        if !fit.scaling {
            self.show_scaled(1.0);
        }
        if fit.autosize.is_none() && !fit.scaling {
            return;
        }
        let bounds = fit.autosize.unwrap_or(SizeBounds {
            min_width: 1,
            min_height: 1,
            max_width: u16::MAX,
            max_height: u16::MAX,
        });
        let guest = Rc::downgrade(self);
        glib::spawn_future_local(async move {
            let mut told = String::new();
            while let Some(guest) = guest.upgrade()
                && guest.fitting.turn.get() == turn
            {
                let code = format!("{FOLLOW_SIZE}\n({}, {})", json!(bounds), json!(told));
                // A document that goes is followed by another one, of which `follow_size` is called again.
                let size = match guest.execute(&Execution::of_runtime(code)).await {
                    Ok(size) => serde_json::from_str::<[f64; 3]>(size.get()),
                    Err(ScriptError::Thrown(_) | ScriptError::NotRun(_)) => return,
                };
                let Ok(size) = size else { return };
                told = size.map(|length| length.to_string()).join(",");
                if guest.fitting.turn.get() == turn {
                    guest.sized(fit, size);
                }
            }
        });
    }

    fn sized(self: &Rc<Self>, fit: Fit, [width, height, viewport]: [f64; 3]) {
        if fit.autosize.is_some() {
            self.tell(FrameEvent::ContentSize { width, height });
        }
        if fit.scaling && width > 0.0 {
            self.show_scaled(self.fitting.scale.get() * viewport / width);
        }
    }

    fn show_scaled(&self, scale: f64) {
        let scale = scale.clamp(SMALLEST, 1.0);
        if self.fitting.scale.replace(scale) != scale {
            self.show_zoom();
        }
    }
}
