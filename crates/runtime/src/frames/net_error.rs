//! From the engine's errors to the names that `loadabort` tells.

use gtk4::gio;
use gtk4::glib;
use insula_frame::NetError;
use webkit6::{NetworkError, PolicyError};

/// How the engine says that a redirect led to another one too often; it has no code for that.
const TOO_MANY_REDIRECTS: &str = "Load cannot follow more than";

/// What an engine's error about a URL is called.
pub(super) fn name_of(error: &glib::Error, uri: &str) -> NetError {
    if error.matches(NetworkError::Cancelled) || error.matches(PolicyError::FrameLoadInterruptedByPolicyChange) {
        return NetError::Aborted;
    }
    if error.matches(PolicyError::CannotUseRestrictedPort) {
        return NetError::UnsafePort;
    }
    if error.is::<gio::ResolverError>() {
        return NetError::NameNotResolved;
    }
    match error.kind::<gio::TlsError>() {
        Some(gio::TlsError::BadCertificate) => return NetError::CertificateInvalid,
        Some(_) => return NetError::SslProtocolError,
        None => {}
    }
    if error.message().contains(TOO_MANY_REDIRECTS) {
        return NetError::TooManyRedirects;
    }
    match error.kind::<gio::IOErrorEnum>() {
        Some(gio::IOErrorEnum::ConnectionRefused) => NetError::ConnectionRefused,
        Some(gio::IOErrorEnum::TimedOut) => NetError::TimedOut,
        Some(gio::IOErrorEnum::HostUnreachable | gio::IOErrorEnum::NetworkUnreachable) => NetError::AddressUnreachable,
        Some(gio::IOErrorEnum::BrokenPipe) => NetError::ConnectionReset,
        Some(gio::IOErrorEnum::HostNotFound) => NetError::NameNotResolved,
        // The engine drops a connection whose certificate it refuses, and now and then tells of that alone. What the
        // app or the page cancels has an error of its own, above.
        Some(gio::IOErrorEnum::Cancelled) if uri.starts_with("https:") => NetError::CertificateInvalid,
        Some(gio::IOErrorEnum::PartialInput) => NetError::EmptyResponse,
        _ => NetError::Failed,
    }
}
