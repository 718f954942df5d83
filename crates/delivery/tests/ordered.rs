//! What an organisation orders counts over what servers and records say.

#![expect(clippy::unwrap_used, reason = "a test may panic, and so may its helpers")]

use insula_apps::{DataDir, InstallOptions, InstalledApp, Ordered, Store, UpdateSource};
use insula_delivery::{Error, FetchedSite, Fetcher, Order, OrderedIcon, Update, Wanted};
use insula_manifest::Pinned;
use insula_net::{Broker, BrokerOptions};
use insula_testkit::{AppBuilder, Reply, Request, Site};
use tempfile::TempDir;
use url::Url;

const ICON: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><rect width='9' height='9'/></svg>";

fn pages(request: &Request) -> Reply {
    match request.path() {
        "/app/" => Reply::html("<link rel=manifest href=app.webmanifest>"),
        "/app/app.webmanifest" => Reply::of(
            "application/manifest+json",
            r#"{ "name": "Mail", "short_name": "M", "id": "/app/", "start_url": "/app/" }"#,
        ),
        "/icon.svg" => Reply::of("image/svg+xml", ICON),
        "/text" => Reply::text("no picture"),
        "/plain" => Reply::html("<title>No app</title>"),
        "/updates.json" | "/others.json" => {
            let version = if request.path() == "/updates.json" { "3" } else { "4" };
            let release = |version: &str, channel: &str| {
                format!(r#"{{ "version": "{version}", "src": "a.swbn", "channels": ["{channel}"] }}"#)
            };
            let versions = [
                release("1", "default"),
                release(version, "default"),
                release("9", "beta"),
            ]
            .join(",");
            Reply::of("application/json", format!(r#"{{ "versions": [{versions}] }}"#))
        }
        _ => Reply::not_found(),
    }
}

struct Fixture {
    folder: TempDir,
    server: Site,
    fetcher: Fetcher,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let broker = Broker::start(BrokerOptions::default()).unwrap();
        Self {
            fetcher: Fetcher::new(broker, &[], folder.path()),
            server: Site::start(pages),
            folder,
        }
    }

    fn url(&self, path: &str) -> Url {
        self.server.url(path).parse().unwrap()
    }

    fn site(&self, path: &str, order: &Order) -> Result<FetchedSite, Error> {
        wait(self.fetcher.site(self.url(path), order))
    }

    /// The version that an installed app would be updated to.
    fn update(&self, store: &Store, app: &InstalledApp, order: &Order) -> Result<Option<String>, Error> {
        let launchable = store.launch(&app.id).unwrap();
        let wanted = Wanted {
            app,
            manifest: &launchable.manifest,
            order,
            awaits_another_key: store.awaits_another_key(app),
        };
        let update = wait(self.fetcher.update(wanted))?;
        Ok(update.map(|update| match update {
            Update::Release(release) => release.version.to_string(),
            other => panic!("{other:?}"),
        }))
    }
}

fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(work)
}

fn name(site: &FetchedSite) -> String {
    let (manifest, _) = site.as_new().manifest().unwrap();
    manifest.display_name().unwrap().to_owned()
}

#[test]
fn a_site_has_the_name_and_the_icon_that_are_ordered_and_no_other_icon_than_that() {
    let fixture = Fixture::new();
    let icon = |path: &str, content: &str| {
        Some(OrderedIcon {
            url: fixture.url(path),
            sha256: Ordered::digest_of_icon(content.as_bytes()),
        })
    };
    let mut order = Order {
        name: Some("Ours".to_owned()),
        fallback_name: Some("Never".to_owned()),
        icon: icon("/icon.svg", ICON),
        ..Order::default()
    };
    let site = fixture.site("/app/", &order).unwrap();
    assert_eq!(name(&site), "Ours");
    assert!(site.icon.unwrap().starts_with(b"\x89PNG"));
    order.icon = icon("/icon.svg", "another");
    assert!(matches!(fixture.site("/app/", &order), Err(Error::AnotherIcon { .. })));
    order.icon = icon("/text", "no picture");
    assert!(matches!(fixture.site("/app/", &order), Err(Error::NoPicture { .. })));
    assert_eq!(name(&fixture.site("/app/", &Order::default()).unwrap()), "Mail");
}

#[test]
fn a_page_without_a_manifest_is_an_app_only_where_a_name_for_it_is_ordered_and_never_what_another_site_has() {
    let fixture = Fixture::new();
    let order = Order {
        fallback_name: Some("Wiki".to_owned()),
        ..Order::default()
    };
    let site = fixture.site("/plain", &order).unwrap();
    assert_eq!(
        (name(&site).as_str(), site.document_url),
        ("Wiki", fixture.url("/plain"))
    );
    assert!(matches!(
        fixture.site("/plain", &Order::default()),
        Err(Error::NoManifest { .. })
    ));
    for path in ["/app/", "/plain"] {
        let target = fixture.server.url(path);
        let portal = Site::start(move |_| Reply::text("").status(302).header("Location", &target));
        let found = wait(fixture.fetcher.site(portal.url("/app/").parse().unwrap(), &order));
        assert!(matches!(found, Err(Error::LeadsElsewhere { .. })), "{found:?}");
    }
}

#[test]
fn the_version_the_channel_and_the_list_that_are_ordered_count_over_what_is_written_down() {
    let fixture = Fixture::new();
    let store = Store::open(DataDir::new(fixture.folder.path().join("data"))).unwrap();
    let bundle = AppBuilder::new("Mail")
        .manifest("version", "2".into())
        .write_bundle(fixture.folder.path());
    let source = |path: &str, channel: &str| {
        Some(UpdateSource {
            manifest_url: fixture.url(path),
            channel: channel.to_owned(),
        })
    };
    let options = InstallOptions::default().updates(source("/updates.json", "default"));
    let app = store.install(&bundle, options).unwrap().app;
    let pinned = |version: &str, allow_downgrade| {
        Some(Pinned {
            version: version.parse().unwrap(),
            allow_downgrade,
        })
    };
    for (updates, pinned, expected) in [
        (None, None, Some("3")),
        (source("/others.json", "default"), None, Some("4")),
        (source("/others.json", "beta"), None, Some("9")),
        (None, pinned("9", false), Some("9")),
        (None, pinned("1", false), None),
        (None, pinned("1", true), Some("1")),
        (None, pinned("2", true), None),
    ] {
        let order = Order {
            updates,
            pinned,
            ..Order::default()
        };
        let update = fixture.update(&store, &app, &order).unwrap();
        assert_eq!(update.as_deref(), expected, "{order:?}");
    }
    let unreadable = Order {
        is_unreadable: true,
        ..Order::default()
    };
    assert!(matches!(
        fixture.update(&store, &app, &unreadable),
        Err(Error::UnreadableOrder)
    ));
}
