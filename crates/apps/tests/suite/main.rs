//! The crate as others use it: `changes` for installing and removing, `launching` for what is run,
//! `responses` for bundles of other tools, `sites` for those on the web, `trials` for updates, `crashes` for everything that goes wrong on the way. `keys` for keys that take the place of others,
//! `fixture` makes the apps.

#![expect(clippy::unwrap_used, reason = "a test may panic, and so may its helpers")]

mod changes;
mod crashes;
mod fixture;
mod keys;
mod launching;
mod responses;
mod sites;
mod trials;
