//! What may be asked for, checked before anything is looked up.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue, RANGE, USER_AGENT};
use http::{Method, Uri};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full};
use url::Url;

use super::bad_port;
use crate::core::error::Error;
use crate::limits::HEADER_BYTES;

/// What the response body can be decoded from.
const CODINGS: HeaderValue = HeaderValue::from_static("gzip, deflate, br, zstd");

const AGENT: HeaderValue = HeaderValue::from_static(concat!("Insula/", env!("CARGO_PKG_VERSION")));

/// Headers that frame the message, manage the connection or are a proxy's. They are left out, as Fetch does:
/// libraries that are written for servers as well set some of them. All others that Fetch forbids are the
/// app's to set: it could send them over a socket as well.
const RUNTIME_OWNED: [&str; 10] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "http2-settings",
];
const RUNTIME_OWNED_PREFIXES: [&str; 2] = ["proxy-", "sec-websocket-"];

/// A request without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
}

/// How far a request has come that is made again, with its body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Redirects that it has followed.
    pub redirects: usize,
    /// How often it was sent again because it was not answered.
    pub retries: usize,
    /// How much it has spent of the time that it has.
    pub spent: Duration,
}

impl Request {
    /// Checks what is asked for and adds what every request has. Strings are as in JavaScript: header values hold
    /// one byte in each character.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a URL that is not an absolute one of http or https, or has credentials; for a
    /// method or a header that cannot be sent. [`Error::BadPort`].
    pub fn new(method: &str, url: &str, headers: &[(String, String)]) -> Result<Self, Error> {
        let mut request = Self::checked(method, parse(url)?, headers)?;
        let headers = &mut request.headers;
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        if !headers.contains_key(ACCEPT_ENCODING) {
            // A range counts bytes of what is stored, not of what is compressed on the way.
            let ranged = headers.contains_key(RANGE);
            let codings = if ranged {
                HeaderValue::from_static("identity")
            } else {
                CODINGS
            };
            headers.insert(ACCEPT_ENCODING, codings);
        }
        Ok(request)
    }

    /// The same for a URL of ws or wss, whose answer has no body; its scheme is that of HTTP then.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`], [`Error::BadPort`].
    pub(crate) fn upgrade(url: &str, headers: &[(String, String)]) -> Result<Self, Error> {
        let mut url = parse(url)?;
        let scheme = match url.scheme() {
            "ws" => "http",
            "wss" => "https",
            scheme => {
                let message = format!("a WebSocket has a URL of ws or wss, not of \"{scheme}:\"");
                return Err(Error::invalid(message));
            }
        };
        // Between these schemes every URL can change.
        let _ = url.set_scheme(scheme);
        Self::checked("GET", url, headers)
    }

    fn checked(method: &str, url: Url, headers: &[(String, String)]) -> Result<Self, Error> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::invalid(
                "the URL has credentials in it: use an Authorization header",
            ));
        }
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Error::invalid(format!(
                "only http and https can be fetched, not \"{}:\"",
                url.scheme()
            )));
        }
        check_port(&url)?;
        let method = self::method(method)?;
        let mut headers = self::headers(headers)?;
        headers.entry(USER_AGENT).or_insert(AGENT);
        Ok(Self { method, url, headers })
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The URL, with its fragment.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The headers that are sent, besides those of the connection.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Whether the connection is to be secured.
    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The host as the resolver takes it.
    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The port, the scheme's own if the URL has none.
    pub(crate) fn port(&self) -> u16 {
        // Both schemes that pass have a default port.
        self.url.port_or_known_default().unwrap_or_default()
    }

    /// What follows the authority, for HTTP/1.1's request line.
    pub(crate) fn path(&self) -> Result<Uri, Error> {
        uri(&self.url[url::Position::BeforePath..url::Position::AfterQuery])
    }

    /// The whole URL without its fragment, for HTTP/2's pseudo-headers.
    pub(crate) fn target(&self) -> Result<Uri, Error> {
        uri(&self.url[..url::Position::AfterQuery])
    }

    /// HTTP/1.1's `Host`.
    pub(crate) fn authority(&self) -> Result<HeaderValue, Error> {
        HeaderValue::from_str(&self.url[url::Position::BeforeHost..url::Position::AfterPort])
            .map_err(|_| Error::invalid("the URL's host cannot be sent"))
    }
}

/// What kind of body a request has, for the rules of redirects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// It has none.
    None,
    /// It can be sent again.
    Kept,
    /// It is gone once sent, but whoever made the request has it still.
    Sourced,
    /// It is gone once sent (Fetch: its source is null).
    Streamed,
}

/// A request's body.
#[derive(Debug)]
pub enum RequestBody {
    /// None.
    None,
    /// Kept whole.
    Bytes(Bytes),
    /// Streamed, not sent yet.
    Stream {
        /// What is sent, once.
        body: WireBody,
        /// Whether it can be had again.
        has_source: bool,
    },
    /// Streamed and gone.
    Spent {
        /// Whether it can be had again.
        has_source: bool,
    },
}

/// A body on its way to a server.
pub type WireBody = UnsyncBoxBody<Bytes, Error>;

impl RequestBody {
    /// Its kind.
    pub fn kind(&self) -> BodyKind {
        match self {
            Self::None => BodyKind::None,
            Self::Bytes(_) => BodyKind::Kept,
            Self::Stream { has_source: true, .. } | Self::Spent { has_source: true } => BodyKind::Sourced,
            Self::Stream { .. } | Self::Spent { .. } => BodyKind::Streamed,
        }
    }

    pub(crate) fn is_spent(&self) -> bool {
        matches!(self, Self::Spent { .. })
    }

    /// The body to send now; a streamed one can be had once.
    pub(crate) fn send(&mut self) -> WireBody {
        match self {
            Self::None => empty(),
            Self::Bytes(bytes) => Full::new(bytes.clone()).map_err(|never| match never {}).boxed_unsync(),
            &mut (Self::Stream { has_source, .. } | Self::Spent { has_source }) => {
                match std::mem::replace(self, Self::Spent { has_source }) {
                    Self::Stream { body, .. } => body,
                    // The rules of redirects and retries never send a spent body.
                    _ => empty(),
                }
            }
        }
    }

    /// Takes back a body that was not sent after all.
    pub(crate) fn put_back(&mut self, body: WireBody) {
        if let &mut Self::Spent { has_source } = self {
            *self = Self::Stream { body, has_source };
        }
    }
}

fn empty() -> WireBody {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

fn parse(url: &str) -> Result<Url, Error> {
    Url::parse(url).map_err(|error| Error::invalid(format!("\"{url}\" is not an absolute URL: {error}")))
}

/// # Errors
/// [`Error::BadPort`].
pub(crate) fn check_port(url: &Url) -> Result<(), Error> {
    match url.port_or_known_default() {
        Some(port) if bad_port::is_bad(port) => Err(Error::BadPort(port)),
        _ => Ok(()),
    }
}

fn uri(text: &str) -> Result<Uri, Error> {
    text.parse()
        .map_err(|_| Error::invalid(format!("\"{text}\" cannot be sent in a request")))
}

fn method(name: &str) -> Result<Method, Error> {
    for forbidden in ["CONNECT", "TRACE", "TRACK"] {
        if name.eq_ignore_ascii_case(forbidden) {
            return Err(Error::invalid(format!("the method {forbidden} is not allowed")));
        }
    }
    // Fetch, "normalize": these six only; `patch` stays as it is.
    for usual in ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"] {
        if name.eq_ignore_ascii_case(usual) {
            return Method::from_bytes(usual.as_bytes()).map_err(|_| not_a_method(name));
        }
    }
    Method::from_bytes(name.as_bytes()).map_err(|_| not_a_method(name))
}

fn not_a_method(name: &str) -> Error {
    Error::invalid(format!("\"{name}\" is not a method"))
}

fn headers(pairs: &[(String, String)]) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    let mut bytes = 0;
    for (name, value) in pairs {
        bytes += name.len() + value.len();
        if bytes > HEADER_BYTES {
            let limit = HEADER_BYTES / 1024;
            return Err(Error::invalid(format!("the headers are larger than {limit} KiB")));
        }
        let parsed = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| Error::invalid(format!("\"{name}\" is not a header name")))?;
        let value = header_value(name, value)?;
        if is_runtime_owned(parsed.as_str()) {
            continue;
        }
        headers
            .try_append(parsed, value)
            .map_err(|_| Error::invalid("too many headers"))?;
    }
    Ok(headers)
}

fn is_runtime_owned(name: &str) -> bool {
    RUNTIME_OWNED.contains(&name) || RUNTIME_OWNED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// A `ByteString` as bytes, stripped as Fetch's "normalize" does.
fn header_value(name: &str, value: &str) -> Result<HeaderValue, Error> {
    let invalid = || Error::invalid(format!("the value of header \"{name}\" is not valid"));
    let value = value.trim_matches(['\t', '\n', '\r', ' ']);
    let bytes: Vec<u8> = value
        .chars()
        .map(u8::try_from)
        .collect::<Result<_, _>>()
        .map_err(|_| invalid())?;
    HeaderValue::from_bytes(&bytes).map_err(|_| invalid())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, method: &str, headers: &[(&str, &str)]) -> Result<Request, Error> {
        let headers: Vec<_> = headers
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        Request::new(method, url, &headers)
    }

    #[test]
    fn what_may_not_be_asked_for_is_a_type_error_that_names_it() {
        for (url, method, headers, named) in [
            ("/relative", "GET", &[][..], "/relative"),
            ("https://user:secret@a.example/", "GET", &[], "credentials"),
            ("file:///etc/passwd", "GET", &[], "file:"),
            ("isolated-app://abc/", "GET", &[], "isolated-app:"),
            ("data:,x", "GET", &[], "data:"),
            ("https://a.example/", "TRACE", &[], "TRACE"),
            ("https://a.example/", "connect", &[], "CONNECT"),
            ("https://a.example/", "Track", &[], "TRACK"),
            ("https://a.example/", "GE T", &[], "GE T"),
            ("https://a.example/", "GET", &[("X-A", "1\r\nX-B: 2")], "X-A"),
            ("https://a.example/", "GET", &[("X-A", "a\0b")], "X-A"),
            ("https://a.example/", "GET", &[("X-A", "\u{20ac}")], "X-A"),
            ("https://a.example/", "GET", &[("X A", "1")], "X A"),
        ] {
            let error = check(url, method, headers).unwrap_err();
            assert_eq!(error.dom_name(), "TypeError", "{url} {method} {headers:?}");
            assert!(error.to_string().contains(named), "{error}");
        }
    }

    #[test]
    fn a_bad_port_is_a_network_error() {
        let error = check("http://a.example:25/", "GET", &[]).unwrap_err();
        assert_eq!(error, Error::BadPort(25));
    }

    #[test]
    fn headers_that_browsers_keep_from_pages_are_the_apps_to_set() {
        let set = [
            ("Origin", "https://b.example"),
            ("Referer", "https://b.example/page"),
            ("Cookie", "a=1"),
            ("User-Agent", "Mine/1"),
            ("Date", "now"),
            ("Accept-Charset", "utf-8"),
            ("Sec-Fetch-Site", "none"),
            ("Via", "1.1 mine"),
            ("Access-Control-Request-Method", "PUT"),
            ("X-Latin", "caf\u{e9}"),
        ];
        let head = check("https://a.example/", "GET", &set).unwrap();
        assert_eq!(head.headers["user-agent"], "Mine/1");
        assert_eq!(head.headers["x-latin"].as_bytes(), b"caf\xe9");
        assert_eq!(head.headers.len(), set.len() + 2);
    }

    #[test]
    fn headers_that_frame_the_message_are_left_out() {
        let names = [
            "Host",
            "Content-Length",
            "transfer-encoding",
            "Proxy-Authorization",
            "Sec-WebSocket-Key",
        ];
        let head = check("https://a.example/", "GET", &names.map(|name| (name, "1"))).unwrap();
        assert_eq!(head.headers.len(), 3, "{:?}", head.headers);
        let error = check("https://a.example/", "GET", &[("Content-Length", "1\r\nX-B: 2")]).unwrap_err();
        assert!(error.to_string().contains("Content-Length"), "{error}");
    }

    #[test]
    fn nothing_is_sent_by_default_that_tells_about_the_app() {
        let head = check("https://a.example/", "GET", &[]).unwrap();
        let mut names: Vec<_> = head.headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept", "accept-encoding", "user-agent"]);
    }

    #[test]
    fn a_range_is_asked_for_uncompressed() {
        let head = check("https://a.example/", "GET", &[("Range", "bytes=0-9")]).unwrap();
        assert_eq!(head.headers[ACCEPT_ENCODING], "identity");
    }

    #[test]
    fn more_headers_than_64_kib_are_refused() {
        let long = "x".repeat(HEADER_BYTES);
        assert!(check("https://a.example/", "GET", &[("X-Long", &long)]).is_err());
        assert!(check("https://a.example/", "GET", &[("X-Long", &long[100..])]).is_ok());
    }

    #[test]
    fn the_target_is_sent_without_fragment_or_default_port() {
        let head = check("https://a.example:443/p?q#secret", "GET", &[]).unwrap();
        assert_eq!(head.path().unwrap(), "/p?q");
        assert_eq!(head.target().unwrap(), "https://a.example/p?q");
        assert_eq!(head.authority().unwrap(), "a.example");
        let head = check("http://[::1]:8080", "GET", &[]).unwrap();
        assert_eq!(head.authority().unwrap(), "[::1]:8080");
        assert_eq!(head.path().unwrap(), "/");
    }
}
