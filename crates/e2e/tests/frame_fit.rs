//! How a frame and its content fit each other, and whether the app is seen through it.

use insula_e2e::{World, app_with_frames, load};
use insula_testkit::{Colour, Point, Reply, Session, Site};
use serde_json::json;

/// A box of 300 by 120 pixels, and what makes it another size.
fn site() -> Site {
    Site::start(|_| {
        Reply::html(
            "<!doctype html><meta charset=utf-8><style>body { margin: 0 }</style>
             <div id=box style='width: 300px; height: 120px; background: #3366cc'></div>",
        )
    })
}

/// Conforms: autosize, minwidth, maxwidth, minheight, maxheight, sizechanged, allowscaling, allowtransparency, name
#[test]
fn a_frame_fits_its_content_and_shows_the_app_behind_it() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames(
        "<style>body { margin: 0; background: #22cc44 } controlledframe { display: block; width: 200px; height: 200px }</style>
         <controlledframe name=first></controlledframe>",
    ));
    load(&session, &site.url("/"));
    session.eval(
        "globalThis.frame = document.querySelector('controlledframe');
         globalThis.sizes = [];
         frame.onsizechanged = (event) => {
           const { oldWidth, oldHeight, newWidth, newHeight } = event;
           sizes.push([oldWidth, oldHeight, newWidth, newHeight, event.sizeChange.newWidth === newWidth]);
         };
         globalThis.size = () => [frame.offsetWidth, frame.offsetHeight];",
    );
    attributes_are_reflected(&session);
    the_element_gets_the_size_of_its_content(&session, &site);
    content_that_is_too_wide_is_made_smaller(&session);
    the_app_is_seen_through_a_page_without_a_background(&session);
}

fn attributes_are_reflected(session: &Session<'_>) {
    let reflected = session.eval(
        "const names = ['name', 'minwidth', 'maxwidth', 'minheight', 'maxheight'];
         const flags = ['autosize', 'allowscaling', 'allowtransparency', 'allowfullscreen'];
         const other = document.createElement('controlledframe');
         for (const name of names) other[name] = `${name}-value`;
         for (const flag of flags) other[flag] = true;
         const set = [...names, ...flags].map((name) => other.getAttribute(name));
         for (const flag of flags) other[flag] = false;
         return [frame.name, set, flags.filter((flag) => other.hasAttribute(flag))];",
    );
    assert_eq!(
        reflected,
        json!([
            "first",
            [
                "name-value",
                "minwidth-value",
                "maxwidth-value",
                "minheight-value",
                "maxheight-value",
                "",
                "",
                "",
                ""
            ],
            []
        ])
    );
}

fn the_element_gets_the_size_of_its_content(session: &Session<'_>, site: &Site) {
    // Without `autosize` the bounds mean nothing.
    session.eval("Object.assign(frame, { minwidth: '100', maxwidth: '400', minheight: '50', maxheight: '500' })");
    assert_eq!(session.eval("return size()"), json!([200, 200]));
    session.eval("frame.autosize = true");
    session.wait_for("size().join() === '300,120'");
    assert_eq!(session.eval("return sizes"), json!([[200, 200, 300, 120, true]]));
    let resize = |css: &str| {
        session.eval_with(
            "return frame.executeScript({ code: args[0] })",
            &[json!(format!("box.style.cssText += '{css}'; 0"))],
        )
    };
    resize("width: 350px; height: 60px");
    session.wait_for("size().join() === '350,60'");
    // Within the bounds.
    resize("width: 2000px; height: 10px");
    session.wait_for("size().join() === '400,50'");
    session.eval("frame.maxwidth = '500'");
    session.wait_for("size().join() === '500,50'");
    // The next page as well.
    load(session, &site.url("/next"));
    session.wait_for("size().join() === '300,120'");
    session.eval("frame.autosize = false");
    resize("width: 350px");
    assert_eq!(session.eval("return size()"), json!([300, 120]));
    let last = session.eval("return sizes.at(-1)");
    assert_eq!(last, json!([500, 50, 300, 120, true]));
}

fn content_that_is_too_wide_is_made_smaller(session: &Session<'_>) {
    session.eval("frame.style.cssText = 'width: 200px; height: 200px'; frame.allowscaling = true");
    let width = "return frame.executeScript({ code: 'innerWidth' })";
    session.until_true("all of it is seen", || session.eval(width) == 350);
    let rect = session.rect("controlledframe");
    let blue = Colour(0x33, 0x66, 0xcc);
    session.until_true("the box is as wide as the frame", || {
        let seen = session.display.screenshot().bounds_of(blue, 3);
        seen.is_some_and(|seen| (seen.width - rect.width).abs() < 1.5)
    });
    session.eval("frame.style.width = '400px'");
    session.until_true("content that fits is as large as it is", || session.eval(width) == 400);
    session.eval("frame.allowscaling = false; frame.style.width = '200px'");
    session.until_true("without it, it is as large as it is", || session.eval(width) == 200);
}

fn the_app_is_seen_through_a_page_without_a_background(session: &Session<'_>) {
    let rect = session.rect("controlledframe");
    let below = Point {
        x: rect.x + 100.0,
        y: rect.y + 170.0,
    };
    let seen = || session.display.screenshot().at(below);
    session.until_true("a page is white", || seen().is_near(Colour(255, 255, 255), 3));
    session.eval("frame.allowtransparency = true");
    session.until_true("the app is seen", || seen().is_near(Colour(0x22, 0xcc, 0x44), 3));
    session.eval("frame.allowtransparency = false");
    session.until_true("it is not any more", || seen().is_near(Colour(255, 255, 255), 3));
}
