//! The messages about the network (Unrestricted Network Access, Direct Sockets).

use crate::table::{events, requests};
use crate::{DomError, NetworkInformation};
use insula_vocabulary::NetworkState;
use serde::{Deserialize, Serialize};

/// A connection of the network broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConnectionId(pub u64);

/// A fetch or a socket, by the number that its document gave it, to abort it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RequestId(pub u32);

/// The body of a request, by the broker's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UploadId(pub u64);

/// A header's name and value.
pub type Header = (String, String);

requests! {
    /// What a page asks of the network.
    pub enum NetworkCall {
        /// What the grant is.
        "network.state" => State -> NetworkStateResult,
        /// Asks the user for the grant.
        "network.request" => Request -> NetworkStateResult,
        /// Connects a TCP socket; the answer carries the page's descriptor.
        "network.connect" => Connect {
            /// Host name or address literal.
            host: String,
            port: u16,
            options: SocketOptions,
        } -> ConnectResult,
        /// Secures a socket's connection; the answer carries another descriptor, in the place of the socket's.
        "network.startTls" => StartTls { connection: ConnectionId, tls: TlsParams, } -> ConnectResult,
        /// Waits for connections.
        "network.listen" => Listen(ListenParams) -> ListenResult,
        /// Waits for the next connection of a listener; the answer carries the page's descriptor.
        "network.accept" => Accept { listener: ConnectionId, } -> ConnectResult,
        /// Opens a UDP socket; the answer carries the page's descriptor.
        "network.udp" => Udp(UdpParams) -> UdpResult,
        /// Begins the body of a request; the answer carries the descriptor to write it into.
        "network.upload" => Upload -> UploadResult,
        /// Fetches; the answer carries the body's descriptor when there is one.
        "network.fetch" => Fetch(FetchParams) -> FetchAnswer,
        /// How the device is connected; from now on the page is told of changes.
        "network.watchInformation" => WatchInformation -> NetworkInformation,
        /// Lists this machine's network interfaces. Changes are told from then on.
        "network.interfaces" => Interfaces -> InterfacesResult,
        /// Asks STUN servers for this machine's public address.
        "network.publicAddress" => PublicAddress(PublicAddressParams) -> PublicAddressResult,
    }
}

requests! {
    /// What a page tells of the network.
    pub enum NetworkNote {
        /// A fetch or a socket is not wanted any more.
        "network.abort" => Abort { request: RequestId, },
        /// A connection or a listener is not wanted any more.
        "network.close" => Close { connection: ConnectionId, },
        /// Somebody listens to changes of the network interfaces.
        "network.watchInterfaces" => WatchInterfaces,
    }
}

events! {
    /// What a page is told of the network.
    pub enum NetworkEvent {
        /// The grant is this now.
        "network.statechange" => StateChange { state: NetworkState, },
        /// A connection has ended: nothing more is to be read. Comes once more when what could still be written then is
        /// over as well.
        "network.ended" => Ended {
            connection: ConnectionId,
            /// Why, unless it was in order.
            error: Option<DomError>,
            /// Whether nothing can be written either.
            over: bool,
        },
        /// The device is connected like this now, or may be.
        "network.informationchange" => InformationChange(NetworkInformation),
        /// The network interfaces are others than before.
        "network.interfaceschange" => InterfacesChange,
    }
}

impl NetworkEvent {
    /// The state that an event on the wire tells, if it is one about the grant.
    pub fn read_state(name: &str, params: &str) -> Option<NetworkState> {
        #[derive(Deserialize)]
        struct Params {
            state: NetworkState,
        }
        if name != "network.statechange" {
            return None;
        }
        serde_json::from_str(params).ok().map(|Params { state }| state)
    }
}

/// The answer to what asks for the grant's state.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NetworkStateResult {
    /// What it is.
    pub state: NetworkState,
}

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

/// What to do with a redirect (Fetch, "redirect mode").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the specification's own names")]
pub enum Redirect {
    #[default]
    Follow,
    Error,
    Manual,
}

/// The parameters of `network.fetch`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub struct FetchParams {
    /// The document's number for this fetch.
    pub request: RequestId,
    /// Absolute URL.
    pub url: String,
    /// Method.
    pub method: String,
    /// Headers, in order.
    pub headers: Vec<Header>,
    /// Redirect mode; to follow without.
    pub redirect: Option<Redirect>,
    /// The upload that is the request's body.
    pub upload: Option<UploadId>,
    /// The body's length in bytes, where the page knows it.
    pub upload_length: Option<u64>,
    /// How far the fetch has come, as the answer that wanted its body again says.
    pub progress: Option<FetchProgress>,
}

/// How far a fetch has come that is called again, with its body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FetchProgress {
    /// Redirects that it has followed.
    pub redirects: u32,
    /// How often it was sent again because it was not answered.
    pub retries: u32,
}

/// The answer to `network.fetch`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum FetchAnswer {
    /// A response.
    Response(FetchResult),
    /// The call is to be made again, with the body in a new upload and with these parameters.
    Again {
        /// What differs.
        again: FetchAgain,
    },
}

/// A response.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FetchResult {
    /// The final URL.
    pub url: String,
    /// Whether a redirect was followed.
    pub redirected: bool,
    /// Status code.
    pub status: u16,
    /// Reason phrase.
    pub status_text: String,
    /// All headers, in order.
    pub headers: Vec<Header>,
    /// What it has for a body.
    #[serde(flatten)]
    pub body: ResponseBody,
}

/// What comes after a response's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "body", rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ResponseBody {
    /// This kind of response has none (Fetch, "null body status").
    Null,
    /// A body in which there is nothing; it needs no descriptor.
    Empty,
    /// What the answer's descriptor carries.
    Stream {
        /// The broker's connection.
        connection: ConnectionId,
    },
}

/// The parameters of `network.fetch` that differ when it is called again.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "as in FetchParams")]
pub struct FetchAgain {
    pub url: String,
    pub method: String,
    pub headers: Vec<Header>,
    pub progress: FetchProgress,
}

/// The answer to `network.upload`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UploadResult {
    /// To name it in `network.fetch`.
    pub upload: UploadId,
}

/// The answer to `network.interfaces`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct InterfacesResult {
    /// All of them, in the kernel's order.
    pub interfaces: Vec<InterfaceResult>,
}

/// A network interface of this machine.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct InterfaceResult {
    /// Its name, such as `eth0`.
    pub name: String,
    /// What it is made of.
    #[serde(rename = "type")]
    pub kind: InterfaceType,
    /// Whether it is on and connected.
    pub up: bool,
    /// Whether it leads back to this machine.
    pub loopback: bool,
    /// The addresses on it.
    pub addresses: Vec<InterfaceAddressResult>,
}

/// What a network interface is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it; insula.d.ts describes them")]
pub enum InterfaceType {
    Loopback,
    Ethernet,
    Wifi,
    Cellular,
    Bluetooth,
    Tunnel,
    Virtual,
    Other,
}

/// An address on a network interface.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct InterfaceAddressResult {
    /// As a literal.
    pub address: String,
    /// Its family.
    pub family: AddressFamily,
    /// How many of its bits are those of the network.
    pub prefix_length: u8,
    /// Where it means something.
    pub scope: AddressScope,
    /// The space of its range; none, if nothing can be connected to in that.
    pub address_space: Option<IpAddressSpace>,
}

/// A family of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub enum AddressFamily {
    Ipv4,
    Ipv6,
}

/// Where an address means something, in Linux's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it; insula.d.ts describes them")]
pub enum AddressScope {
    Global,
    Site,
    Link,
    Host,
    Other,
}

/// Local Network Access, section "IP address space".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the specification's own names")]
pub enum IpAddressSpace {
    Public,
    Local,
    Loopback,
}

/// The parameters of `network.publicAddress`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub struct PublicAddressParams {
    /// The servers, as `stun:` URLs, in the order in which they are asked.
    pub stun_servers: Vec<String>,
    /// Of which family the address is to be; of any without.
    pub family: Option<AddressFamily>,
    /// By what the page can abort it.
    pub request: Option<RequestId>,
}

/// The answer to `network.publicAddress`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PublicAddressResult {
    /// The address that the server saw.
    pub address: String,
    /// The port that it saw.
    pub port: u16,
    /// The address's family.
    pub family: AddressFamily,
    /// Whether something on the way has changed address or port.
    pub nat_mapped: bool,
    /// The server that answered, as a `stun:` URL.
    pub server: String,
}
