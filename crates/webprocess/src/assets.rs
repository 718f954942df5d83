//! The page side, made from the modules under `js/page`.

/// A classic script whose value is a function of the native object and the configuration.
pub(crate) const PAGE: &str = include_str!("../../../js/generated/page.js");

/// The name under which it shows in stack traces.
pub(crate) const PAGE_NAME: &str = "insula:page.js";
