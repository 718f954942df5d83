//! The messages between an app's page, its web process and the UI process.
//!
//! A page calls a *method* with JSON parameters; the web process adds which document asks and sends it on as a user
//! message; the UI process parses it into a [`Call`], decides, and answers with JSON or a [`DomError`]. In the other
//! direction it sends an [`Event`]. Bytes never travel this way: an answer may carry one end of a socket pair.
//!
//! This crate is plain data: no GTK, no WebKit, no I/O. Everything that arrives is hostile until it is parsed here:
//! sizes are bounded, unknown members are refused, and nothing panics (fuzzed).
//!
//! * [`Call`]: what a page may ask.
//! * [`Event`]: what a page is told.
//! * [`DomError`]: the exception that a page sees.
//! * [`wire`]: names and layouts of the user messages that carry them.

#![warn(missing_docs)]

mod call;
mod error;
mod event;
mod layout;
pub mod wire;

pub use call::{
    Call, ConnectParams, ConnectResult, ConnectionId, CreateFrame, ExecuteScript, FetchAgain, FetchAgainParams,
    FetchParams, FetchProgress, FetchResult, FocusDirection, FrameId, Go, GoResult, Header, NavigateFrame,
    ParseCallError, PermissionQuery, PermissionState, Redirect, RequestId, ResponseBody, SocketOptions, StateResult,
    UploadResult,
};
pub use error::{DomError, DomErrorName};
pub use event::{Event, FrameEventKind, NetworkState};
pub use layout::{Clip, Color, FrameLayout, Layout, Rect, Turn};
