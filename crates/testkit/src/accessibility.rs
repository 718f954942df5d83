//! What a screen reader is told (AT-SPI), on a session bus of its own.

use std::process::{Command, Stdio};

use gio::glib::variant::{FromVariant, ObjectPath};
use gio::glib::{Variant, VariantTy};
use gio::prelude::*;
use gio::{Cancellable, DBusCallFlags, DBusConnection, DBusConnectionFlags};

use crate::bus::Bus;
use crate::home::Home;
use crate::process::Running;
use crate::session::Rect;
use crate::wait;

const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";
const COMPONENT: &str = "org.a11y.atspi.Component";
const REGISTRY: &str = "org.a11y.atspi.Registry";
const ROOT: &str = "/org/a11y/atspi/accessible/root";

/// Where Debian and others have the program that starts the bus of screen readers.
const LAUNCHERS: [&str; 2] = ["/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi-bus-launcher"];

/// How deep a tree is looked at: pages decide how deep theirs are.
const DEEPEST: usize = 60;

/// A number of `Component.GetExtents`: within the window.
const IN_WINDOW: u32 = 1;

/// A program in the place of a screen reader. It ends with this value.
#[derive(Debug)]
pub struct AssistiveTechnology {
    // Dropped in this order: the bus that the launcher lives on goes last.
    connection: DBusConnection,
    _launcher: Running,
    bus: Bus,
}

/// What AT-SPI numbers what there is by; names of roles differ between toolkits.
pub mod role {
    /// A button.
    pub const BUTTON: u32 = 43;
    /// What documents are, by their toolkit.
    pub const DOCUMENTS: [u32; 3] = [82, 94, 95];
}

/// Something that a screen reader is told of, with what is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Accessible {
    /// What it is: one of the [roles](role).
    pub role: u32,
    /// What it is called.
    pub name: String,
    /// What else is said of it.
    pub description: String,
    /// Whether it has the keyboard.
    pub is_focused: bool,
    /// Where it lies in its window.
    pub rect: Rect,
    /// What is in it, in order.
    pub children: Vec<Accessible>,
}

/// An object on the bus: who has it, and where.
type Reference = (String, ObjectPath);

impl AssistiveTechnology {
    /// Starts one. Programs whose [variables](Home::set_variable) are then those of `home` are seen. Panics if there is no
    /// AT-SPI.
    pub fn start(home: &mut Home) -> Self {
        let bus = Bus::start();
        let launcher = LAUNCHERS.iter().find(|path| std::path::Path::new(path).exists());
        let launcher = launcher.unwrap_or_else(|| panic!("at-spi-bus-launcher is missing: run ./x setup"));
        let mut command = Command::new(launcher);
        home.environment(&mut command);
        command
            .arg("--launch-immediately")
            .env("DBUS_SESSION_BUS_ADDRESS", bus.address())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let launcher = Running::start(&mut command);
        for (name, value) in [
            ("DBUS_SESSION_BUS_ADDRESS", bus.address()),
            ("GTK_A11Y", "atspi"),
            ("NO_AT_BRIDGE", "0"),
        ] {
            home.set_variable(name, value);
        }
        let address = wait::until("there is a bus for screen readers", || {
            let said = bus.call("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus.GetAddress", &[]);
            // `('unix:path=…',)`
            said.ok()?.split('\'').nth(1).map(str::to_owned)
        });
        let flags = DBusConnectionFlags::AUTHENTICATION_CLIENT | DBusConnectionFlags::MESSAGE_BUS_CONNECTION;
        let connection = DBusConnection::for_address_sync(&address, flags, None, Cancellable::NONE);
        let this = Self {
            connection: connection.expect("the bus lets a screen reader in"),
            _launcher: launcher,
            bus,
        };
        for status in ["IsEnabled", "ScreenReaderEnabled"] {
            let set = this.bus.call(
                "org.a11y.Bus",
                "/org/a11y/bus",
                "org.freedesktop.DBus.Properties.Set",
                &["org.a11y.Status", status, "<true>"],
            );
            set.expect("programs are told that there is a screen reader");
        }
        this
    }

    /// All programs that there are, with what they have said of themselves.
    pub fn programs(&self) -> Vec<Accessible> {
        let root = (REGISTRY.to_owned(), path(ROOT));
        let programs = self.children(&root).unwrap_or_default();
        programs.iter().filter_map(|program| self.look(program, 0)).collect()
    }

    /// Nothing of what has gone meanwhile.
    fn look(&self, object: &Reference, depth: usize) -> Option<Accessible> {
        let (role,) = self.call::<(u32,)>(object, ACCESSIBLE, "GetRole", None)?;
        let (states,) = self
            .call::<(Vec<u32>,)>(object, ACCESSIBLE, "GetState", None)
            .unwrap_or_default();
        let children = match depth < DEEPEST {
            true => self.children(object)?,
            false => Vec::new(),
        };
        let rect =
            self.call::<((i32, i32, i32, i32),)>(object, COMPONENT, "GetExtents", Some(&(IN_WINDOW,).to_variant()));
        let ((x, y, width, height),) = rect.unwrap_or_default();
        Some(Accessible {
            role,
            name: self.text(object, "Name")?,
            description: self.text(object, "Description").unwrap_or_default(),
            is_focused: states.first().is_some_and(|states| states & FOCUSED != 0),
            rect: Rect {
                x: x.into(),
                y: y.into(),
                width: width.into(),
                height: height.into(),
            },
            children: children
                .iter()
                .filter_map(|child| self.look(child, depth + 1))
                .collect(),
        })
    }

    fn children(&self, object: &Reference) -> Option<Vec<Reference>> {
        let (children,) = self.call::<(Vec<Reference>,)>(object, ACCESSIBLE, "GetChildren", None)?;
        Some(children)
    }

    fn text(&self, object: &Reference, property: &str) -> Option<String> {
        let asked = (ACCESSIBLE, property).to_variant();
        let (value,) = self.call::<(Variant,)>(object, "org.freedesktop.DBus.Properties", "Get", Some(&asked))?;
        value.get()
    }

    fn call<T: FromVariant>(
        &self,
        object: &Reference,
        interface: &str,
        method: &str,
        with: Option<&Variant>,
    ) -> Option<T> {
        let (name, path) = object;
        let answer = self.connection.call_sync(
            Some(name),
            path.as_str(),
            interface,
            method,
            with,
            None::<&VariantTy>,
            DBusCallFlags::NO_AUTO_START,
            2000,
            Cancellable::NONE,
        );
        answer.ok()?.get()
    }
}

impl Accessible {
    /// The first of a role in it, itself included, if there is one.
    pub fn find(&self, role: u32) -> Option<&Self> {
        self.all(role).into_iter().next()
    }

    /// What in it has the keyboard, itself included.
    pub fn find_focused(&self) -> Option<&Self> {
        match self.is_focused {
            true => Some(self),
            false => self.children.iter().find_map(Self::find_focused),
        }
    }

    /// Everything of a role in it, itself included, in order.
    pub fn all(&self, role: u32) -> Vec<&Self> {
        let own = (self.role == role).then_some(self);
        let inner = self.children.iter().flat_map(|child| child.all(role));
        own.into_iter().chain(inner).collect()
    }
}

/// The bit of AT-SPI's state `FOCUSED`.
const FOCUSED: u32 = 1 << 12;

fn path(path: &str) -> ObjectPath {
    ObjectPath::try_from(path.to_owned()).expect("a path of a bus")
}
