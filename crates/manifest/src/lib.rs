//! The JSON that describes an app: web app manifests, versions and update manifests.
//!
//! What this crate is: a parser for hostile input that follows the manifest conventions of the web.
//! A member of the wrong type is ignored and reported as a [`Warning`]; the rest still counts.
//!
//! What it is not: it does no I/O, it does not look into the bundle (whether an icon exists is the
//! business of `insula-apps`), and it does not know what a permission name means
//! (`insula-permissions` does).
//!
//! Where to start:
//!
//! * [`Manifest::parse`], then [`Manifest::check_isolated`] when the app is a signed bundle;
//! * [`Manifest::parse_linked`], then [`Manifest::check_web_app`] when it is a site's;
//! * [`AppIdentity`], which decides what is an app's own, of whatever kind the app is;
//! * [`PermissionsPolicy`], the features that an Isolated Web App switches on;
//! * [`UpdateManifest`] and [`IwaVersion`].
//!
//! Sources: Web Application Manifest (W3C), Isolated Web Apps and its update explainer (WICG),
//! Permissions Policy (W3C). Where Chromium is stricter for `isolated-app:`, so is
//! [`Manifest::check_isolated`].

#![warn(missing_docs)]

mod color;
mod controlled_frame;
mod display;
mod error;
mod handlers;
mod icon;
mod identity;
mod isolated;
mod json;
mod location;
mod manifest;
pub mod ordered;
mod permissions_policy;
mod requested;
mod share_target;
mod shortcut;
mod text;
mod update;
mod version;
mod warning;
mod web;

pub use color::Color;
pub use display::DisplayMode;
pub use error::ManifestError;
pub use handlers::{ClientMode, FileHandler, FileType, LaunchType, ProtocolHandler};
pub use icon::{Icon, IconPurpose, IconSize};
pub use identity::{AppIdentity, AppKind, Destination};
pub use insula_vocabulary::{Compatibility, FrameRules, OriginPattern};
pub use json::MAXIMUM_BYTES;
pub use location::{MANIFEST_PATH, is_trustworthy_download};
pub use manifest::{Manifest, TextDirection};
pub use permissions_policy::{PermissionsPolicy, ResponsePolicy};
pub use requested::RequestedName;
pub use share_target::{ShareMethod, ShareTarget, SharedFiles};
pub use shortcut::Shortcut;
pub use update::{Channel, DEFAULT_CHANNEL, Pinned, Release, UpdateManifest};
pub use version::{IwaVersion, ParseVersionError};
pub use warning::Warning;
