//! Serves `isolated-app:` from the app's bundle or development folder.
//!
//! A path is looked up exactly as the URL parser serialises it, without its query; there are no folder indexes beyond
//! what the bundle has. Every answer, error pages too, carries the headers that make an Isolated Web App
//! (Isolated Web Apps, section "Isolated contexts").

mod headers;
mod range;

use crate::app::App;
use gtk4::{gio, glib};
use insula_apps::Response;
use range::Range;
use std::rc::Rc;
use url::Url;
use webkit6::{URISchemeRequest, URISchemeResponse, WebContext, soup};

/// The scheme's name.
pub(crate) const SCHEME: &str = "isolated-app";

/// Makes a context serve one app, and no other, at its origin.
pub(crate) fn register(context: &WebContext, app: &Rc<App>) {
    if let Some(security) = context.security_manager() {
        security.register_uri_scheme_as_secure(SCHEME);
        security.register_uri_scheme_as_cors_enabled(SCHEME);
        // Documents of other schemes in this context (an https iframe of the app) can neither load it nor go there.
        security.register_uri_scheme_as_display_isolated(SCHEME);
    }
    let app = app.clone();
    context.register_uri_scheme(SCHEME, move |request| {
        crate::guard("the isolated-app scheme", (), || serve(&app, request));
    });
}

fn serve(app: &App, request: &URISchemeRequest) {
    let method = request.http_method().unwrap_or_default();
    // The body of a request is never read: reading one made of a Blob crashes WebKit's UI process.
    if !matches!(method.as_str(), "GET" | "HEAD") {
        return refuse(request, 405, "Only GET and HEAD are answered here.");
    }
    let url = request.uri().and_then(|uri| Url::parse(&uri).ok());
    let Some(url) = url.filter(|url| app.owns(url)) else {
        return refuse(request, 404, "There is no such app here.");
    };
    match app.source.response(url.path()) {
        Some(response) => answer(request, &response, method == "HEAD"),
        None => refuse(request, 404, "This app has no such page."),
    }
}

/// Answers with a response of the bundle, or the part of it that was asked for.
fn answer(request: &URISchemeRequest, response: &Response, head_only: bool) {
    let body = response.body().clone();
    let length = body.as_ref().len();
    let range = match header(request, "Range") {
        Some(value) if response.status() == 200 => Range::parse(&value, length),
        _ => Range::Whole,
    };
    let bytes = glib::Bytes::from_owned(body);
    let mut headers = headers::of_response(response.headers());
    let (status, bytes) = match range {
        Range::Whole => (response.status(), bytes),
        Range::Part(part) => {
            let (from, to) = (part.start, part.end - 1);
            headers.push(("content-range".to_owned(), format!("bytes {from}-{to}/{length}")));
            (206, glib::Bytes::from_bytes(&bytes, part))
        }
        Range::Unsatisfiable => {
            headers.push(("content-range".to_owned(), format!("bytes */{length}")));
            (416, glib::Bytes::from_static(b""))
        }
    };
    headers.push(("accept-ranges".to_owned(), "bytes".to_owned()));
    headers.push(("content-length".to_owned(), bytes.len().to_string()));
    finish(
        request,
        status,
        &headers,
        if head_only {
            glib::Bytes::from_static(b"")
        } else {
            bytes
        },
    );
}

/// Answers with a small page of the runtime's own.
fn refuse(request: &URISchemeRequest, status: u16, sentence: &str) {
    let page = format!("<!doctype html><meta charset=utf-8><title>{status}</title><h1>{status}</h1><p>{sentence}</p>");
    let mut headers = headers::forced();
    headers.push(("content-type".to_owned(), "text/html; charset=utf-8".to_owned()));
    finish(request, status, &headers, glib::Bytes::from_owned(page.into_bytes()));
}

fn finish(request: &URISchemeRequest, status: u16, headers: &[(String, String)], body: glib::Bytes) {
    let stream = gio::MemoryInputStream::from_bytes(&body);
    let response = URISchemeResponse::new(&stream, body.len() as i64);
    response.set_status(status.into(), None);
    let list = soup::MessageHeaders::new(soup::MessageHeadersType::Response);
    for (name, value) in headers {
        list.append(name, value);
        if name == "content-type" {
            response.set_content_type(value);
        }
    }
    response.set_http_headers(list);
    request.finish_with_response(&response);
}

fn header(request: &URISchemeRequest, name: &str) -> Option<String> {
    request.http_headers()?.one(name).map(String::from)
}
