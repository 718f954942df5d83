//! The messages about the network (Unrestricted Network Access, Direct Sockets).

use crate::socket::{
    ConnectResult, GroupParams, GroupResult, ListenParams, ListenResult, SocketOptions, TlsParams, UdpParams,
    UdpResult, WebSocketParams, WebSocketResult,
};
use crate::table::{events, requests};
use crate::{DomError, NetworkInformation, ResolveParams, ResolveResult};
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
        /// Gives the grant back.
        "network.relinquish" => Relinquish -> NetworkStateResult,
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
        /// Has a bound UDP socket join a group.
        "network.joinGroup" => JoinGroup(GroupParams) -> GroupResult,
        /// Has it leave one.
        "network.leaveGroup" => LeaveGroup(GroupParams) -> GroupResult,
        /// Begins the body of a request; the answer carries the descriptor to write it into.
        "network.upload" => Upload -> UploadResult,
        /// Fetches; the answer carries the body's descriptor when there is one.
        "network.fetch" => Fetch(FetchParams) -> FetchAnswer,
        /// Makes a URL by which elements of the page load what is somewhere else.
        "network.createMediaUrl" => CreateMediaUrl {
            /// Absolute, http or https.
            url: String,
            headers: Vec<Header>,
        } -> MediaUrlResult,
        /// Opens a WebSocket; the answer carries the page's descriptor.
        "network.webSocket" => WebSocket(WebSocketParams) -> WebSocketResult,
        /// How the device is connected; from now on the page is told of changes.
        "network.watchInformation" => WatchInformation -> NetworkInformation,
        /// Lists this machine's network interfaces. Changes are told from then on.
        "network.interfaces" => Interfaces -> InterfacesResult,
        /// Asks STUN servers for this machine's public address.
        "network.publicAddress" => PublicAddress(PublicAddressParams) -> PublicAddressResult,
        /// Looks up records of a name.
        "network.resolve" => Resolve(ResolveParams) -> ResolveResult,
    }
}

requests! {
    /// What a page tells of the network.
    pub enum NetworkNote {
        /// A fetch or a socket is not wanted any more.
        "network.abort" => Abort { request: RequestId, },
        /// Nobody is to load anything by a media URL any more.
        "network.revokeMediaUrl" => RevokeMediaUrl { url: String, },
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

/// Which cookies a fetch has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Credentials {
    /// None.
    #[default]
    Omit,
    /// Those that servers have set for the app.
    App,
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
    /// Which cookies it has; none without.
    pub credentials: Option<Credentials>,
    /// Milliseconds that the page waits for the head, and then for each next part of the body.
    pub timeout: Option<u32>,
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
    /// Milliseconds of its time that it has spent.
    pub spent: u32,
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

/// A media URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MediaUrlResult {
    /// For the page's elements; it means nothing anywhere else.
    pub url: String,
}
