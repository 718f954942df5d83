//! The broker through its public API, against real servers on loopback.
//!
//! A new test belongs to the module of what it opens (`tcp`, `secured`, `listening`, `datagrams`, `groups`, `fetch`,
//! `addresses`, `cookies`, `names`, `websockets`), of how it moves bytes (`relay`, `bodies`, `uploads`, `duplex`, `reuse`, `http2`, `proxy`), of who misbehaves (`hostile`), of what ends it
//! (`revocation`, `timeouts`), or, without a page, to `client`.

#![expect(clippy::unwrap_used, reason = "a set-up that fails is a test that fails")]

mod addresses;
mod bodies;
mod client;
mod cookies;
mod datagrams;
mod duplex;
mod fetch;
mod groups;
mod hostile;
mod http2;
mod listening;
mod names;
mod proxy;
mod relay;
mod reuse;
mod revocation;
mod secured;
mod support;
mod tcp;
mod timeouts;
mod tls;
mod uploads;
mod websockets;
