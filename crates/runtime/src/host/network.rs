//! The calls about the network.

use super::Host;
use super::addresses;
use super::answer::{self, Failure, Success};
use super::gate::{DocumentGate, Purpose};
use super::information;
use super::media;
use super::records;
use super::socket;
use crate::documents::Document;
use gtk4::{gio, glib};
use insula_bridge::{
    ConnectionId, Credentials, DomError, DomErrorName, Event, FetchAgain, FetchAnswer, FetchParams, FetchProgress,
    FetchResult, GroupParams, ListenParams, ListenResult, NetworkCall, NetworkEvent, NetworkNote, NetworkState,
    NetworkStateResult, Redirect, ResponseBody, SocketOptions, TlsParams, UdpParams, UdpResult, UploadResult,
    WebSocketParams, WebSocketResult,
};
use insula_net::http::{Progress, RedirectMode};
use insula_net::page::{self, Connected, Ends, FetchBody, FetchRequest, Fetched, RequestId, UploadId};
use insula_permissions::{DecidedBy, Denial, Operation, PermissionName, PermissionState, Subject, Verdict};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// Carries out a call.
pub(super) async fn perform(host: &Rc<Host>, document: &Rc<Document>, call: NetworkCall) -> Result<Success, Failure> {
    match call {
        NetworkCall::State => Ok(state_of(host, document)),
        NetworkCall::Request => request(host, document).await,
        NetworkCall::Relinquish => relinquish(host, document).await,
        NetworkCall::Connect {
            host: name,
            port,
            options,
        } => connect(host, document, &name, port, options).await,
        NetworkCall::StartTls { connection, tls } => start_tls(host, document, connection, tls).await,
        NetworkCall::Listen(place) => listen(host, document, &place).await,
        NetworkCall::Accept { listener } => accept(host, document, listener).await,
        NetworkCall::Udp(params) => udp(host, document, params).await,
        NetworkCall::JoinGroup(group) => join_group(document, group).await,
        NetworkCall::LeaveGroup(group) => leave_group(document, group).await,
        NetworkCall::Upload => upload(host, document),
        NetworkCall::Fetch(fetch) => self::fetch(host, document, fetch).await,
        NetworkCall::CreateMediaUrl { url, headers } => media::create(host, document, url, headers),
        NetworkCall::WebSocket(params) => web_socket(host, document, params).await,
        NetworkCall::WatchInformation => information::watch(host, document).await,
        NetworkCall::Interfaces => addresses::interfaces(host, document).await,
        NetworkCall::PublicAddress(params) => addresses::public_address(host, document, params).await,
        NetworkCall::Resolve(params) => records::resolve(host, document, params).await,
    }
}

/// Carries out what needs no answer.
pub(super) fn told(host: &Rc<Host>, document: &Rc<Document>, note: NetworkNote) {
    match note {
        NetworkNote::Abort { request } => document.network.abort(RequestId(request.0.into())),
        NetworkNote::Close { connection } => document.network.release(page::ConnectionId(connection.0)),
        NetworkNote::RevokeMediaUrl { url } => host.media.revoke(document.id, &url),
        NetworkNote::WatchInterfaces => addresses::watch(host, document),
    }
}

/// Tells a document what the grant is now.
pub(super) fn changed(host: &Host, document: &Document) {
    let event = NetworkEvent::StateChange {
        state: state(host, document),
    };
    host.documents.emit(document.id, &Event::Network(event));
}

fn state_of(host: &Host, document: &Document) -> Success {
    Success::new(&NetworkStateResult {
        state: state(host, document),
    })
}

fn state(host: &Host, document: &Document) -> NetworkState {
    if network_is_taken(host, document) {
        return NetworkState::Unavailable;
    }
    host.authority().network_state(&document.caller(false))
}

/// `request()`: takes the user's activation, and asks unless it is decided.
async fn request(host: &Rc<Host>, document: &Rc<Document>) -> Result<Success, Failure> {
    let caller = document.caller(host.activation.consume());
    if network_is_taken(host, document) {
        return Err(Denial::FeatureDisabled("unrestricted-network").into());
    }
    match host.authority().check(&caller, &Operation::RequestUnrestrictedNetwork) {
        Verdict::Allow => {}
        Verdict::Deny(denial) if denial.is_decision() => {}
        Verdict::Deny(denial) => return Err(denial.into()),
        Verdict::Ask(name) => host.prompts.ask(name).await,
    }
    Ok(state_of(host, document))
}

/// `relinquish()`: the grant is as if the user had never been asked. One that there is not is no other afterwards: an app
/// cannot make a question out of a no.
async fn relinquish(host: &Rc<Host>, document: &Rc<Document>) -> Result<Success, Failure> {
    if state(host, document) == NetworkState::Granted {
        let (authority, subject) = (
            host.authority().clone(),
            Subject::app(host.documents.app().origin.clone()),
        );
        let reset = move || {
            let (name, state) = (PermissionName::UnrestrictedNetwork, PermissionState::Prompt);
            authority.decide(&subject, name, state, DecidedBy::Settings)
        };
        // It waits for the disk.
        let decided = gio::spawn_blocking(reset).await;
        let refused = |error: &dyn ToString| DomError::new(DomErrorName::NotAllowedError, error.to_string());
        decided
            .map_err(|_| refused(&"the grant could not be given back"))?
            .map_err(|error| refused(&error))?;
    }
    Ok(state_of(host, document))
}

async fn connect(
    host: &Rc<Host>,
    document: &Rc<Document>,
    name: &str,
    port: u16,
    options: SocketOptions,
) -> Result<Success, Failure> {
    if document.has_no_sockets {
        return Err(Denial::FeatureDisabled("direct-sockets").into());
    }
    let gate = gate(host, document, Purpose::Socket)?;
    let options = socket::options(options)?;
    let connected = document.network.connect(name, port, options, gate).await?;
    Ok(connected_to(host, document, connected))
}

/// The connection has passed its gate, and goes nowhere else.
async fn start_tls(
    host: &Rc<Host>,
    document: &Rc<Document>,
    connection: ConnectionId,
    tls: TlsParams,
) -> Result<Success, Failure> {
    let tls = socket::tls(tls)?;
    let connection = page::ConnectionId(connection.0);
    let connected = document.network.start_tls(connection, tls).await?;
    Ok(connected_to(host, document, connected))
}

async fn listen(host: &Rc<Host>, document: &Rc<Document>, place: &ListenParams) -> Result<Success, Failure> {
    if document.has_no_sockets {
        return Err(Denial::FeatureDisabled("direct-sockets").into());
    }
    let gate = gate(host, document, Purpose::Listener)?;
    let listening = document.network.listen(socket::place(place)?, gate).await?;
    let listener = ConnectionId(listening.listener.0);
    tell_ends(host, document, listener, listening.ends);
    Ok(Success::new(&ListenResult {
        listener,
        local_address: listening.local_address.to_string(),
        local_port: listening.local_port,
    }))
}

/// Each connection passes the listener's gate.
async fn accept(host: &Rc<Host>, document: &Rc<Document>, listener: ConnectionId) -> Result<Success, Failure> {
    let connected = document.network.accept(page::ConnectionId(listener.0)).await?;
    Ok(connected_to(host, document, connected))
}

async fn udp(host: &Rc<Host>, document: &Rc<Document>, params: UdpParams) -> Result<Success, Failure> {
    if document.has_no_sockets {
        return Err(Denial::FeatureDisabled("direct-sockets").into());
    }
    let gate = gate(host, document, Purpose::Socket)?;
    let opened = document.network.udp(socket::udp(params)?, gate).await?;
    let connection = ConnectionId(opened.connection.0);
    tell_ends(host, document, connection, opened.ends);
    let result = UdpResult {
        connection,
        remote_address: opened.remote.map(|remote| remote.ip().to_string()),
        remote_port: opened.remote.map(|remote| remote.port()),
        local_address: opened.local.ip().to_string(),
        local_port: opened.local.port(),
    };
    Ok(Success::new(&result).with_descriptor(Some(opened.descriptor)))
}

async fn web_socket(host: &Rc<Host>, document: &Rc<Document>, params: WebSocketParams) -> Result<Success, Failure> {
    let gate = gate(host, document, Purpose::Fetch)?;
    let opened = document.network.web_socket(socket::web_socket(params)?, gate).await?;
    let connection = ConnectionId(opened.connection.0);
    tell_ends(host, document, connection, opened.ends);
    let result = WebSocketResult {
        connection,
        protocol: opened.protocol,
    };
    Ok(Success::new(&result).with_descriptor(Some(opened.descriptor)))
}

/// The group passes the socket's gate.
async fn join_group(document: &Document, group: GroupParams) -> Result<Success, Failure> {
    let (socket, membership) = socket::membership(group)?;
    document.network.join_group(socket, membership.clone()).await?;
    Ok(Success::new(&socket::group(membership)))
}

async fn leave_group(document: &Document, group: GroupParams) -> Result<Success, Failure> {
    let (socket, membership) = socket::membership(group)?;
    document.network.leave_group(socket, membership.clone()).await?;
    Ok(Success::new(&socket::group(membership)))
}

fn connected_to(host: &Rc<Host>, document: &Document, connected: Connected) -> Success {
    let (result, descriptor, ends) = socket::result(connected);
    tell_ends(host, document, result.connection, ends);
    Success::new(&result).with_descriptor(Some(descriptor))
}

/// Tells the document how a connection ends. The page has the answer that names the connection before: this begins when
/// the main loop comes to it.
fn tell_ends(host: &Rc<Host>, document: &Document, connection: ConnectionId, mut ends: Ends) {
    let (host, document) = (Rc::downgrade(host), document.id);
    glib::spawn_future_local(async move {
        while let Some(end) = ends.next().await {
            match host.upgrade() {
                Some(host) => ended(&host, document, connection, end, ends.is_over()),
                None => return,
            }
        }
    });
}

fn ended(host: &Host, document: u64, connection: ConnectionId, end: Result<(), insula_net::Error>, over: bool) {
    let Some(document) = host.documents.find(document) else {
        return;
    };
    let error = end.err();
    if error == Some(insula_net::Error::Revoked) {
        // An app is to know why its connections end.
        changed(host, &document);
    }
    let error = error.as_ref().map(answer::network_error);
    let event = NetworkEvent::Ended {
        connection,
        error,
        over,
    };
    host.documents.emit(document.id, &Event::Network(event));
}

fn upload(host: &Host, document: &Document) -> Result<Success, Failure> {
    let gate = gate(host, document, Purpose::Fetch)?;
    let upload = document.network.upload(gate)?;
    Ok(Success::new(&UploadResult {
        upload: insula_bridge::UploadId(upload.upload.0),
    })
    .with_descriptor(Some(upload.descriptor)))
}

async fn fetch(host: &Rc<Host>, document: &Rc<Document>, fetch: FetchParams) -> Result<Success, Failure> {
    let gate = gate(host, document, Purpose::Fetch)?;
    let progress = fetch.progress.unwrap_or_default();
    let request = FetchRequest {
        request: RequestId(fetch.request.0.into()),
        url: fetch.url,
        method: fetch.method,
        headers: fetch.headers,
        redirect: match fetch.redirect.unwrap_or_default() {
            Redirect::Follow => RedirectMode::Follow,
            Redirect::Error => RedirectMode::Error,
            Redirect::Manual => RedirectMode::Manual,
        },
        with_cookies: fetch.credentials == Some(Credentials::App),
        timeout: fetch.timeout.map(milliseconds),
        body: fetch.upload.map(|upload| FetchBody {
            upload: UploadId(upload.0),
            length: fetch.upload_length,
        }),
        progress: Progress {
            redirects: progress.redirects as usize,
            retries: progress.retries as usize,
            spent: milliseconds(progress.spent),
        },
    };
    let response = match document.network.fetch(request, gate).await? {
        Fetched::Response(response) => response,
        Fetched::Again(request) => return Ok(Success::new(&FetchAnswer::Again { again: again(request) })),
    };
    let (body, descriptor) = match response.body {
        page::ResponseBody::Null => (ResponseBody::Null, None),
        page::ResponseBody::Empty => (ResponseBody::Empty, None),
        page::ResponseBody::Stream {
            connection,
            descriptor,
            ends,
        } => {
            let connection = ConnectionId(connection.0);
            tell_ends(host, document, connection, ends);
            (ResponseBody::Stream { connection }, Some(descriptor))
        }
    };
    let result = FetchResult {
        url: response.url,
        redirected: response.redirected,
        status: response.status,
        status_text: response.status_text,
        headers: response.headers,
        body,
    };
    Ok(Success::new(&FetchAnswer::Response(result)).with_descriptor(descriptor))
}

fn again(request: FetchRequest) -> FetchAgain {
    let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
    FetchAgain {
        url: request.url,
        method: request.method,
        headers: request.headers,
        progress: FetchProgress {
            redirects: count(request.progress.redirects),
            retries: count(request.progress.retries),
            spent: u32::try_from(request.progress.spent.as_millis()).unwrap_or(u32::MAX),
        },
    }
}

fn milliseconds(number: u32) -> Duration {
    Duration::from_millis(number.into())
}

/// Whether a site's own response takes the network away from a document. Of a bundle's documents the check knows what the
/// manifest and the response leave them.
pub(super) fn network_is_taken(host: &Host, document: &Document) -> bool {
    host.documents.app().identity.is_on_the_web()
        && host.documents.is_taken(document, PermissionName::UnrestrictedNetwork)
}

/// The gate of a call that connects. A caller who may not connect anywhere is refused before a name is looked up.
pub(super) fn gate(host: &Host, document: &Document, purpose: Purpose) -> Result<Arc<DocumentGate>, Failure> {
    if network_is_taken(host, document) {
        return Err(Denial::FeatureDisabled("unrestricted-network").into());
    }
    let (authority, caller) = (host.authority(), document.caller(false));
    if let Verdict::Deny(denial) = authority.foresee(&caller, &purpose.least()) {
        return Err(denial.into());
    }
    Ok(Arc::new(DocumentGate {
        authority: authority.clone(),
        caller,
        purpose,
        questions: host.prompts.questions(),
    }))
}
