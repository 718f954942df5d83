//! Bundles that other tools make, with responses that a folder does not have: redirects, content codings, odd headers.

use insula_e2e::World;
use insula_testkit::{AppBuilder, Home, Session};
use serde_json::{Value, json};

/// As `wbn --dir` bundles a folder: `/index.html` is a redirect to `./`.
fn bundled_by_wbn() -> AppBuilder {
    AppBuilder::new("Wbn")
        .page("<!doctype html><title>Wbn</title>")
        .redirect("/index.html", "./")
        .redirect("/moved/", "../sub/#part")
        .redirect("/out", "https://localhost/")
        .redirect("/circle", "circle")
        .redirect("/old.js", "/new.js")
        .file("/sub/index.html", "<!doctype html><title>Sub</title><p id=part>sub")
        .file("/new.js", "export default 'new'")
}

/// The path and title of the page; an error while one gives way to another.
fn shown(session: &Session<'_>) -> Option<Value> {
    session
        .try_eval(
            "return [location.href.slice(location.origin.length), document.title]",
            &[],
        )
        .ok()
}

/// Goes to a path and waits until one of the app's pages shows there.
fn arrive(session: &Session<'_>, from: &str, at: &str, title: &str) {
    session.eval_with("setTimeout(() => { location.href = args[0] })", &[json!(from)]);
    session.until_true(&format!("{from} arrives at {at}"), || {
        shown(session) == Some(json!([at, title]))
    });
}

#[test]
fn a_page_that_has_moved_within_the_app_is_shown_under_its_new_url() {
    let world = World::new();
    let session = world.open(&bundled_by_wbn());
    let length = session.eval("return history.length").as_i64().unwrap_or_default();
    arrive(&session, "/sub/", "/sub/", "Sub");
    arrive(&session, "/index.html?query#here", "/#here", "Wbn");
    arrive(&session, "/moved/", "/sub/#part", "Sub");
    assert_eq!(
        session.eval("return history.length"),
        length + 3,
        "no entry leads to a redirect"
    );
    session.eval("setTimeout(() => history.back())");
    session.until_true("back leads to the page before", || {
        shown(&session) == Some(json!(["/#here", "Wbn"]))
    });

    // In a frame inside the page as well.
    let frame = session.eval(
        "const frame = document.createElement('iframe');
         frame.src = '/moved/';
         document.body.append(frame);
         return await new Promise((resolve) => {
             frame.onload = () => frame.contentDocument.title && resolve(frame.contentWindow.location.pathname);
         })",
    );
    assert_eq!(frame, "/sub/");
}

#[test]
fn an_app_may_start_at_a_page_that_has_moved() {
    let world = World::new();
    let app = bundled_by_wbn()
        .manifest("id", json!("/"))
        .manifest("start_url", json!("/index.html"));
    let session = world.open(&app);
    session.until_true("the start page shows", || shown(&session) == Some(json!(["/", "Wbn"])));
}

/// Limit: redirects
#[test]
fn what_is_not_a_page_is_served_from_where_it_has_moved() {
    let world = World::new();
    let session = world.open(&bundled_by_wbn());
    assert_eq!(session.eval("return (await import('/old.js')).default"), "new");
    let fetched = session.eval(
        "const response = await fetch('/index.html');
         return [response.status, (await response.text()).includes('<title>Wbn')]",
    );
    assert_eq!(fetched, json!([200, true]));
    // What leads nowhere says so, and is no empty page.
    for path in ["/out", "/circle"] {
        let answer = session.eval_with(
            "const response = await fetch(args[0]); return [response.status, (await response.text()).length > 0]",
            &[json!(path)],
        );
        assert_eq!(answer, json!([500, true]), "{path}");
    }
    session.eval("setTimeout(() => { location.href = '/out' })");
    session.until_true("the window says what is wrong", || {
        session.try_eval("return document.title", &[]) == Ok(json!("500"))
    });
}

/// `{"coded":true}`, as `gzip` and `deflate`.
const GZIP: &[u8] =
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x4a\xce\x4f\x49\x4d\x51\xb2\x2a\x29\x2a\x4d\xad\x05\
    \x00\xc9\x07\xd4\xf5\x0e\x00\x00\x00";
const DEFLATE: &[u8] = b"\x78\x9c\xab\x56\x4a\xce\x4f\x49\x4d\x51\xb2\x2a\x29\x2a\x4d\xad\x05\x00\x25\x7c\x05\x36";

/// Limit: redirects
#[test]
fn bodies_and_headers_arrive_as_http_says() {
    let world = World::new();
    let app = AppBuilder::new("Headers")
        .file("/gzip.json", GZIP)
        .header("/gzip.json", "content-encoding", "gzip")
        .file("/deflate.json", DEFLATE)
        .header("/deflate.json", "content-encoding", "Deflate")
        .file("/damaged.json", &GZIP[..20])
        .header("/damaged.json", "content-encoding", "gzip")
        .header("/", "x-place", "Caf\u{e9}\u{ff}");
    let session = world.open(&app);
    for path in ["/gzip.json", "/deflate.json"] {
        // A range of what is decoded cannot be known: the whole comes instead.
        for range in [Value::Null, json!("bytes=0-3")] {
            let answer = session.eval_with(
                "const [path, range] = args;
                 const response = await fetch(path, { headers: range ? { Range: range } : {} });
                 return [response.status, await response.json(), response.headers.get('content-length')]",
                &[json!(path), range],
            );
            assert_eq!(answer, json!([200, { "coded": true }, null]), "{path}");
        }
    }
    let damaged = session.thrown("await (await fetch('/damaged.json')).text()", &[]);
    assert!(damaged.starts_with("TypeError"), "{damaged}");
    let place = session.eval("return (await fetch('/')).headers.get('x-place')");
    assert_eq!(
        place, "Caf\u{e9}\u{ff}",
        "each byte is one character, as in the Fetch standard"
    );
}

#[test]
fn every_name_of_a_file_can_be_asked_for() {
    let world = World::new();
    let name = "a ^`|~!$&'()*+,;=@[]{}\"<>\u{e9}";
    let app = AppBuilder::new("Names").file(&format!("/{name}.txt"), "found");
    let fetch = |session: &Session<'_>| {
        session.eval_with("return await (await fetch(`/${args[0]}.txt`)).text()", &[json!(name)])
    };
    assert_eq!(fetch(&world.open(&app)), "found", "packed");
    let home = Home::new();
    let folder = app.write_folder(&home.path("app"));
    let session = Session::open(&home, &world.display, &folder.display().to_string(), None);
    assert_eq!(fetch(&session), "found", "from the folder");
}

#[test]
fn scripts_find_the_style_sheets_that_stand_before_them_applied() {
    let world = World::new();
    // So much that reading it takes the engine a while.
    let rules: String = (0..3000)
        .map(|number| format!(".a{number} .b{number} {{ color: red }}\n"))
        .collect();
    let page = "<!doctype html><title>Styled</title>
        <link rel=stylesheet href=/one.css><link rel=stylesheet href=/two.css>
        <script defer src=/deferred.js></script><script type=module src=/module.js></script>
        <div id=one></div><div id=two></div><div id=imported></div>";
    let measure = "globalThis.measured ??= [];
        measured.push(['one', 'two', 'imported'].map((id) => document.getElementById(id).offsetWidth));";
    let app = AppBuilder::new("Styled")
        .page(page)
        .file("/one.css", format!("#one {{ width: 111px }}\n{rules}"))
        .file(
            "/two.css",
            format!("@import '/imported.css';\n#two {{ width: 222px }}\n{rules}"),
        )
        .file("/imported.css", format!("#imported {{ width: 333px }}\n{rules}"))
        .file("/deferred.js", measure)
        .file(
            "/module.js",
            format!("{measure} document.title = 'result: ' + JSON.stringify(measured)"),
        );
    let id = world.install(&app);
    let right = json!([[111, 222, 333], [111, 222, 333]]);
    // Each start is a cold one.
    for _ in 0..4 {
        assert_eq!(world.result_of(&id), right);
    }
}
