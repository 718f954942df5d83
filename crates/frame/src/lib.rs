//! Controlled Frame without an engine.
//!
//! Pure state and rules: nothing here does I/O or names WebKit. The runtime reports what the engine does and carries
//! out what comes back.
//!
//! * [`Source`]: what an element's `src` means, and which schemes it may name.
//! * [`Partition`]: where a frame's cookies and storage live; [`CookieJournal`]: since when its cookies are there; [`Visits`]:
//!   when which sites were shown in it.
//! * [`Delegation`]: which features an element hands on to the pages in it.
//! * [`Menu`]: what of the app's own items is seen in a frame's menu.
//! * [`Navigable`]: the state machine of what a frame shows, from what happens to the element's events.

#![warn(missing_docs)]

mod cookies;
mod delegation;
mod load;
mod menu;
mod navigable;
mod nested;
mod net_error;
mod partition;
mod source;
mod visits;

pub use cookies::{CookieId, CookieJournal, SeenCookie};
pub use delegation::Delegation;
pub use load::refused;
pub use menu::{Mark, Menu, MenuEntry, MenuPlace};
pub use navigable::{AskedBy, Effect, Happened, Navigable, NoDocument, ResourceId};
pub use net_error::NetError;
pub use partition::{InvalidPartition, Partition};
pub use source::Source;
pub use visits::Visits;
