//! Developers' servers.

use std::fmt;

use insula_manifest::is_trustworthy_download;
use url::Url;

/// The origin of a developer's server: of https, or of http where the host is this machine. They are the ones that Chromium
/// takes as well (`--install-isolated-web-app-from-url`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerOrigin(Url);

/// Why a URL is not the origin of a developer's server. Whoever wrote it can write another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServerOriginError {
    /// Anybody on the way could change what comes.
    #[error("it is neither https nor on this machine")]
    NotSecure,
    /// It names a page.
    #[error("it has more than a scheme, a host and a port, and an Isolated Web App has a whole server")]
    NotAnOrigin,
    /// It has a user's name or password, which no request of an app's would have.
    #[error("it has a user's name or password in it")]
    Credentials,
}

impl TryFrom<&Url> for ServerOrigin {
    type Error = ServerOriginError;

    fn try_from(url: &Url) -> Result<Self, ServerOriginError> {
        if !is_trustworthy_download(url) {
            return Err(ServerOriginError::NotSecure);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ServerOriginError::Credentials);
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(ServerOriginError::NotAnOrigin);
        }
        Ok(Self(url.clone()))
    }
}

impl ServerOrigin {
    /// The URL of the server's root.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Whether a URL is one of the server's.
    pub fn owns(&self, url: &Url) -> bool {
        self.0.origin() == url.origin()
    }

    /// Where on the server that is which an app has at a URL of its own: the same path and query.
    pub fn locate(&self, url: &Url) -> Url {
        let mut located = self.0.clone();
        located.set_path(url.path());
        located.set_query(url.query());
        located
    }

    /// The origin of the server's WebSockets.
    pub fn of_web_sockets(&self) -> String {
        // From http to ws, and from https to wss.
        self.to_string().replacen("http", "ws", 1)
    }
}

/// As browsers serialise it, without a slash at the end.
impl fmt::Display for ServerOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.origin().ascii_serialization())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<String, ServerOriginError> {
        ServerOrigin::try_from(&Url::parse(url).unwrap()).map(|origin| origin.to_string())
    }

    #[test]
    fn a_server_is_named_by_its_origin_and_is_this_machines_or_has_https() {
        for (url, expected) in [
            ("http://localhost:5173", "http://localhost:5173"),
            ("http://127.0.0.1:80/", "http://127.0.0.1"),
            ("http://[::1]:5173/", "http://[::1]:5173"),
            ("http://app.localhost:5173", "http://app.localhost:5173"),
            ("https://dev.example:443", "https://dev.example"),
        ] {
            assert_eq!(read(url).unwrap(), expected);
        }
        for (url, expected) in [
            ("http://192.168.0.7:5173", ServerOriginError::NotSecure),
            ("http://localhost.example/", ServerOriginError::NotSecure),
            ("http://me:secret@localhost/", ServerOriginError::Credentials),
            ("http://me@localhost/", ServerOriginError::Credentials),
            ("http://localhost/app/", ServerOriginError::NotAnOrigin),
            ("http://localhost/?a", ServerOriginError::NotAnOrigin),
            ("http://localhost/#a", ServerOriginError::NotAnOrigin),
        ] {
            assert_eq!(read(url).unwrap_err(), expected, "{url}");
        }
    }

    #[test]
    fn what_an_app_has_is_on_the_server_under_the_same_path_and_query() {
        let server = ServerOrigin::try_from(&Url::parse("http://localhost:5173").unwrap()).unwrap();
        let of_app = Url::parse("isolated-app://aaaa/@fs/a%20b//c/?t=1&import#part").unwrap();
        assert_eq!(
            server.locate(&of_app).as_str(),
            "http://localhost:5173/@fs/a%20b//c/?t=1&import"
        );
        // It stays the server's, whatever the path looks like.
        let odd = Url::parse("isolated-app://aaaa//other.example/").unwrap();
        assert!(server.owns(&server.locate(&odd)), "{}", server.locate(&odd));
        assert!(!server.owns(&Url::parse("http://localhost:5174/").unwrap()));
        assert_eq!(server.of_web_sockets(), "ws://localhost:5173");
    }
}
