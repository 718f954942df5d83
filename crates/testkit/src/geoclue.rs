//! GeoClue as no machine of tests has it: a service that knows where the device is, and moves it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, mpsc};
use std::thread::{self, JoinHandle};

use gio::glib::variant::ObjectPath;
use gio::glib::{MainContext, MainLoop};
use gio::prelude::*;
use gio::{BusNameOwnerFlags, BusNameWatcherFlags, DBusConnection, DBusConnectionFlags, DBusNodeInfo};

const NAME: &str = "org.freedesktop.GeoClue2";
const MANAGER: &str = "/org/freedesktop/GeoClue2/Manager";
const LOCATION: &str = "/org/freedesktop/GeoClue2/Location/0";
const CLIENT_INTERFACE: &str = "org.freedesktop.GeoClue2.Client";
const DESCRIPTION: &str = include_str!("geoclue.xml");

/// The service on a bus. It leaves the bus with this value.
#[derive(Debug)]
pub struct GeoClue {
    service: Service,
    main_loop: MainLoop,
    thread: Option<JoinHandle<()>>,
}

/// What a client has asked for.
#[derive(Clone, Debug, Default)]
pub struct GeoClueClient {
    /// For which desktop entry it is.
    pub desktop_id: String,
    /// How precisely it wants to know, by the numbers of `GClueAccuracyLevel`.
    pub accuracy: u32,
    /// Whether it is told where the device is.
    pub is_active: bool,
}

/// What the service's thread and the test share.
#[derive(Clone, Debug)]
struct Service {
    connection: DBusConnection,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    place: (f64, f64),
    /// How many clients there have been.
    made: u32,
    clients: HashMap<String, GeoClueClient>,
}

impl GeoClue {
    /// Starts the service on a bus, by its address, which is to be the system's. The device is at a place in degrees,
    /// latitude and longitude.
    pub fn start(address: &str, place: (f64, f64)) -> Self {
        let address = address.to_owned();
        let (started, start) = mpsc::channel();
        let thread = thread::spawn(move || {
            let context = MainContext::new();
            let serve = || {
                let service = Service::publish(&address, place);
                let main_loop = MainLoop::new(Some(&context), false);
                let (serving, running) = (service.clone(), main_loop.clone());
                gio::bus_own_name_on_connection(
                    &service.connection,
                    NAME,
                    BusNameOwnerFlags::NONE,
                    move |_, _| {
                        let _ = started.send((serving.clone(), running.clone()));
                    },
                    |_, name| panic!("the service cannot have the name {name}"),
                );
                main_loop.run();
            };
            context.with_thread_default(serve).expect("the context is new");
        });
        let (service, main_loop) = start.recv().expect("the service starts");
        Self {
            service,
            main_loop,
            thread: Some(thread),
        }
    }

    /// Moves the device, and tells whoever wants to know.
    pub fn move_to(&self, place: (f64, f64)) {
        let clients = {
            let mut state = self.service.state();
            state.place = place;
            state.clients.clone()
        };
        let active = clients.iter().filter(|(_, client)| client.is_active);
        active.for_each(|(path, _)| self.service.tell(path));
    }

    /// The clients that there are now.
    pub fn clients(&self) -> Vec<GeoClueClient> {
        self.service.state().clients.values().cloned().collect()
    }

    /// How many clients there have been.
    pub fn made(&self) -> u32 {
        self.service.state().made
    }
}

impl Drop for GeoClue {
    fn drop(&mut self) {
        self.main_loop.quit();
        if let Some(thread) = self.thread.take() {
            // If it panicked, it has said so.
            let _ = thread.join();
        }
        let _ = self.service.connection.close_sync(gio::Cancellable::NONE);
    }
}

impl Service {
    fn publish(address: &str, place: (f64, f64)) -> Self {
        let flags = DBusConnectionFlags::AUTHENTICATION_CLIENT | DBusConnectionFlags::MESSAGE_BUS_CONNECTION;
        let connection = DBusConnection::for_address_sync(address, flags, None, gio::Cancellable::NONE);
        let service = Self {
            connection: connection.expect("the bus lets the service in"),
            state: Arc::new(Mutex::new(State {
                place,
                ..State::default()
            })),
        };
        let description = DBusNodeInfo::for_xml(DESCRIPTION).expect("the description is well-formed");
        let interface = |name| description.lookup_interface(name).expect("it is described");
        let (creating, client) = (service.clone(), interface(CLIENT_INTERFACE));
        let manager = interface("org.freedesktop.GeoClue2.Manager");
        let manager = service.connection.register_object(MANAGER, &manager);
        let manager = manager.method_call(move |_, sender, _, _, _, _, invocation| {
            let path = creating.create_client(sender.unwrap_or_default(), &client);
            invocation.return_value(Some(&(path,).to_variant()));
        });
        manager.build().expect("nobody else has the path");
        let placed = service.state.clone();
        let location = interface("org.freedesktop.GeoClue2.Location");
        let location = service.connection.register_object(LOCATION, &location);
        let location = location.property(move |_, _, _, _, property| {
            let (latitude, longitude) = lock(&placed).place;
            match property {
                "Latitude" => latitude.to_variant(),
                "Longitude" => longitude.to_variant(),
                "Accuracy" => 10.0.to_variant(),
                "Altitude" => f64::MIN.to_variant(),
                "Timestamp" => (1_700_000_000_u64, 0_u64).to_variant(),
                // Nothing is known of the speed and of where it goes.
                _ => (-1.0).to_variant(),
            }
        });
        location.build().expect("nobody else has the path");
        service
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Makes a client for a connection: it ends with that, as GeoClue's do.
    fn create_client(&self, sender: &str, interface: &gio::DBusInterfaceInfo) -> ObjectPath {
        let path = {
            let mut state = self.state();
            state.made += 1;
            let path = format!("/org/freedesktop/GeoClue2/Client/{}", state.made);
            state.clients.insert(path.clone(), GeoClueClient::default());
            path
        };
        let (setting, starting) = (self.clone(), self.clone());
        let client = self.connection.register_object(&path, interface);
        let client = client.set_property(move |_, _, path, _, property, value| {
            setting.change(path, |client| match property {
                "DesktopId" => client.desktop_id = value.get().unwrap_or_default(),
                _ => client.accuracy = value.get().unwrap_or_default(),
            });
            true
        });
        let client = client.method_call(move |_, _, path, _, method, _, invocation| {
            let is_active = method == "Start";
            starting.change(path, |client| client.is_active = is_active);
            invocation.return_value(None);
            if is_active {
                starting.tell(path);
            }
        });
        client.build().expect("the path is new");
        let (ending, ended) = (self.state.clone(), path.clone());
        gio::bus_watch_name_on_connection(
            &self.connection,
            sender,
            BusNameWatcherFlags::NONE,
            |_, _, _| {},
            move |_, _| drop(lock(&ending).clients.remove(&ended)),
        );
        ObjectPath::try_from(path).expect("it is a path")
    }

    fn change(&self, client: &str, change: impl FnOnce(&mut GeoClueClient)) {
        if let Some(client) = self.state().clients.get_mut(client) {
            change(client);
        }
    }

    /// Tells a client that the device has moved.
    fn tell(&self, client: &str) {
        let path = || ObjectPath::try_from(LOCATION).expect("it is a path");
        let moved = (path(), path()).to_variant();
        let told = self
            .connection
            .emit_signal(None, client, CLIENT_INTERFACE, "LocationUpdated", Some(&moved));
        told.expect("the service is on the bus");
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("nobody panicked with it")
}
