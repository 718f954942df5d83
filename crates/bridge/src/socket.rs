//! What pages say of sockets, and are told of them (Direct Sockets).

use crate::{ConnectionId, Header, RequestId};
use serde::{Deserialize, Serialize};

/// The options of `TCPSocket` (Direct Sockets, dictionary `TCPSocketOptions`, and Insula's own).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub struct SocketOptions {
    /// Send small writes at once.
    pub no_delay: Option<bool>,
    /// Milliseconds of idleness before keep-alive probes; none without.
    pub keep_alive_delay: Option<u32>,
    /// Size of the system's send buffer, in bytes.
    pub send_buffer_size: Option<u32>,
    /// Size of the system's receive buffer, in bytes.
    pub receive_buffer_size: Option<u32>,
    /// `ipv4` or `ipv6`: which kind of address to resolve to.
    pub dns_query_type: Option<String>,
    /// Milliseconds until it has to be connected.
    pub connect_timeout: Option<u32>,
    /// The address of this machine that it comes from.
    pub local_address: Option<String>,
    /// How it is secured at once, if it is.
    pub tls: Option<TlsParams>,
    /// By what the page can abort it.
    pub request: Option<RequestId>,
}

/// The options of TLS (`TlsOptions`).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub struct TlsParams {
    /// For whom the certificate has to be.
    pub server_name: Option<String>,
    /// The protocols that are offered, best first.
    pub alpn_protocols: Option<Vec<String>>,
    /// The oldest version that is accepted.
    pub min_version: Option<TlsVersion>,
    /// SHA-256s of certificates or keys, in hexadecimal or base64, of which the server has to show one.
    pub pinned_sha256: Option<Vec<String>>,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum TlsVersion {
    /// RFC 5246.
    #[serde(rename = "TLSv1.2")]
    Tls12,
    /// RFC 8446.
    #[serde(rename = "TLSv1.3")]
    Tls13,
}

/// How a connection is secured.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TlsResult {
    /// The version.
    pub version: TlsVersion,
    /// The cipher suite's name (IANA).
    pub cipher_suite: String,
    /// The protocol that the server chose.
    pub alpn_protocol: Option<String>,
    /// For whom the certificate had to be.
    pub server_name: String,
    /// The server's certificate, and those that it sent along.
    pub certificates: Vec<CertificateResult>,
    /// Whether the system trusts the certificate.
    pub authorized: bool,
}

/// A certificate.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CertificateResult {
    /// In DER, in base64.
    pub der: String,
    /// The SHA-256 of that, in hexadecimal.
    pub sha256: String,
}

/// The answer to `network.connect` and `network.startTls`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConnectResult {
    /// The broker's connection.
    pub connection: ConnectionId,
    /// The server's address.
    pub remote_address: String,
    /// The server's port.
    pub remote_port: u16,
    /// This machine's address.
    pub local_address: String,
    /// This machine's port.
    pub local_port: u16,
    /// How it is secured, if it is.
    pub tls: Option<TlsResult>,
}

/// Where to wait for connections (Direct Sockets, `TCPServerSocket`).
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub struct ListenParams {
    /// An address of this machine.
    pub address: String,
    /// The port; without it the system chooses one.
    pub port: Option<u16>,
    /// How many connections may wait to be accepted.
    pub backlog: Option<u32>,
    /// Of `::`, whether it takes no connections of IPv4.
    pub ipv6_only: Option<bool>,
}

/// The answer to `network.listen`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ListenResult {
    /// The broker's listener, among the connections.
    pub listener: ConnectionId,
    /// Where it is.
    pub local_address: String,
    /// Its port.
    pub local_port: u16,
}

/// How a UDP socket is opened (Direct Sockets, `UDPSocketOptions`).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub struct UdpParams {
    /// The peer's name or address.
    pub remote_address: Option<String>,
    /// The peer's port.
    pub remote_port: Option<u16>,
    /// An address of this machine.
    pub local_address: Option<String>,
    /// The port; without it the system chooses one.
    pub local_port: Option<u16>,
    /// Size of the system's send buffer, in bytes.
    pub send_buffer_size: Option<u32>,
    /// Size of the system's receive buffer, in bytes.
    pub receive_buffer_size: Option<u32>,
    /// `ipv4` or `ipv6`: which kind of address to resolve to.
    pub dns_query_type: Option<String>,
    /// Of `::`, whether it has no part in IPv4.
    pub ipv6_only: Option<bool>,
    /// How many networks its datagrams to groups may pass.
    pub multicast_time_to_live: Option<u8>,
    /// Whether this machine hears what it sends to groups.
    pub multicast_loopback: Option<bool>,
    /// Whether others may be bound to the same place.
    pub multicast_allow_address_sharing: Option<bool>,
    /// The name of the network interface that its datagrams to groups leave by.
    pub multicast_interface: Option<String>,
}

/// A group of a UDP socket (Direct Sockets, `MulticastController`).
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub struct GroupParams {
    /// The broker's connection.
    pub connection: ConnectionId,
    /// The group's address.
    pub group_address: String,
    /// The only one who is heard.
    pub source_address: Option<String>,
    /// The name of the network interface by which it is joined.
    pub interface_name: Option<String>,
}

/// The answer to `network.joinGroup` and `network.leaveGroup`: the group, its addresses as they are usually written.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct GroupResult {
    /// The group's address.
    pub group_address: String,
    /// The only one who is heard.
    pub source_address: Option<String>,
    /// The name of the network interface by which it is joined.
    pub interface_name: Option<String>,
}

/// The answer to `network.udp`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UdpResult {
    /// The broker's connection.
    pub connection: ConnectionId,
    /// The peer's address, if there is one peer.
    pub remote_address: Option<String>,
    /// The peer's port.
    pub remote_port: Option<u16>,
    /// This machine's address.
    pub local_address: String,
    /// This machine's port.
    pub local_port: u16,
}

/// The parameters of `network.webSocket`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub struct WebSocketParams {
    /// By what the page can abort it.
    pub request: RequestId,
    /// Absolute URL, of ws or wss.
    pub url: String,
    /// The subprotocols that are offered, best first.
    pub protocols: Vec<String>,
    /// Headers, in order.
    pub headers: Vec<Header>,
    /// How it is secured, where the URL is of wss.
    pub tls: Option<TlsParams>,
}

/// The answer to `network.webSocket`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct WebSocketResult {
    /// The broker's connection.
    pub connection: ConnectionId,
    /// The subprotocol that the server chose; empty without one.
    pub protocol: String,
}
