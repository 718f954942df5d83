//! Names and numbers of failed loads, as `loadabort` tells them.

/// Why a load ended without its document, by Chromium's number and name: what apps compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names say it")]
pub enum NetError {
    Aborted,
    Failed,
    TimedOut,
    AccessDenied,
    BlockedByClient,
    ConnectionReset,
    ConnectionRefused,
    ConnectionFailed,
    NameNotResolved,
    InternetDisconnected,
    SslProtocolError,
    AddressUnreachable,
    CertificateCommonNameInvalid,
    CertificateDateInvalid,
    CertificateAuthorityInvalid,
    CertificateRevoked,
    CertificateInvalid,
    CertificateWeakSignatureAlgorithm,
    InvalidUrl,
    DisallowedUrlScheme,
    TooManyRedirects,
    UnsafePort,
    UnsafeRedirect,
    EmptyResponse,
    InvalidAuthCredentials,
    HttpResponseCodeFailure,
    BlockedByLocalNetworkAccessChecks,
}

impl NetError {
    /// The negative number.
    pub fn code(self) -> i32 {
        self.row().0
    }

    /// The name, such as `ERR_ABORTED`.
    pub fn reason(self) -> &'static str {
        self.row().1
    }

    fn row(self) -> (i32, &'static str) {
        match self {
            Self::Aborted => (-3, "ERR_ABORTED"),
            Self::Failed => (-2, "ERR_FAILED"),
            Self::TimedOut => (-118, "ERR_CONNECTION_TIMED_OUT"),
            Self::AccessDenied => (-10, "ERR_ACCESS_DENIED"),
            Self::BlockedByClient => (-20, "ERR_BLOCKED_BY_CLIENT"),
            Self::ConnectionReset => (-101, "ERR_CONNECTION_RESET"),
            Self::ConnectionRefused => (-102, "ERR_CONNECTION_REFUSED"),
            Self::ConnectionFailed => (-104, "ERR_CONNECTION_FAILED"),
            Self::NameNotResolved => (-105, "ERR_NAME_NOT_RESOLVED"),
            Self::InternetDisconnected => (-106, "ERR_INTERNET_DISCONNECTED"),
            Self::SslProtocolError => (-107, "ERR_SSL_PROTOCOL_ERROR"),
            Self::AddressUnreachable => (-109, "ERR_ADDRESS_UNREACHABLE"),
            Self::CertificateCommonNameInvalid => (-200, "ERR_CERT_COMMON_NAME_INVALID"),
            Self::CertificateDateInvalid => (-201, "ERR_CERT_DATE_INVALID"),
            Self::CertificateAuthorityInvalid => (-202, "ERR_CERT_AUTHORITY_INVALID"),
            Self::CertificateRevoked => (-206, "ERR_CERT_REVOKED"),
            Self::CertificateWeakSignatureAlgorithm => (-208, "ERR_CERT_WEAK_SIGNATURE_ALGORITHM"),
            Self::CertificateInvalid => (-207, "ERR_CERT_INVALID"),
            Self::InvalidUrl => (-300, "ERR_INVALID_URL"),
            Self::DisallowedUrlScheme => (-301, "ERR_DISALLOWED_URL_SCHEME"),
            Self::TooManyRedirects => (-310, "ERR_TOO_MANY_REDIRECTS"),
            Self::UnsafeRedirect => (-311, "ERR_UNSAFE_REDIRECT"),
            Self::UnsafePort => (-312, "ERR_UNSAFE_PORT"),
            Self::EmptyResponse => (-324, "ERR_EMPTY_RESPONSE"),
            Self::InvalidAuthCredentials => (-338, "ERR_INVALID_AUTH_CREDENTIALS"),
            Self::HttpResponseCodeFailure => (-379, "ERR_HTTP_RESPONSE_CODE_FAILURE"),
            Self::BlockedByLocalNetworkAccessChecks => (-384, "ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS"),
        }
    }
}
