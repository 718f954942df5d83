//! What an app does with a frame beside sending it somewhere: it styles, zooms, pictures and mutes it.

use insula_e2e::{World, app_with_frames, in_frame, load};
use insula_testkit::{Reply, Session, Site};
use serde_json::json;

const TWO: &str = "<controlledframe></controlledframe><controlledframe id=other></controlledframe>";

fn site() -> Site {
    Site::start(|request| match request.path() {
        "/to" => Reply::text("").status(302).header("Location", "/via"),
        "/via" => Reply::text("").status(302).header("Location", "/there"),
        path => Reply::html(format!(
            "<!doctype html><title>{path}</title><body style='margin: 0; background: rgb(0, 128, 0)'>"
        ))
        .header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'",
        ),
    })
}

/// One app serves all of them: each begins with a load of its own.
/// Conforms: insertCSS(), getZoom(), setZoom(), getZoomMode(), setZoomMode(), ZoomMode.per-origin, ZoomMode.per-view, ZoomMode.disabled, zoomchange, captureVisibleRegion(), ImageDetails.format, ImageDetails.quality, isAudioMuted(), setAudioMuted(), loadredirect, loadprogress
#[test]
fn an_app_styles_zooms_pictures_and_mutes_its_frame() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames(TWO));
    a_style_sheet_belongs_to_the_document(&session, &site);
    a_zoom_that_is_set_before_the_first_page_is_that_pages(&session, &site);
    zoom_is_kept_for_the_origin(&session, &site);
    zoom_is_kept_for_the_frame_or_for_nothing(&session, &site);
    pictures_are_those_of_the_frame(&session, &site);
    a_picture_can_be_had_as_soon_as_a_page_is_loaded(&session, &site);
    a_muted_frame_says_so(&session, &site);
    redirects_are_told_one_by_one(&session, &site);
    what_is_wrong_is_refused(&session);
}

fn a_style_sheet_belongs_to_the_document(session: &Session<'_>, site: &Site) {
    let colour = |session| in_frame(session, "getComputedStyle(document.body).color");
    load(session, &site.url("/styled"));
    session.eval("await document.querySelector('controlledframe').insertCSS({ code: 'body { color: rgb(1, 2, 3) }' })");
    session.until_true("the style sheet is there", || colour(session) == "rgb(1, 2, 3)");
    // The page's own style counts more, as it does over another style sheet of the page.
    session.eval("await document.querySelector('controlledframe').insertCSS({ code: 'body { margin: 5px }' })");
    assert_eq!(in_frame(session, "document.body.style.margin"), "0px");
    load(session, &site.url("/next"));
    assert_eq!(colour(session), "rgb(0, 0, 0)", "another document does not have it");
}

fn zoom_is_kept_for_the_origin(session: &Session<'_>, site: &Site) {
    let other = site.url("").replace("127.0.0.1", "localhost");
    load(session, &site.url("/zoomed"));
    let told = session.eval_with(
        "const [here, there] = args;
         const frame = document.querySelector('controlledframe');
         const other = document.querySelector('#other');
         const loaded = (frame) => new Promise((resolve) => frame.addEventListener('loadstop', resolve, { once: true }));
         const load = (frame, url) => { const done = loaded(frame); frame.src = url; return done; };
         const told = [];
         for (const it of [frame, other]) {
           it.onzoomchange = ({ oldZoomFactor, newZoomFactor, zoomChange }) =>
             told.push([it.id, oldZoomFactor, newZoomFactor, zoomChange.newZoomFactor]);
         }
         const width = (frame) => frame.executeScript({ code: 'innerWidth' });
         await load(other, here + '/too');
         const before = await width(frame);
         await frame.setZoom(2);
         const zooms = [await frame.getZoom(), await other.getZoom()];
         await load(frame, there);
         zooms.push(await frame.getZoom());
         await load(frame, here);
         zooms.push(await frame.getZoom());
         const after = await new Promise((resolve) => {
           const look = async () => (await width(frame)) === before / 2 ? resolve('half as wide') : setTimeout(look, 20);
           look();
         });
         await frame.setZoom(1);
         return { told, zooms, after }",
        &[json!(site.url("")), json!(other)],
    );
    assert_eq!(told["zooms"], json!([2, 2, 1, 2]));
    assert_eq!(told["after"], "half as wide");
    assert_eq!(
        told["told"],
        json!([
            ["", 1, 2, 2],
            ["other", 1, 2, 2],
            ["", 2, 1, 1],
            ["", 1, 2, 2],
            ["", 2, 1, 1],
            ["other", 2, 1, 1]
        ])
    );
}

fn a_zoom_that_is_set_before_the_first_page_is_that_pages(session: &Session<'_>, site: &Site) {
    let zoom = session.eval_with(
        "const frame = document.createElement('controlledframe');
         frame.partition = 'early';
         frame.src = args[0];
         document.body.append(frame);
         await frame.setZoom(1.75);
         const zoom = [await frame.getZoom(), await frame.executeScript({ code: 'location.href' })];
         frame.remove();
         return zoom",
        &[json!(site.url("/"))],
    );
    assert_eq!(zoom, json!([1.75, site.url("/")]));
}

fn zoom_is_kept_for_the_frame_or_for_nothing(session: &Session<'_>, site: &Site) {
    load(session, &site.url("/"));
    let kept = session.eval(
        "const frame = document.querySelector('controlledframe');
         const other = document.querySelector('#other');
         const modes = [await frame.getZoomMode()];
         await frame.setZoomMode('per-view');
         await frame.setZoom(1.5);
         const zooms = [await frame.getZoom(), await other.getZoom()];
         await frame.setZoomMode('disabled');
         modes.push(await frame.getZoomMode());
         zooms.push(await frame.getZoom());
         await frame.setZoomMode('per-view');
         await frame.setZoom(1e300);
         zooms.push(await frame.getZoom());
         const width = () => frame.executeScript({ code: 'innerWidth' });
         while ((await width()) !== 80) await new Promise((resolve) => setTimeout(resolve, 20));
         await frame.setZoomMode('disabled');
         const refused = await frame.setZoom(2).catch(({ name }) => name);
         await frame.setZoomMode('per-origin');
         return { modes, zooms, refused }",
    );
    assert_eq!(
        kept,
        json!({ "modes": ["per-origin", "disabled"], "zooms": [1.5, 1, 1, 1e300], "refused": "TypeError" })
    );
}

fn pictures_are_those_of_the_frame(session: &Session<'_>, site: &Site) {
    load(session, &site.url("/pictured"));
    let pictures = session.eval(
        "const frame = document.querySelector('controlledframe');
         const look = async (options) => {
           const url = await frame.captureVisibleRegion(options);
           const image = new Image();
           image.src = url;
           await image.decode();
           const canvas = new OffscreenCanvas(image.width, image.height);
           const context = canvas.getContext('2d');
           context.drawImage(image, 0, 0);
           const [red, green, blue] = context.getImageData(200, 150, 1, 1).data;
           return [url.slice(0, url.indexOf(',')), image.width, image.height, red < 9, Math.abs(green - 128) < 9, blue < 9];
         };
         return [await look(), await look({ format: 'png' }), await look({ format: 'jpeg', quality: 10 })]",
    );
    let (jpeg, png) = ("data:image/jpeg;base64", "data:image/png;base64");
    let picture = |kind| json!([kind, 400, 300, true, true, true]);
    assert_eq!(pictures, json!([picture(jpeg), picture(png), picture(jpeg)]));
}

/// The page is loaded before the app's page has said where the frame lies.
fn a_picture_can_be_had_as_soon_as_a_page_is_loaded(session: &Session<'_>, site: &Site) {
    let picture = session.eval_with(
        "const frame = document.createElement('controlledframe');
         frame.src = args[0];
         document.body.append(frame);
         await new Promise((resolve) => frame.addEventListener('loadcommit', resolve, { once: true }));
         try { return (await frame.captureVisibleRegion()).slice(0, 10) }
         catch ({ message }) { return message }
         finally { frame.remove() }",
        &[json!(site.url("/pictured"))],
    );
    assert_eq!(picture, "data:image");
}

fn a_muted_frame_says_so(session: &Session<'_>, site: &Site) {
    load(session, &site.url("/silent"));
    let muted = session.eval(
        "const frame = document.querySelector('controlledframe');
         const muted = [await frame.isAudioMuted()];
         frame.setAudioMuted(true);
         muted.push(await frame.isAudioMuted());
         frame.setAudioMuted(false);
         muted.push(await frame.isAudioMuted(), await frame.getAudioState());
         return muted",
    );
    assert_eq!(muted, json!([false, true, false, false]));
}

fn redirects_are_told_one_by_one(session: &Session<'_>, site: &Site) {
    session.eval(
        "globalThis.redirects = [];
         globalThis.progresses = [];
         document.querySelector('controlledframe').onloadprogress = ({ progress }) => progresses.push(progress);
         document.querySelector('controlledframe').onloadredirect = ({ oldUrl, newUrl, isTopLevel, loadRedirectInfo }) =>
           redirects.push([oldUrl, newUrl, isTopLevel, loadRedirectInfo.newUrl])",
    );
    load(session, &site.url("/to"));
    let progresses = session.eval("return progresses");
    let last = progresses.as_array().and_then(|all| all.last()?.as_f64());
    assert_eq!(last, Some(1.0), "{progresses}");
    let [to, via, there] = ["/to", "/via", "/there"].map(|path| site.url(path));
    assert_eq!(
        session.eval("return redirects"),
        json!([[to, via, true, via], [via, there, true, there]])
    );
}

fn what_is_wrong_is_refused(session: &Session<'_>) {
    for call in [
        "setZoom(0)",
        "setZoom(NaN)",
        "setZoom()",
        "setZoomMode('per-tab')",
        "captureVisibleRegion({ format: 'gif' })",
        "captureVisibleRegion({ quality: 101 })",
        "insertCSS({})",
    ] {
        let thrown = session.thrown(&format!("await document.querySelector('controlledframe').{call}"), &[]);
        assert!(thrown.starts_with("TypeError"), "{call}: {thrown}");
    }
    for call in [
        "getZoom()",
        "getAudioState()",
        "captureVisibleRegion()",
        "insertCSS({ code: '' })",
        "setAudioMuted(true)",
    ] {
        let thrown = session.thrown(&format!("await new ControlledFrame().{call}"), &[]);
        assert!(thrown.starts_with("TypeError"), "{call} without a frame: {thrown}");
    }
}
