//! The page side, made from the modules under `js/page`.

/// A classic script whose value is a function of the native object and the configuration.
pub(crate) const PAGE: &str = include_str!("../../../js/generated/page.js");

/// The name under which it shows in stack traces.
pub(crate) const PAGE_NAME: &str = "insula:page.js";

/// A classic script whose value is a function of the native object and whether the document is a stranger's.
pub(crate) const GUARD: &str = include_str!("../../../js/guard/guard.js");

/// The name under which that shows in stack traces.
pub(crate) const GUARD_NAME: &str = "insula:guard.js";
