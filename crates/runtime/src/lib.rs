//! Runs one app: its window, its view, the frames that it embeds, the questions that it may ask the user.
//!
//! The widgets, from the outside in:
//!
//! * a `GtkWindow` with the app's name and icon; pages may open more of them ([`windows`]);
//! * in it the [`Stage`](stage::Stage): the frames beneath, the app above;
//! * on the stage the [`AppView`](app_view::AppView) and one `WebKitWebView` for each frame ([`frames`]);
//! * over the window the [sheet, the prompts and the page of permissions](ask), in the [desktop's look](desktop).
//!
//! The way in is [`run`]; [`session`] has the order of things. What other programs can
//! tell a running app is in [`control`]. Which documents an app has is known by [`documents`], what they may ask and who
//! answers is in [`host`], and what the engine asks for them in [`powerful_features`].
//! This crate decides nothing about permissions, addresses or events: `permissions`, `net` and `frame` do.

#![warn(missing_docs)]
#![expect(
    missing_debug_implementations,
    reason = "widgets are printed by GObject, not by their private parts"
)]

mod app;
mod app_view;
mod ask;
mod badge;
mod content;
pub mod control;
mod desktop;
mod documents;
mod engine_age;
#[cfg(test)]
mod engine_harness;
mod environment;
mod frames;
mod host;
mod input;
mod launches;
mod network_information;
mod notice;
mod order;
mod placement;
mod powerful_features;
mod sandbox;
mod session;
mod stage;
mod translations;
mod unanswered;
mod windows;
mod writables;

pub use app::App;
pub use ask::{Failed, ask_to_install, tell_failure, version_of as sheet_version};
pub use content::contexts::user_languages;
pub use content::extension::{ExtensionError, find as find_extension};
pub use engine_age::engine_advice;
pub use environment::{Prepared, has_gpu, lost_buses, missing_home, opaque_by, prepare};
pub use launches::{LaunchError, Purpose};
pub use order::{Forced, order_of};
pub use sandbox::{SandboxError, sandbox};
pub use session::{Options, RunError, Upkeep, run};

pub mod terminal;

use std::panic::{AssertUnwindSafe, catch_unwind};

/// The versions of what this process runs on: the engine and the toolkit.
pub fn versions() -> [(&'static str, String); 2] {
    let webkit = (
        webkit6::functions::major_version(),
        webkit6::functions::minor_version(),
        webkit6::functions::micro_version(),
    );
    let gtk = (gtk4::major_version(), gtk4::minor_version(), gtk4::micro_version());
    let dotted = |(major, minor, micro): (u32, u32, u32)| format!("{major}.{minor}.{micro}");
    [("WebKitGTK", dotted(webkit)), ("GTK", dotted(gtk))]
}

/// How many families of fonts there are.
pub fn fonts() -> usize {
    use gtk4::pango::prelude::*;
    // There always is a family of these names, whatever fonts it is made of.
    let is_generic = |name: &str| {
        matches!(
            name,
            "Cursive" | "Fantasy" | "Monospace" | "Sans" | "Serif" | "System-ui"
        )
    };
    let families = pangocairo::FontMap::default().list_families();
    families.iter().filter(|family| !is_generic(&family.name())).count()
}

/// Runs a callback of GTK or WebKit: a panic ends in `otherwise` and a message, never in C code.
fn guard<T>(what: &str, otherwise: T, callback: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(callback)).unwrap_or_else(|_| {
        tracing::error!("{what} failed: please report this");
        otherwise
    })
}
