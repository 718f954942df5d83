//! The cookies of an app.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use insula_net::Broker;
use insula_net::http::{CookieJar, TopLevel};
use insula_net::page::{DocumentNetwork, FetchRequest};

use crate::support::*;

fn with_cookies(url: impl Into<String>) -> FetchRequest {
    FetchRequest {
        with_cookies: true,
        ..get(url)
    }
}

fn sharing(broker: &Broker, jar: &Arc<CookieJar>) -> DocumentNetwork {
    DocumentNetwork::open_with(broker, &app(), jar)
}

/// What the server was sent with its requests for `path`.
fn sent(server: &Http, path: &str) -> Vec<Option<String>> {
    let seen = server.seen();
    let of_path = seen.iter().filter(|request| request.path() == path);
    of_path
        .map(|request| request.header("cookie").map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn each_hop_sets_cookies_and_is_sent_its_own_and_documents_share_them() {
    let other = Http::start(|_| response("200 OK", &["Set-Cookie: other=1; HttpOnly"], "")).await;
    let away = format!("Location: http://localhost:{}/away", other.port);
    let server = Http::start(move |request| match request.path() {
        "/in" => response("303 See Other", &["Set-Cookie: id=1; Path=/", "Location: /hop"], ""),
        "/hop" => response("302 Found", &["Set-Cookie: hop=2", "Location: /end"], ""),
        "/out" => response("302 Found", &["Set-Cookie: out=3", &away], ""),
        _ => response("200 OK", &[], ""),
    })
    .await;
    let (broker, jar) = (broker(), CookieJar::in_memory(Box::new(TopLevel)));
    let document = sharing(&broker, &jar);
    fetch(&document, with_cookies(server.url("/in"))).await.unwrap();
    assert_eq!(sent(&server, "/in"), [None]);
    assert_eq!(sent(&server, "/hop"), [Some("id=1".to_owned())]);
    assert_eq!(sent(&server, "/end"), [Some("id=1; hop=2".to_owned())]);

    // A host has no other's, and its own are there for the next document.
    let redirected = fetch(&document, with_cookies(server.url("/out"))).await.unwrap();
    assert_eq!(header(&redirected, "set-cookie"), Some("other=1; HttpOnly"));
    let next = sharing(&broker, &jar);
    let away = format!("http://localhost:{}/away", other.port);
    fetch(&next, with_cookies(&away)).await.unwrap();
    assert_eq!(sent(&other, "/away"), [None, Some("other=1".to_owned())]);
}

#[tokio::test]
async fn nothing_is_sent_or_kept_unless_it_is_asked_for_and_the_apps_own_header_wins() {
    let server = Http::start(|request| {
        let set = format!("Set-Cookie: {}=1", request.path().trim_start_matches('/'));
        response("200 OK", &[&set], "")
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    fetch(&document, get(server.url("/without"))).await.unwrap();
    fetch(&document, with_cookies(server.url("/with"))).await.unwrap();
    fetch(&document, get(server.url("/without"))).await.unwrap();
    let own = FetchRequest {
        headers: vec![("Cookie".to_owned(), "mine=1".to_owned())],
        ..with_cookies(server.url("/own"))
    };
    fetch(&document, own).await.unwrap();
    fetch(&document, with_cookies(server.url("/with"))).await.unwrap();
    assert_eq!(sent(&server, "/without"), [None, None]);
    assert_eq!(sent(&server, "/own"), [Some("mine=1".to_owned())]);
    assert_eq!(sent(&server, "/with"), [None, Some("with=1; own=1".to_owned())]);
}

/// Sends a request with the cookies of a file, as an app does that was started again.
async fn visit(file: &Path, url: &str) {
    let (broker, jar) = (broker(), CookieJar::kept_in(file.to_owned(), Box::new(TopLevel)));
    let document = sharing(&broker, &jar);
    fetch(&document, with_cookies(url)).await.unwrap();
    tokio::task::spawn_blocking(move || jar.save()).await.unwrap();
}

#[tokio::test]
async fn what_has_a_time_outlives_the_app_in_a_file_that_nobody_else_reads() {
    let server =
        Http::start(|_| response("200 OK", &["Set-Cookie: kept=1; Max-Age=60", "Set-Cookie: gone=2"], "")).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cookies");
    visit(&file, &server.url("/")).await;
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    visit(&file, &server.url("/")).await;
    assert_eq!(sent(&server, "/"), [None, Some("kept=1".to_owned())]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");

    for broken in ["", "{\"version\":1,\"cookies\":[{}]}", "{\"version\":2,\"cookies\":[]}"] {
        fs::write(&file, broken).unwrap();
        visit(&file, &server.url("/broken")).await;
    }
    visit(&file, &server.url("/broken")).await;
    let none = [None, None, None, Some("kept=1".to_owned())];
    assert_eq!(
        sent(&server, "/broken"),
        none,
        "a broken file is as good as none, and written anew"
    );
}

#[tokio::test]
async fn a_change_is_on_the_disk_soon_without_the_app_ending() {
    let server = Http::start(|_| response("200 OK", &["Set-Cookie: kept=1; Max-Age=60"], "")).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cookies");
    let (broker, jar) = (broker(), CookieJar::kept_in(file.clone(), Box::new(TopLevel)));
    let document = sharing(&broker, &jar);
    fetch(&document, with_cookies(server.url("/"))).await.unwrap();
    until("the cookie is kept", || {
        fs::read_to_string(&file).is_ok_and(|kept| kept.contains("kept"))
    })
    .await;
    drop(jar);
}
