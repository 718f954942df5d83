//! What is installed, and every change to it.
//!
//! An app is installed, updated and removed as a transaction: a kill at any instant, a full disk or a
//! second process leaves the old state or the new one. What is launched is verified first, each time.
//!
//! This crate shows nothing and asks nothing (no GTK), keeps no decisions (`insula-permissions`), and
//! knows bundles and manifests only through `insula-bundle` and `insula-manifest`.
//!
//! # Where to start
//!
//! * [`Store`] changes and lists what is installed under a [`DataDir`];
//! * [`LaunchableApp`] is one that is ready to run: verified, its manifest read, its storage's place known;
//! * [`AppSource`] answers requests for its pages, from a bundle or from a developer's folder;
//! * [`ServerOrigin`] is a developer's server, whose pages can be an app's.
//!
//! # On disk
//!
//! ```text
//! <data>/lock                      held while something is changed; names the process
//! <data>/apps/<id>/app.json        the record: this app is installed, with that bundle
//! <data>/apps/<id>/<digest>.swbn   the bundle, private and never written in place
//! <data>/apps/<id>/<digest>.webmanifest, .png   the same of a site: its manifest and its icon
//! <data>/staging/                  copies that are not installed yet, removals that are not finished
//! <data>/downloads/                what is being fetched to be installed
//! <data>/storage/<id>/             what the app stores; kept by updates, removed with the app
//! <data>/development-secret        makes the ids of developers' folders and servers this machine's own
//! ```
//!
//! The record is the truth: it is written beside the old one and renamed over it, which is the instant
//! at which an app is installed or updated. A file that no record names is rubbish, and is removed
//! when the store is opened.

#![warn(missing_docs)]

mod app;
mod data_dir;
mod development;
mod error;
mod files;
mod id;
mod lock;
mod picture;
mod record;
mod redirects;
mod server;
mod source;
mod store;

pub use app::{CheckedManifest, LaunchableApp, check};
pub use data_dir::DataDir;
pub use error::{CorruptionCause, Error, Fault, ResourceProblem};
pub use id::{AppId, ParseAppIdError, WebAppId};
pub use insula_bundle::{Response, SignedWebBundleId};
pub use record::{InstalledApp, InstalledBundle, InstalledContent, InstalledSite, Ordered, Trial, UpdateSource};
pub use redirects::{FollowError, Followed};
pub use server::{ServerOrigin, ServerOriginError};
pub use source::{AppSource, FolderSource, ServerSource, SiteSource};
pub use store::install::{Installation, Outcome};
pub use store::install_site::NewSite;
pub use store::keys::{check_key, check_may_run};
pub use store::options::{InstallOptions, Step};
pub use store::trial::Start;
pub use store::{DamagedApp, Listing, Store, Usage};
