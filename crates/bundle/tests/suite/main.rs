//! The crate as others use it.
//!
//! * `craft` encodes files byte by byte, right or wrong; it shares no code with the crate.
//! * `reading` has files that are fine, `refusals` has one test for each way in which they are not.
//! * `packing` makes bundles of folders, `signing` signs them, and `interop` does both beside the npm
//!   packages `wbn` and `wbn-sign`.

#![expect(clippy::unwrap_used, reason = "a test may panic, and so may its helpers")]

mod craft;
mod interop;
mod packing;
mod reading;
mod refusals;
mod signing;
