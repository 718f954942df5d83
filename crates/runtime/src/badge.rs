//! The badge of the app's icon (Badging API), where the desktop shows one.
//!
//! Docks take it from the signal `Update` of `com.canonical.Unity.LauncherEntry` on the session's bus, as Ubuntu's, Dash to
//! Dock and KDE's do. They show a number; for a badge without one they have no picture, so the icon asks for attention
//! instead (`urgent`).

use crate::control::bus;
use gtk4::gio;
use gtk4::gio::prelude::*;
use gtk4::glib::{self, Variant, VariantDict};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

const INTERFACE: &str = "com.canonical.Unity.LauncherEntry";
const SIGNAL: &str = "Update";

/// How long what a page says waits for what it says next. Docks paint each badge anew.
const PAUSE: Duration = Duration::from_millis(100);

/// The badge of the running app.
pub(crate) struct Badge {
    /// The name of the app's entry in the menu.
    entry: String,
    mark: Cell<Mark>,
    is_pending: Cell<bool>,
    /// The bus, once something has been said on it.
    connection: RefCell<Option<gio::DBusConnection>>,
}

/// What is on the icon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mark {
    #[default]
    None,
    /// Something that counts nothing.
    Flag,
    Count(u64),
}

impl Badge {
    /// No badge yet, for the app with an id.
    pub(crate) fn new(id: &str) -> Rc<Self> {
        Rc::new(Self {
            entry: format!("insula-{id}.desktop"),
            mark: Cell::default(),
            is_pending: Cell::default(),
            connection: RefCell::default(),
        })
    }

    /// Puts something on the icon, in a moment.
    pub(crate) fn set(self: &Rc<Self>, mark: Mark) {
        if self.mark.replace(mark) == mark || !bus::there_is_a_bus() || self.is_pending.replace(true) {
            return;
        }
        let badge = Rc::downgrade(self);
        glib::spawn_future_local(async move {
            glib::timeout_future(PAUSE).await;
            let connection = gio::bus_get_future(gio::BusType::Session).await;
            let Some(badge) = badge.upgrade() else { return };
            badge.is_pending.set(false);
            match connection {
                Ok(connection) => badge.tell(&connection),
                Err(error) => tracing::warn!("the desktop is not told of the app's badge: {error}"),
            }
        });
    }

    /// Takes it away at once: the app ends.
    pub(crate) fn clear(&self) {
        self.mark.set(Mark::None);
        if let Some(connection) = self.connection.take() {
            self.tell(&connection);
            // Nobody is left to be told of a bus that does not take it.
            let _ = connection.flush_sync(gio::Cancellable::NONE);
        }
    }

    fn tell(&self, connection: &gio::DBusConnection) {
        let uri = format!("application://{}", self.entry);
        let path = format!("/com/canonical/unity/launcherentry/{}", hash(&uri));
        let told = Variant::tuple_from_iter([uri.to_variant(), properties(self.mark.get())]);
        if let Err(error) = connection.emit_signal(None, &path, INTERFACE, SIGNAL, Some(&told)) {
            return tracing::warn!("the desktop is not told of the app's badge: {error}");
        }
        self.connection.replace(Some(connection.clone()));
    }
}

fn properties(mark: Mark) -> Variant {
    let (count, shown) = match mark {
        Mark::Count(count) => (i64::try_from(count).unwrap_or(i64::MAX), true),
        Mark::None | Mark::Flag => (0, false),
    };
    let properties = VariantDict::new(None);
    properties.insert("count", count);
    properties.insert("count-visible", shown);
    properties.insert("urgent", mark == Mark::Flag);
    properties.end()
}

/// A number for an object's path: docks go by the address that the signal names.
fn hash(text: &str) -> u32 {
    text.bytes()
        .fold(5381_u32, |hash, byte| hash.wrapping_mul(33).wrapping_add(byte.into()))
}
