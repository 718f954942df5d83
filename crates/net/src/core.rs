//! The way to the network, for whoever may use it: names, addresses, gates, quotas, lives, proxies, TLS.
//!
//! [`connect`] is the one way out. What it opens belongs to a [`resource`], which has passed a [`gate`]; resources
//! belong to a [`scope`], and scopes to an app's [`quota`]. There is no page here, and no HTTP.

pub(crate) mod address;
pub(crate) mod broker;
pub(crate) mod buffer;
pub(crate) mod clock;
pub(crate) mod connect;
pub(crate) mod error;
pub(crate) mod gate;
pub(crate) mod interfaces;
pub(crate) mod life;
pub(crate) mod names;
pub(crate) mod pace;
pub(crate) mod proxy;
pub(crate) mod quota;
pub(crate) mod read_ahead;
pub(crate) mod resolver;
pub(crate) mod resource;
pub(crate) mod scope;
pub(crate) mod services;
pub(crate) mod stream;
pub(crate) mod stun;
pub(crate) mod tcp;
pub(crate) mod tls;
