//! The system's bus, as far as properties of services are read on it. No service is started for that.

use gtk4::gio::prelude::*;
use gtk4::gio::{
    self, BusType, Cancellable, DBusCallFlags, DBusConnection, DBusConnectionFlags, DBusSignalFlags, SignalSubscription,
};
use gtk4::glib::{Error, VariantDict};

const PROPERTIES_INTERFACE: &str = "org.freedesktop.DBus.Properties";

/// A connection to the bus, closed at its end.
pub(super) struct Bus(DBusConnection);

/// Tells that something has changed; what is to be looked at already need not be told again.
pub(super) type Changed = async_channel::Sender<()>;

impl Bus {
    pub(super) async fn connect() -> Result<Self, Error> {
        let address = gio::dbus_address_get_for_bus_sync(BusType::System, Cancellable::NONE)?;
        let flags = DBusConnectionFlags::AUTHENTICATION_CLIENT | DBusConnectionFlags::MESSAGE_BUS_CONNECTION;
        let connection = DBusConnection::for_address_future(&address, flags, None).await?;
        connection.set_exit_on_close(false);
        Ok(Self(connection))
    }

    /// The properties that an object has of an interface.
    pub(super) async fn properties(&self, service: &str, path: &str, interface: &str) -> Result<VariantDict, Error> {
        let answer = self
            .0
            .call_future(
                Some(service),
                path,
                PROPERTIES_INTERFACE,
                "GetAll",
                Some(&(interface,).to_variant()),
                None,
                DBusCallFlags::NO_AUTO_START,
                -1,
            )
            .await?;
        let unknown = || Error::new(gio::DBusError::InvalidArgs, "the properties come in an unknown way");
        answer.get::<(VariantDict,)>().map(|(all,)| all).ok_or_else(unknown)
    }

    /// Tells whenever one of some properties of an interface may have changed, of whichever object of a service.
    pub(super) fn follow(
        &self,
        service: &str,
        interface: &str,
        properties: &'static [&'static str],
        changed: &Changed,
    ) -> SignalSubscription {
        let changed = changed.clone();
        self.0.subscribe_to_signal(
            Some(service),
            Some(PROPERTIES_INTERFACE),
            Some("PropertiesChanged"),
            None,
            // The bus lets only those of this interface through.
            Some(interface),
            DBusSignalFlags::NONE,
            move |signal| {
                let told = signal.parameters.get::<(String, VariantDict, Vec<String>)>();
                let concerns = told.is_none_or(|(_, values, names)| {
                    let is_named = |property: &&str| names.iter().any(|name| name == property);
                    properties
                        .iter()
                        .any(|property| values.contains(property) || is_named(property))
                });
                if concerns {
                    let _ = changed.try_send(());
                }
            },
        )
    }

    /// Tells whenever a service comes or goes.
    pub(super) fn follow_service(&self, service: &str, changed: &Changed) -> SignalSubscription {
        let changed = changed.clone();
        self.0.subscribe_to_signal(
            Some("org.freedesktop.DBus"),
            Some("org.freedesktop.DBus"),
            Some("NameOwnerChanged"),
            None,
            Some(service),
            DBusSignalFlags::NONE,
            move |_| {
                let _ = changed.try_send(());
            },
        )
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.0.close(Cancellable::NONE, |_| {});
    }
}
