//! `examples/allow-list`: a browser that stays on a list of sites, and each way to leave them.

use insula_e2e::{World, example, in_first_frame};
use insula_testkit::{AppBuilder, Colour, Reply, Session, Site, wait};
use serde_json::{Value, json};
use std::time::Duration;

/// The letter on a tile, and the sign of what is blocked.
const TILE: Colour = Colour(0xde, 0xe7, 0xe1);
const SIGN: Colour = Colour(0xf7, 0xe8, 0xcc);

/// Within which the app tells what it has blocked.
const SHORT: Duration = Duration::from_secs(8);

/// The site that is not on the list. Each of its pages would tell that it ran.
fn closed_site() -> Site {
    Site::start(|_| {
        Reply::html(
            "<!doctype html><title>Closed</title><script>fetch('/ran')</script><body style='background: #ff0000'>",
        )
    })
}

/// The site that is on the list, but for what is below `/private/`.
fn open_site(closed: &str) -> Site {
    let closed = closed.to_owned();
    Site::start(move |request| {
        let page = |body: &str| {
            let body = body.replace("CLOSED", &closed);
            Reply::html(format!(
                "<!doctype html><title>Open</title><body style='margin: 0'>{body}"
            ))
        };
        let wanted = request.target.split_once('?').map_or("", |(_, query)| query);
        match request.path() {
            "/redirect" => Reply::text("")
                .status(302)
                .header("Location", &format!("{closed}from-redirect")),
            "/again" => Reply::text("").status(307).header("Location", "/redirect"),
            "/file" => Reply::text("a file").header("Content-Disposition", "attachment; filename=file.txt"),
            "/offers" => page("<script>onload = () => { location = '/file' }</script>"),
            "/refresh" => page("").header("Refresh", &format!("0; url={closed}")),
            "/meta" => page("<meta http-equiv=refresh content='0; url=CLOSED'>"),
            "/inner" => page(
                "<a id=top target=_top href=CLOSED>top</a><a id=own href=CLOSED>own</a>
                 <script>onmessage = ({ data }) => {
                   if (data === 'script') top.location = 'CLOSED';
                   else document.getElementById(data).click();
                 }</script>",
            ),
            "/page" => page(&format!(
                "<a id=link href=CLOSED style='display: block; height: 100px'>away</a>
                 <a id=kept href=/other style='display: block; height: 100px'>here</a>
                 <form id=form method=post action='{wanted}'><input name=typed value=secret><button>send</button></form>
                 <map name=map><area id=area href=CLOSED shape=default></map>
                 <svg><a id=svg href=CLOSED><text y=20>away</text></a></svg>
                 <iframe id=inner src=/inner></iframe>"
            )),
            "/favicon.ico" => Reply::not_found(),
            _ => page("<p>another page</p>"),
        }
    })
}

/// The app with one tile, which leads to a page of the site.
fn app(open: &Site, first_page: &str, downloads: bool) -> AppBuilder {
    let list = json!({
        "name": "Reading Room", "contact": "Ask at the desk.", "downloads": downloads,
        "sites": [{
            "name": "Open", "about": "It is on the list", "url": open.url(first_page), "allow": [open.url("/*")],
        }],
    });
    example("allow-list", "/sites.json", &list)
}

fn open<'a>(world: &'a World, open: &Site) -> Session<'a> {
    let session = world.open(&app(open, "/start", false));
    session.wait_for("document.body.dataset.view === 'home'");
    session
}

fn show(session: &Session<'_>, url: &str) {
    session.eval_with(
        "const frame = document.querySelector('controlledframe');
         globalThis.shown = new Promise((resolve) => frame.addEventListener('loadstop', resolve, { once: true }));
         document.getElementById('toast').hidden = true;
         frame.src = args[0];
         await shown",
        &[json!(url)],
    );
    session.wait_for("document.body.dataset.view === 'page'");
}

/// What a page does by script, and what the app says then.
const WAYS: [(&str, &str, &str); 23] = [
    ("a link", "link.click()", "A link on OPEN leads to CLOSED."),
    (
        "a link that comes later",
        "document.body.insertAdjacentHTML('beforeend', '<a id=later href=CLOSEDlater>x</a>'); later.click()",
        "A link on OPEN leads to CLOSED.",
    ),
    (
        "a link that changes",
        "kept.href = 'CLOSEDchanged'; kept.click()",
        "A link on OPEN leads to CLOSED.",
    ),
    (
        "a link for another window",
        "link.target = '_blank'; link.click()",
        "A link on OPEN leads to CLOSED.",
    ),
    (
        "a link by a base",
        "document.head.append(Object.assign(document.createElement('base'), { href: 'CLOSED' })); kept.click()",
        "A link on OPEN leads to CLOSED.",
    ),
    ("a part of a picture", "area.click()", "A link on OPEN leads to CLOSED."),
    (
        "a link in a drawing",
        "svg.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, composed: true }))",
        "A link on OPEN leads to CLOSED.",
    ),
    (
        "a link in a shadow",
        "const shadow = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' }); shadow.innerHTML = '<a href=CLOSED>x</a>'; shadow.firstChild.click()",
        "A link on OPEN leads to CLOSED.",
    ),
    (
        "a link in a closed shadow",
        "const shadow = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'closed' }); shadow.innerHTML = '<a href=CLOSED>x</a>'; shadow.firstChild.click()",
        "OPEN wanted to go to CLOSED.",
    ),
    (
        "a link that saves",
        "link.download = 'x'; link.click()",
        "A link on OPEN leads to CLOSED.",
    ),
    ("a script", "location.href = 'CLOSED'", "OPEN wanted to go to CLOSED."),
    (
        "a script in a link",
        "kept.href = 'javascript:void(location = \"CLOSED\")'; kept.click()",
        "OPEN wanted to go to CLOSED.",
    ),
    (
        "a redirect",
        "location.href = '/redirect'",
        "The way from OPEN leads on to CLOSED.",
    ),
    (
        "two redirects",
        "location.href = '/again'",
        "The way from OPEN leads on to CLOSED.",
    ),
    (
        "a page that refreshes",
        "location.href = '/refresh'",
        "OPEN wanted to go to CLOSED.",
    ),
    (
        "markup that refreshes",
        "location.href = '/meta'",
        "OPEN wanted to go to CLOSED.",
    ),
    (
        "a form",
        "form.action = 'CLOSED'; form.requestSubmit()",
        "A form on OPEN would have sent what you typed to CLOSED.",
    ),
    (
        "a form's button",
        "form.querySelector('button').formAction = 'CLOSED'; form.querySelector('button').click()",
        "A form on OPEN would have sent what you typed to CLOSED.",
    ),
    (
        "a form by script",
        "form.action = 'CLOSED'; form.submit()",
        "A form on OPEN would have sent what you typed to CLOSED.",
    ),
    (
        "a form that is redirected",
        "form.action = '/again'; form.submit()",
        "A form on OPEN would have sent what you typed to another site.",
    ),
    ("a window", "open('CLOSED')", "OPEN wanted to open a window of CLOSED."),
    (
        "a window of the site that leads on",
        "open('/redirect')",
        "The way from OPEN leads on to CLOSED.",
    ),
    (
        "another program",
        "location.href = 'mailto:somebody@example.org'",
        "OPEN wanted to open another program (mailto:).",
    ),
];

/// What is done in a frame inside the page.
const INSIDE: [(&str, &str, &str); 7] = [
    (
        "a frame",
        "document.body.append(Object.assign(document.createElement('iframe'), { src: 'CLOSED' }))",
        "toast",
    ),
    ("a frame that is sent on", "inner.src = 'CLOSED'", "toast"),
    ("a frame that is redirected", "inner.src = '/redirect'", "toast"),
    (
        "an object",
        "document.body.append(Object.assign(document.createElement('object'), { data: 'CLOSED', type: 'text/html' }))",
        "toast",
    ),
    ("a link inside", "inner.contentWindow.postMessage('own', '*')", "toast"),
    (
        "a link inside for the whole page",
        "inner.contentWindow.postMessage('top', '*')",
        "blocked",
    ),
    (
        "a script inside for the whole page",
        "inner.contentWindow.postMessage('script', '*')",
        "blocked",
    ),
];

/// Conforms: CF-U6
#[test]
fn each_way_to_leave_the_sites_on_the_list_is_closed_and_told() {
    let world = World::new();
    let closed = closed_site();
    let site = open_site(&closed.url("/"));
    let session = open(&world, &site);
    let hosts = |text: &str| {
        let host = |site: &Site| format!("127.0.0.1:{}", site.port());
        text.replace("OPEN", &host(&site)).replace("CLOSED", &host(&closed))
    };
    let mut problems = Vec::new();
    let becomes = |expected: &str| wait::within(SHORT, || (view(&session) == expected).then_some(())).is_some();
    for (index, (name, script, said)) in (0..).zip(WAYS) {
        show(&session, &site.url(&format!("/page?{index}")));
        act(&session, script, &closed);
        if !becomes("blocked") {
            problems.push(format!("{name}: {}", view(&session)));
            continue;
        }
        let reason = session.eval("return document.getElementById('blocked-reason').textContent");
        let reason = reason.as_str().unwrap_or_default();
        if !reason.contains(&hosts(said)) {
            problems.push(format!("{name}: {reason}"));
        }
        click(&session, "#return");
        let is_back = || becomes("page") && in_first_frame(&session, "document.title") == "Open";
        if !is_back() && !is_back() {
            problems.push(format!("{name}: there is no way back"));
        }
    }
    let inside = hosts("A part of this page comes from CLOSED, and is not shown.");
    for (index, (name, script, told)) in (0..).zip(INSIDE) {
        show(&session, &site.url(&format!("/page?inside-{index}")));
        act(&session, script, &closed);
        let is_told = || match told {
            "toast" => session.eval("return !toast.hidden && toast.textContent") == *inside && view(&session) == "page",
            _ => view(&session) == told,
        };
        if wait::within(SHORT, || is_told().then_some(())).is_none() {
            let toast = session.eval("return toast.textContent");
            problems.push(format!("{name}: {} {toast}", view(&session)));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
    assert_eq!(closed.requests_for("/ran").len(), 0, "no page of another site ran");
}

/// Clicks on something of the app that has come just now, once it is there for the pointer as well.
fn click(session: &Session<'_>, selector: &str) {
    session.display.settled();
    session.click(selector);
}

fn view(session: &Session<'_>) -> Value {
    session.eval("return document.body.dataset.view")
}

/// Has the page do something, once the guard is in it.
fn act(session: &Session<'_>, script: &str, closed: &Site) {
    let script = script.replace("CLOSED", &closed.url("/"));
    session.eval_in_page(&format!("setTimeout(() => {{ {script} }})"), &[]);
}

/// Conforms: CF-U6
#[test]
fn a_visitor_reads_what_is_on_the_list_and_sees_what_is_not() {
    let world = World::new();
    let closed = closed_site();
    let site = open_site(&closed.url("/"));
    let session = open(&world, &site);
    session.click("#tiles button");
    session.until_true("the tile leads to its site", || {
        in_first_frame(&session, "location.pathname") == "/start"
    });
    show(&session, &site.url("/page"));
    let marked = "[...document.querySelectorAll('[data-not-open-here]')].map(({ id }) => id)";
    assert_eq!(in_first_frame(&session, marked), json!(["link", "area", "svg"]));
    assert_eq!(
        in_first_frame(&session, "[getComputedStyle(link).opacity, link.title]"),
        json!(["0.45", format!("127.0.0.1:{} is not open here", closed.port())])
    );
    in_first_frame(&session, "link.href = '/now-here'; kept.href = 'tel:1'; 0");
    assert_eq!(
        in_first_frame(&session, marked),
        json!(["kept", "area", "svg"]),
        "they are looked at when they change"
    );
    in_first_frame(&session, "kept.href = '/other'; link.href = 'http://localhost:1/'; 0");

    // By the pointer: with either button, on what is grey and on what is not.
    let place = session.rect("controlledframe");
    session.display.settled();
    let (grey, plain) = (place.point(100.0, 50.0), place.point(100.0, 150.0));
    session.display.click(grey);
    session.wait_for("document.body.dataset.view === 'blocked'");
    session.display.key("Return");
    session.wait_for("document.body.dataset.view === 'page'");
    session.display.settled();
    session.display.click_to_paste(grey);
    session.wait_for("document.body.dataset.view === 'blocked'");
    click(&session, "#return");
    session.wait_for("document.body.dataset.view === 'page'");
    session.display.settled();
    session.display.click(plain);
    session.until_true("a link of the site is followed", || {
        in_first_frame(&session, "location.pathname") == "/other"
    });
    session.wait_for("!back.disabled");
    session.click("#back");
    session.until_true("and back", || in_first_frame(&session, "location.pathname") == "/page");
    session.click("#home");
    session.wait_for("document.body.dataset.view === 'home'");
    assert!(closed.requests().is_empty());
}

/// Conforms: CF-U6
///
/// Without WebDriver, whose pages download by themselves.
#[test]
fn files_are_kept_from_being_saved_unless_the_list_lets_them() {
    let site = open_site("http://127.0.0.1:1/");
    for downloads in [false, true] {
        let world = World::new();
        let id = world.install(&app(&site, "/offers", downloads));
        let mut running = world.home.start(&world.display, &[&id]);
        world.display.wait_for_focus(&world.app_window());
        let seen = |colour: Colour| world.display.screenshot().bounds_of(colour, 2);
        let tile = wait::until("there is a tile", || seen(TILE));
        world.display.click(tile.centre());
        if downloads {
            // Where to put it.
            world.display.wait_for_dialog();
        } else {
            wait::until_true("it is said that the file is not saved", || seen(SIGN).is_some());
            assert!(world.display.dialog().is_none());
            world.close(&mut running);
        }
    }
}

/// The patterns of the list, against addresses that are made to be mistaken for others.
#[test]
fn a_list_opens_what_it_says_and_nothing_else() {
    let world = World::new();
    let site = open_site("http://127.0.0.1:1/");
    let session = open(&world, &site);
    let is_open = |url: &str, pattern: &str| {
        session.eval_with(
            "return (await import('/sites.js')).isOpen(args[0], [args[1]])",
            &[json!(url), json!(pattern)],
        ) == true
    };
    for (pattern, open, closed) in [
        (
            "https://example.org/*",
            vec![
                "https://example.org/",
                "https://example.org:8443/a?b#c",
                "blob:https://example.org/1",
                "about:blank",
            ],
            vec![
                "http://example.org/",
                "https://example.org.evil.example/",
                "https://evil-example.org/",
                "https://a.example.org/",
                "https://example.org@evil.example/",
                "blob:https://evil.example/1",
                "data:text/html,https://example.org/",
                "javascript:'https://example.org/'",
                "//example.org/",
                "",
            ],
        ),
        (
            "*://*.example.org/books/*",
            vec!["http://example.org/books/", "https://a.b.example.org/books/1?x=/2"],
            vec![
                "https://example.org/",
                "https://example.org/?/books/",
                "https://example.org/books/../",
                "https://badexample.org/books/",
            ],
        ),
        (
            "https://example.org:8443/*",
            vec!["https://example.org:8443/"],
            vec!["https://example.org/"],
        ),
    ] {
        for url in open {
            assert!(is_open(url, pattern), "{pattern} has {url}");
        }
        for url in closed {
            assert!(!is_open(url, pattern), "{pattern} does not have {url}");
        }
    }
    drop(session);
    world.home.succeed(&["uninstall", "Reading Room"]);
    for allow in ["example.org", "https://example.org/*"] {
        let sites = json!([{ "name": "Other", "about": "", "url": "https://other.example/", "allow": [allow] }]);
        let list = json!({ "name": "Reading Room", "contact": "", "downloads": false, "sites": sites });
        let app = example("allow-list", "/sites.json", &list);
        let session = Session::open(&world.home, &world.display, &world.install(&app), None);
        session.wait_for("document.body.dataset.view === 'broken' && document.body.innerText.includes('Other')");
        drop(session);
        world.home.succeed(&["uninstall", "Reading Room"]);
    }
}
