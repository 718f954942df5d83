//! The program as a user types it: what it prints, and how it ends.
//!
//! Output is compared as text in which the test's folder is `DIR` and ids are `ID`. What needs a window is tested
//! end to end elsewhere.

#![expect(clippy::unwrap_used, reason = "a test may panic, and so may its helpers")]

mod catalog;
mod full_disk;
mod installing;
mod machine;
mod making;
mod permissions;
mod permissions_of_all;
mod policy;
mod program;
