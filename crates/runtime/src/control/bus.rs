//! The commands over D-Bus: `org.freedesktop.Application`, as desktops start and open apps, and `org.insula.Session1`
//! with what that lacks. `bus.xml` describes both.

use super::{Answer, Command, Commanded};
use crate::launches::Purpose;
use gtk4::gio;
use gtk4::gio::prelude::*;
use gtk4::glib::{self, Error, Variant, VariantDict, VariantTy};
use insula_vocabulary::bus_name;
use serde::Serialize;
use serde_json::Value;
use std::path::PathBuf;
use std::rc::{Rc, Weak};

const INTERFACE: &str = "org.insula.Session1";
const ERRORS: &str = "org.insula.Error";
const DESCRIPTION: &str = include_str!("bus.xml");

/// Puts the app on the session's bus, where there is one.
pub(crate) fn serve(session: &Rc<dyn Commanded>) {
    // GIO starts a bus where there is none.
    if !there_is_a_bus() {
        return;
    }
    let session = Rc::downgrade(session);
    glib::spawn_future_local(async move {
        let published = match gio::bus_get_future(gio::BusType::Session).await {
            Ok(connection) => session
                .upgrade()
                .map_or(Ok(()), |session| publish(&connection, &session)),
            Err(error) => Err(error),
        };
        if let Err(error) = published {
            tracing::warn!("the app cannot be commanded over D-Bus: {error}");
        }
    });
}

/// Whether the user's session has a bus.
pub(crate) fn there_is_a_bus() -> bool {
    let in_runtime_folder = || std::env::var_os("XDG_RUNTIME_DIR").map(|folder| PathBuf::from(folder).join("bus"));
    std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some() || in_runtime_folder().is_some_and(|bus| bus.exists())
}

fn publish(connection: &gio::DBusConnection, session: &Rc<dyn Commanded>) -> Result<(), Error> {
    // The app goes on when the bus ends.
    connection.set_exit_on_close(false);
    let name = bus_name(session.id());
    let path = format!("/{}", name.replace('.', "/"));
    for interface in gio::DBusNodeInfo::for_xml(DESCRIPTION)?.interfaces() {
        let session = Rc::downgrade(session);
        connection
            .register_object(&path, interface)
            .typed_method_call()
            .invoke(move |_, _, command: Command, invocation| answer(&session, command, invocation))
            .build()?;
    }
    let (events, telling) = (session.events(), connection.clone());
    glib::spawn_future_local(async move {
        while let Ok(event) = events.recv().await {
            let details = Variant::tuple_from_iter([dictionary(&event)]);
            // Without the bus nobody is there to be told.
            let _ = telling.emit_signal(None, &path, INTERFACE, event.name(), Some(&details));
        }
    });
    let connection = connection.clone();
    glib::spawn_future_local(async move {
        match own(&connection, &name).await {
            Ok(true) => {}
            Ok(false) => tracing::warn!("the app is not on the bus: another program has the name {name}"),
            Err(error) => tracing::warn!("the app is not on the bus: it cannot have the name {name}: {error}"),
        }
    });
    Ok(())
}

/// Whether the connection has the name from now on, for as long as it is there.
///
/// The bus is asked itself (D-Bus Specification, "`RequestName`"). Of the library's `bus_own_name_on_connection` the Rust
/// binding takes a name that is lost with the bus for one that has a connection, and ends the program.
async fn own(connection: &gio::DBusConnection, name: &str) -> Result<bool, Error> {
    const DO_NOT_QUEUE: u32 = 4;
    const PRIMARY_OWNER: u32 = 1;
    const ALREADY_OWNER: u32 = 4;
    let answer = connection
        .call_future(
            Some("org.freedesktop.DBus"),
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus",
            "RequestName",
            Some(&(name, DO_NOT_QUEUE).to_variant()),
            Some(&<(u32,)>::static_variant_type()),
            gio::DBusCallFlags::NONE,
            -1,
        )
        .await?;
    let outcome = answer.get::<(u32,)>().map(|(outcome,)| outcome);
    Ok(matches!(outcome, Some(PRIMARY_OWNER | ALREADY_OWNER)))
}

/// The parameters have the types that the description says: the library makes sure.
impl DBusMethodCall for Command {
    fn parse_call(_: &str, _: Option<&str>, method: &str, parameters: Variant) -> Result<Self, Error> {
        let text = |index| parameters.child_value(index).get::<String>().unwrap_or_default();
        Ok(match method {
            "Activate" => Self::Activate {
                token: token(&parameters.child_value(0)),
            },
            "Open" => {
                let opened = parameters.child_value(0).get::<Vec<String>>().unwrap_or_default();
                Self::Launch {
                    purpose: Purpose::Open(opened),
                    token: token(&parameters.child_value(1)),
                }
            }
            "ActivateAction" => match text(0).as_str() {
                "permissions" => Self::Permissions {},
                "reload" => Self::Reload {},
                "close" => Self::Close {},
                _ => return Err(wrong("the actions are permissions, reload and close")),
            },
            "OpenPath" => Self::Open {
                path: text(0),
                token: None,
            },
            "Reload" => Self::Reload {},
            "Close" => Self::Close {},
            "Screenshot" => Self::Screenshot {},
            "State" => Self::State {},
            _ => return Err(Error::new(gio::DBusError::UnknownMethod, "there is no such method")),
        })
    }
}

fn wrong(message: &str) -> Error {
    Error::new(gio::DBusError::InvalidArgs, message)
}

/// What the desktop gave the caller, by the names of the Desktop Entry Specification.
fn token(platform_data: &Variant) -> Option<String> {
    let data = VariantDict::new(Some(platform_data));
    let text = |name| data.lookup_value(name, Some(VariantTy::STRING))?.get::<String>();
    text("activation-token").or_else(|| text("desktop-startup-id"))
}

fn answer(session: &Weak<dyn Commanded>, command: Command, invocation: gio::DBusMethodInvocation) {
    // The call ends with the program.
    let Some(session) = session.upgrade() else { return };
    match session.perform(command) {
        Ok(Answer::Done) => invocation.return_value(None),
        Ok(Answer::State(state)) => invocation.return_result(Ok(Some(dictionary(&state)))),
        Ok(Answer::Screenshot(png)) => invocation.return_result(Ok(Some(Variant::array_from_fixed_array(&png)))),
        Err(refusal) => {
            let name = format!("{ERRORS}.{}", refusal.name());
            invocation.return_dbus_error(&name, &refusal.to_string());
        }
    }
}

/// A structure as D-Bus writes one whose members may become more.
fn dictionary(value: &impl Serialize) -> Variant {
    // Plain data always serialises.
    variant(&serde_json::to_value(value).unwrap_or_default())
}

fn variant(value: &Value) -> Variant {
    match value {
        Value::Object(members) => {
            let dictionary = VariantDict::new(None);
            for (name, member) in members {
                dictionary.insert_value(name, &variant(member));
            }
            dictionary.end()
        }
        Value::Array(items) => Variant::array_from_iter_with_type(VariantTy::VARDICT, items.iter().map(variant)),
        Value::Bool(value) => value.to_variant(),
        // All numbers of states and events have 32 bits.
        Value::Number(number) => number
            .as_u64()
            .and_then(|it| u32::try_from(it).ok())
            .unwrap_or_default()
            .to_variant(),
        Value::String(text) => text.to_variant(),
        Value::Null => "".to_variant(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::{Event, State, WindowState};

    #[test]
    fn every_id_makes_a_name_that_the_bus_takes() {
        for id in [
            "4tkrnsmftl4ggvvdkfth3piainqragus2qbhf7rlz2a3wo3rh4wqaaic",
            "example.com-8080",
        ] {
            let name = bus_name(id);
            assert!(gio::dbus_is_name(&name) && !gio::dbus_is_unique_name(&name), "{name}");
        }
    }

    #[test]
    fn what_is_told_has_the_types_that_the_description_says() {
        let window = WindowState {
            window: 1,
            title: "Mail".into(),
            url: "isolated-app://x/".into(),
            active: true,
            loading: false,
        };
        let state = State {
            id: "x".into(),
            origin: "isolated-app://x".into(),
            name: "Mail".into(),
            version: "1.0.0".into(),
            process: 7,
            windows: vec![window],
        };
        let told = VariantDict::new(Some(&dictionary(&state)));
        let type_of = |name| {
            told.lookup_value(name, None)
                .map(|value| value.type_().as_str().to_owned())
        };
        assert_eq!(type_of("name").as_deref(), Some("s"));
        assert_eq!(type_of("process").as_deref(), Some("u"));
        assert_eq!(type_of("windows").as_deref(), Some("aa{sv}"));
        assert_eq!(dictionary(&Event::WindowOpened { window: 1 }).type_().as_str(), "a{sv}");
    }

    #[test]
    fn the_description_names_every_signal() {
        let description = gio::DBusNodeInfo::for_xml(DESCRIPTION).unwrap();
        let interface = description.lookup_interface(INTERFACE).unwrap();
        for event in [
            Event::WindowOpened { window: 1 },
            Event::WindowClosed { window: 1 },
            Event::Loaded {
                window: 1,
                url: String::new(),
            },
            Event::PageDied { window: 1 },
        ] {
            assert!(interface.lookup_signal(event.name()).is_some(), "{}", event.name());
        }
    }
}
