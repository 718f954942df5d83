//! The page side, made from the modules under `js/page`.

/// A classic script whose value is a function of the native object and the configuration.
pub(crate) const PAGE: &str = include_str!("../../../js/generated/page.js");

/// The name under which it shows in stack traces: that of the engine's own functions. So an error that an interface throws is
/// the app's, at the app's line, in its console and for its `window.onerror`; under any other name it would be a stranger's,
/// of which pages are only told "Script error.".
pub(crate) const PAGE_NAME: &str = "[native code]";

/// A classic script whose value is a function of the native object and whether the document is a stranger's.
pub(crate) const GUARD: &str = include_str!("../../../js/guard/guard.js");

/// The name under which that shows in stack traces.
pub(crate) const GUARD_NAME: &str = "insula:guard.js";
