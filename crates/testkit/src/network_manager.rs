//! NetworkManager and ModemManager as no machine of tests has them: a device that changes how it is connected.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, mpsc};
use std::thread::{self, JoinHandle};

use gio::glib::variant::{ObjectPath, ToVariant, Variant};
use gio::glib::{MainContext, MainLoop};
use gio::{BusNameOwnerFlags, DBusConnection, DBusConnectionFlags, DBusNodeInfo};

const NAMES: [&str; 2] = ["org.freedesktop.NetworkManager", "org.freedesktop.ModemManager1"];
const DESCRIPTION: &str = include_str!("network_manager.xml");

const MANAGER: &str = "/org/freedesktop/NetworkManager";
const MANAGER_INTERFACE: &str = "org.freedesktop.NetworkManager";
const ACTIVE_INTERFACE: &str = "org.freedesktop.NetworkManager.Connection.Active";
const DEVICE_INTERFACE: &str = "org.freedesktop.NetworkManager.Device";
const WIRED_INTERFACE: &str = "org.freedesktop.NetworkManager.Device.Wired";
const MODEM: &str = "/org/freedesktop/ModemManager1/Modem/0";
const MODEM_INTERFACE: &str = "org.freedesktop.ModemManager1.Modem";

/// The connections that the device can have, by their types, each with what it goes through.
const CONNECTIONS: [(&str, Option<&str>); 4] = [
    ("802-3-ethernet", None),
    ("802-11-wireless", None),
    ("gsm", None),
    ("vpn", Some("gsm")),
];

/// The services on a bus. They leave the bus with this value.
#[derive(Debug)]
pub struct NetworkManager {
    services: Services,
    main_loop: MainLoop,
    thread: Option<JoinHandle<()>>,
}

/// What the services' thread and the test share.
#[derive(Clone, Debug)]
struct Services {
    connection: DBusConnection,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    properties: HashMap<(String, String), HashMap<String, Variant>>,
    /// How often a property was read.
    reads: usize,
}

impl NetworkManager {
    /// Starts the services on a bus, by its address, which is to be the system's. The device is connected by a cable of
    /// 1,000 Mbit/s, and has an LTE modem.
    pub fn start(address: &str) -> Self {
        let address = address.to_owned();
        let (started, start) = mpsc::channel();
        let thread = thread::spawn(move || {
            let context = MainContext::new();
            let serve = || {
                let services = Services::publish(&address);
                let main_loop = MainLoop::new(Some(&context), false);
                for name in NAMES {
                    let (started, serving, running) = (started.clone(), services.clone(), main_loop.clone());
                    gio::bus_own_name_on_connection(
                        &services.connection,
                        name,
                        BusNameOwnerFlags::NONE,
                        move |_, _| {
                            let _ = started.send((serving.clone(), running.clone()));
                        },
                        |_, name| panic!("the services cannot have the name {name}"),
                    );
                }
                main_loop.run();
            };
            context.with_thread_default(serve).expect("the context is new");
        });
        let [_, (services, main_loop)] = NAMES.map(|_| start.recv().expect("the services start"));
        Self {
            services,
            main_loop,
            thread: Some(thread),
        }
    }

    /// Connects the device by a type of connection of NetworkManager's, which leads to the Internet.
    pub fn connect(&self, connection_type: &str) {
        self.services.connect(connection_type);
    }

    /// Takes every connection away.
    pub fn disconnect(&self) {
        self.services.change(
            MANAGER,
            MANAGER_INTERFACE,
            &[
                ("State", 20_u32.to_variant()),
                ("Connectivity", 1_u32.to_variant()),
                ("PrimaryConnection", object("/").to_variant()),
                ("PrimaryConnectionType", "".to_variant()),
                ("ActiveConnections", Vec::<ObjectPath>::new().to_variant()),
            ],
        );
    }

    /// Says how far the network leads (`NMConnectivityState`).
    pub fn set_connectivity(&self, connectivity: u32) {
        self.services.change(
            MANAGER,
            MANAGER_INTERFACE,
            &[("Connectivity", connectivity.to_variant())],
        );
    }

    /// Says whether the network is metered (`NMMetered`).
    pub fn set_metered(&self, metered: u32) {
        self.services
            .change(MANAGER, MANAGER_INTERFACE, &[("Metered", metered.to_variant())]);
    }

    /// Says what the modem uses (`MMModemAccessTechnology`).
    pub fn set_access_technologies(&self, technologies: u32) {
        self.services.change(
            MODEM,
            MODEM_INTERFACE,
            &[("AccessTechnologies", technologies.to_variant())],
        );
    }

    /// How often a property was read so far.
    pub fn reads(&self) -> usize {
        self.services.state().reads
    }
}

impl Drop for NetworkManager {
    fn drop(&mut self) {
        self.main_loop.quit();
        if let Some(thread) = self.thread.take() {
            // If it panicked, it has said so.
            let _ = thread.join();
        }
        let _ = self.services.connection.close_sync(gio::Cancellable::NONE);
    }
}

impl Services {
    fn publish(address: &str) -> Self {
        let flags = DBusConnectionFlags::AUTHENTICATION_CLIENT | DBusConnectionFlags::MESSAGE_BUS_CONNECTION;
        let connection = DBusConnection::for_address_sync(address, flags, None, gio::Cancellable::NONE);
        let services = Self {
            connection: connection.expect("the bus lets the services in"),
            state: Arc::default(),
        };
        services.set(MANAGER, MANAGER_INTERFACE, &[("Metered", 4_u32.to_variant())]);
        services.connect("802-3-ethernet");
        services.set(
            MODEM,
            MODEM_INTERFACE,
            &[("AccessTechnologies", (1_u32 << 14).to_variant())],
        );
        services.register(MANAGER, MANAGER_INTERFACE);
        services.register(MODEM, MODEM_INTERFACE);
        for (connection_type, through) in CONNECTIONS {
            let carrier = through.unwrap_or(connection_type);
            let (path, device) = (active(connection_type), device(carrier));
            services.set(
                &path,
                ACTIVE_INTERFACE,
                &[
                    ("Type", connection_type.to_variant()),
                    ("State", 2_u32.to_variant()),
                    (
                        "SpecificObject",
                        object(&through.map_or("/".to_owned(), active)).to_variant(),
                    ),
                    ("Devices", vec![object(&device)].to_variant()),
                ],
            );
            services.register(&path, ACTIVE_INTERFACE);
            if through.is_none() {
                let udi = if connection_type == "gsm" {
                    MODEM
                } else {
                    "/sys/devices/pci/net"
                };
                services.set(&device, DEVICE_INTERFACE, &[("Udi", udi.to_variant())]);
                services.register(&device, DEVICE_INTERFACE);
            }
        }
        let cable = device("802-3-ethernet");
        services.set(&cable, WIRED_INTERFACE, &[("Speed", 1000_u32.to_variant())]);
        services.register(&cable, WIRED_INTERFACE);
        services
    }

    fn register(&self, path: &str, interface: &str) {
        let description = DBusNodeInfo::for_xml(DESCRIPTION).expect("the description is well-formed");
        let info = description.lookup_interface(interface).expect("it is described");
        let state = self.state.clone();
        let object = self.connection.register_object(path, &info);
        let object = object.property(move |_, _, path, interface, property| {
            let mut state = lock(&state);
            state.reads += 1;
            state.properties[&(path.to_owned(), interface.to_owned())][property].clone()
        });
        object.build().expect("nobody else has the path");
    }

    fn connect(&self, connection_type: &str) {
        let through = CONNECTIONS.iter().find(|(it, _)| *it == connection_type);
        let (_, through) = through.expect("the device can be connected by it");
        let all: Vec<_> = [Some(connection_type), *through].into_iter().flatten().collect();
        let all: Vec<_> = all.into_iter().map(|it| object(&active(it))).collect();
        self.change(
            MANAGER,
            MANAGER_INTERFACE,
            &[
                ("State", 70_u32.to_variant()),
                ("Connectivity", 4_u32.to_variant()),
                ("PrimaryConnection", all[0].to_variant()),
                ("PrimaryConnectionType", connection_type.to_variant()),
                ("ActiveConnections", all.to_variant()),
            ],
        );
    }

    fn set(&self, path: &str, interface: &str, values: &[(&str, Variant)]) {
        let mut state = self.state();
        let object = (path.to_owned(), interface.to_owned());
        let properties = state.properties.entry(object).or_default();
        properties.extend(values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    }

    /// Sets properties, and tells of it.
    fn change(&self, path: &str, interface: &str, values: &[(&str, Variant)]) {
        self.set(path, interface, values);
        let values: HashMap<&str, Variant> = values.iter().cloned().collect();
        let changed = (interface, values, Vec::<String>::new()).to_variant();
        let told = self.connection.emit_signal(
            None,
            path,
            "org.freedesktop.DBus.Properties",
            "PropertiesChanged",
            Some(&changed),
        );
        told.expect("the services are on the bus");
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// The active connection of a type.
fn active(connection_type: &str) -> String {
    format!(
        "/org/freedesktop/NetworkManager/ActiveConnection/{}",
        number(connection_type)
    )
}

/// The device of a type of connection.
fn device(connection_type: &str) -> String {
    format!("/org/freedesktop/NetworkManager/Devices/{}", number(connection_type))
}

fn number(connection_type: &str) -> usize {
    let position = CONNECTIONS.iter().position(|(it, _)| *it == connection_type);
    position.expect("the device can be connected by it")
}

fn object(path: &str) -> ObjectPath {
    ObjectPath::try_from(path).expect("it is a path")
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("nobody panicked with it")
}
