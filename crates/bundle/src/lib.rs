//! Signed web bundles, the file format in which Isolated Web Apps are distributed.
//!
//! A `.swbn` file is an *integrity block* (who signed what) followed by a *web bundle* (URLs and
//! their responses). This crate reads, verifies, writes and signs both, and derives the app's
//! identity, its [`SignedWebBundleId`], from a public key.
//!
//! It is **not** a cache of installed apps (that is `insula-apps`), it knows nothing of manifests
//! (`insula-manifest`), and it adds no security headers to what it serves: that is the runtime's.
//!
//! # Where to start
//!
//! * [`SignedWebBundle`] is a file that has been parsed; its [`verify`](SignedWebBundle::verify)
//!   consumes it and returns a
//! * [`VerifiedBundle`], the only type that serves responses of an app. What has not been verified
//!   cannot be served by accident.
//! * [`Folder`] is a folder of files seen as an app; [`Folder::pack`] makes a bundle of it, and
//!   [`IntegrityBlock::sign`] signs that.
//!
//! # Hostile input
//!
//! Files come from anywhere. Every length and offset is checked before use, recursion and counts
//! are bounded ([`limits`]), and nothing panics: `fuzz/` holds the fuzz targets. The encoding must be the
//! deterministic one of RFC 8949 §4.2.1; there is exactly one way to write each bundle, so a
//! signature cannot cover two readings of the same bytes. Sections that are not read are passed over.
//!
//! # Specifications
//!
//! * Integrity block v2: <https://github.com/WICG/webpackage/blob/main/explainers/integrity-signature.md>
//! * Web bundle b2: <https://www.ietf.org/archive/id/draft-ietf-wpack-bundled-responses-01.html>
//! * Scheme and ids: <https://github.com/WICG/isolated-web-apps/blob/main/Scheme.md>

#![warn(missing_docs)]

mod cbor;
mod error;
mod file;
mod format;
mod fs;
mod header_map;
mod id;
mod integrity_block;
mod isolated;
mod keys;
pub mod limits;
mod media_type;
mod pack;
mod path;
mod rotation;
mod storage;
mod verified;
mod web_bundle;

pub use cbor::CborProblem;
pub use error::{Error, Fault, Part, UrlProblem};
pub use file::{BundleFile, CopyError};
pub use format::begins_signed_bundle;
pub use header_map::HeaderMap;
pub use id::{IdError, SignedWebBundleId};
pub use integrity_block::sign::SignError;
pub use integrity_block::{IntegrityBlock, Signature};
pub use keys::signing::{KeyError, SigningKey};
pub use keys::{KeyType, PublicKey};
pub use media_type::media_type;
pub use pack::builder::{BundleBuilder, Content};
pub use pack::folder::{Folder, FolderEntry};
pub use pack::{PackError, Packed};
pub use rotation::{KeyRotation, KeyRotations, Standing};
pub use storage::Body;
pub use verified::{SignedWebBundle, VerifiedBundle};
pub use web_bundle::{Response, WebBundle};
