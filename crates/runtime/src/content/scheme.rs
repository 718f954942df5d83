//! Serves `isolated-app:` from the app's bundle or development folder.
//!
//! A path is looked up exactly as the URL parser serialises it, without its query; there are no folder indexes beyond
//! what the bundle has.
//!
//! WebKit does not follow a redirect that a scheme's handler answers with, so redirects within the app are followed here.
//! A navigation is sent on, and its document has the URL that it was redirected to. Anything else (a script, `fetch`)
//! gets the other response under the URL that it asked for: the page sees no redirect, and relative URLs in that
//! response are resolved against where it was asked for.
//!
//! Every answer, error pages too, carries the headers that make an Isolated Web App
//! (Isolated Web Apps, section "Isolated contexts").

pub(crate) mod coding;
mod headers;
mod order;
mod range;

use crate::app::App;
use crate::content::notice;
use crate::translations::tr;
use gtk4::prelude::*;
use gtk4::{gio, glib};
use insula_apps::{FollowError, Response};
use insula_manifest::AppKind;
use insula_vocabulary::ISOLATED_APP_SCHEME as SCHEME;
use order::{Kind, Order};
use range::Range;
use std::rc::Rc;
use url::Url;
use webkit6::{URISchemeRequest, URISchemeResponse, WebContext};

/// Makes a context serve one app, and no other, at its origin.
pub(crate) fn register(context: &WebContext, app: &Rc<App>) {
    if app.identity.kind() == AppKind::WebApp {
        // The pages of a web app come from the network.
        return;
    }
    if let Some(security) = context.security_manager() {
        security.register_uri_scheme_as_secure(SCHEME);
        security.register_uri_scheme_as_cors_enabled(SCHEME);
        // Documents of other schemes in this context (an https iframe of the app) can neither load it nor go there.
        security.register_uri_scheme_as_display_isolated(SCHEME);
    }
    let (app, order) = (app.clone(), Order::default());
    context.register_uri_scheme(SCHEME, move |request| {
        crate::guard("the isolated-app scheme", (), || serve(&app, &order, request));
    });
}

fn serve(app: &App, order: &Order, request: &URISchemeRequest) {
    let method = request.http_method().unwrap_or_default();
    // The body of a request is never read: reading one made of a Blob crashes WebKit's UI process.
    if !matches!(method.as_str(), "GET" | "HEAD") {
        return refuse(app, request, 405, &tr("Only GET and HEAD are answered here."));
    }
    let url = request.uri().and_then(|uri| Url::parse(&uri).ok());
    let Some(url) = url.filter(|url| app.identity.owns(url)) else {
        return refuse(app, request, 404, &tr("There is no such app here."));
    };
    match app.source.follow(&url) {
        Ok(followed) if followed.url != url && is_navigation(request) => send_on(request, &followed.url),
        Ok(followed) => answer(order, request, &followed.response, method == "HEAD"),
        Err(FollowError::Absent) => refuse(app, request, 404, &tr("This app has no such page.")),
        Err(error) => {
            // The app is at fault: the message is for its developer.
            tracing::warn!("`{}` {error}", url.path());
            refuse(app, request, 500, &tr("This page of the app leads nowhere."));
        }
    }
}

/// Whether a document is asked for, in the window or in a frame: nothing else of WebKit's has this header.
fn is_navigation(request: &URISchemeRequest) -> bool {
    header(request, "Upgrade-Insecure-Requests").is_some()
}

/// Has the engine load another page in the place of this one. `Refresh` without a delay takes the place in the history
/// as well, and needs neither a script nor an element that the app's policy would have to allow.
fn send_on(request: &URISchemeRequest, url: &Url) {
    let mut headers = headers::forced();
    headers.push(("refresh".to_owned(), format!("0; url={url}")));
    headers.push(("content-type".to_owned(), "text/html; charset=utf-8".to_owned()));
    finish(request, 200, &headers, &glib::Bytes::from_static(b""));
}

/// Answers with a response of the bundle, or the part of it that was asked for.
fn answer(order: &Order, request: &URISchemeRequest, response: &Response, head_only: bool) {
    let body = response.body().clone();
    let length = body.as_ref().len();
    let decoder = coding::decoder(response.header("content-encoding"));
    let range = match header(request, "Range") {
        // How long a body is when it is decoded is not known.
        Some(value) if response.status() == 200 && decoder.is_none() => Range::parse(&value, length),
        _ => Range::Whole,
    };
    let bytes = glib::Bytes::from_owned(body);
    let kind = Kind::of(
        header(request, "Accept").as_deref(),
        response.header("content-type"),
        &bytes,
    );
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
    if let (Some(decoder), false) = (&decoder, head_only) {
        let encoded = gio::MemoryInputStream::from_bytes(&bytes);
        let decoded = gio::ConverterInputStream::new(&encoded, decoder);
        let response = made(status, &headers, &decoded, -1);
        return order.answer(request, kind, &decoded, response);
    }
    if decoder.is_none() {
        headers.push(("accept-ranges".to_owned(), "bytes".to_owned()));
        headers.push(("content-length".to_owned(), bytes.len().to_string()));
    }
    let nothing = glib::Bytes::from_static(b"");
    let bytes = if head_only { &nothing } else { &bytes };
    let stream = gio::MemoryInputStream::from_bytes(bytes);
    order.answer(
        request,
        kind,
        &stream,
        made(status, &headers, &stream, bytes.len() as i64),
    );
}

/// Answers with a small page of the runtime's own, from which there is a way back into the app.
fn refuse(app: &App, request: &URISchemeRequest, status: u16, sentence: &str) {
    let start = app.start_url().as_str();
    let page = notice::page(
        &status.to_string(),
        sentence,
        Some((start, &tr("Go to the start page"))),
    );
    let mut headers = headers::forced();
    headers.push(("content-type".to_owned(), "text/html; charset=utf-8".to_owned()));
    finish(request, status, &headers, &glib::Bytes::from_owned(page.into_bytes()));
}

fn finish(request: &URISchemeRequest, status: u16, headers: &[(String, String)], body: &glib::Bytes) {
    let stream = gio::MemoryInputStream::from_bytes(body);
    request.finish_with_response(&made(status, headers, &stream, body.len() as i64));
}

/// A response. `length` is -1 where it is not known.
fn made(
    status: u16,
    headers: &[(String, String)],
    stream: &impl IsA<gio::InputStream>,
    length: i64,
) -> URISchemeResponse {
    let response = URISchemeResponse::new(stream, length);
    response.set_status(status.into(), None);
    if let Some((_, media_type)) = headers.iter().find(|(name, _)| name == "content-type") {
        response.set_content_type(media_type);
    }
    response.set_http_headers(headers::list(headers));
    response
}

fn header(request: &URISchemeRequest, name: &str) -> Option<String> {
    request.http_headers()?.one(name).map(String::from)
}
