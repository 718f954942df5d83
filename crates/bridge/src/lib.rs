//! The messages between an app's page, its web process and the UI process.
//!
//! A page *calls* a method with JSON parameters, and is answered with JSON or a [`DomError`]; it *tells* what needs no
//! answer in a note. The UI process sends *events*, and *asks*: a question is answered by the page, later, or by its
//! default. The web process adds which document speaks. Bytes never travel this way: an answer may carry one end of a
//! socket pair.
//!
//! Every message is one row of a table ([`FrameCall`], [`FrameNote`], [`FrameEvent`] and their like); `table.rs` says how
//! a row is written. Rust's matches over the tables are exhaustive, and JavaScript's types are generated from them.
//!
//! This crate is plain data: no GTK, no WebKit, no I/O. Everything that arrives is hostile until it is parsed here:
//! sizes are bounded, unknown members are refused, and nothing panics (fuzzed).
//!
//! * [`Call`], [`Note`]: what a page may say, by the room of the runtime that it is for.
//! * [`Event`], [`Question`]: what a page is told and asked.
//! * [`DomError`]: the exception that a page sees.
//! * [`wire`]: names and layouts of the user messages that carry them.

#![warn(missing_docs)]

mod badge;
mod content_script;
mod error;
mod find;
mod frame;
mod launch;
mod layout;
mod menu;
mod message;
mod network;
mod network_information;
mod permission;
mod question;
mod records;
mod socket;
mod table;
#[cfg(feature = "typescript")]
mod typescript;
pub mod wire;

pub use badge::BadgeNote;
pub use content_script::{ContentScript, MatchPattern, RunAt, UrlPattern};
pub use error::{DomError, DomErrorName};
pub use find::{FindResult, SelectionRect, StopFindingAction};
pub use frame::{
    Capture, DataType, Dialog, DialogAnswer, DialogType, Done, ExitReason, Fit, FocusDirection, FrameCall, FrameEvent,
    FrameId, FrameNote, FramePermission, FramePermissionRequest, FrameSize, GoResult, ImageFormat, Messages, NewWindow,
    NewWindowAnswer, PermissionAnswer, Received, ScriptForm, ScriptResult, SizeBounds, StageEvent, StageNote, Truth,
    WindowOpenDisposition, ZoomFactor, ZoomMode, ZoomModeResult,
};
pub use insula_vocabulary::{NetworkState, PermissionState};
pub use launch::{LaunchCall, LaunchEvent, LaunchedFile, LaunchedFileResult};
pub use layout::{Clip, Color, FrameLayout, Layout, Rect, Tint, Transform};
pub use menu::{MediaType, MenuContext, MenuItem, MenuItemType, MenuUrlPattern, UrlComponents};
pub use message::{Call, Event, Note, ParseError};
pub use network::{
    AddressFamily, AddressScope, ConnectionId, Credentials, FetchAgain, FetchAnswer, FetchParams, FetchProgress,
    FetchResult, Header, InterfaceAddressResult, InterfaceResult, InterfaceType, InterfacesResult, IpAddressSpace,
    MediaUrlResult, NetworkCall, NetworkEvent, NetworkNote, NetworkStateResult, PublicAddressParams,
    PublicAddressResult, Redirect, RequestId, ResponseBody, UploadId, UploadResult,
};
pub use network_information::{CellularGeneration, ConnectionType, Connectivity, NetworkInformation};
pub use permission::{PermissionCall, PermissionEvent, PermissionStateResult};
pub use question::{Question, QuestionId, read_answer};
pub use records::{HttpsResult, RecordResult, RecordType, ResolveParams, ResolveResult};
pub use socket::{
    CertificateResult, ConnectResult, GroupParams, GroupResult, ListenParams, ListenResult, SocketOptions, TlsParams,
    TlsResult, TlsVersion, UdpParams, UdpResult, WebSocketParams, WebSocketResult,
};
#[cfg(feature = "typescript")]
pub use typescript::declarations;
