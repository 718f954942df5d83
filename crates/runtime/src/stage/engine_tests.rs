//! What is seen of a frame on its stage, and what is touched.

use super::Stage;
use crate::app_view::AppView;
use crate::engine_harness::with_engine;
use crate::windows::picture::Picture;
use gtk4::glib;
use insula_bridge::{FrameId, Layout};
use insula_testkit::{Colour, Point, Screenshot};
use serde_json::json;
use std::time::Duration;
use webkit6::prelude::*;
use webkit6::{NetworkSession, WebContext, WebView};

const GREEN: Colour = Colour(0, 0xc0, 0);
const BLUE: Colour = Colour(0, 0, 0xff);

/// A document's only frame, of 100 by 100 pixels at 50, 50.
fn layout(above: bool, visible: bool) -> Layout {
    let layout = json!({
        "frames": [{
            "frame": 1, "x": 50, "y": 50, "width": 100, "height": 100, "scale": 1, "zoom": 1,
            "clip": { "x": 50, "y": 50, "width": 100, "height": 100, "radii": [0, 0, 0, 0] },
            "visible": visible, "above": above, "opacity": 1,
            "backdrop": [255, 255, 255, 1], "through": [255, 255, 255, 1],
            "occluders": [], "tints": [], "overlays": [],
        }],
    });
    serde_json::from_value(layout).expect("it is a layout")
}

#[test]
fn a_frame_is_seen_in_its_place_once_its_first_page_has_been_painted() {
    with_engine(|engine| {
        let app: AppView = glib::Object::new();
        let stage = Stage::new(&app);
        let window = engine.show(&stage);
        app.load_html("<body style='background: #00c000'>", None);
        let picture = Picture::follow(&window);
        let seen = |x: f64, y: f64| {
            let png = engine.until("the window is painted", || picture.png());
            Screenshot::from_png(&png).at(Point { x, y })
        };
        let is = |x: f64, y: f64, colour: Colour| seen(x, y).is_near(colour, 3);
        engine.until("the app's page is seen", || is(100.0, 100.0, GREEN).then_some(()));

        let session = NetworkSession::new_ephemeral();
        let frame = WebView::builder()
            .web_context(&WebContext::new())
            .network_session(&session)
            .build();
        stage.add_frame((1, FrameId(1)), &frame, None);
        stage.set_layout(1, layout(true, true));
        let is_not_there = || is(100.0, 100.0, GREEN);
        assert!(
            engine.holds_for(Duration::from_millis(500), is_not_there),
            "{:?}",
            seen(100.0, 100.0)
        );

        frame.load_html("<body style='background: #0000ff'>", Some("https://example.org/"));
        engine.until("the frame is seen", || is(100.0, 100.0, BLUE).then_some(()));
        for (x, y, colour) in [
            (51.0, 51.0, BLUE),
            (148.0, 148.0, BLUE),
            (48.0, 100.0, GREEN),
            (100.0, 48.0, GREEN),
            (151.0, 100.0, GREEN),
            (100.0, 151.0, GREEN),
        ] {
            assert!(is(x, y, colour), "{x}, {y} is {:?}, not {colour:?}", seen(x, y));
        }

        // Beneath a page that has no hole there it is not seen, nor hidden.
        stage.set_layout(1, layout(false, true));
        engine.until("the page covers it", || is(100.0, 100.0, GREEN).then_some(()));
        stage.set_layout(1, layout(true, true));
        engine.until("it is seen again", || is(100.0, 100.0, BLUE).then_some(()));
        stage.set_layout(1, layout(true, false));
        engine.until("it is hidden", || is(100.0, 100.0, GREEN).then_some(()));
        stage.set_layout(1, layout(true, true));
        engine.until("it comes back", || is(100.0, 100.0, BLUE).then_some(()));
        stage.forget_document(1);
        engine.until("it goes with its document", || is(100.0, 100.0, GREEN).then_some(()));
    });
}

/// GTK gives what a finger does, as what the pointer does, to the widget that it picks there.
#[test]
fn what_is_touched_is_the_frames_where_that_is_seen() {
    with_engine(|engine| {
        let app: AppView = glib::Object::new();
        let stage = Stage::new(&app);
        let _window = engine.show(&stage);
        app.load_html("<body style='background: #00c000'>", None);
        let session = NetworkSession::new_ephemeral();
        let [first, second] = [1, 2].map(|number| {
            let view = WebView::builder()
                .web_context(&WebContext::new())
                .network_session(&session)
                .build();
            stage.add_frame((1, FrameId(number)), &view, None);
            view
        });
        let frame = |number: u32, at: f32, above: bool| {
            json!({
                "frame": number, "x": at, "y": at, "width": 100, "height": 100, "scale": 1, "zoom": 1,
                "clip": { "x": at, "y": at, "width": 100, "height": 100, "radii": [0, 0, 0, 0] },
                "visible": true, "above": above, "opacity": 1,
                "backdrop": [255, 255, 255, 1], "through": [255, 255, 255, 1],
                "occluders": [[60, 60, 20, 20]],
                "tints": [], "overlays": [],
            })
        };
        let is_at = |x: f64, y: f64, view: &gtk4::Widget| {
            let picked = stage.pick(x, y, gtk4::PickFlags::DEFAULT);
            picked.is_some_and(|picked| picked == *view || picked.is_ancestor(view))
        };
        let [first, second, app]: [&gtk4::Widget; 3] = [first.upcast_ref(), second.upcast_ref(), app.upcast_ref()];
        for above in [true, false] {
            for (order, topmost) in [([1, 2], second), ([2, 1], first)] {
                let places = |number: u32| frame(number, if number == 1 { 50.0 } else { 100.0 }, above);
                let layout = json!({ "frames": order.map(places) });
                stage.set_layout(1, serde_json::from_value(layout).expect("it is a layout"));
                engine.until("the one that is painted last is met first", || {
                    is_at(120.0, 120.0, topmost).then_some(())
                });
                for (x, y, view) in [
                    (52.0, 52.0, first),
                    (198.0, 198.0, second),
                    // The app covers the frame there.
                    (70.0, 70.0, app),
                    (30.0, 30.0, app),
                    (120.0, 60.0, first),
                    (160.0, 60.0, app),
                ] {
                    assert!(is_at(x, y, view), "{x}, {y}, above: {above}");
                }
            }
        }
    });
}
