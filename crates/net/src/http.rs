//! HTTP for a scope: requests, redirects, connections that are shared and kept, bodies with their coding undone.
//!
//! There is no page here: a [`Client`] needs a [`Scope`](crate::Scope) and, for each request, a
//! [`Resource`](crate::Resource), and gives bodies to whoever reads them. [`client`] is the life of a request: it is
//! sent by [`exchange`] over a connection from the [`pool`] or one that [`opening`] makes, [`redirect`] decides where
//! to go next, [`cookies`] keeps what servers set, where that is wanted, [`body`] delivers what came back.

pub(crate) mod bad_port;
pub(crate) mod body;
pub(crate) mod client;
pub(crate) mod coding;
pub(crate) mod cookies;
pub(crate) mod exchange;
pub(crate) mod failure;
pub(crate) mod link;
pub(crate) mod opening;
pub(crate) mod pool;
pub(crate) mod redirect;
pub(crate) mod request;

pub use bad_port::is_bad as is_bad_port;
pub use body::Body;
pub use client::{Client, Fetched, Response};
pub use coding::Reader;
pub use cookies::{CookieJar, PublicSuffixes, TopLevel};
pub(crate) use failure::explain;
pub use redirect::RedirectMode;
pub use request::{BodyKind, Progress, Request, RequestBody, WireBody};
