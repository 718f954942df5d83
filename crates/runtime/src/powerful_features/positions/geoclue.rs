//! GeoClue, the system's service that knows where the device is, over D-Bus.
//!
//! Each client has a connection of its own: what GeoClue does for it ends with that, at whatever point it is.

use gtk4::gio::prelude::*;
use gtk4::gio::{
    self, BusType, Cancellable, DBusCallFlags, DBusConnection, DBusConnectionFlags, DBusSignalFlags, SignalSubscription,
};
use gtk4::glib::variant::{FromVariant, ObjectPath};
use gtk4::glib::{self, Error, JoinHandle, Variant, VariantDict};

const NAME: &str = "org.freedesktop.GeoClue2";
const MANAGER: &str = "/org/freedesktop/GeoClue2/Manager";
const MANAGER_INTERFACE: &str = "org.freedesktop.GeoClue2.Manager";
const CLIENT_INTERFACE: &str = "org.freedesktop.GeoClue2.Client";
const LOCATION_INTERFACE: &str = "org.freedesktop.GeoClue2.Location";
const PROPERTIES_INTERFACE: &str = "org.freedesktop.DBus.Properties";

/// Whoever decides about it may be asked by GeoClue's agent, and takes the time that it takes.
const NO_TIMEOUT: i32 = i32::MAX;
const DEFAULT_TIMEOUT: i32 = -1;

/// How precisely to find out, by the numbers of `GClueAccuracyLevel`.
#[derive(Clone, Copy)]
pub(super) enum Accuracy {
    /// Which city it is in.
    City = 4,
    /// As precisely as possible.
    Exact = 8,
}

/// Where the device is.
#[derive(Debug, PartialEq)]
pub(super) struct Location {
    /// In degrees.
    pub(super) latitude: f64,
    /// In degrees.
    pub(super) longitude: f64,
    /// In metres.
    pub(super) accuracy: f64,
    /// In metres.
    pub(super) altitude: Option<f64>,
    /// In metres a second.
    pub(super) speed: Option<f64>,
    /// In degrees from the north, clockwise.
    pub(super) heading: Option<f64>,
    /// In seconds since 1970.
    pub(super) timestamp: Option<u64>,
}

/// What GeoClue looks for on somebody's behalf, until it is dropped.
pub(super) struct Client(JoinHandle<()>);

impl Client {
    /// Has each location `told` from now on, or that there will be none.
    pub(super) fn start(accuracy: Accuracy, told: impl Fn(Result<Location, Error>) + 'static) -> Self {
        Self(glib::spawn_future_local(async move {
            if let Err(error) = follow(accuracy, |location| told(Ok(location))).await {
                told(Err(error));
            }
        }))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Has each location `told`, and ends with an error in any case.
async fn follow(accuracy: Accuracy, told: impl Fn(Location)) -> Result<(), Error> {
    let bus = Bus::connect().await?;
    let created = bus.call(MANAGER, MANAGER_INTERFACE, "CreateClient", None).await?;
    let (client,) = of_type::<(ObjectPath,)>(&created)?;
    let name = glib::prgname().unwrap_or_default();
    bus.set(&client, "DesktopId", name.as_str().to_variant()).await?;
    bus.set(&client, "RequestedAccuracyLevel", (accuracy as u32).to_variant())
        .await?;
    let (moved, moves) = async_channel::unbounded();
    let _ending = bus.close_at_end(&moved);
    let _subscription = bus.0.subscribe_to_signal(
        Some(NAME),
        Some(CLIENT_INTERFACE),
        Some("LocationUpdated"),
        Some(&client),
        None,
        DBusSignalFlags::NONE,
        move |signal| {
            if let Some((_, new)) = signal.parameters.get::<(ObjectPath, ObjectPath)>() {
                // Nobody waits for it any more otherwise.
                let _ = moved.try_send(new);
            }
        },
    );
    bus.call(&client, CLIENT_INTERFACE, "Start", None).await?;
    while let Ok(path) = moves.recv().await {
        let all = (LOCATION_INTERFACE,).to_variant();
        match bus.call(&path, PROPERTIES_INTERFACE, "GetAll", Some(&all)).await {
            Ok(properties) => told(location(&of_type::<(VariantDict,)>(&properties)?.0)?),
            // GeoClue forgets a location soon after the next.
            Err(_) if !moves.is_empty() => {}
            Err(error) => return Err(error),
        }
    }
    Err(Error::new(gio::DBusError::ServiceUnknown, "GeoClue has ended"))
}

/// A connection to the system's bus, closed at its end.
struct Bus(DBusConnection);

impl Bus {
    async fn connect() -> Result<Self, Error> {
        let address = gio::dbus_address_get_for_bus_sync(BusType::System, Cancellable::NONE)?;
        let flags = DBusConnectionFlags::AUTHENTICATION_CLIENT | DBusConnectionFlags::MESSAGE_BUS_CONNECTION;
        let connection = DBusConnection::for_address_future(&address, flags, None).await?;
        Ok(Self(connection))
    }

    async fn call(
        &self,
        path: &str,
        interface: &str,
        method: &str,
        parameters: Option<&Variant>,
    ) -> Result<Variant, Error> {
        let timeout = if method == "Start" { NO_TIMEOUT } else { DEFAULT_TIMEOUT };
        self.0
            .call_future(
                Some(NAME),
                path,
                interface,
                method,
                parameters,
                None,
                DBusCallFlags::NONE,
                timeout,
            )
            .await
    }

    async fn set(&self, client: &str, property: &str, value: Variant) -> Result<(), Error> {
        let parameters = (CLIENT_INTERFACE, property, value).to_variant();
        self.call(client, PROPERTIES_INTERFACE, "Set", Some(&parameters))
            .await
            .map(drop)
    }

    /// Closes a channel once GeoClue has gone.
    fn close_at_end<T: 'static>(&self, channel: &async_channel::Sender<T>) -> SignalSubscription {
        let channel = channel.clone();
        self.0.subscribe_to_signal(
            Some("org.freedesktop.DBus"),
            Some("org.freedesktop.DBus"),
            Some("NameOwnerChanged"),
            None,
            Some(NAME),
            DBusSignalFlags::NONE,
            move |signal| {
                let owners = signal.parameters.get::<(String, String, String)>();
                if owners.is_none_or(|(_, _, new)| new.is_empty()) {
                    channel.close();
                }
            },
        )
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.0.close(Cancellable::NONE, |_| {});
    }
}

/// What GeoClue answers, which has the type that its description says if it is GeoClue.
fn of_type<T: FromVariant>(answer: &Variant) -> Result<T, Error> {
    let wrong = || Error::new(gio::DBusError::InvalidArgs, "GeoClue answers in an unknown way");
    answer.get::<T>().ok_or_else(wrong)
}

fn location(properties: &VariantDict) -> Result<Location, Error> {
    let number = |name| properties.lookup::<f64>(name).ok().flatten();
    let required = |name| {
        let missing = || Error::new(gio::DBusError::InvalidArgs, "GeoClue's location is incomplete");
        number(name).filter(|it| it.is_finite()).ok_or_else(missing)
    };
    let timestamp = properties.lookup::<(u64, u64)>("Timestamp").ok().flatten();
    Ok(Location {
        latitude: required("Latitude")?,
        longitude: required("Longitude")?,
        accuracy: required("Accuracy")?,
        // What is not known is the smallest number there is, and less than nothing.
        altitude: number("Altitude").filter(|it| *it > f64::MIN),
        speed: number("Speed").filter(|it| *it >= 0.0),
        heading: number("Heading").filter(|it| *it >= 0.0),
        timestamp: timestamp.map(|(seconds, _)| seconds).filter(|it| *it > 0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(properties: &[(&str, Variant)]) -> Result<Location, Error> {
        let dictionary = VariantDict::new(None);
        properties
            .iter()
            .for_each(|(name, value)| dictionary.insert_value(name, value));
        location(&dictionary)
    }

    #[test]
    fn what_geoclue_does_not_know_is_left_out() {
        let mut properties = vec![
            ("Latitude", 48.2.to_variant()),
            ("Longitude", 16.4.to_variant()),
            ("Accuracy", 30.0.to_variant()),
            ("Altitude", f64::MIN.to_variant()),
            ("Speed", (-1.0).to_variant()),
            ("Heading", (-1.0).to_variant()),
            ("Timestamp", (0_u64, 0_u64).to_variant()),
        ];
        let bare = Location {
            latitude: 48.2,
            longitude: 16.4,
            accuracy: 30.0,
            altitude: None,
            speed: None,
            heading: None,
            timestamp: None,
        };
        assert_eq!(read(&properties).ok(), Some(bare));
        properties.truncate(3);
        properties.extend([
            ("Altitude", (-3.0).to_variant()),
            ("Speed", 0.0.to_variant()),
            ("Heading", 90.0.to_variant()),
            ("Timestamp", (1_700_000_000_u64, 5_u64).to_variant()),
        ]);
        let full = Location {
            latitude: 48.2,
            longitude: 16.4,
            accuracy: 30.0,
            altitude: Some(-3.0),
            speed: Some(0.0),
            heading: Some(90.0),
            timestamp: Some(1_700_000_000),
        };
        assert_eq!(read(&properties).ok(), Some(full));
    }

    #[test]
    fn a_location_without_a_place_is_none() {
        let place = [("Latitude", 48.2.to_variant()), ("Longitude", 16.4.to_variant())];
        assert!(read(&place).is_err());
        let nowhere = [
            ("Latitude", f64::NAN.to_variant()),
            ("Longitude", 16.4.to_variant()),
            ("Accuracy", 30.0.to_variant()),
        ];
        assert!(read(&nowhere).is_err());
    }
}
