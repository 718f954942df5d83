//! The desktop's notifications as no machine of tests has them: a service that keeps what it is told.

use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};

use gio::glib::{MainContext, MainLoop, VariantDict};
use gio::prelude::*;
use gio::{BusNameOwnerFlags, DBusConnection, DBusConnectionFlags, DBusNodeInfo};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
const DESCRIPTION: &str = r#"<node><interface name="org.freedesktop.Notifications">
  <method name="GetCapabilities"><arg type="as" direction="out"/></method>
  <method name="Notify">
    <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
    <arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/>
  </method>
  <method name="CloseNotification"><arg type="u" direction="in"/></method>
</interface></node>"#;

/// The service on a bus. It leaves the bus with this value.
#[derive(Debug)]
pub struct Notifications {
    shown: Arc<Mutex<Vec<Shown>>>,
    main_loop: MainLoop,
    thread: Option<JoinHandle<()>>,
}

/// A notification that a program shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The program's name.
    pub program: String,
    /// The name of its desktop entry.
    pub desktop_entry: String,
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
}

impl Notifications {
    /// Starts the service on a bus, by its address.
    pub fn start(address: &str) -> Self {
        let (address, shown) = (address.to_owned(), Arc::<Mutex<Vec<Shown>>>::default());
        let (started, start) = mpsc::channel();
        let kept = shown.clone();
        let thread = thread::spawn(move || {
            let context = MainContext::new();
            let serve = || {
                let flags = DBusConnectionFlags::AUTHENTICATION_CLIENT | DBusConnectionFlags::MESSAGE_BUS_CONNECTION;
                let connection = DBusConnection::for_address_sync(&address, flags, None, gio::Cancellable::NONE);
                let connection = connection.expect("the bus lets the service in");
                publish(&connection, &kept);
                let main_loop = MainLoop::new(Some(&context), false);
                let running = main_loop.clone();
                gio::bus_own_name_on_connection(
                    &connection,
                    NAME,
                    BusNameOwnerFlags::NONE,
                    move |_, _| {
                        let _ = started.send(running.clone());
                    },
                    |_, name| panic!("the service cannot have the name {name}"),
                );
                main_loop.run();
            };
            context.with_thread_default(serve).expect("the context is new");
        });
        Self {
            shown,
            main_loop: start.recv().expect("the service starts"),
            thread: Some(thread),
        }
    }

    /// What programs have shown so far.
    pub fn shown(&self) -> Vec<Shown> {
        self.shown.lock().expect("nobody fails with the lock").clone()
    }
}

impl Drop for Notifications {
    fn drop(&mut self) {
        self.main_loop.quit();
        if let Some(thread) = self.thread.take() {
            // If it panicked, it has said so.
            let _ = thread.join();
        }
    }
}

fn publish(connection: &DBusConnection, shown: &Arc<Mutex<Vec<Shown>>>) {
    let description = DBusNodeInfo::for_xml(DESCRIPTION).expect("the description is well-formed");
    let interface = description.lookup_interface(NAME).expect("it is described");
    let shown = shown.clone();
    let service = connection.register_object(PATH, &interface);
    let service = service.method_call(move |_, _, _, _, method, parameters, invocation| match method {
        "GetCapabilities" => invocation.return_value(Some(&(vec!["body", "actions"],).to_variant())),
        "Notify" => {
            let text = |index| parameters.child_value(index).get::<String>().unwrap_or_default();
            let hints = VariantDict::new(Some(&parameters.child_value(6)));
            let entry = hints.lookup::<String>("desktop-entry").ok().flatten();
            let mut shown = shown.lock().expect("nobody fails with the lock");
            shown.push(Shown {
                program: text(0),
                desktop_entry: entry.unwrap_or_default(),
                title: text(3),
                body: text(4),
            });
            let number = u32::try_from(shown.len()).unwrap_or(u32::MAX);
            invocation.return_value(Some(&(number,).to_variant()));
        }
        _ => invocation.return_value(None),
    });
    service.build().expect("nobody else has the path");
}
