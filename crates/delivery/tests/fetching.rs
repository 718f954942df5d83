//! What is at a URL, from real servers.

#![expect(clippy::unwrap_used, reason = "a test may panic, and so may its helpers")]

use std::fs;
use std::sync::{Arc, Mutex};

use insula_apps::ServerOrigin;
use insula_delivery::{AtServer, DownloadProgress, Error, FetchedSite, Fetcher, Found, NoManifest};
use insula_manifest::DEFAULT_CHANNEL;
use insula_net::{Broker, BrokerOptions};
use insula_testkit::{AppBuilder, Reply, Request, Site};
use tempfile::TempDir;
use url::Url;

struct Fixture {
    folder: TempDir,
    fetcher: Fetcher,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let broker = Broker::start(BrokerOptions::default()).unwrap();
        let languages = ["de-AT".to_owned(), "en".to_owned()];
        Self {
            fetcher: Fetcher::new(broker, &languages, folder.path()),
            folder,
        }
    }

    fn look(&self, url: &str) -> Result<Found, Error> {
        wait(self.fetcher.look(Url::parse(url).unwrap(), |_| {}))
    }

    #[track_caller]
    fn site(&self, url: &str) -> FetchedSite {
        match self.look(url) {
            Ok(Found::Site(site)) => site,
            other => panic!("{other:?}"),
        }
    }
}

fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(work)
}

const ICON: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><rect width='9' height='9'/></svg>";

fn pages(request: &Request) -> Reply {
    match request.path() {
        "/moved" => Reply::text("").status(302).header("Location", "/app/"),
        "/app/" => Reply::html("<!doctype html><title>App</title><link rel=manifest href=app.webmanifest>"),
        "/app/app.webmanifest" => Reply::of(
            "application/manifest+json",
            r#"{ "name": "App", "icons": [{ "src": "broken.png", "sizes": "512x512" }, { "src": "icon.svg" }] }"#,
        ),
        "/app/icon.svg" => Reply::of("image/svg+xml", ICON),
        "/app/broken.png" => Reply::of("image/png", "not a picture"),
        "/plain" => Reply::html("<!doctype html><title>No app</title>"),
        "/picture" => Reply::of("image/svg+xml", ICON),
        "/near" => Reply::html("<link rel=manifest href='http://10.0.0.1/app.webmanifest'>"),
        "/out" => Reply::text("").status(302).header("Location", "http://192.0.2.1/app"),
        "/empty" => Reply::html(""),
        "/endless" => Reply::Endless("text/html"),
        "/reset" => {
            Reply::Reset(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n<l".to_vec())
        }
        "/odd" => Reply::Raw(b"SSH-2.0-OpenSSH\r\n".to_vec()),
        _ => Reply::not_found(),
    }
}

#[test]
fn a_page_leads_to_its_manifest_and_to_the_first_icon_that_is_a_picture() {
    let (server, fixture) = (Site::start(pages), Fixture::new());
    let site = fixture.site(&server.url("/moved"));
    assert_eq!(
        site.document_url.as_str(),
        server.url("/app/"),
        "where the redirect leads"
    );
    assert_eq!(site.manifest_url.as_str(), server.url("/app/app.webmanifest"));
    assert!(site.icon.unwrap().starts_with(b"\x89PNG"));
    let asked = &server.requests_for("/app/app.webmanifest")[0];
    assert_eq!(asked.header("accept-language"), Some("de-AT, en"));
    assert_eq!((asked.header("cookie"), asked.header("referer")), (None, None));
}

#[test]
fn a_manifest_by_itself_is_the_app_of_its_origin() {
    let (server, fixture) = (Site::start(pages), Fixture::new());
    let site = fixture.site(&server.url("/app/app.webmanifest"));
    assert_eq!(site.document_url.as_str(), server.url("/"));
}

#[test]
fn what_cannot_be_installed_is_told_with_whose_fault_it_is() {
    let (server, fixture) = (Site::start(pages), Fixture::new());
    let error = |path: &str| fixture.look(&server.url(path)).unwrap_err();
    assert!(matches!(error("/plain"), Error::NoManifest { .. }));
    assert!(matches!(error("/empty"), Error::NoManifest { .. }));
    assert!(matches!(error("/picture"), Error::NoApp { found, .. } if found.contains("image/svg+xml")));
    assert!(matches!(error("/gone"), Error::Status { status: 404, .. }));
    assert!(matches!(error("/endless"), Error::TooLong { .. }));
    assert!(matches!(error("/reset"), Error::Network { .. }));
    assert!(matches!(error("/odd"), Error::Network { .. }));
    assert!(matches!(error("/out"), Error::NotSecure { .. } | Error::Network { .. }));
    let closed = { Site::start(pages).url("/app/") };
    assert!(matches!(fixture.look(&closed), Err(Error::Network { .. })));
    assert!(matches!(
        fixture.look("http://example.com/"),
        Err(Error::NotSecure { .. })
    ));
    assert_eq!(fs::read_dir(fixture.folder.path()).unwrap().count(), 0);
}

#[test]
fn a_page_cannot_have_the_local_network_asked() {
    let (server, fixture) = (Site::start(pages), Fixture::new());
    // It is not secure, and were it so, this machine is not the local network.
    assert!(matches!(
        fixture.look(&server.url("/near")),
        Err(Error::NotSecure { .. })
    ));
}

#[test]
fn a_bundle_is_downloaded_with_progress_and_gone_when_nobody_needs_it() {
    let fixture = Fixture::new();
    let bundle = fs::read(AppBuilder::new("App").write_bundle(fixture.folder.path())).unwrap();
    fs::remove_dir_all(fixture.folder.path()).unwrap();
    fs::create_dir(fixture.folder.path()).unwrap();
    let served = bundle.clone();
    // The type that servers have for what they do not know.
    let server = Site::start(move |_| Reply::of("application/octet-stream", served.clone()));
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = told.clone();
    let looking = fixture
        .fetcher
        .look(Url::parse(&server.url("/app.swbn")).unwrap(), move |progress| {
            tell.lock().unwrap().push(progress);
        });
    let Ok(Found::Bundle(fetched)) = wait(looking) else {
        panic!("it is a bundle")
    };
    assert_eq!(fs::read(fetched.path()).unwrap(), bundle);
    let whole = DownloadProgress {
        received: bundle.len() as u64,
        expected: Some(bundle.len() as u64),
    };
    assert_eq!(told.lock().unwrap().last(), Some(&whole));
    drop(fetched);
    assert_eq!(fs::read_dir(fixture.folder.path()).unwrap().count(), 0);
}

#[test]
fn a_list_of_releases_leads_to_a_bundle() {
    let fixture = Fixture::new();
    let app = AppBuilder::new("App").manifest("version", "2.0".into());
    let other = tempfile::tempdir().unwrap();
    let bundle = fs::read(app.write_bundle(other.path())).unwrap();
    let releases = r#"{ "versions": [ { "version": "1.0", "src": "old.swbn" }, { "version": "2.0", "src": "new.swbn" },
                        { "version": "3.0", "src": "page" } ] }"#;
    let server = Site::start(move |request| match request.path() {
        "/updates.json" => Reply::of("application/json", releases),
        "/new.swbn" => Reply::of("application/webbundle", bundle.clone()),
        "/page" => Reply::html("<p>Sign in to the network first"),
        _ => Reply::not_found(),
    });
    let Ok(Found::Releases(url, releases, _)) = fixture.look(&server.url("/updates.json")) else {
        panic!("it is a list of releases")
    };
    assert_eq!(url.as_str(), server.url("/updates.json"));
    let newest = releases.newest(DEFAULT_CHANNEL).unwrap();
    // A portal answers everything with a page of its own.
    let error = wait(fixture.fetcher.release(newest, |_| {})).unwrap_err();
    assert!(
        matches!(error, Error::NoManifest { .. } | Error::NoApp { .. }),
        "{error}"
    );
    let fetched = wait(fixture.fetcher.release(&releases.releases[1], |_| {})).unwrap();
    assert_eq!(fetched.url.as_str(), server.url("/new.swbn"));
}

/// What a server has that answers so at the place of the manifest.
fn at_server(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Result<AtServer, Error> {
    let server = Site::start(move |request| match request.path() {
        "/.well-known/manifest.webmanifest" => reply(request),
        "/icon.svg" => Reply::of("image/svg+xml", ICON),
        _ => Reply::not_found(),
    });
    let origin = ServerOrigin::try_from(&Url::parse(&server.url("/")).unwrap()).unwrap();
    wait(Fixture::new().fetcher.at_server(&origin))
}

#[test]
fn a_developers_server_has_an_app_where_it_has_its_manifest() {
    let manifest = r#"{ "name": "App", "version": "1", "icons": [{ "src": "/icon.svg" }] }"#;
    // Servers that have a page for every address give it to those who take pages.
    let found = at_server(move |request| {
        let accepted = request.header("accept").unwrap_or_default().to_owned();
        match accepted.contains("text/html") || accepted.contains("*/*") {
            true => Reply::html("<!doctype html>"),
            false => Reply::text(manifest),
        }
    });
    match found {
        Ok(AtServer::App(app)) => assert!(app.manifest == manifest.as_bytes() && app.icon.is_some()),
        other => panic!("{other:?}"),
    }
    let found = |reply: fn() -> Reply| match at_server(move |_| reply()) {
        Ok(AtServer::NoManifest(found)) => found,
        other => panic!("{other:?}"),
    };
    assert_eq!(found(Reply::not_found), NoManifest::Status(404));
    assert_eq!(found(|| Reply::html("<!doctype html>")), NoManifest::Other);
    let elsewhere = Site::start(|_| Reply::text("{}"));
    let url = elsewhere.url("/app.webmanifest");
    let moved = url.clone();
    match at_server(move |_| Reply::text("").status(302).header("Location", &moved)) {
        Ok(AtServer::NoManifest(NoManifest::Elsewhere(to))) => assert_eq!(to.as_str(), url),
        other => panic!("{other:?}"),
    }
    // One that fails may have one.
    assert!(matches!(
        at_server(|_| Reply::text("").status(503)),
        Err(Error::Status { status: 503, .. })
    ));
}
