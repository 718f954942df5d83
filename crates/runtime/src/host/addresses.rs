//! What a page may know of this machine's own addresses.

use super::Host;
use super::answer::{Failure, Success};
use super::gate::{DocumentGate, Purpose};
use super::network;
use crate::documents::Document;
use gtk4::glib;
use insula_bridge::{
    AddressFamily, AddressScope, Event, InterfaceAddressResult, InterfaceResult, InterfaceType, InterfacesResult,
    IpAddressSpace, NetworkEvent, PublicAddressParams, PublicAddressResult,
};
use insula_net::page::{InterfaceChanges, RequestId};
use insula_net::{DnsQueryType, Interface, InterfaceAddress, InterfaceKind};
use insula_permissions::{AddressSpace, Denial, Operation, Verdict};
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

/// Lists the interfaces. Whoever has asked once is told of changes: none may be missed between the list and the listening.
pub(super) async fn interfaces(host: &Rc<Host>, document: &Rc<Document>) -> Result<Success, Failure> {
    let gate = network::gate(host, document, Purpose::Interfaces)?;
    match host.authority().check(&gate.caller, &Operation::SeeInterfaces) {
        Verdict::Allow => {}
        Verdict::Deny(denial) => return Err(denial.into()),
        Verdict::Ask(name) => return Err(Denial::NotGranted(name).into()),
    }
    begin(host, document, gate.clone()).await?;
    let found = document.network.interfaces(gate).await?;
    Ok(Success::new(&InterfacesResult {
        interfaces: found.into_iter().map(interface).collect(),
    }))
}

/// Somebody listens to changes. Without the grant there is nothing to hear; the page asks again when it comes.
pub(super) fn watch(host: &Rc<Host>, document: &Rc<Document>) {
    let Ok(gate) = network::gate(host, document, Purpose::Interfaces) else {
        return;
    };
    let (host, document) = (host.clone(), document.clone());
    glib::spawn_future_local(async move {
        if let Err(error) = begin(&host, &document, gate).await {
            tracing::warn!("changes of the network interfaces are not told: {error}");
        }
    });
}

async fn begin(host: &Rc<Host>, document: &Rc<Document>, gate: Arc<DocumentGate>) -> Result<(), insula_net::Error> {
    if let Some(changes) = document.network.watch_interfaces(gate.clone()).await? {
        tell(host, document.id, gate, changes);
    }
    Ok(())
}

/// Tells the document of changes, as long as it may know.
fn tell(host: &Rc<Host>, document: u64, gate: Arc<DocumentGate>, mut changes: InterfaceChanges) {
    let host = Rc::downgrade(host);
    glib::spawn_future_local(async move {
        while let Some(()) = changes.next().await {
            let Some(host) = host.upgrade() else { return };
            if host.authority().foresee(&gate.caller, &Operation::SeeInterfaces) != Verdict::Allow {
                return;
            }
            let event = NetworkEvent::InterfacesChange;
            host.documents.emit(document, &Event::Network(event));
        }
    });
}

/// Asks the page's servers.
pub(super) async fn public_address(
    host: &Rc<Host>,
    document: &Rc<Document>,
    params: PublicAddressParams,
) -> Result<Success, Failure> {
    let gate = network::gate(host, document, Purpose::PublicAddress)?;
    let family = params.family.map(|family| match family {
        AddressFamily::Ipv4 => DnsQueryType::Ipv4,
        AddressFamily::Ipv6 => DnsQueryType::Ipv6,
    });
    let request = params.request.map(|request| RequestId(request.0.into()));
    let servers = &params.stun_servers;
    let found = document.network.public_address(servers, family, request, gate).await?;
    Ok(Success::new(&PublicAddressResult {
        address: found.address.ip().to_string(),
        port: found.address.port(),
        family: family_of(found.address.ip()),
        nat_mapped: found.is_mapped,
        server: found.server.to_string(),
    }))
}

fn interface(interface: Interface) -> InterfaceResult {
    InterfaceResult {
        name: interface.name,
        kind: match interface.kind {
            InterfaceKind::Loopback => InterfaceType::Loopback,
            InterfaceKind::Ethernet => InterfaceType::Ethernet,
            InterfaceKind::Wifi => InterfaceType::Wifi,
            InterfaceKind::Cellular => InterfaceType::Cellular,
            InterfaceKind::Bluetooth => InterfaceType::Bluetooth,
            InterfaceKind::Tunnel => InterfaceType::Tunnel,
            InterfaceKind::Virtual => InterfaceType::Virtual,
            InterfaceKind::Other => InterfaceType::Other,
        },
        up: interface.is_up,
        loopback: interface.is_loopback,
        addresses: interface.addresses.into_iter().map(address).collect(),
    }
}

fn address(address: InterfaceAddress) -> InterfaceAddressResult {
    InterfaceAddressResult {
        address: address.address.to_string(),
        family: family_of(address.address),
        prefix_length: address.prefix_length,
        scope: match address.scope {
            insula_net::AddressScope::Global => AddressScope::Global,
            insula_net::AddressScope::Site => AddressScope::Site,
            insula_net::AddressScope::Link => AddressScope::Link,
            insula_net::AddressScope::Host => AddressScope::Host,
            insula_net::AddressScope::Other => AddressScope::Other,
        },
        address_space: address.space.map(|space| match space {
            AddressSpace::Public => IpAddressSpace::Public,
            AddressSpace::Local => IpAddressSpace::Local,
            AddressSpace::Loopback => IpAddressSpace::Loopback,
        }),
    }
}

fn family_of(address: IpAddr) -> AddressFamily {
    match address {
        IpAddr::V4(_) => AddressFamily::Ipv4,
        IpAddr::V6(_) => AddressFamily::Ipv6,
    }
}
