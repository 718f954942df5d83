//! What an app may do, who said so, and the one check that every privileged call passes.
//!
//! What this crate is: the names of permissions, the user's decisions (SQLite), the organisation's
//! policy (JSON files), the model of the first-run sheet, and the check that joins them.
//!
//! What it is not: it draws nothing and opens no connection. It believes the facts in a [`Caller`]:
//! the runtime establishes them natively, never from what a page says.
//!
//! Where to start:
//!
//! * [`Authority::check`], the check; the errors that pages see are in [`Denial`];
//! * [`PermissionName`], the table that everything else takes its names from;
//! * [`FirstRun`], the rows of the sheet.
//!
//! Whose word counts, strongest first: the organisation's managed policy, the user's decision, the
//! organisation's recommendation, the default (ask). Policy is laid over decisions when they are
//! read and is never written over them: when it goes, the user's decisions are back.

#![warn(missing_docs)]

mod authority;
mod catalog;
mod check;
mod effective;
mod first_run;
mod name;
mod nearest;
mod origin;
mod policy;
mod store;
mod watch;

pub use authority::{Authority, Clock, DecideError, Ground, Reason};
pub use catalog::{Catalog, CatalogEntry, CatalogStatus};
pub use check::{Caller, Denial, FeatureSet, Operation, Verdict};
pub use effective::{Effective, OneTime, Source};
pub use first_run::{Choice, ChooseError, DEFAULT_LIMIT, Extent, FirstRun, Moment, Row};
pub use insula_vocabulary::{AddressSpace, NetworkState, PermissionState};
pub use name::{ALIASES, Enforcement, PermissionName, Support, UnknownName};
pub use origin::{AppOrigin, ParseOriginError};
pub use policy::{
    AppSettings, Consequence, CustomIcon, FirstRunMode, FirstRunOrder, ForceInstalledIsolatedWebApp,
    ForceInstalledWebApp, KNOWN_KEYS, Level, OTHER_KEYS, Place, PolicyDecision, PolicyFolders, PolicyKey, PolicySet,
    PolicySource, PolicyState, Position, PrintDestination, Printing, Problem, RunOnOsLogin, Says, Voice,
    WebAppSettings,
};
pub use store::{
    Closed, Closings, DecidedBy, Decision, DeviceId, Expired, FILE_NAME, Generation, ImportError, Imported,
    InvalidDeviceId, LeftOut, Record, SheetRecord, Store, StoreError, Subject, UNUSED_FOR,
};
pub use watch::Watcher;
