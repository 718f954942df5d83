//! Positions: what the engine is told of where the device is, while a page may know it.
//!
//! The engine asks once for each page whether it may know its position, and remembers a yes for as long as the page is
//! there. So nothing but what is given here keeps a position from a page whose permission was taken back.

#[cfg(test)]
mod engine_tests;
mod geoclue;

use crate::guard;
use geoclue::{Accuracy, Client, Location};
use gtk4::glib;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use webkit6::{GeolocationManager, GeolocationPosition, WebContext};

/// What pages that may not know the position are told, with the code of a position that cannot be had.
const NOT_ALLOWED: &str = "The permission “geolocation” is refused.";

/// Where the device is, for the pages of one context.
pub(crate) struct Positions {
    manager: Option<GeolocationManager>,
    /// Whether a page may know it, asked before each.
    may_know: Box<dyn Fn() -> bool>,
    /// Whether the engine has pages that wait for one.
    are_wanted: Cell<bool>,
    client: RefCell<Option<Client>>,
}

impl Positions {
    /// Gives positions to the pages of a context while one of them `may_know` them.
    pub(crate) fn give(context: &WebContext, may_know: impl Fn() -> bool + 'static) -> Rc<Self> {
        let positions = Rc::new(Self {
            manager: context.geolocation_manager(),
            may_know: Box::new(may_know),
            are_wanted: Cell::default(),
            client: RefCell::default(),
        });
        if let Some(manager) = &positions.manager {
            follow(manager, &Rc::downgrade(&positions));
        }
        positions
    }

    /// Looks again who may know them: permissions have changed, or another page has come.
    pub(crate) fn recheck(self: &Rc<Self>) {
        if !self.are_wanted.get() {
            self.client.take();
        } else if !(self.may_know)() {
            if self.client.take().is_some() {
                self.fail(NOT_ALLOWED);
            }
        } else if self.client.borrow().is_none() {
            self.start();
        }
    }

    /// Whether a page is told them.
    pub(crate) fn are_told(&self) -> bool {
        self.client.borrow().is_some()
    }

    fn start(self: &Rc<Self>) {
        let accuracy = match self
            .manager
            .as_ref()
            .is_some_and(GeolocationManager::enables_high_accuracy)
        {
            true => Accuracy::Exact,
            false => Accuracy::City,
        };
        let weak = Rc::downgrade(self);
        let client = Client::start(accuracy, move |found| {
            if let Some(positions) = weak.upgrade() {
                positions.found(found);
            }
        });
        self.client.replace(Some(client));
    }

    fn found(&self, found: Result<Location, glib::Error>) {
        match found {
            Ok(location) if (self.may_know)() => self.tell(&location),
            Ok(_) => {
                self.client.take();
                self.fail(NOT_ALLOWED);
            }
            Err(error) => {
                self.client.take();
                tracing::warn!("the position is not known: {error}");
                self.fail("The position is not known.");
            }
        }
    }

    fn tell(&self, location: &Location) {
        let Some(manager) = &self.manager else { return };
        let mut position = GeolocationPosition::new(location.latitude, location.longitude, location.accuracy);
        if let Some(altitude) = location.altitude {
            position.set_altitude(altitude);
        }
        if let Some(speed) = location.speed {
            position.set_speed(speed);
        }
        if let Some(heading) = location.heading {
            position.set_heading(heading);
        }
        if let Some(timestamp) = location.timestamp {
            position.set_timestamp(timestamp);
        }
        manager.update_position(&mut position);
    }

    /// Whoever waits is told that there is none (`POSITION_UNAVAILABLE`).
    fn fail(&self, why: &str) {
        if let Some(manager) = &self.manager {
            manager.failed(why);
        }
    }
}

/// Does what the engine wants. Left to itself it would ask the system, and tell every page.
fn follow(manager: &GeolocationManager, positions: &Weak<Positions>) {
    let weak = positions.clone();
    manager.connect_start(move |_| {
        guard("start of positions", true, || {
            if let Some(positions) = weak.upgrade() {
                positions.are_wanted.set(true);
                match (positions.may_know)() {
                    true => positions.start(),
                    // The page waits only when this signal is over.
                    false => drop(glib::idle_add_local_once(move || {
                        positions.fail(NOT_ALLOWED);
                    })),
                }
            }
            true
        })
    });
    let weak = positions.clone();
    manager.connect_stop(move |_| {
        if let Some(positions) = weak.upgrade() {
            positions.are_wanted.set(false);
            positions.recheck();
        }
    });
    let weak = positions.clone();
    manager.connect_enable_high_accuracy_notify(move |_| {
        if let Some(positions) = weak.upgrade()
            && positions.client.take().is_some()
        {
            positions.recheck();
        }
    });
}
