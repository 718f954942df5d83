//! The answer to an element that loads a media URL: what the broker fetches, at the pace at which the element takes it.

use super::Source;
use crate::content::scheme::{headers, pace};
use gtk4::{gio, glib};
use insula_net::http::{Progress, RedirectMode};
use insula_net::page::{FetchRequest, FetchResponse, Fetched, RequestId, ResponseBody};
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use webkit6::prelude::*;
use webkit6::{URISchemeRequest, URISchemeResponse};

/// A document's own requests have numbers of 32 bits.
const FIRST_REQUEST: u64 = 1 << 32;

/// What the server is told of what the element asks for. The two last ones are those of Internet radios.
const FORWARDED: [&str; 4] = ["accept", "if-range", "range", "icy-metadata"];

/// What the element is told of what the server says.
const RETURNED: [&str; 7] = [
    "accept-ranges",
    "content-range",
    "content-language",
    "etag",
    "icy-metaint",
    "icy-name",
    "last-modified",
];

/// Types besides `audio/*`, `font/*`, `image/*` and `video/*` that an element can have a use for.
const TYPES: [&str; 5] = [
    "application/ogg",
    "application/vnd.apple.mpegurl",
    "application/x-mpegurl",
    "application/dash+xml",
    "text/vtt",
];

/// Fetches what a media URL stands for, and answers a request with it.
pub(super) fn fetch(request: &URISchemeRequest, source: Rc<Source>, origin: &str, number: u64) {
    let Some(document) = source.document.upgrade() else {
        return refuse(request, "the document of this media URL is gone");
    };
    let asked = FetchRequest {
        request: RequestId(FIRST_REQUEST + number),
        url: source.url.clone(),
        method: "GET".to_owned(),
        headers: request_headers(request, &source.headers),
        redirect: RedirectMode::Follow,
        with_cookies: false,
        timeout: None,
        body: None,
        progress: Progress::default(),
    };
    let answer = document.network.fetch(asked, source.gate.clone());
    let (request, origin) = (request.clone(), origin.to_owned());
    glib::spawn_future_local(async move {
        match answer.await {
            Ok(Fetched::Response(response)) => respond(&request, response, &origin),
            // Only a request with a body is asked for again.
            Ok(Fetched::Again(_)) => refuse(&request, "the server wants the request again"),
            Err(error) => {
                tracing::warn!("what is behind a media URL cannot be loaded: {error}");
                refuse(&request, &error.to_string());
            }
        }
    });
}

/// Fails a request.
pub(super) fn refuse(request: &URISchemeRequest, why: &str) {
    request.finish_error(&mut glib::Error::new(gio::IOErrorEnum::Failed, why));
}

/// The app's headers, and what the element says of the part that it wants. Parts of something that is coded would be parts of
/// the code.
fn request_headers(request: &URISchemeRequest, own: &[(String, String)]) -> Vec<(String, String)> {
    let asked = request
        .http_headers()
        .map(|list| headers::read(&list))
        .unwrap_or_default();
    let mut sent: Vec<_> = own.to_vec();
    let is_new = |name: &str| !own.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
    sent.extend(
        asked
            .into_iter()
            .filter(|(name, _)| FORWARDED.contains(&name.as_str()) && is_new(name)),
    );
    if is_new("accept-encoding") {
        sent.push(("accept-encoding".to_owned(), "identity".to_owned()));
    }
    sent
}

fn respond(request: &URISchemeRequest, response: FetchResponse, origin: &str) {
    let length = length_of(&response.headers);
    let body = match response.body {
        ResponseBody::Null | ResponseBody::Empty => Ok(gio::MemoryInputStream::new().upcast()),
        ResponseBody::Stream {
            descriptor, mut ends, ..
        } => {
            let body = pace::stream_of(UnixStream::from(descriptor));
            let is_whole = async move { ends.next().await.is_some_and(|end| end.is_ok()) };
            pace::paced(body, request.web_view(), is_whole)
        }
    };
    let body: gio::InputStream = match body {
        Ok(body) => body,
        Err(error) => return refuse(request, &error.to_string()),
    };
    let answer = URISchemeResponse::new(&body, length.unwrap_or(-1));
    answer.set_status(response.status.into(), None);
    let media_type = type_of(&response.headers);
    answer.set_content_type(&media_type);
    let mut told = response_headers(&response.headers, origin);
    told.push(("content-type".to_owned(), media_type));
    if let Some(length) = length {
        told.push(("content-length".to_owned(), length.to_string()));
    }
    answer.set_http_headers(headers::list(&told));
    request.finish_with_response(&answer);
}

/// What is told of a response. The app may read it, so that a canvas or an audio graph may, and nobody keeps it.
fn response_headers(of_server: &[(String, String)], origin: &str) -> Vec<(String, String)> {
    let returned = of_server
        .iter()
        .filter(|(name, _)| RETURNED.iter().any(|known| known.eq_ignore_ascii_case(name)));
    let own = [
        ("access-control-allow-origin", origin),
        ("cross-origin-resource-policy", "cross-origin"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ];
    let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
    returned.cloned().chain(own).collect()
}

/// The type that the server names, if it is one that elements show or play; whatever else it says is only bytes.
fn type_of(of_server: &[(String, String)]) -> String {
    let named = value(of_server, "content-type").unwrap_or_default();
    let essence = named.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let kinds = ["audio/", "font/", "image/", "video/"];
    if kinds.iter().any(|kind| essence.starts_with(kind)) || TYPES.contains(&essence.as_str()) {
        named.to_owned()
    } else {
        "application/octet-stream".to_owned()
    }
}

/// How long the body is, where the server says so and it is not coded.
fn length_of(of_server: &[(String, String)]) -> Option<i64> {
    if value(of_server, "content-encoding").is_some() {
        return None;
    }
    value(of_server, "content-length")?.trim().parse().ok()
}

fn value<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        list.iter().map(owned).collect()
    }

    #[test]
    fn what_is_neither_shown_nor_played_is_bytes() {
        let of = |named: &str| type_of(&headers(&[("Content-Type", named)]));
        assert_eq!(of("audio/mpeg"), "audio/mpeg");
        assert_eq!(of("Image/PNG; charset=x"), "Image/PNG; charset=x");
        assert_eq!(of("text/vtt; charset=utf-8"), "text/vtt; charset=utf-8");
        for active in ["text/html", "text/javascript", "application/pdf", "", "audio"] {
            assert_eq!(of(active), "application/octet-stream");
        }
    }

    #[test]
    fn a_length_is_that_of_what_comes() {
        assert_eq!(length_of(&headers(&[("content-length", "12")])), Some(12));
        assert_eq!(length_of(&headers(&[("content-length", "twelve")])), None);
        let coded = [("content-length", "12"), ("content-encoding", "gzip")];
        assert_eq!(length_of(&headers(&coded)), None);
    }

    #[test]
    fn of_a_servers_headers_an_element_gets_those_about_the_part_it_has() {
        let told = response_headers(
            &headers(&[
                ("Set-Cookie", "a=1"),
                ("Content-Range", "bytes 0-1/2"),
                ("Refresh", "0"),
            ]),
            "https://app.example",
        );
        let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
        assert!(names.contains(&"Content-Range") && !names.contains(&"Set-Cookie") && !names.contains(&"Refresh"));
        assert_eq!(value(&told, "Access-Control-Allow-Origin"), Some("https://app.example"));
    }
}
