//! Every environment variable that the program reads.

use std::env;
use std::ffi::OsString;

/// What a manual says of those that are the program's own.
pub(crate) const EXPLAINED: [(&str, &str); 4] = [
    (DATA_DIR, "The folder with everything that is installed, as --data-dir."),
    (
        POLICY_DIR,
        "A folder with more policies of your organization, as --policy-dir.",
    ),
    (
        LOG,
        "What to log to standard error, for example debug or insula_net=trace. Warnings by default.",
    ),
    (NO_COLOR, "Anything in it turns colors off."),
];

/// The folder with everything that is installed, instead of `$XDG_DATA_HOME/insula`.
pub(crate) const DATA_DIR: &str = "INSULA_DATA_DIR";

/// A folder with policies of the organisation besides the orders in `/etc/insula/policies`.
pub(crate) const POLICY_DIR: &str = "INSULA_POLICY_DIR";

/// What to log to standard error, for example `debug` or `insula_net=trace`. Warnings by default.
pub(crate) const LOG: &str = "INSULA_LOG";

/// Where the user's programs keep their data (XDG Base Directory Specification).
pub(crate) const XDG_DATA_HOME: &str = "XDG_DATA_HOME";

/// Where the user's programs keep their settings (XDG Base Directory Specification).
pub(crate) const XDG_CONFIG_HOME: &str = "XDG_CONFIG_HOME";

/// The user's own folder.
pub(crate) const HOME: &str = "HOME";

/// The user's folder for sockets, which lasts as long as the session does (XDG Base Directory Specification).
pub(crate) const XDG_RUNTIME_DIR: &str = "XDG_RUNTIME_DIR";

/// Where the desktop's programs talk to each other (D-Bus Specification).
pub(crate) const DBUS_SESSION_BUS_ADDRESS: &str = "DBUS_SESSION_BUS_ADDRESS";

/// Anything but nothing in it turns colours off (<https://no-color.org>).
pub(crate) const NO_COLOR: &str = "NO_COLOR";

/// `dumb` for a terminal that has no colours.
pub(crate) const TERM: &str = "TERM";

/// A variable's value; one that is set to nothing counts as not set.
pub(crate) fn value(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}
