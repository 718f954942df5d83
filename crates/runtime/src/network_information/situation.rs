//! What NetworkManager's and ModemManager's properties come to. Nothing here asks anybody.

use insula_bridge::{CellularGeneration, ConnectionType, Connectivity, NetworkInformation};

/// `NM_STATE_DISCONNECTED` to `NM_STATE_CONNECTED_LOCAL`: from the latter on there is a network.
const CONNECTED_LOCAL: u32 = 50;
/// `NM_STATE_UNKNOWN`.
const STATE_UNKNOWN: u32 = 0;
/// `NM_ACTIVE_CONNECTION_STATE_ACTIVATED`.
const ACTIVATED: u32 = 2;
/// How many connections may lie on each other. More only come from a service that goes in circles.
const MOST_LAYERS: usize = 8;

/// The properties of NetworkManager, with its own numbers and names.
#[derive(Debug, Default)]
pub(super) struct Manager {
    /// `NMState`.
    pub(super) state: u32,
    /// `NMConnectivityState`.
    pub(super) connectivity: u32,
    /// `NMMetered`.
    pub(super) metered: u32,
    /// The connection that leads to the Internet.
    pub(super) primary: Option<String>,
    /// Its type.
    pub(super) primary_type: String,
}

/// The properties of a connection that is active.
#[derive(Debug, Default)]
pub(super) struct Active {
    pub(super) path: String,
    /// As profiles of connections name it.
    pub(super) connection_type: String,
    /// `NMActiveConnectionState`.
    pub(super) state: u32,
    /// What it is about: for a vpn, the connection that it goes through.
    pub(super) beneath: Option<String>,
    pub(super) device: Option<String>,
}

/// What is known of a device's link.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Link {
    /// In Mbit/s; 0 where it is not known.
    pub(super) speed: u32,
    /// `MMModemAccessTechnology`, of which several can be in use.
    pub(super) access_technologies: u32,
}

/// The connection that carries everything: the primary one, or what lies beneath it.
pub(super) fn carrier<'a>(manager: &Manager, active: &'a [Active]) -> Option<&'a Active> {
    let named = |path: &Option<String>| {
        let path = path.as_deref()?;
        active.iter().find(|connection| connection.path == path)
    };
    let mut connection = named(&manager.primary);
    for _ in 0..MOST_LAYERS {
        match connection {
            Some(found) if !is_layer(&found.connection_type) => return connection,
            Some(found) => connection = named(&found.beneath),
            None => break,
        }
    }
    // Nothing says what is beneath a tunnel or a bridge, or leads out. If only one thing can be, it is that.
    let is_physical =
        |connection: &&Active| connection.state == ACTIVATED && physical_type(&connection.connection_type).is_some();
    let mut physical = active.iter().filter(is_physical);
    physical.next().filter(|_| physical.next().is_none())
}

/// How the device is connected, by NetworkManager and what is known of the connection that carries everything.
pub(super) fn of(manager: &Manager, carrier: Option<&Active>, link: Link) -> NetworkInformation {
    let connectivity = match manager.connectivity {
        1 => Connectivity::None,
        2 => Connectivity::Portal,
        3 => Connectivity::Limited,
        4 => Connectivity::Full,
        _ => Connectivity::Unknown,
    };
    let leads_out = !matches!(connectivity, Connectivity::None | Connectivity::Unknown);
    let knows_nothing = connectivity == Connectivity::Unknown && manager.state == STATE_UNKNOWN;
    if !leads_out && !knows_nothing && manager.state < CONNECTED_LOCAL {
        return OFFLINE;
    }
    let connection_type = match carrier {
        Some(carrier) => physical_type(&carrier.connection_type).unwrap_or(ConnectionType::Other),
        None if manager.primary_type.is_empty() => ConnectionType::Unknown,
        None if is_layer(&manager.primary_type) => ConnectionType::Other,
        // The connection has gone since, or cannot be read.
        None => physical_type(&manager.primary_type).unwrap_or(ConnectionType::Other),
    };
    NetworkInformation {
        online: true,
        connection_type,
        downlink_max: (connection_type == ConnectionType::Ethernet && link.speed > 0).then(|| link.speed.into()),
        save_data: false,
        // Yes, and as far as it can be guessed yes.
        metered: matches!(manager.metered, 1 | 3),
        connectivity,
        cellular_generation: match connection_type {
            ConnectionType::Cellular => generation(link.access_technologies),
            _ => None,
        },
    }
}

/// The same by somebody who does not know what the connection is made by.
pub(super) fn without_network_manager(online: bool, metered: bool, connectivity: Connectivity) -> NetworkInformation {
    match online {
        true => NetworkInformation {
            online,
            connection_type: ConnectionType::Unknown,
            downlink_max: None,
            metered,
            connectivity,
            ..OFFLINE
        },
        false => OFFLINE,
    }
}

/// There is no network.
const OFFLINE: NetworkInformation = NetworkInformation {
    online: false,
    connection_type: ConnectionType::None,
    downlink_max: Some(0.0),
    save_data: false,
    metered: false,
    connectivity: Connectivity::None,
    cellular_generation: None,
};

/// Whether connections of a type lie on others.
fn is_layer(connection_type: &str) -> bool {
    matches!(
        connection_type,
        "vpn" | "wireguard" | "tun" | "ip-tunnel" | "bridge" | "bond" | "team" | "vlan" | "macvlan" | "ovs-interface"
    )
}

/// By what a connection of a type is made, where the type says it.
fn physical_type(connection_type: &str) -> Option<ConnectionType> {
    match connection_type {
        "802-3-ethernet" | "pppoe" => Some(ConnectionType::Ethernet),
        "802-11-wireless" | "802-11-olpc-mesh" => Some(ConnectionType::Wifi),
        "gsm" | "cdma" => Some(ConnectionType::Cellular),
        "bluetooth" => Some(ConnectionType::Bluetooth),
        "wimax" => Some(ConnectionType::Wimax),
        _ => None,
    }
}

/// The newest generation of those that are in use.
fn generation(access_technologies: u32) -> Option<CellularGeneration> {
    /// GSM, compact GSM, GPRS, EDGE; 1xRTT.
    const SECOND: u32 = 0b1_1110 | 1 << 10;
    /// UMTS, HSDPA, HSUPA, HSPA, HSPA+; EVDO 0, A and B.
    const THIRD: u32 = 0b11_1110_0000 | 0b111 << 11;
    /// LTE, and what it has for machines: LTE-M, NB-IoT.
    const FOURTH: u32 = 1 << 14 | 0b11 << 16;
    /// 5G NR.
    const FIFTH: u32 = 1 << 15;
    let newest_first = [
        (FIFTH, CellularGeneration::Fifth),
        (FOURTH, CellularGeneration::Fourth),
        (THIRD, CellularGeneration::Third),
        (SECOND, CellularGeneration::Second),
    ];
    let is_used = |(technologies, _): &(u32, CellularGeneration)| access_technologies & technologies != 0;
    newest_first.into_iter().find(is_used).map(|(_, generation)| generation)
}

#[cfg(test)]
mod tests;
