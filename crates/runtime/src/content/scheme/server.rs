//! An app's pages from its developer's server: each request of the app goes there, as with Chromium's "dev mode proxy".
//!
//! Only what a bundle could answer is asked for: the path and the query. The server gets no cookies and no credentials, and of
//! the headers of a request those that say which form of a page is wanted.

use super::headers;
use gtk4::glib::translate::IntoGlib;
use gtk4::prelude::*;
use gtk4::{gio, glib};
use insula_apps::ServerOrigin;
use insula_vocabulary::is_loopback_host;
use std::fmt;
use std::time::Duration;
use url::Url;
use webkit6::soup;
use webkit6::soup::prelude::*;

/// How long the server may take to begin an answer. Some build a page only when it is asked for.
const PATIENCE: Duration = Duration::from_secs(30);

/// As many redirects as the Fetch standard allows in a row.
const MOST_REDIRECTS: usize = 20;

/// So many requests at once. A page has hundreds of modules while it is written, and some servers keep a connection to tell
/// what has changed.
const MOST_CONNECTIONS: i32 = 32;

/// What the server is told of a request. By `Accept` it tells a page from a script, and a style sheet from a module.
const FORWARDED: [&str; 5] = ["accept", "accept-language", "if-range", "range", "user-agent"];

/// A developer's server.
pub(super) struct Server {
    origin: ServerOrigin,
    session: soup::Session,
    patience: Duration,
}

/// The head of a response, and where its body comes from.
#[derive(Debug)]
pub(super) struct Answer {
    /// The app's URL whose response it is: the one that was asked for, or the one that it redirects to in the end.
    pub(super) url: Url,
    pub(super) status: u16,
    /// Names are in lower case, and each character of a value stands for one byte.
    pub(super) headers: Vec<(String, String)>,
    /// The body's bytes, if the server says how many there are.
    pub(super) length: Option<u64>,
    pub(super) body: gio::InputStream,
}

/// Why there is no answer. Follows on the URL that was asked for.
#[derive(Debug)]
pub(super) enum Failure {
    /// There is no connection, or it broke.
    Unreachable(glib::Error),
    /// There is a connection, and nothing comes.
    Silent,
    /// It leads to another server.
    Elsewhere(Url),
    /// Its redirects come back to where they began, or are too many.
    Circle,
}

impl Server {
    pub(super) fn new(origin: ServerOrigin) -> Self {
        let session = soup::Session::builder()
            .max_conns(MOST_CONNECTIONS)
            .max_conns_per_host(MOST_CONNECTIONS)
            .build();
        // What is coded is decoded in one place, for bundles and servers alike.
        session.remove_feature_by_type(soup::ContentDecoder::static_type());
        if origin.url().host().is_some_and(|host| is_loopback_host(&host)) {
            // To this machine no proxy knows a way.
            session.set_proxy_resolver(gio::ProxyResolver::NONE);
        }
        Self {
            origin,
            session,
            patience: PATIENCE,
        }
    }

    /// Where the server has what the app has at a URL.
    pub(super) fn locate(&self, url: &Url) -> Url {
        self.origin.locate(url)
    }

    /// Asks for what the app has at a URL. Redirects on the server are followed.
    pub(super) async fn ask(&self, url: &Url, method: &str, headers: &[(String, String)]) -> Result<Answer, Failure> {
        let mut url = url.clone();
        for _ in 0..=MOST_REDIRECTS {
            let located = self.locate(&url);
            let answer = self.ask_once(&url, &located, method, headers).await?;
            let Some(next) = answer.redirect(&located) else {
                return Ok(answer);
            };
            if !self.origin.owns(&next) {
                return Err(Failure::Elsewhere(next));
            }
            // What was asked for keeps its fragment, unless a redirect has another.
            let fragment = next.fragment().or(url.fragment()).map(str::to_owned);
            url.set_path(next.path());
            url.set_query(next.query());
            url.set_fragment(fragment.as_deref());
        }
        Err(Failure::Circle)
    }

    async fn ask_once(
        &self,
        url: &Url,
        located: &Url,
        method: &str,
        headers: &[(String, String)],
    ) -> Result<Answer, Failure> {
        let unusable = |error: glib::BoolError| {
            Failure::Unreachable(glib::Error::new(gio::IOErrorEnum::InvalidArgument, &error.message))
        };
        let message = soup::Message::new(method, located.as_str()).map_err(unusable)?;
        message.add_flags(soup::MessageFlags::NO_REDIRECT);
        if let Some(list) = message.request_headers() {
            for (name, value) in headers.iter().filter(|(name, _)| FORWARDED.contains(&&**name)) {
                headers::append(&list, name, value);
            }
            // Whatever is between asks the server whether there is something new.
            list.append("Cache-Control", "no-cache");
            list.append("Accept-Encoding", "identity");
        }
        let sending = self.session.send_future(&message, glib::Priority::DEFAULT);
        let body = glib::future_with_timeout(self.patience, sending)
            .await
            .map_err(|_| Failure::Silent)?
            .map_err(Failure::Unreachable)?;
        let headers = message
            .response_headers()
            .map(|list| headers::read(&list))
            .unwrap_or_default();
        let mut answer = Answer {
            url: url.clone(),
            // A status is a number of three digits.
            status: u16::try_from(message.status().into_glib()).unwrap_or_default(),
            headers,
            length: None,
            body,
        };
        answer.length = answer.header("content-length").and_then(|value| value.parse().ok());
        Ok(answer)
    }
}

impl Answer {
    /// The first header of a name, which is given in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(found, _)| found == name)?;
        Some(value)
    }

    /// Where it redirects to from a place on the server, if it does.
    fn redirect(&self, located: &Url) -> Option<Url> {
        if !matches!(self.status, 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        let location = self.header("location")?;
        let bytes: Vec<u8> = location
            .chars()
            .filter_map(|character| u8::try_from(character).ok())
            .collect();
        located.join(&String::from_utf8_lossy(&bytes)).ok()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(error) => write!(formatter, "cannot be fetched: {}", error.message()),
            Self::Silent => write!(formatter, "was not answered within {} seconds", PATIENCE.as_secs()),
            Self::Elsewhere(location) => write!(formatter, "redirects to another server: `{location}`"),
            Self::Circle => formatter.write_str("redirects in a circle"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insula_testkit::tcp::ClosedPort;
    use insula_testkit::{Reply, Request, Site};

    const APP: &str = "isolated-app://aaaaaaaaaaaaaaaa";

    fn pages(request: &Request) -> Reply {
        match request.path() {
            "/moved" => Reply::text("").status(301).header("Location", "sub/page?b=2"),
            "/sub/page" => Reply::text("sub"),
            "/circle" => Reply::text("").status(302).header("Location", "/circle"),
            "/away" => Reply::text("")
                .status(302)
                .header("Location", "http://localhost:1/there"),
            "/umlaut" => Reply::text("").status(307).header("Location", "/\u{e4}#new"),
            "/%C3%A4" => Reply::text("umlaut"),
            "/nowhere" => Reply::text("").status(302),
            "/silent" => Reply::Silence,
            "/broken" => Reply::Raw(b"SSH-2.0-OpenSSH\r\n".to_vec()),
            "/endless" => Reply::Endless("video/webm"),
            "/odd" => Reply::text("odd").status(299).header("X-Place", "Caf\u{e9}"),
            _ => Reply::not_found(),
        }
    }

    fn server(url: &str) -> Server {
        let url = Url::parse(url).expect("a URL");
        let mut server = Server::new(ServerOrigin::try_from(&url).expect("an origin"));
        server.patience = Duration::from_millis(500);
        server
    }

    fn ask(server: &Server, path: &str) -> Result<Answer, Failure> {
        ask_with(server, "GET", path, &[])
    }

    fn ask_with(server: &Server, method: &str, path: &str, headers: &[(&str, &str)]) -> Result<Answer, Failure> {
        let url = Url::parse(&format!("{APP}{path}")).expect("a URL");
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let context = glib::MainContext::thread_default().expect("a test has one");
        context.block_on(server.ask(&url, method, &headers))
    }

    /// Does something in a context of its own, in which all that libsoup has of it has to end as well.
    fn in_context(work: impl FnOnce()) {
        let context = glib::MainContext::new();
        context.with_thread_default(work).expect("nobody else has the context");
    }

    fn at(answer: &Answer) -> String {
        answer.url.as_str().replace(APP, "")
    }

    #[test]
    fn redirects_are_followed_on_the_server_and_no_further() {
        in_context(|| {
            let site = Site::start(pages);
            let server = server(&site.url("/"));
            let moved = ask(&server, "/moved?a=1#part").expect("an answer");
            assert_eq!((moved.status, at(&moved)), (200, "/sub/page?b=2#part".to_owned()));
            let umlaut = ask(&server, "/umlaut#part").expect("an answer");
            assert_eq!((umlaut.status, at(&umlaut)), (200, "/%C3%A4#new".to_owned()));
            // There is nothing to follow.
            assert_eq!(ask(&server, "/nowhere").expect("an answer").status, 302);
            assert!(matches!(ask(&server, "/circle"), Err(Failure::Circle)));
            match ask(&server, "/away") {
                Err(Failure::Elsewhere(location)) => assert_eq!(location.as_str(), "http://localhost:1/there"),
                other => panic!("{other:?}"),
            }
        });
    }

    #[test]
    fn the_server_is_asked_as_a_bundle_would_be() {
        in_context(|| {
            let site = Site::start(pages);
            let server = server(&site.url("/"));
            let asked = [
                ("accept", "text/css,*/*;q=0.1"),
                ("range", "bytes=2-5"),
                ("cookie", "a=1"),
                ("origin", APP),
                ("x-own", "1"),
            ];
            let odd = ask_with(&server, "HEAD", "/odd?t=1", &asked).expect("an answer");
            assert_eq!(
                (odd.status, odd.length, odd.header("x-place")),
                (299, Some(3), Some("Caf\u{c3}\u{a9}")),
                "what the server says is handed on byte for byte"
            );
            let requests = site.requests();
            let request = requests.first().expect("it was asked");
            assert_eq!((&*request.method, &*request.target), ("HEAD", "/odd?t=1"));
            assert_eq!(request.header("accept"), Some("text/css,*/*;q=0.1"));
            assert_eq!(request.header("range"), Some("bytes=2-5"));
            for name in ["cookie", "origin", "x-own", "authorization", "referer"] {
                assert_eq!(request.header(name), None, "{name}");
            }
        });
    }

    #[test]
    fn a_server_that_is_not_there_or_hangs_holds_nobody_up() {
        in_context(|| {
            let site = Site::start(pages);
            let closed = ClosedPort::new();
            let refused = ask(&server(&format!("http://127.0.0.1:{}", closed.port())), "/");
            match refused {
                Err(Failure::Unreachable(error)) => {
                    assert!(error.matches(gio::IOErrorEnum::ConnectionRefused), "{error}")
                }
                other => panic!("{other:?}"),
            }
            let server = server(&site.url("/"));
            assert!(matches!(ask(&server, "/silent"), Err(Failure::Silent)));
            assert!(matches!(ask(&server, "/broken"), Err(Failure::Unreachable(_))));
            // What has begun may go on for as long as it likes.
            assert_eq!(ask(&server, "/endless").expect("an answer").status, 200);
        });
    }
}
