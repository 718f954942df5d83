use crate::ParseVersionError;

/// Why a manifest cannot be used at all.
///
/// Every variant is the fault of whoever wrote or served the manifest; none is the user's or ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// More bytes than any honest manifest has.
    #[error("the manifest has {bytes} bytes; at most {maximum} are read")]
    TooLarge {
        /// Its size in bytes.
        bytes: usize,
        /// The limit, [`crate::MAXIMUM_BYTES`].
        maximum: usize,
    },
    /// Not JSON, or JSON nested deeper than 128 levels.
    #[error("the manifest is not JSON: line {line}, column {column}: {message}")]
    NotJson {
        /// Line of the first mistake, from 1.
        line: usize,
        /// Column of the first mistake in bytes, from 1.
        column: usize,
        /// What the JSON parser expected.
        message: String,
    },
    /// JSON, but not an object at the top.
    #[error("the manifest is {found}, not a JSON object")]
    NotAnObject {
        /// What was found, with its article.
        found: &'static str,
    },
    /// The address that the manifest is said to come from cannot be a base for others.
    #[error("a manifest cannot come from “{url}”: that address has no host")]
    UnusableAddress {
        /// The address given by the caller.
        url: String,
    },

    /// Web apps: they would come over a connection that anybody on the way can change.
    #[error("“{url}” is neither https nor on this machine: such a site cannot be installed")]
    NotSecure {
        /// Where the app would start.
        url: String,
    },
    /// Isolated Web Apps: no name to show to the user.
    #[error("the manifest has neither a “name” nor a “short_name”")]
    MissingName,
    /// Isolated Web Apps: no version.
    #[error("the manifest has no “version”, which an Isolated Web App needs")]
    MissingVersion,
    /// Isolated Web Apps: a version in the wrong form.
    #[error("the manifest's version “{version}” is not valid: {reason}")]
    InvalidVersion {
        /// As written.
        version: String,
        /// What is wrong with it.
        reason: ParseVersionError,
    },
    /// Isolated Web Apps: `id` does not resolve to the root of the app's origin.
    #[error("the manifest's id is “{found}”; an Isolated Web App's is “{expected}” (write \"id\": \"/\")")]
    WrongId {
        /// As written, or as derived from `start_url` when there is none.
        found: String,
        /// The only id that is right.
        expected: String,
    },
    /// Isolated Web Apps: `start_url` is missing, not a URL, or belongs to another origin.
    #[error("the manifest's start_url “{found}” is not an address inside the app")]
    StartUrlOutside {
        /// As written.
        found: String,
    },
    /// Isolated Web Apps: `scope` is not the whole origin.
    #[error("the manifest's scope is “{found}”; an Isolated Web App's is “{expected}” (write \"scope\": \"/\")")]
    WrongScope {
        /// As written, or as derived from `start_url` when there is none.
        found: String,
        /// The only scope that is right.
        expected: String,
    },
    /// Isolated Web Apps: no icon that could be used.
    #[error("the manifest lists no usable icon, which an Isolated Web App needs")]
    MissingIcon,

    /// Update manifests: `versions` is missing or not an array.
    #[error("the update manifest has no list “versions”")]
    MissingVersions,
    /// Update manifests: an item of `versions` is not an object.
    #[error("the update manifest's versions[{index}] is {found}, not an object")]
    InvalidRelease {
        /// Which item, from 0.
        index: usize,
        /// What was found, with its article.
        found: &'static str,
    },
}
