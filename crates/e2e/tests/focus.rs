//! The keyboard, on its way between the app's page, the app's own iframes and its frames.

use insula_e2e::{World, app_with_frames, in_frame, load, plain_site};
use insula_testkit::Session;

const APP: &str = "<controlledframe></controlledframe>\
                   <iframe src=/inner.html></iframe>\
                   <input id=after>";

/// Opens an app whose frame shows a page that notes the keys it gets in its title.
fn open(world: &World) -> Session<'_> {
    let app = app_with_frames(APP).file("/inner.html", "<!doctype html><title>Inner</title><input>");
    let session = world.open(&app);
    let site = plain_site(
        "#3366cc",
        "<script>document.title = ''; onkeypress = ({ key }) => document.title += key</script>",
    );
    load(&session, &site.url("/"));
    session
}

fn click_into_the_iframe(session: &Session<'_>) {
    session.display.click(session.rect("iframe").point(30.0, 20.0));
    session.wait_for("document.activeElement.contentDocument?.activeElement.localName === 'input'");
}

fn type_into_the_frame(session: &Session<'_>, key: &str, expected: &str) {
    session.wait_for("document.activeElement.localName === 'controlledframe'");
    session.until_true("the frame's page has the keyboard", || {
        in_frame(session, "document.hasFocus()") == true
    });
    session.display.type_text(key);
    session.until_true("the key arrives in it", || {
        in_frame(session, "document.title") == expected
    });
}

#[test]
fn the_keyboard_goes_from_an_iframe_of_the_app_into_a_frame() {
    let world = World::new();
    let session = open(&world);

    click_into_the_iframe(&session);
    session.eval("document.querySelector('controlledframe').focus()");
    type_into_the_frame(&session, "a", "a");

    click_into_the_iframe(&session);
    session.display.key("shift+Tab");
    type_into_the_frame(&session, "b", "ab");

    session.click("#after");
    for _ in 0..2 {
        session.display.key("shift+Tab");
        session.display.settled();
    }
    type_into_the_frame(&session, "c", "abc");

    // The engine tells the frame's element that it has the focus again, which nobody wants here.
    session.display.click(session.rect("#after").point(300.0, 5.0));
    session.wait_for("document.hasFocus()");
    session.click("#after");
    session.display.type_text("d");
    session.wait_for("after.value === 'd'");
    assert_eq!(in_frame(&session, "document.title"), "abc");
}
