//! The menu of a frame's content, with the app's items in it.

use insula_e2e::{World, app_with_frames, in_frame, load};
use insula_testkit::{Colour, Rect, Reply, Session, Site, wait};
use serde_json::{Value, json};

/// A page with something for each context, 40 pixels high each.
const PAGE: &str = r#"<!doctype html><meta charset=utf-8><title>Menus</title>
<style>
  body { margin: 0; font: 16px sans-serif }
  body > * { display: block; height: 40px; width: 300px; border: 0; padding: 0; margin: 0; box-sizing: border-box }
</style>
<p id=text>some plain text here</p>
<a href="/target?x" id=link>a link</a>
<input id=input value="written text">
<img src="/image" alt="an image">
<video src="/video"></video>
<audio controls src="/audio"></audio>
<iframe src="/inside"></iframe>
"#;

const OWN_MENU: &str =
    "<script>let opened = 0; oncontextmenu = () => { document.title = ++opened; return false }</script>";

const GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\xff\xff\xff!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

fn site() -> Site {
    Site::start(|request| match request.path() {
        "/inside" => Reply::html("<!doctype html><body style='margin: 0; background: #eee'><p>inside"),
        "/image" => Reply::of("image/gif", GIF),
        "/video" | "/audio" => Reply::not_found(),
        "/own-menu" => Reply::html(format!("{PAGE}{OWN_MENU}")),
        _ => Reply::html(PAGE),
    })
}

/// Makes one item for all places, and notes what is told.
const ITEM: &str = "
  const { contextMenus } = document.querySelector('controlledframe');
  globalThis.told = [];
  globalThis.shown = 0;
  globalThis.chosen = 0;
  contextMenus.onshow = () => { shown += 1 };
  contextMenus.addEventListener('click', (event) => {
    const data = {};
    for (const name in event) if (Object.hasOwn(event, name) && name !== 'isTrusted') data[name] = event[name];
    told.push(data);
  });
  await contextMenus.removeAll();
  await contextMenus.create({ id: 'it', title: 'Look up “%s”', contexts: ['all'] });";

/// Chooses the first of the app's items in the menu that is open. It lies in the last one of the menu, which is above where
/// the keyboard is.
fn choose(session: &Session<'_>) -> Value {
    choose_by(session, &["Up"])
}

/// The same; these keys lead to the app's own menu.
fn choose_by(session: &Session<'_>, keys: &[&str]) -> Value {
    wait::until_true("the menu opens", || session.eval("return shown > chosen") == true);
    session.display.settled();
    for key in [keys, &["Return", "Down", "Return"]].concat() {
        session.display.key(key);
        session.display.settled();
    }
    let is_told = || (session.eval("return told.length") == 1).then_some(());
    if wait::within(wait::LONG, is_told).is_none() {
        let picture = insula_testkit::session::save_failure(&session.display.screenshot());
        panic!("the app was not told what was chosen: {picture}");
    }
    session.eval("chosen = shown; return told.pop()")
}

/// Conforms: contextMenus, contextMenus.create(), contextMenus.removeAll(), contextMenus.show, contextMenus.click, ContextMenusProperties.context, ContextMenusProperties.title, ContextMenusCreateProperties.id, ContextType.all, OnClickData.editable, OnClickData.frameId, OnClickData.frameUrl, OnClickData.linkUrl, OnClickData.mediaType, OnClickData.menuItemId, OnClickData.pageUrl, OnClickData.selectionText, OnClickData.srcUrl
/// Limit: menu-keyboard
#[test]
fn an_item_is_told_where_its_menu_was_opened() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/"));
    session.eval(ITEM);
    let frame = session.rect("controlledframe");
    let page = json!({
        "menuItem": { "id": "it" }, "menuItemId": "it", "editable": false, "frameId": 0,
        "pageURL": site.url("/"), "pageUrl": site.url("/")
    });
    let with = |more: Value| {
        let mut data = page.clone();
        for (name, value) in more.as_object().expect("an object") {
            data[name] = value.clone();
        }
        data
    };
    let link = site.url("/target?x");
    let media = |kind: &str, path: &str| {
        let url = site.url(path);
        with(json!({ "mediaType": kind, "srcURL": url, "srcUrl": url }))
    };
    let inside = site.url("/inside");
    for (y, expected) in [
        (20.0, page.clone()),
        (60.0, with(json!({ "linkURL": link, "linkUrl": link }))),
        (100.0, with(json!({ "editable": true }))),
        (140.0, media("image", "/image")),
        (180.0, media("video", "/video")),
        (220.0, media("audio", "/audio")),
        (
            260.0,
            with(json!({ "frameId": 1, "frameURL": inside, "frameUrl": inside })),
        ),
    ] {
        world.display.click_for_menu(frame.point(20.0, y));
        assert_eq!(choose(&session), expected, "at {y}");
    }
    // What is selected, in the page and in a field, but never in one for a password.
    in_frame(
        &session,
        "getSelection().selectAllChildren(document.querySelector('#text'))",
    );
    world.display.click_for_menu(frame.point(20.0, 10.0));
    assert_eq!(choose(&session)["selectionText"], "some plain text here");
    in_frame(&session, "document.querySelector('#input').select()");
    world.display.click_for_menu(frame.point(20.0, 100.0));
    assert_eq!(choose(&session)["selectionText"], "written text");
    in_frame(
        &session,
        "const field = document.querySelector('#input'); field.type = 'password'; field.select()",
    );
    world.display.click_for_menu(frame.point(20.0, 100.0));
    assert_eq!(choose(&session)["selectionText"], Value::Null);
    assert_eq!(session.eval("return shown"), 10);
    // The pointer is not to lie where a menu will be.
    world.display.move_to(frame.point(390.0, 290.0));
    the_keyboard_opens_it_where_it_is(&session, &link);
    a_page_that_cancels_the_event_has_no_menu(&session, &site, frame);
}

fn the_keyboard_opens_it_where_it_is(session: &Session<'_>, link: &str) {
    let focus = |what: &str| {
        in_frame(
            session,
            &format!("getSelection().empty(); document.querySelector('{what}').focus()"),
        )
    };
    for key in ["Menu", "shift+F10"] {
        focus("#link");
        session.display.key(key);
        let data = choose_by(session, &["Down"]);
        assert_eq!(
            (&data["linkURL"], &data["editable"]),
            (&json!(link), &json!(false)),
            "{key}"
        );
        focus("#input");
        session.display.key(key);
        let data = choose_by(session, &["Down", "Down"]);
        assert_eq!(
            (&data["linkURL"], &data["editable"]),
            (&Value::Null, &json!(true)),
            "{key}"
        );
    }
    assert_eq!(session.eval("return shown"), 14);
    // The engine's own is not there as well: the field is left as it was.
    assert_eq!(
        in_frame(session, "document.querySelector('#input').value"),
        "written text"
    );
}

fn a_page_that_cancels_the_event_has_no_menu(session: &Session<'_>, site: &Site, frame: Rect) {
    load(session, &site.url("/own-menu"));
    session.display.click_for_menu(frame.point(20.0, 60.0));
    session.until_true("the page's own menu is open", || {
        in_frame(session, "document.title") == "1"
    });
    in_frame(session, "document.querySelector('#link').focus()");
    session.display.key("Menu");
    session.until_true("it is open again", || in_frame(session, "document.title") == "2");
    session.display.settled();
    assert_eq!(session.eval("return [shown, told.length]"), json!([14, 0]));
}

/// Where the app's own menu lies once it is open, a row 30 pixels high for each item, and a title above.
fn open_own_menu(session: &Session<'_>, frame: Rect) {
    session.display.click_for_menu(frame.point(20.0, 20.0));
    session.display.settled();
    session.display.key("Up");
    session.display.settled();
    session.display.key("Return");
    session.display.settled();
}

/// Conforms: contextMenus.update(), contextMenus.remove(), ContextMenusProperties.checked, ContextMenusProperties.enabled, ContextMenusProperties.parentId, ContextMenusProperties.type, ContextMenusProperties.onclick, ContextMenusProperties.documentUrlPatterns, ItemType.normal, ItemType.checkbox, ItemType.radio, ItemType.separator, OnClickData.checked, OnClickData.wasChecked, OnClickData.parentMenuId
#[test]
fn items_are_of_all_kinds_and_look_like_it() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/"));
    session.eval(ITEM);
    session.eval(
        "const { contextMenus } = document.querySelector('controlledframe');
         await contextMenus.removeAll();
         contextMenus.create({ id: 'gone', title: 'Gone' }, () => {});
         contextMenus.create({ id: 'elsewhere', title: 'Elsewhere', documentUrlPatterns: 'https://a.example/*' }, () => {});
         contextMenus.create({ id: 'off', title: 'Off', enabled: false }, () => {});
         contextMenus.create({ id: 'check', type: 'checkbox', title: 'Check', checked: true, onclick: (data) => { globalThis.data = data } });
         contextMenus.create({ type: 'separator' });
         contextMenus.create({ id: 'one', type: 'radio', title: 'One' }, () => {});
         contextMenus.create({ id: 'two', type: 'radio', title: 'Two' }, () => {});
         contextMenus.create({ id: 'parent', title: 'Parent' }, () => {});
         contextMenus.create({ id: 'child', title: 'Child', parentId: 'parent' }, () => {});
         await contextMenus.remove('gone');
         await contextMenus.update('child', { title: 'A child' })",
    );
    let frame = session.rect("controlledframe");
    let told = |keys: &[&str]| {
        open_own_menu(&session, frame);
        for key in keys {
            session.display.key(key);
            session.display.settled();
        }
        wait::until_true("the app is told", || session.eval("return told.length") == 1);
        session.eval("const { menuItemId, checked, wasChecked, parentMenuId } = told.pop(); return [menuItemId, checked, wasChecked, parentMenuId]")
    };
    // The first that can be chosen, since nothing else is there and the next is off.
    assert_eq!(told(&["Down", "Return"]), json!(["check", false, true, null]));
    assert_eq!(session.eval("return data.menuItemId"), "check");
    assert_eq!(told(&["Down", "Return"]), json!(["check", true, false, null]));
    assert_eq!(
        told(&["Down", "Down", "Down", "Return"]),
        json!(["two", true, false, null])
    );
    assert_eq!(told(&["Down", "Down", "Return"]), json!(["one", true, false, null]));
    let child = ["Down", "Down", "Down", "Down", "Return", "Down", "Return"];
    assert_eq!(told(&child), json!(["child", null, null, "parent"]));
    // A tick before one, and of the two others a dot in the circle that is checked.
    open_own_menu(&session, frame);
    let picture = session.display.settled();
    let ink = |row: f64| {
        let sign = Rect {
            x: frame.x + 34.0,
            y: frame.y + row - 8.0,
            width: 16.0,
            height: 16.0,
        };
        picture.mean(sign) != Colour(255, 255, 255)
    };
    let rows = [103.0, 146.0, 176.0].map(ink);
    if rows != [true; 3] {
        panic!(
            "the signs before the items: {rows:?}, {}",
            insula_testkit::session::save_failure(&picture)
        );
    }
}
