//! Every environment variable that the program reads.

/// The folder with everything that is installed, instead of `$XDG_DATA_HOME/insula`.
pub(crate) const DATA_DIR: &str = "INSULA_DATA_DIR";

/// The folder with the organisation's policies, instead of `/etc/insula/policies`.
pub(crate) const POLICY_DIR: &str = "INSULA_POLICY_DIR";

/// What to log to standard error, for example `debug` or `insula_net=trace`. Warnings by default.
pub(crate) const LOG: &str = "INSULA_LOG";

/// Where the user's programs keep their data (XDG Base Directory Specification).
pub(crate) const XDG_DATA_HOME: &str = "XDG_DATA_HOME";

/// The user's own folder.
pub(crate) const HOME: &str = "HOME";

/// Anything but nothing in it turns colours off (<https://no-color.org>).
pub(crate) const NO_COLOR: &str = "NO_COLOR";

/// `dumb` for a terminal that has no colours.
pub(crate) const TERM: &str = "TERM";
