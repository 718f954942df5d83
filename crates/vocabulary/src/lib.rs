//! What the web's specifications define and several crates of Insula speak of, each once.
//!
//! What this crate is not: it looks nothing up, and decides nothing. Which addresses are this machine's own is known by
//! `insula-net`, what a permission's state comes from by `insula-permissions`.
//!
//! * [`AddressSpace`]: how near an address is.
//! * [`bus_name`]: what desktops call an app.
//! * [`Compatibility`]: whose answers `<controlledframe>` gives.
//! * [`FrameRules`]: what an app's frames may show, as its manifest says it.
//! * [`is_loopback_host`]: where http is as good as https.
//! * [`ISOLATED_APP_SCHEME`]: how the URLs of Isolated Web Apps begin.
//! * [`PermissionState`], [`NetworkState`]: what pages are told of their permissions.

#![warn(missing_docs)]
#![forbid(unsafe_code)]

mod address;
mod compatibility;
mod desktop;
mod frame_rules;
mod scheme;
mod state;
mod trustworthy;

pub use address::{AddressSpace, embedded_ipv4, is_localhost};
pub use compatibility::Compatibility;
pub use desktop::bus_name;
pub use frame_rules::{FrameRules, HostPattern, InvalidOriginPattern, OriginPattern, PortPattern};
pub use scheme::ISOLATED_APP_SCHEME;
pub use state::{NetworkState, PermissionState};
pub use trustworthy::is_loopback_host;
