//! What a page's document does with the network: sockets and fetches whose bytes it reads and writes itself.
//!
//! A page never holds a network socket. It gets one end of a socket pair, and what is at the other end is relayed
//! to it: by [`relay`] for sockets, by [`fetch`] and [`upload`] for bodies.

pub(crate) mod addresses;
pub(crate) mod app;
pub(crate) mod connection;
pub(crate) mod document;
pub(crate) mod eager;
pub(crate) mod fetch;
pub(crate) mod listener;
pub(crate) mod pair;
pub(crate) mod pipe;
pub(crate) mod relay;
pub(crate) mod requests;
pub(crate) mod socket;
pub(crate) mod udp;
pub(crate) mod upload;
pub(crate) mod websocket;

pub use addresses::InterfaceChanges;
pub use app::AppNetwork;
pub use connection::{ConnectionId, Ends};
pub use document::DocumentNetwork;
pub use fetch::{FetchRequest, FetchResponse, Fetched, ResponseBody};
pub use listener::{ListenOptions, Listening};
pub use requests::RequestId;
pub use socket::{Connected, SocketOptions};
pub use udp::{Membership, MulticastOptions, UdpOpened, UdpOptions};
pub use upload::{FetchBody, Upload, UploadId};
pub use websocket::{WebSocketOpened, WebSocketOptions};
