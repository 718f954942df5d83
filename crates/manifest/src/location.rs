//! Addresses: where a manifest lies, and what is inside its origin.

use insula_vocabulary::{ISOLATED_APP_SCHEME, is_loopback_host};
use url::Url;

use crate::ManifestError;
use crate::warning::{Warnings, quote};

/// Where the manifest of an Isolated Web App lies in its bundle.
pub const MANIFEST_PATH: &str = "/.well-known/manifest.webmanifest";

/// The address of the manifest, from what the caller knows.
///
/// For an Isolated Web App the origin says it all: its manifest has one place only. Members resolve
/// against the manifest's address, so `icon.png` there is `/.well-known/icon.png`.
pub(crate) fn manifest_url(given: &Url) -> Result<Url, ManifestError> {
    let unusable = || ManifestError::UnusableAddress { url: given.to_string() };
    if given.cannot_be_a_base() || given.host_str().is_none_or(str::is_empty) {
        return Err(unusable());
    }
    if given.scheme() == ISOLATED_APP_SCHEME && matches!(given.path(), "" | "/") {
        return given.join(MANIFEST_PATH).map_err(|_| unusable());
    }
    Ok(given.clone())
}

/// The root of an address's origin: `https://example.com/`.
pub(crate) fn root(url: &Url) -> Url {
    let mut root = url.clone();
    root.set_path("/");
    root.set_query(None);
    root.set_fragment(None);
    root
}

/// Scheme, host and port agree, and no user name hides in either address.
///
/// `Url::origin` calls every `isolated-app:` address opaque, so it cannot be used here.
pub(crate) fn same_origin(a: &Url, b: &Url) -> bool {
    let has_user = |url: &Url| !url.username().is_empty() || url.password().is_some();
    a.scheme() == b.scheme()
        && a.host_str().is_some()
        && a.host_str() == b.host_str()
        && a.port_or_known_default() == b.port_or_known_default()
        && !has_user(a)
        && !has_user(b)
}

/// "Within scope" of the manifest specification: same origin, and the path starts with the scope's.
pub(crate) fn is_within_scope(target: &Url, scope: &Url) -> bool {
    same_origin(target, scope) && target.path().starts_with(scope.path())
}

/// An address that something may be downloaded from: https, or http from this machine.
pub fn is_trustworthy_download(url: &Url) -> bool {
    let is_loopback = || url.host().is_some_and(|host| is_loopback_host(&host));
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback())
}

/// Resolves a member that must lie within the app's scope, with a warning when it does not.
pub(crate) fn resolve_within(text: &str, base: &Url, scope: &Url, path: &str, warnings: &mut Warnings) -> Option<Url> {
    let url = resolve(text, base, path, warnings)?;
    if !is_within_scope(&url, scope) {
        warnings.add(path, format!("{} is not within the app's scope; ignored", quote(text)));
        return None;
    }
    Some(url)
}

/// Resolves a member against a base, with a warning when it is no address.
pub(crate) fn resolve(text: &str, base: &Url, path: &str, warnings: &mut Warnings) -> Option<Url> {
    match base.join(text) {
        Ok(url) => Some(url),
        Err(error) => {
            warnings.add(path, format!("{} is not an address ({error}); ignored", quote(text)));
            None
        }
    }
}
