//! The user's zoom: Ctrl with plus, minus and zero, as in browsers.
//!
//! The page gets the keys first, and may use them for itself.

use crate::app_view::AppView;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use webkit6::prelude::*;

/// The steps of browsers.
const LEVELS: [f64; 14] = [0.3, 0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0];

#[derive(Clone, Copy)]
enum Zoom {
    In,
    Out,
    Reset,
}

/// Lets the user zoom a window's view.
pub(crate) fn enable(window: &gtk::Window, view: &AppView) {
    let shortcuts = gtk::ShortcutController::new();
    for (keys, zoom) in [
        ("<Control>plus|<Control>equal|<Control>KP_Add", Zoom::In),
        ("<Control>minus|<Control>KP_Subtract", Zoom::Out),
        ("<Control>0|<Control>KP_0", Zoom::Reset),
    ] {
        let action = gtk::CallbackAction::new(glib::clone!(
            #[weak]
            view,
            #[upgrade_or]
            glib::Propagation::Proceed,
            move |_, _| {
                view.set_zoom_level(zoom.from(view.zoom_level()));
                glib::Propagation::Stop
            }
        ));
        shortcuts.add_shortcut(gtk::Shortcut::new(
            gtk::ShortcutTrigger::parse_string(keys),
            Some(action),
        ));
    }
    window.add_controller(shortcuts);
}

impl Zoom {
    /// The level that comes after this one.
    fn from(self, level: f64) -> f64 {
        let mut levels = LEVELS.into_iter();
        match self {
            Self::In => levels.find(|next| *next > level + 0.01).unwrap_or(level),
            Self::Out => levels.rfind(|next| *next < level - 0.01).unwrap_or(level),
            Self::Reset => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_in_is_undone_by_one_out() {
        let mut level = 1.0;
        for expected in [1.1, 1.25, 1.5] {
            level = Zoom::In.from(level);
            assert_eq!(level, expected);
        }
        for expected in [1.25, 1.1, 1.0] {
            level = Zoom::Out.from(level);
            assert_eq!(level, expected);
        }
        assert_eq!(Zoom::Reset.from(1.75), 1.0);
    }

    #[test]
    fn zooming_ends_at_the_last_level() {
        assert_eq!(Zoom::In.from(4.0), 4.0);
        assert_eq!(Zoom::Out.from(0.3), 0.3);
    }
}
