//! Controlled Frame without an engine.
//!
//! Pure state and rules: nothing here does I/O or names WebKit. The runtime reports what the engine does and carries
//! out what comes back.
//!
//! * [`Source`]: what an element's `src` means, and which schemes it may name.
//! * [`Delegation`]: which features an element hands on to the pages in it.
//! * [`Partition`]: where a frame's cookies and storage live.
//! * [`Navigable`]: the state machine of what a frame shows, from what happens to the element's events.

#![warn(missing_docs)]

mod delegation;
mod load;
mod navigable;
mod nested;
mod net_error;
mod partition;
mod source;

pub use delegation::Delegation;
pub use load::refused;
pub use navigable::{Effect, Happened, Navigable, NoDocument, ResourceId};
pub use net_error::NetError;
pub use partition::{InvalidPartition, Partition};
pub use source::Source;
