//! How apps come to this machine: what a URL leads to is fetched, and made ready for `insula-apps` to install.
//!
//! What it is not: it installs nothing and decides nothing, and what it fetches proves nothing. A bundle is verified where
//! it is installed, and a site is what its origin says it is.
//!
//! # Where to start
//!
//! * [`Fetcher::look`] finds out what is at a URL: a [site](FetchedSite), a [bundle](FetchedBundle), or a list of releases;
//! * [`Fetcher::at_server`] finds out whether a developer's server has the manifest of an Isolated Web App;
//! * [`Fetcher::release`] has the bundle of a release;
//! * [`Fetcher::update`] finds what is newer than what is installed.
//!
//! Sources: HTML ("link type manifest"), Web Application Manifest, Isolated Web Apps (updates).

#![warn(missing_docs)]

mod bounds;
mod bundle;
mod error;
mod fetcher;
mod gate;
mod icon;
mod order;
mod page;
mod server;
mod site;
mod update;

pub use bounds::Bounds;
pub use bundle::{DownloadProgress, FetchedBundle};
pub use error::Error;
pub use fetcher::{Fetcher, Found};
pub use icon::{ICON_SIDE, icon_of};
pub use order::{Order, OrderedIcon};
pub use server::{AtServer, FetchedServer, NoManifest};
pub use site::FetchedSite;
pub use update::{Attendance, FetchedUpdate, Update, Wanted};
