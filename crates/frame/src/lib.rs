//! Controlled Frame without an engine.
//!
//! Pure state and rules: nothing here does I/O or names WebKit. The runtime reports what the engine does and carries
//! out what comes back.
//!
//! * [`Source`]: what an element's `src` means, and which schemes it may name.
//! * [`Partition`]: where a frame's cookies and storage live.
//! * [`Loads`]: the state machine from an engine's load signals to the element's events.

#![warn(missing_docs)]

mod load;
mod net_error;
mod partition;
mod source;

pub use load::{LoadEvent, Loads, Signal};
pub use net_error::NetError;
pub use partition::{InvalidPartition, Partition};
pub use source::{Source, is_this_machine};
