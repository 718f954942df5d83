//! Servers that hang, send without an end, or hardly anything. What is fetched by itself, while nobody looks on, must end.

#![expect(clippy::unwrap_used, reason = "a test may panic, and so may its helpers")]

use std::fs;
use std::time::Duration;

use insula_delivery::{Bounds, Error, Fetcher, Found};
use insula_net::{Broker, BrokerOptions};
use insula_testkit::{AppBuilder, Reply, Site};

const PAUSE: Duration = Duration::from_millis(20);

fn look(server: &Site, path: &str, is_hurried: bool) -> (Result<Found, Error>, usize) {
    let folder = tempfile::tempdir().unwrap();
    let mut bounds = Bounds::default();
    if is_hurried {
        bounds.stall = 10 * PAUSE;
        bounds.small = 20 * PAUSE;
    }
    bounds.bundle = 1 << 20;
    let broker = Broker::start(BrokerOptions::default()).unwrap();
    let fetcher = Fetcher::new(broker, &[], folder.path()).with_bounds(bounds);
    let found = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(fetcher.look(server.url(path).parse().unwrap(), |_| {}));
    let left = fs::read_dir(folder.path()).unwrap().count();
    (found, left)
}

/// What is wrong with a server in the end: that it is too slow, or that it sends too much.
#[test]
fn a_server_holds_nobody_up_for_ever_and_fills_no_disk() {
    let bundle = AppBuilder::new("App").bundle();
    let manifest = br#"{ "name": "App""#;
    let server = Site::start(move |request| match request.path() {
        "/silent" => Reply::Silence,
        "/page-by-bytes" => Reply::Begun(b"<!doctype html>".to_vec(), Some(PAUSE)),
        "/bundle-by-bytes" => Reply::Begun(bundle[..200].to_vec(), Some(PAUSE)),
        "/bundle-without-end" => Reply::Begun(bundle.clone(), None),
        "/bundle-of-a-terabyte" => Reply::Raw(
            [
                b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n",
                &bundle[..200],
            ]
            .concat(),
        ),
        "/page" => Reply::html("<link rel=manifest href=/manifest-by-bytes>"),
        _ => Reply::Begun(manifest.to_vec(), Some(PAUSE)),
    });
    for (path, is_too_long) in [
        ("/silent", false),
        ("/page-by-bytes", false),
        ("/bundle-by-bytes", false),
        ("/page", false),
        ("/bundle-without-end", true),
        ("/bundle-of-a-terabyte", true),
    ] {
        // A server that sends as fast as it can is not to be too slow on a busy machine.
        let (found, left) = look(&server, path, !is_too_long);
        match found.unwrap_err() {
            Error::TooLong { .. } if is_too_long => {}
            Error::Network { source, .. } if !is_too_long => {
                assert!(
                    matches!(*source, insula_net::Error::TimedOut { .. }),
                    "{path}: {source}"
                );
            }
            other => panic!("{path}: {other}"),
        }
        assert_eq!(left, 0, "{path}");
    }
}
