//! Serves `isolated-app:` from the app's bundle, or from its developer's folder or server.
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
pub(in crate::content) mod headers;
mod order;
pub(in crate::content) mod pace;
mod range;
mod server;
mod worker;

use crate::app::App;
use crate::content::notice;
use crate::frames::net_error;
use crate::translations::{tr, tr_with};
use crate::windows::failed;
use gtk4::prelude::*;
use gtk4::{gio, glib};
use headers::Isolation;
use insula_apps::{AppSource, FollowError, Response, ServerOrigin};
use insula_frame::NetError;
use insula_manifest::AppKind;
use insula_vocabulary::ISOLATED_APP_SCHEME as SCHEME;
use order::{Kind, Order};
use range::Range;
use server::{Answer, Failure, Server};
use std::cell::Cell;
use std::rc::Rc;
use url::Url;
use webkit6::{URISchemeRequest, URISchemeResponse, WebContext};

/// Makes a context serve one app, and no other, at its origin.
pub(crate) fn register(context: &WebContext, app: &Rc<App>) {
    if app.identity.kind() == AppKind::WebApp {
        // The pages of a web app come from the network.
        return worker::register(context);
    }
    if let Some(security) = context.security_manager() {
        security.register_uri_scheme_as_secure(SCHEME);
        security.register_uri_scheme_as_cors_enabled(SCHEME);
        // Documents of other schemes in this context (an https iframe of the app) can neither load it nor go there.
        security.register_uri_scheme_as_display_isolated(SCHEME);
    }
    let serving = Rc::new(Serving::new(app));
    context.register_uri_scheme(SCHEME, move |request| {
        crate::guard("the isolated-app scheme", (), || serve(&serving, request));
    });
}

/// What answers the requests of a context.
struct Serving {
    app: Rc<App>,
    order: Order,
    isolation: Isolation,
    /// Where the app comes from, if that is its developer's server.
    server: Option<Server>,
    /// Whether the developer was told that a header of the server's takes nothing away.
    is_told_of_features: Cell<bool>,
}

impl Serving {
    fn new(app: &Rc<App>) -> Self {
        let origin = match &app.source {
            AppSource::Server(source) => Some(source.origin()),
            _ => None,
        };
        Self {
            app: app.clone(),
            order: Order::default(),
            isolation: origin.map_or_else(Isolation::new, |origin| in_development(app, origin)),
            server: origin.cloned().map(Server::new),
            is_told_of_features: Cell::default(),
        }
    }
}

/// The isolation of an app that comes from its developer's server: it learns by the server's WebSocket what has changed.
///
/// Vite's client tries the page's own host first, which here is the app's id and no host of the network, and goes on to the
/// server's when there is no connection. Where a policy forbids it to try, WebKit throws at once, and the client gives up.
fn in_development(app: &App, origin: &ServerOrigin) -> Isolation {
    let own = app.identity.scope().host_str().map(|id| format!("ws://{id}"));
    let origins: Vec<String> = [origin.of_web_sockets()].into_iter().chain(own).collect();
    Isolation::connecting_to(&origins)
}

fn serve(serving: &Rc<Serving>, request: &URISchemeRequest) {
    let app = &serving.app;
    let method = request.http_method().unwrap_or_default();
    // The body of a request is never read: reading one made of a Blob crashes WebKit's UI process.
    if !matches!(method.as_str(), "GET" | "HEAD") {
        return refuse(serving, request, 405, &tr("Only GET and HEAD are answered here."));
    }
    let url = request.uri().and_then(|uri| Url::parse(&uri).ok());
    let Some(url) = url.filter(|url| app.identity.owns(url)) else {
        return refuse(serving, request, 404, &tr("There is no such app here."));
    };
    if let Some(script) = worker::network_at(&url) {
        return begin_worker(serving, request, &[], script);
    }
    if serving.server.is_some() {
        let (serving, request) = (serving.clone(), request.clone());
        glib::spawn_future_local(async move { relay(&serving, &request, &url, &method).await });
        return;
    }
    match app.source.follow(&url) {
        Ok(followed) if followed.url != url && is_navigation(request) => {
            send_on(&serving.isolation, request, &followed.url);
        }
        Ok(followed) => match worker::Script::of(&url) {
            Some(script) if followed.response.status() == 200 => {
                begin_worker(serving, request, followed.response.headers(), script.beginning(&url));
            }
            _ => answer(serving, request, &followed.response, method == "HEAD"),
        },
        Err(FollowError::Absent) => refuse(serving, request, 404, &tr("This app has no such page.")),
        Err(error) => {
            // The app is at fault: the message is for its developer.
            tracing::warn!("`{}` {error}", url.path());
            refuse(serving, request, 500, &tr("This page of the app leads nowhere."));
        }
    }
}

/// Answers with what the developer's server answers. Its redirects are followed as those of a bundle are.
async fn relay(serving: &Serving, request: &URISchemeRequest, url: &Url, method: &str) {
    let Some(server) = &serving.server else { return };
    let asked = request
        .http_headers()
        .map(|list| headers::read(&list))
        .unwrap_or_default();
    match server.ask(url, method, &asked).await {
        Ok(answer) if answer.url != *url && is_navigation(request) => {
            send_on(&serving.isolation, request, &answer.url);
        }
        Ok(answer) => match worker::Script::of(url) {
            Some(script) if answer.status == 200 => {
                begin_worker(serving, request, &answer.headers, script.beginning(url));
            }
            _ => pass_on(serving, request, answer, method == "HEAD"),
        },
        Err(failure) => fail(serving, server, request, url, &failure),
    }
}

/// Answers with a response of the server's, whose body comes as the engine reads it.
fn pass_on(serving: &Serving, request: &URISchemeRequest, answer: Answer, head_only: bool) {
    if answer.header("permissions-policy").is_some() && !serving.is_told_of_features.replace(true) {
        // Of a bundle they are known before its first page.
        tracing::warn!("`Permissions-Policy` headers of the server take nothing away until the app is packed");
    }
    let decoder = coding::decoder(answer.header("content-encoding"));
    // A style sheet is not here yet, so nobody knows what it imports: scripts wait for the sheet alone.
    let kind = Kind::of(header(request, "Accept").as_deref(), answer.header("content-type"), b"");
    let mut headers = serving.isolation.of_response(&answer.headers);
    // How long a body is when it is decoded is not known.
    let length = answer.length.filter(|_| decoder.is_none());
    if let Some(length) = length {
        headers.push(("content-length".to_owned(), length.to_string()));
    }
    let body = match decoder {
        Some(decoder) if !head_only => gio::ConverterInputStream::new(&answer.body, &decoder).upcast(),
        _ => answer.body,
    };
    let length = if head_only { Some(0) } else { length };
    let body = match length {
        Some(length) if length <= pace::STEP => Ok(body),
        _ => pace::paced(body, request.web_view(), std::future::ready(true)),
    };
    match body {
        Ok(body) => {
            let length = length.and_then(|length| i64::try_from(length).ok()).unwrap_or(-1);
            let response = made(answer.status, &headers, &body, length);
            serving.order.answer(request, kind, &body, response);
        }
        Err(error) => {
            let mut error = glib::Error::new(gio::IOErrorEnum::TooManyOpenFiles, &error.to_string());
            request.finish_error(&mut error);
        }
    }
}

/// Says why there is no answer from the server: to the user in the place of a page, and else to whoever asked, as a network
/// error.
fn fail(serving: &Serving, server: &Server, request: &URISchemeRequest, url: &Url, failure: &Failure) {
    let located = server.locate(url);
    tracing::warn!("`{located}` {failure}");
    if !is_navigation(request) {
        let mut error = glib::Error::new(gio::IOErrorEnum::Failed, &format!("`{located}` {failure}"));
        return request.finish_error(&mut error);
    }
    let name = serving.app.name();
    let host = located.authority();
    let (heading, sentence) = match failure {
        Failure::Elsewhere(location) => (
            "502".to_owned(),
            tr_with(
                "{host} redirects this page to another server: {location}",
                &[("host", host), ("location", location.as_str())],
            ),
        ),
        Failure::Circle => failed::words(name, host, NetError::TooManyRedirects, true),
        Failure::Silent => failed::words(name, host, NetError::TimedOut, true),
        Failure::Unreachable(error) => match net_error::name_of(error, located.as_str()) {
            NetError::ConnectionRefused => (
                tr_with("{app} cannot be reached", &[("app", name)]),
                tr_with(
                    "{host} refuses the connection. Is your server running?",
                    &[("host", host)],
                ),
            ),
            // It may well be on this machine: that there is no network says nothing.
            error => failed::words(name, host, error, true),
        },
    };
    let page = notice::page(&heading, &sentence, Some((url.as_str(), &tr("Try again"))));
    show(serving, request, 502, page);
}

/// Answers with what begins a worker, under the headers of the worker's own script, and so under its policy.
fn begin_worker(serving: &Serving, request: &URISchemeRequest, own: &[(String, String)], script: String) {
    let of_body = |name: &str| matches!(name, "content-type" | "content-encoding" | "accept-ranges");
    let mut headers = serving.isolation.of_response(own);
    headers.retain(|(name, _)| !of_body(name));
    headers.push(("content-type".to_owned(), "text/javascript; charset=utf-8".to_owned()));
    finish(request, 200, &headers, &glib::Bytes::from_owned(script.into_bytes()));
}

/// Whether a document is asked for, in the window or in a frame: nothing else of WebKit's has this header.
fn is_navigation(request: &URISchemeRequest) -> bool {
    header(request, "Upgrade-Insecure-Requests").is_some()
}

/// Has the engine load another page in the place of this one. `Refresh` without a delay takes the place in the history
/// as well, and needs neither a script nor an element that the app's policy would have to allow.
fn send_on(isolation: &Isolation, request: &URISchemeRequest, url: &Url) {
    let mut headers = isolation.forced();
    headers.push(("refresh".to_owned(), format!("0; url={url}")));
    headers.push(("content-type".to_owned(), "text/html; charset=utf-8".to_owned()));
    finish(request, 200, &headers, &glib::Bytes::from_static(b""));
}

/// Answers with a response of the bundle, or the part of it that was asked for.
fn answer(serving: &Serving, request: &URISchemeRequest, response: &Response, head_only: bool) {
    let order = &serving.order;
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
    let mut headers = serving.isolation.of_response(response.headers());
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
fn refuse(serving: &Serving, request: &URISchemeRequest, status: u16, sentence: &str) {
    let start = serving.app.start_url().as_str();
    let page = notice::page(
        &status.to_string(),
        sentence,
        Some((start, &tr("Go to the start page"))),
    );
    show(serving, request, status, page);
}

/// Answers with a page of the runtime's own.
fn show(serving: &Serving, request: &URISchemeRequest, status: u16, page: String) {
    let mut headers = serving.isolation.forced();
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
