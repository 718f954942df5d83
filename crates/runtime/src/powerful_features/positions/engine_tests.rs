//! Who is told a position, where no guard in the page takes part.

use super::Positions;
use crate::engine_harness::{Engine, with_engine};
use insula_testkit::GeoClue;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use webkit6::prelude::*;
use webkit6::{NetworkSession, WebContext, WebView};

const VIENNA: (f64, f64) = (48.25, 16.5);
const HELSINKI: (f64, f64) = (60.25, 25.0);

/// A page that watches, and notes what it is told in its title.
const PAGE: &str = "<!doctype html><title>begun</title><script>
    const told = ({ coords }) => { document.title += ` ${coords.latitude}` };
    const failed = ({ code }) => { document.title += ` error ${code}` };
    const watch = () => navigator.geolocation.watchPosition(told, failed, { maximumAge: Infinity });
    let number = watch();
  </script>";

fn open(engine: &Engine, context: &WebContext, is_allowed: bool) -> WebView {
    let session = NetworkSession::new_ephemeral();
    let view = WebView::builder()
        .web_context(context)
        .network_session(&session)
        .build();
    view.connect_permission_request(move |_, request| {
        match is_allowed {
            true => request.allow(),
            false => request.deny(),
        }
        true
    });
    engine.show(&view);
    view.load_html(PAGE, Some("https://example.org/"));
    view
}

fn title(view: &WebView) -> String {
    view.title().unwrap_or_default().into()
}

#[test]
fn a_watch_is_told_nothing_while_nobody_may_know() {
    with_engine(|engine| {
        let geoclue = GeoClue::start(&engine.system_bus(), VIENNA);
        let (context, may_know) = (WebContext::new(), Rc::new(Cell::new(true)));
        let positions = Positions::give(&context, {
            let may_know = may_know.clone();
            move || may_know.get()
        });
        let view = open(engine, &context, true);
        engine.wait_for_title(&view, "begun 48.25");
        let other = open(engine, &context, false);
        engine.wait_for_title(&other, "error 1");

        // Also before anybody has noticed that it was taken back.
        may_know.set(false);
        geoclue.move_to(HELSINKI);
        engine.wait_for_title(&view, "begun 48.25 error 2");
        let is_at_rest = || geoclue.clients().is_empty();
        engine.until("GeoClue has nothing to do", || is_at_rest().then_some(()));

        // The watch that is there is not told, nor is a new one.
        let told = title(&view);
        geoclue.move_to(VIENNA);
        assert!(engine.holds_for(Duration::from_millis(300), || title(&view) == told && is_at_rest()));
        engine.run(&view, "navigator.geolocation.clearWatch(number); number = watch()");
        geoclue.move_to(HELSINKI);
        let says_helsinki = || title(&view).contains("60.25");
        assert!(engine.holds_for(Duration::from_millis(500), || is_at_rest() && !says_helsinki()));

        may_know.set(true);
        positions.recheck();
        engine.wait_for_title(&view, "60.25");
        may_know.set(false);
        positions.recheck();
        engine.wait_for_title(&view, "error 2");
        engine.until("GeoClue has nothing to do again", || is_at_rest().then_some(()));
        assert_eq!(title(&other), "begun error 1");
    });
}

/// Limit: positions-again
#[test]
fn who_asks_while_another_watches_is_told_when_the_device_moves() {
    with_engine(|engine| {
        let geoclue = GeoClue::start(&engine.system_bus(), VIENNA);
        let context = WebContext::new();
        let _positions = Positions::give(&context, || true);
        let view = open(engine, &context, true);
        engine.wait_for_title(&view, "begun 48.25");
        engine.run(
            &view,
            "navigator.geolocation.getCurrentPosition(() => { document.title += ' once' })",
        );
        assert!(engine.holds_for(Duration::from_millis(300), || title(&view) == "begun 48.25"));
        geoclue.move_to(HELSINKI);
        engine.wait_for_title(&view, "once 60.25");
    });
}
