//! From the engine's errors to the names that `loadabort` tells.

use gtk4::gio;
use gtk4::glib;
use insula_frame::NetError;
use webkit6::{NetworkError, PolicyError};

/// How the engine says that a redirect led to another one too often; it has no code for that.
const TOO_MANY_REDIRECTS: &str = "Load cannot follow more than";

/// What a certificate that the engine refuses is called. Where several things are wrong with it, it is the first of
/// Chromium's order.
pub(crate) fn name_of_certificate(errors: gio::TlsCertificateFlags) -> NetError {
    use gio::TlsCertificateFlags as Flags;
    [
        (Flags::REVOKED, NetError::CertificateRevoked),
        (Flags::UNKNOWN_CA, NetError::CertificateAuthorityInvalid),
        (Flags::BAD_IDENTITY, NetError::CertificateCommonNameInvalid),
        (Flags::INSECURE, NetError::CertificateWeakSignatureAlgorithm),
        (Flags::EXPIRED, NetError::CertificateDateInvalid),
        (Flags::NOT_ACTIVATED, NetError::CertificateDateInvalid),
    ]
    .into_iter()
    .find(|(flag, _)| errors.contains(*flag))
    .map_or(NetError::CertificateInvalid, |(_, error)| error)
}

/// Whether the engine dropped the connection for a certificate and does not say why, as it does now and then. What the app
/// or the page cancels has an error of its own.
pub(super) fn is_dropped(error: &glib::Error, uri: &str) -> bool {
    (error.matches(gio::IOErrorEnum::Cancelled) || error.matches(gio::TlsError::BadCertificate))
        && uri.starts_with("https:")
}

/// Whether a filter has kept the load back.
pub(super) fn is_filtered(error: &glib::Error) -> bool {
    error.domain().as_str() == "WebKitContentBlockerDomain"
        || matches!(
            error.kind::<PolicyError>(),
            Some(PolicyError::Failed | PolicyError::__Unknown(_))
        )
}

/// What an engine's error about a URL is called.
pub(crate) fn name_of(error: &glib::Error, uri: &str) -> NetError {
    if is_dropped(error, uri) {
        return NetError::CertificateInvalid;
    }
    if is_filtered(error) {
        return NetError::BlockedByClient;
    }
    if error.matches(NetworkError::Cancelled) || error.matches(PolicyError::FrameLoadInterruptedByPolicyChange) {
        return NetError::Aborted;
    }
    if error.matches(PolicyError::CannotUseRestrictedPort) {
        return NetError::UnsafePort;
    }
    if error.is::<gio::ResolverError>() {
        return NetError::NameNotResolved;
    }
    if error.is::<gio::TlsError>() {
        return NetError::SslProtocolError;
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
        Some(gio::IOErrorEnum::PartialInput) => NetError::EmptyResponse,
        _ => NetError::Failed,
    }
}
