//! NetworkManager, and ModemManager, over D-Bus: which properties are read, and what is listened to.
//!
//! Source: NetworkManager's and ModemManager's D-Bus interfaces, as their documentation has them.

use super::bus::{Bus, Changed};
use super::situation::{self, Active, Link, Manager};
use gtk4::gio::SignalSubscription;
use gtk4::glib::variant::{FromVariant, ObjectPath};
use gtk4::glib::{Error, VariantDict};
use insula_bridge::NetworkInformation;

const NAME: &str = "org.freedesktop.NetworkManager";
const PATH: &str = "/org/freedesktop/NetworkManager";
const INTERFACE: &str = "org.freedesktop.NetworkManager";
const ACTIVE: &str = "org.freedesktop.NetworkManager.Connection.Active";
const DEVICE: &str = "org.freedesktop.NetworkManager.Device";
const WIRED: &str = "org.freedesktop.NetworkManager.Device.Wired";
const MODEM_NAME: &str = "org.freedesktop.ModemManager1";
const MODEM: &str = "org.freedesktop.ModemManager1.Modem";

/// Tells whenever what [`read`] reads may have changed, until the answer is dropped.
pub(super) fn listen(bus: &Bus, changed: &Changed) -> Vec<SignalSubscription> {
    const OF_MANAGER: &[&str] = &[
        "State",
        "Connectivity",
        "Metered",
        "PrimaryConnection",
        "PrimaryConnectionType",
        "ActiveConnections",
    ];
    const OF_ACTIVE: &[&str] = &["State", "Type", "SpecificObject", "Devices"];
    vec![
        bus.follow_service(NAME, changed),
        bus.follow(NAME, INTERFACE, OF_MANAGER, changed),
        bus.follow(NAME, ACTIVE, OF_ACTIVE, changed),
        bus.follow(NAME, WIRED, &["Speed"], changed),
        bus.follow_service(MODEM_NAME, changed),
        bus.follow(MODEM_NAME, MODEM, &["AccessTechnologies"], changed),
    ]
}

/// How the device is connected.
///
/// # Errors
/// There is no NetworkManager, or it does not answer.
pub(super) async fn read(bus: &Bus) -> Result<NetworkInformation, Error> {
    let properties = bus.properties(NAME, PATH, INTERFACE).await?;
    let manager = Manager {
        state: of(&properties, "State"),
        connectivity: of(&properties, "Connectivity"),
        metered: of(&properties, "Metered"),
        primary: path(&properties, "PrimaryConnection"),
        primary_type: of(&properties, "PrimaryConnectionType"),
    };
    let mut active = Vec::new();
    for connection in paths(&properties, "ActiveConnections") {
        // One that has gone meanwhile is told of next.
        if let Ok(properties) = bus.properties(NAME, &connection, ACTIVE).await {
            active.push(Active {
                connection_type: of(&properties, "Type"),
                state: of(&properties, "State"),
                beneath: path(&properties, "SpecificObject"),
                device: paths(&properties, "Devices").into_iter().next(),
                path: connection,
            });
        }
    }
    let carrier = situation::carrier(&manager, &active);
    let link = match carrier.and_then(|carrier| carrier.device.as_deref()) {
        Some(device) => read_link(bus, device).await,
        None => Link::default(),
    };
    Ok(situation::of(&manager, carrier, link))
}

/// What a device says of its link, where it is of a kind that says something.
async fn read_link(bus: &Bus, device: &str) -> Link {
    let mut link = Link::default();
    if let Ok(wired) = bus.properties(NAME, device, WIRED).await {
        link.speed = of(&wired, "Speed");
    }
    // The one of a modem is ModemManager's object.
    let udi = bus.properties(NAME, device, DEVICE).await;
    let udi: String = udi.map(|device| of(&device, "Udi")).unwrap_or_default();
    if udi.starts_with("/org/freedesktop/ModemManager1/Modem/")
        && ObjectPath::try_from(udi.as_str()).is_ok()
        && let Ok(modem) = bus.properties(MODEM_NAME, &udi, MODEM).await
    {
        link.access_technologies = of(&modem, "AccessTechnologies");
    }
    link
}

/// A property, or what its type has for nothing.
fn of<T: FromVariant + Default>(properties: &VariantDict, name: &str) -> T {
    properties.lookup::<T>(name).ok().flatten().unwrap_or_default()
}

/// An object; "/" stands for none.
fn path(properties: &VariantDict, name: &str) -> Option<String> {
    let path = properties.lookup::<ObjectPath>(name).ok().flatten()?;
    (path.as_str() != "/").then(|| path.as_str().to_owned())
}

fn paths(properties: &VariantDict, name: &str) -> Vec<String> {
    let paths = properties.lookup::<Vec<ObjectPath>>(name).ok().flatten();
    let paths = paths.unwrap_or_default().into_iter();
    paths.map(|path| path.as_str().to_owned()).collect()
}
