//! Proxies: which there are, and how to get through one.

pub(crate) mod environment;
pub(crate) mod tunnel;

use std::fmt;
use std::sync::Arc;

use data_encoding::BASE64;
use url::Url;

use super::error::Error;
use super::gate::BoxFuture;

/// What is to be spoken over a connection, which decides about proxies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// HTTP in the clear: a proxy of HTTP is sent the requests themselves.
    Http,
    /// HTTP over TLS, through a tunnel.
    Https,
    /// Anything, through a tunnel.
    Tcp,
}

/// Knows which proxies stand before a destination. The broker asks for each connection, but never about this machine.
pub trait ProxyResolver: Send + Sync + 'static {
    /// The ways to `host` (without brackets) and `port`, best first: proxies, or the direct way, which is none. At
    /// least one.
    ///
    /// # Errors
    /// [`Error::Proxy`] when what is configured cannot be used. The direct way is no substitute for it.
    fn find<'a>(&'a self, scheme: Scheme, host: &'a str, port: u16) -> BoxFuture<'a, Result<Vec<Way>, Error>>;
}

/// A proxy, or the direct way.
pub type Way = Option<Arc<Proxy>>;

/// Knows no proxies.
#[derive(Clone, Copy, Debug, Default)]
pub struct Direct;

impl ProxyResolver for Direct {
    fn find<'a>(&'a self, _: Scheme, _: &'a str, _: u16) -> BoxFuture<'a, Result<Vec<Way>, Error>> {
        Box::pin(std::future::ready(Ok(vec![None])))
    }
}

/// What a proxy speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Http,
    /// HTTP over TLS.
    Https,
    /// SOCKS 5; it resolves names itself.
    Socks5,
}

/// A proxy server.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    kind: Kind,
    pub(crate) host: String,
    pub(crate) port: u16,
    credentials: Option<Credentials>,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) name: String,
    pub(crate) password: String,
}

impl Proxy {
    /// Reads a proxy as `http_proxy` and the like have it: a URL, or a host and a port without a scheme, which is
    /// `http` then. The port is 80, 443 or 1080 if there is none, by the scheme.
    ///
    /// # Errors
    /// [`Error::Proxy`] when it is none, or one that is not supported: SOCKS 4 cannot carry IPv6, nor all names.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let invalid = |reason: &str| Error::Proxy {
            proxy: without_credentials(text).to_owned(),
            reason: reason.to_owned(),
        };
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let (kind, port) = match scheme.to_ascii_lowercase().as_str() {
            "http" => (Kind::Http, 80),
            "https" => (Kind::Https, 443),
            "socks" | "socks5" | "socks5h" => (Kind::Socks5, 1080),
            _ => {
                return Err(invalid(&format!(
                    "\"{scheme}\" is not a kind of proxy that is supported"
                )));
            }
        };
        // Whatever the scheme, it is read as http has it, whose default port the parser drops.
        let url = Url::parse(&format!("ws://{rest}")).map_err(|error| invalid(&format!("it is not a URL: {error}")))?;
        let host = url.host_str().ok_or_else(|| invalid("it has no host"))?;
        let is_named = !url.username().is_empty() || url.password().is_some();
        Ok(Self {
            kind,
            host: host.to_owned(),
            port: explicit_port(rest).unwrap_or(port),
            credentials: is_named.then(|| Credentials {
                name: decode(url.username()),
                password: decode(url.password().unwrap_or_default()),
            }),
        })
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.kind == Kind::Https
    }

    /// Whether it can be sent requests for another server.
    pub(crate) fn forwards(&self) -> bool {
        matches!(self.kind, Kind::Http | Kind::Https)
    }

    pub(crate) fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
    }

    /// The value of `Proxy-Authorization` (RFC 7617).
    pub(crate) fn authorization(&self) -> Option<String> {
        let Credentials { name, password } = self.credentials.as_ref()?;
        Some(format!(
            "Basic {}",
            BASE64.encode(format!("{name}:{password}").as_bytes())
        ))
    }

    pub(crate) fn failure(&self, reason: impl Into<String>) -> Error {
        Error::Proxy {
            proxy: self.to_string(),
            reason: reason.into(),
        }
    }

    /// It wants other credentials than it was given.
    pub(crate) fn wants_credentials(&self) -> Error {
        self.failure(match &self.credentials {
            None => "it asks for a name and a password (407)",
            Some(_) => "it does not accept the name and password (407)",
        })
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.host, self.port)
    }
}

/// Without the password.
impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} {self}", self.kind)
    }
}

/// The port as it is written: a URL parser leaves a scheme's own out.
fn explicit_port(rest: &str) -> Option<u16> {
    let authority = rest.split(['/', '?', '#']).next()?;
    let (_, port) = authority.rsplit_once(':')?;
    port.parse().ok()
}

/// For error messages.
fn without_credentials(text: &str) -> &str {
    text.rsplit_once('@').map_or(text, |(_, rest)| rest)
}

/// Percent-decoded; what is no UTF-8 is replaced.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match tail {
            [high, low, ..] if *first == b'%' => {
                let digit = |digit: u8| char::from(digit).to_digit(16);
                digit(*high)
                    .zip(digit(*low))
                    .and_then(|(high, low)| u8::try_from(high << 4 | low).ok())
            }
            _ => None,
        };
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_read_as_people_write_it() {
        for (text, expected) in [
            ("http://proxy.example:3128", "Http proxy.example:3128"),
            ("http://proxy.example", "Http proxy.example:80"),
            ("http://proxy.example:80/", "Http proxy.example:80"),
            ("proxy.example:8080", "Http proxy.example:8080"),
            ("10.0.0.1:8080", "Http 10.0.0.1:8080"),
            ("https://proxy.example", "Https proxy.example:443"),
            ("HTTPS://proxy.example:444/path", "Https proxy.example:444"),
            ("socks5h://proxy.example", "Socks5 proxy.example:1080"),
            ("socks://[::1]:9050", "Socks5 [::1]:9050"),
            ("http://name:secret@proxy.example", "Http proxy.example:80"),
        ] {
            assert_eq!(format!("{:?}", Proxy::parse(text).unwrap()), expected, "{text}");
        }
        for text in [
            "",
            "http://",
            "ftp://proxy.example",
            "socks4://proxy.example",
            "a b",
            "http://name:secret@",
        ] {
            let error = Proxy::parse(text).unwrap_err();
            assert_eq!(error.dom_name(), "NetworkError", "{text}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn credentials_are_decoded() {
        let proxy = Proxy::parse("http://a%40b:p%3Ass%zz@proxy.example").unwrap();
        let Credentials { name, password } = proxy.credentials().unwrap();
        assert_eq!((name.as_str(), password.as_str()), ("a@b", "p:ss%zz"));
        let proxy = Proxy::parse("http://Aladdin:open%20sesame@proxy.example").unwrap();
        assert_eq!(proxy.authorization().unwrap(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(Proxy::parse("http://proxy.example").unwrap().authorization(), None);
    }
}
