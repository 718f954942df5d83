//! What a page says of a socket, and is told of it, between the bridge's words and the broker's.

use super::answer::Failure;
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER, HEXLOWER_PERMISSIVE};
use insula_bridge::{
    CertificateResult, ConnectResult, ConnectionId, DomError, DomErrorName, GroupParams, GroupResult, ListenParams,
    SocketOptions, TlsParams, TlsResult, TlsVersion, UdpParams, WebSocketParams,
};
use insula_net::page::{
    self, Connected, Ends, ListenOptions, Membership, MulticastOptions, RequestId, UdpOptions, WebSocketOptions,
};
use insula_net::{DnsQueryType, Pin, TcpOptions, TlsInfo, TlsOptions};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::os::fd::OwnedFd;
use std::time::Duration;

/// What a page says of a socket.
pub(super) fn options(options: SocketOptions) -> Result<page::SocketOptions, Failure> {
    let dns_query_type = family(options.dns_query_type.as_deref())?;
    let local_address = options.local_address.as_deref().map(local_address).transpose()?;
    Ok(page::SocketOptions {
        tcp: TcpOptions {
            no_delay: options.no_delay.unwrap_or_default(),
            keep_alive_delay: options.keep_alive_delay,
            send_buffer_size: options.send_buffer_size,
            receive_buffer_size: options.receive_buffer_size,
            dns_query_type,
            connect_timeout: options.connect_timeout.map(|limit| Duration::from_millis(limit.into())),
            local_address,
        },
        tls: options.tls.map(tls).transpose()?,
        request: options.request.map(|request| RequestId(request.0.into())),
    })
}

/// Where a page waits for connections.
pub(super) fn place(place: &ListenParams) -> Result<ListenOptions, Failure> {
    Ok(ListenOptions {
        address: local_address(&place.address)?,
        port: place.port,
        backlog: place.backlog,
        ipv6_only: place.ipv6_only.unwrap_or_default(),
    })
}

/// What a page says of a UDP socket.
pub(super) fn udp(params: UdpParams) -> Result<UdpOptions, Failure> {
    let local = params.local_address.as_deref().map(local_address).transpose()?;
    Ok(UdpOptions {
        remote: params.remote_address.zip(params.remote_port),
        local: local.map(|address| (address, params.local_port)),
        send_buffer_size: params.send_buffer_size,
        receive_buffer_size: params.receive_buffer_size,
        dns_query_type: family(params.dns_query_type.as_deref())?,
        ipv6_only: params.ipv6_only.unwrap_or_default(),
        multicast: MulticastOptions {
            time_to_live: params.multicast_time_to_live,
            loopback: params.multicast_loopback,
            allow_address_sharing: params.multicast_allow_address_sharing.unwrap_or_default(),
            interface: params.multicast_interface,
        },
    })
}

/// What a page says of a WebSocket.
pub(super) fn web_socket(params: WebSocketParams) -> Result<WebSocketOptions, Failure> {
    Ok(WebSocketOptions {
        request: RequestId(params.request.0.into()),
        url: params.url,
        protocols: params.protocols,
        headers: params.headers,
        tls: params.tls.map(tls).transpose()?.unwrap_or_default(),
    })
}

/// A group, and the socket that it is about.
pub(super) fn membership(group: GroupParams) -> Result<(page::ConnectionId, Membership), Failure> {
    let address = |text: &str| {
        let parsed = text.parse::<IpAddr>();
        parsed.map_err(|_| type_error(format!("{text:?} is no IP address.")))
    };
    let membership = Membership {
        group: address(&group.group_address)?,
        source: group.source_address.as_deref().map(address).transpose()?,
        interface: group.interface_name,
    };
    Ok((page::ConnectionId(group.connection.0), membership))
}

/// What the page is told of a group.
pub(super) fn group(membership: Membership) -> GroupResult {
    GroupResult {
        group_address: membership.group.to_string(),
        source_address: membership.source.map(|source| source.to_string()),
        interface_name: membership.interface,
    }
}

fn family(name: Option<&str>) -> Result<Option<DnsQueryType>, Failure> {
    match name {
        None => Ok(None),
        Some("ipv4") => Ok(Some(DnsQueryType::Ipv4)),
        Some("ipv6") => Ok(Some(DnsQueryType::Ipv6)),
        Some(other) => Err(type_error(format!("{other:?} is not a valid value for dnsQueryType."))),
    }
}

fn local_address(text: &str) -> Result<IpAddr, Failure> {
    text.parse()
        .map_err(|_| type_error(format!("localAddress is no IP address: {text:?}.")))
}

/// What a page says of TLS.
pub(super) fn tls(tls: TlsParams) -> Result<TlsOptions, Failure> {
    let protocols = tls.alpn_protocols.unwrap_or_default();
    let pins = tls.pinned_sha256.unwrap_or_default();
    Ok(TlsOptions {
        server_name: tls.server_name,
        alpn_protocols: protocols.into_iter().map(String::into_bytes).collect(),
        minimum: match tls.min_version {
            None | Some(TlsVersion::Tls12) => insula_net::TlsVersion::Tls12,
            Some(TlsVersion::Tls13) => insula_net::TlsVersion::Tls13,
        },
        pins: pins.iter().map(|text| pin(text)).collect::<Result<_, _>>()?,
    })
}

/// As it is written for people: in hexadecimal, also with colons, or in base64, also as `sha256/…`.
fn pin(text: &str) -> Result<Pin, Failure> {
    let text = text.trim();
    let bare = text.strip_prefix("sha256/").unwrap_or(text);
    let hex = bare.replace(':', "");
    let decoded = match hex.len() {
        64 => HEXLOWER_PERMISSIVE.decode(hex.as_bytes()),
        _ => BASE64
            .decode(bare.as_bytes())
            .or_else(|_| BASE64URL_NOPAD.decode(bare.trim_end_matches('=').as_bytes())),
    };
    let pin = decoded.ok().and_then(|bytes| Pin::try_from(bytes).ok());
    pin.ok_or_else(|| {
        type_error(format!(
            "pinnedSha256 has {text:?}, which is no SHA-256 in hexadecimal or base64."
        ))
    })
}

/// What the page is told of a connection, its end of it, and how that ends.
pub(super) fn result(connected: Connected) -> (ConnectResult, OwnedFd, Ends) {
    let result = ConnectResult {
        connection: ConnectionId(connected.connection.0),
        remote_address: connected.remote_address,
        remote_port: connected.remote_port,
        local_address: connected.local_address.to_string(),
        local_port: connected.local_port,
        tls: connected.tls.map(secured),
    };
    (result, connected.descriptor, connected.ends)
}

fn secured(info: TlsInfo) -> TlsResult {
    let certificate = |der: &Vec<u8>| CertificateResult {
        der: BASE64.encode(der),
        sha256: HEXLOWER.encode(&Sha256::digest(der)),
    };
    TlsResult {
        version: match info.version {
            insula_net::TlsVersion::Tls12 => TlsVersion::Tls12,
            insula_net::TlsVersion::Tls13 => TlsVersion::Tls13,
        },
        cipher_suite: info.cipher_suite,
        alpn_protocol: info
            .alpn_protocol
            .map(|name| String::from_utf8_lossy(&name).into_owned()),
        server_name: info.server_name,
        certificates: info.certificates.iter().map(certificate).collect(),
        authorized: info.is_trusted,
    }
}

fn type_error(message: String) -> Failure {
    DomError::new(DomErrorName::TypeError, message).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_written_as_people_write_it() {
        let expected = [0xab; 32];
        let hex = "ab".repeat(32);
        let colons = vec!["AB"; 32].join(":");
        let base64 = BASE64.encode(&expected);
        for text in [
            &hex,
            &colons,
            &base64,
            &format!("sha256/{base64}"),
            &base64.replace('=', ""),
        ] {
            assert_eq!(pin(text).ok(), Some(expected), "{text}");
        }
        for text in ["", "abc", "sha256/", &hex[..62], &format!("{hex}ab")] {
            assert!(pin(text).is_err(), "{text}");
        }
    }
}
