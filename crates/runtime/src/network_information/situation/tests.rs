use super::*;
use ConnectionType as Type;

/// NetworkManager's state where it leads to the Internet.
const GLOBAL: u32 = 70;
const FULL: u32 = 4;

fn manager(primary_type: &str) -> Manager {
    Manager {
        state: GLOBAL,
        connectivity: FULL,
        metered: 4,
        primary: Some("/primary".to_owned()),
        primary_type: primary_type.to_owned(),
    }
}

fn active(path: &str, connection_type: &str, beneath: Option<&str>) -> Active {
    Active {
        path: path.to_owned(),
        connection_type: connection_type.to_owned(),
        state: ACTIVATED,
        beneath: beneath.map(str::to_owned),
        device: Some(format!("{path}/device")),
    }
}

fn read(manager: &Manager, active: &[Active], link: Link) -> NetworkInformation {
    of(manager, carrier(manager, active), link)
}

fn type_of(primary: &str) -> Type {
    let connections = [active("/primary", primary, None)];
    read(&manager(primary), &connections, Link::default()).connection_type
}

#[test]
fn each_kind_of_connection_has_its_type() {
    for (primary, expected) in [
        ("802-3-ethernet", Type::Ethernet),
        ("pppoe", Type::Ethernet),
        ("802-11-wireless", Type::Wifi),
        ("gsm", Type::Cellular),
        ("cdma", Type::Cellular),
        ("bluetooth", Type::Bluetooth),
        ("wimax", Type::Wimax),
        ("infiniband", Type::Other),
        ("vpn", Type::Other),
        ("wireguard", Type::Other),
        ("something new", Type::Other),
    ] {
        assert_eq!(type_of(primary), expected, "{primary}");
    }
}

#[test]
fn what_lies_beneath_a_tunnel_counts() {
    let wifi = || active("/wifi", "802-11-wireless", None);
    let wire = || active("/wire", "802-3-ethernet", None);
    let circle = || active("/circle", "vpn", Some("/primary"));
    let resting = Active { state: 1, ..wire() };
    for (primary, beneath, others, expected) in [
        ("vpn", Some("/wifi"), vec![wire(), wifi()], Type::Wifi),
        // A profile of a vpn may be about something that is no connection.
        ("vpn", Some("/access-point"), vec![wifi()], Type::Wifi),
        ("wireguard", None, vec![wifi()], Type::Wifi),
        (
            "bridge",
            None,
            vec![wire(), active("/lo", "loopback", None)],
            Type::Ethernet,
        ),
        ("wireguard", None, vec![wifi(), resting], Type::Wifi),
        ("wireguard", None, vec![wifi(), wire()], Type::Other),
        ("vpn", Some("/circle"), vec![circle()], Type::Other),
    ] {
        let mut connections = others;
        connections.push(active("/primary", primary, beneath));
        let read = read(&manager(primary), &connections, Link::default());
        assert_eq!(read.connection_type, expected, "{connections:?}");
    }
}

#[test]
fn metered_is_what_is_known_or_guessed_to_be() {
    for (metered, expected) in [(0, false), (1, true), (2, false), (3, true), (4, false), (99, false)] {
        let manager = Manager {
            metered,
            ..manager("gsm")
        };
        assert_eq!(read(&manager, &[], Link::default()).metered, expected, "{metered}");
    }
}

#[test]
fn a_network_that_leads_nowhere_is_still_one() {
    for (connectivity, state, primary, expected) in [
        (4, 70, "802-3-ethernet", (true, Connectivity::Full, Type::Ethernet)),
        (3, 60, "802-3-ethernet", (true, Connectivity::Limited, Type::Ethernet)),
        (2, 60, "802-11-wireless", (true, Connectivity::Portal, Type::Wifi)),
        (1, 50, "", (true, Connectivity::None, Type::Unknown)),
        (0, 70, "802-3-ethernet", (true, Connectivity::Unknown, Type::Ethernet)),
        (0, 0, "", (true, Connectivity::Unknown, Type::Unknown)),
        (1, 20, "", (false, Connectivity::None, Type::None)),
        (0, 20, "", (false, Connectivity::None, Type::None)),
        (1, 10, "", (false, Connectivity::None, Type::None)),
    ] {
        let manager = Manager {
            connectivity,
            state,
            primary: None,
            ..manager(primary)
        };
        let read = read(&manager, &[], Link::default());
        let told = (read.online, read.connectivity, read.connection_type);
        assert_eq!(told, expected, "{manager:?}");
    }
    let nothing = read(
        &Manager {
            state: 20,
            metered: 1,
            ..Manager::default()
        },
        &[],
        Link::default(),
    );
    assert_eq!(nothing, OFFLINE);
}

#[test]
fn the_newest_of_the_technologies_in_use_names_the_generation() {
    use CellularGeneration::{Fifth, Fourth, Second, Third};
    for (bits, expected) in [
        (0..=0, None),
        (1..=4, Some(Second)),
        (5..=9, Some(Third)),
        (10..=10, Some(Second)),
        (11..=13, Some(Third)),
        (14..=14, Some(Fourth)),
        (15..=15, Some(Fifth)),
        (16..=17, Some(Fourth)),
        (18..=31, None),
    ] {
        for bit in bits {
            assert_eq!(generation(1 << bit), expected, "{bit}");
        }
    }
    assert_eq!(generation(0), None);
    // 5G beside an LTE anchor.
    assert_eq!(generation(1 << 14 | 1 << 15), Some(Fifth));
}

#[test]
fn only_what_says_its_speed_or_generation_has_one() {
    let link = Link {
        speed: 1000,
        access_technologies: 1 << 14,
    };
    for (primary, speed, generation) in [
        ("802-3-ethernet", Some(1000.0), None),
        ("802-11-wireless", None, None),
        ("gsm", None, Some(CellularGeneration::Fourth)),
    ] {
        let read = read(&manager(primary), &[active("/primary", primary, None)], link);
        assert_eq!(
            (read.downlink_max, read.cellular_generation),
            (speed, generation),
            "{primary}"
        );
    }
    let unplugged = read(&manager("802-3-ethernet"), &[], Link::default());
    assert_eq!(unplugged.downlink_max, None);
}

#[test]
fn without_network_manager_the_type_is_unknown() {
    let online = without_network_manager(true, true, Connectivity::Portal);
    assert_eq!(
        (
            online.online,
            online.connection_type,
            online.metered,
            online.connectivity
        ),
        (true, Type::Unknown, true, Connectivity::Portal)
    );
    assert_eq!(without_network_manager(false, true, Connectivity::Full), OFFLINE);
}
