//! Fetch's "HTTP-redirect fetch", as a pure decision.

use http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LOCATION, CONTENT_TYPE, COOKIE, LOCATION,
};
use http::{HeaderMap, Method, Response};
use url::Url;

use super::request::{BodyKind, Request, check_port};
use crate::core::error::Error;
use crate::limits::REDIRECTS;

/// What to do with a redirect: Fetch's redirect mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RedirectMode {
    /// Go there, 20 times at most.
    #[default]
    Follow,
    /// Fail.
    Error,
    /// Return the redirect itself, readable.
    Manual,
}

/// The request that a redirect leads to.
#[derive(Debug)]
pub(crate) struct Next {
    pub(crate) request: Request,
    /// Whether the body goes with it.
    pub(crate) keep_body: bool,
}

/// Decides about the `response` to `request`, after `followed` redirects: the next request, or
/// `None` when the response is the answer.
///
/// # Errors
/// [`Error::Redirect`], [`Error::BadPort`].
pub(crate) fn next<Body>(
    mode: RedirectMode,
    response: &Response<Body>,
    request: &Request,
    body: BodyKind,
    followed: usize,
) -> Result<Option<Next>, Error> {
    let status = response.status().as_u16();
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    match mode {
        RedirectMode::Manual => return Ok(None),
        RedirectMode::Error => {
            return Err(refused("the request's redirect mode is \"error\""));
        }
        RedirectMode::Follow => {}
    }
    // Step 4: without a location, a redirect is an answer like any other.
    let Some(location) = location(response.headers(), &request.url)? else {
        return Ok(None);
    };
    check_target(&request.url, &location)?;
    if followed >= REDIRECTS {
        return Err(Error::Redirect(format!("there were more than {REDIRECTS}")));
    }
    // Step 11.
    if status != 303 && body == BodyKind::Streamed {
        return Err(refused("the request body was streamed and cannot be sent again"));
    }
    let mut next = Next {
        request: Request {
            url: location,
            ..request.clone()
        },
        keep_body: true,
    };
    // Step 12.
    let to_get = match status {
        301 | 302 => request.method == Method::POST,
        303 => !matches!(request.method, Method::GET | Method::HEAD),
        _ => false,
    };
    if to_get {
        next.request.method = Method::GET;
        next.keep_body = false;
        for name in [CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LOCATION, CONTENT_TYPE] {
            next.request.headers.remove(name);
        }
    }
    // Step 13, with cookies: an app that sets them has no jar to keep them apart.
    if next.request.url.origin() != request.url.origin() {
        next.request.headers.remove(AUTHORIZATION);
        next.request.headers.remove(COOKIE);
    }
    Ok(Some(next))
}

/// Fetch, "location URL".
fn location(headers: &HeaderMap, base: &Url) -> Result<Option<Url>, Error> {
    let Some(value) = headers.get(LOCATION) else {
        return Ok(None);
    };
    let text = match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => value.as_bytes().iter().copied().map(char::from).collect(),
    };
    let mut url = base
        .join(&text)
        .map_err(|error| Error::Redirect(format!("its location \"{text}\" is not a URL: {error}")))?;
    if url.fragment().is_none() {
        url.set_fragment(base.fragment());
    }
    Ok(Some(url))
}

fn check_target(from: &Url, to: &Url) -> Result<(), Error> {
    match (from.scheme(), to.scheme()) {
        ("https", "http") => {
            return Err(Error::Redirect(format!("{to} is not secure, but {from} was")));
        }
        (_, "http" | "https") => {}
        (_, scheme) => {
            return Err(Error::Redirect(format!("it leads to \"{scheme}:\"")));
        }
    }
    if !to.username().is_empty() || to.password().is_some() {
        return Err(refused("its location has credentials in it"));
    }
    check_port(to)
}

fn refused(reason: &str) -> Error {
    Error::Redirect(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(url: &str, method: &str) -> Request {
        let headers = [
            ("authorization", "secret"),
            ("cookie", "a=1"),
            ("content-type", "text/plain"),
            ("x-own", "1"),
        ];
        let headers = headers.map(|(n, v)| (n.to_owned(), v.to_owned()));
        Request::new(method, url, &headers).unwrap()
    }

    fn follow(status: u16, from: &Request, location: &str, body: BodyKind) -> Result<(Request, bool), Error> {
        let response = Response::builder()
            .status(status)
            .header("location", location)
            .body(())
            .unwrap();
        let next = next(RedirectMode::Follow, &response, from, body, 0)?.expect("followed");
        Ok((next.request, next.keep_body))
    }

    #[test]
    fn the_method_changes_where_fetch_changes_it() {
        for (status, method, expected, keeps_body) in [
            (301, "POST", "GET", false),
            (302, "POST", "GET", false),
            (302, "PUT", "PUT", true),
            (303, "PUT", "GET", false),
            (303, "HEAD", "HEAD", true),
            (307, "POST", "POST", true),
            (308, "DELETE", "DELETE", true),
        ] {
            let from = head("https://a.example/", method);
            let (next, kept) = follow(status, &from, "/b", BodyKind::Kept).unwrap();
            assert_eq!(next.method.as_str(), expected, "{status} {method}");
            assert_eq!(kept, keeps_body, "{status} {method}");
            assert_eq!(
                next.headers.contains_key("content-type"),
                keeps_body,
                "{status} {method}"
            );
        }
    }

    #[test]
    fn secrets_stay_with_their_origin() {
        let from = head("https://a.example/", "GET");
        for (location, kept) in [
            ("/elsewhere", true),
            ("https://a.example:443/", true),
            ("https://b.example/", false),
            ("https://a.example:8443/", false),
            ("//sub.a.example/", false),
        ] {
            let (next, _) = follow(302, &from, location, BodyKind::None).unwrap();
            assert_eq!(next.headers.contains_key("authorization"), kept, "{location}");
            assert_eq!(next.headers.contains_key("cookie"), kept, "{location}");
            assert!(next.headers.contains_key("x-own"), "{location}");
        }
    }

    #[test]
    fn a_redirect_out_of_the_web_or_out_of_tls_is_an_error() {
        let from = head("https://a.example/", "GET");
        for location in [
            "http://a.example/",
            "file:///etc/passwd",
            "data:,x",
            "isolated-app://abc/",
            "https://user:password@b.example/",
            "https://b.example:25/",
            "https://[",
        ] {
            let error = follow(302, &from, location, BodyKind::None).unwrap_err();
            assert_eq!(error.dom_name(), "NetworkError", "{location}");
        }
        // From http there is nothing to lose.
        assert!(
            follow(
                302,
                &head("http://a.example/", "GET"),
                "https://b.example/",
                BodyKind::None
            )
            .is_ok()
        );
    }

    #[test]
    fn a_streamed_body_cannot_be_sent_again() {
        let from = head("https://a.example/", "POST");
        assert!(follow(307, &from, "/b", BodyKind::Streamed).is_err());
        assert!(follow(303, &from, "/b", BodyKind::Streamed).is_ok());
        assert!(follow(307, &from, "/b", BodyKind::Sourced).is_ok());
    }

    #[test]
    fn the_fragment_is_inherited_unless_the_location_has_one() {
        let from = head("https://a.example/#here", "GET");
        let (next, _) = follow(302, &from, "/b", BodyKind::None).unwrap();
        assert_eq!(next.url.as_str(), "https://a.example/b#here");
        let (next, _) = follow(302, &from, "/b#there", BodyKind::None).unwrap();
        assert_eq!(next.url.as_str(), "https://a.example/b#there");
    }

    #[test]
    fn modes_and_missing_locations_end_the_chain() {
        let from = head("https://a.example/", "GET");
        let redirect = Response::builder()
            .status(302)
            .header("location", "/b")
            .body(())
            .unwrap();
        let bare = Response::builder().status(302).body(()).unwrap();
        let next =
            |mode, response, followed| next(mode, response, &from, BodyKind::None, followed).map(|next| next.is_some());
        assert_eq!(next(RedirectMode::Manual, &redirect, 0), Ok(false));
        assert!(next(RedirectMode::Error, &redirect, 0).is_err());
        assert_eq!(next(RedirectMode::Follow, &bare, 0), Ok(false));
        assert_eq!(next(RedirectMode::Follow, &redirect, 19), Ok(true));
        assert!(next(RedirectMode::Follow, &redirect, 20).is_err());
    }
}
