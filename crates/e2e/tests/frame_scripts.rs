//! The app's scripts and style sheets in a frame's documents.

use insula_e2e::{World, app_with_frames, in_frame, load};
use insula_testkit::{AppBuilder, Colour, Reply, Session, Site};
use serde_json::{Value, json};

/// A site whose policy allows nothing, whose pages notice what they are given.
fn site() -> Site {
    Site::start(|request| {
        let (path, inner) = (request.path(), request.path().replace("/page", "/inner"));
        let body = match path {
            path if path.starts_with("/page") => format!(
                "<iframe id=inner src='{inner}'></iframe><iframe id=blank></iframe><iframe id=srcdoc srcdoc='<p>'></iframe>
                 <iframe id=sandboxed sandbox=allow-scripts srcdoc='<p>'></iframe>"
            ),
            _ => String::new(),
        };
        let script = "<script>
              document.documentElement.dataset.page = document.documentElement.dataset.order ?? '';
              addEventListener('securitypolicyviolation', ({ violatedDirective }) => {
                document.documentElement.dataset.violated = violatedDirective;
              });
              if (typeof webkit !== 'undefined') document.documentElement.dataset.webkit = typeof webkit;
            </script>";
        let style = "<style>p { color: rgb(9, 9, 9) }</style>";
        let page = format!("<!doctype html><title>{path}</title>{script}{style}<body><p>text</p>{body}");
        let policy = "script-src 'unsafe-inline'; style-src 'unsafe-inline'; require-trusted-types-for 'script'";
        Reply::html(page)
            .header(
                "Content-Security-Policy",
                &format!("default-src 'none'; frame-src *; {policy}"),
            )
            .header("Content-Security-Policy-Report-Only", policy)
    })
}

/// What the app's page does with its frame, in few words.
const HELPERS: &str = "
    globalThis.frame = () => document.querySelector('controlledframe');
    globalThis.once = (type, it = frame()) =>
      new Promise((resolve) => it.addEventListener(type, resolve, { once: true }));
    globalThis.go = async (url, it = frame()) => { const done = once('loadstop', it); it.src = url; await done };";

fn app() -> AppBuilder {
    app_with_frames("<script src=/helpers.js></script><controlledframe></controlledframe>")
        .file("/helpers.js", HELPERS)
        .file("/scripts/constant.js", "const constant = 'a constant';")
        .file("/scripts/uses.js", "document.documentElement.dataset.used = constant")
        .file("/styles/green.css", "p { background-color: rgb(0, 128, 0) }")
}

/// One app serves all of them: each begins with a load of its own.
/// Conforms: addContentScripts(), removeContentScripts(), ContentScriptDetails.name, ContentScriptDetails.matches, ContentScriptDetails.exclude_matches, ContentScriptDetails.include_globs, ContentScriptDetails.exclude_globs, ContentScriptDetails.urlPatterns, ContentScriptDetails.excludeURLPatterns, ContentScriptDetails.all_frames, ContentScriptDetails.match_about_blank, ContentScriptDetails.run_at, ContentScriptDetails.js, ContentScriptDetails.css, InjectionItems.code, InjectionItems.files, RunAt.document_start, RunAt.document_end, RunAt.document_idle
#[test]
fn content_scripts_are_in_the_pages_that_they_are_for() {
    let world = World::new();
    let site = site();
    let session = world.open(&app());
    they_are_there_before_the_first_page(&session, &site);
    they_come_at_their_moments(&session, &site);
    they_come_from_files_and_replace_and_go(&session, &site);
    they_are_in_frames_and_blank_documents_if_they_say_so(&session, &site);
    they_are_for_the_urls_that_their_patterns_name(&session, &site);
    what_is_wrong_is_refused(&session);
    there_are_as_many_as_there_may_be(&session, &site);
}

fn they_are_there_before_the_first_page(session: &Session<'_>, site: &Site) {
    let found = session.eval_with(
        "const [url] = args;
         const it = document.createElement('controlledframe');
         // Before it is in the document, and without waiting.
         it.addContentScripts([{ name: 'first', urlPatterns: ['*://*:*/*'], runAt: 'document-start',
           js: { code: 'document.documentElement.dataset.order = `first ${typeof page}`' } }]);
         it.addContentScripts([{ name: 'file', matches: ['<all_urls>'], js: { files: ['/scripts/constant.js', '/scripts/uses.js'] } }]);
         it.src = url;
         const loaded = once('loadstop', it);
         document.body.append(it);
         await loaded;
         const { page, used } = await it.executeScript({ code: '({ ...document.documentElement.dataset })', runAt: 'document_idle' });
         // Put back, it has them still.
         it.remove();
         const again = once('loadstop', it);
         document.body.append(it);
         await again;
         const { page: same } = await it.executeScript({ code: '({ ...document.documentElement.dataset })' });
         it.remove();
         return [page, used, same]",
        &[json!(site.url("/first"))],
    );
    assert_eq!(
        found,
        json!(["first undefined", "a constant", "first undefined"]),
        "the first page has them, before its own script"
    );
}

fn they_come_at_their_moments(session: &Session<'_>, site: &Site) {
    let states = session.eval_with(
        "const [url] = args;
         const note = (name) => `(document.documentElement.dataset.order ??= '') + (document.documentElement.dataset.order +=
           ' ${name} ' + document.readyState + ' ' + !!document.querySelector('p'))`;
         await frame().addContentScripts([
           { name: 'idle', urlPatterns: ['*://*:*/*'], js: { code: note('idle') } },
           { name: 'end', urlPatterns: ['*://*:*/*'], runAt: 'document-end', js: { code: note('end') } },
           { name: 'start', matches: ['*://*/*'], run_at: 'document_start', js: { code: note('start') } },
           { name: 'throws', matches: ['*://*/*'], run_at: 'document_start', js: { code: 'null.x' } },
           { name: 'style', matches: ['*://*/*'], css: { code: 'p { border: 3px solid red }' } },
         ]);
         await go(url);
         return frame().executeScript({ runAt: 'document-idle', code: `({ ...document.documentElement.dataset,
           border: getComputedStyle(document.querySelector('p')).borderTopWidth })` })",
        &[json!(site.url("/moments"))],
    );
    assert_eq!(states["page"], " start loading false");
    assert_eq!(states["border"], "3px");
    let order = states["order"].as_str().expect("a text");
    assert!(
        order.starts_with(" start loading false end interactive true idle "),
        "{order}"
    );
}

fn they_come_from_files_and_replace_and_go(session: &Session<'_>, site: &Site) {
    let looks = session.eval_with(
        "const [url] = args;
         const look = () => frame().executeScript({ runAt: 'document_idle', code:
           '[document.documentElement.dataset.which ?? null, getComputedStyle(document.querySelector(`p`)).backgroundColor]' });
         const which = (name, code) => ({ name, urlPatterns: ['http://127.0.0.1:*/*'], js: { code: `document.documentElement.dataset.which = '${code}'` } });
         await frame().removeContentScripts();
         await go(url);
         await frame().addContentScripts([which('one', 'a'), { name: 'green', matches: ['http://127.0.0.1/*'], css: { files: ['/styles/green.css'] } }]);
         const looked = [await look()];
         await go(url);
         looked.push(await look());
         await frame().addContentScripts([which('one', 'b')]);
         await go(url);
         looked.push(await look());
         await frame().removeContentScripts(['one', 'unknown']);
         await go(url);
         looked.push(await look());
         await frame().addContentScripts([which('one', 'c'), which('two', 'd')]);
         await frame().removeContentScripts([]);
         await go(url);
         looked.push(await look());
         return looked",
        &[json!(site.url("/replaced"))],
    );
    let (none, green) = ("rgba(0, 0, 0, 0)", "rgb(0, 128, 0)");
    assert_eq!(
        looks,
        json!([[null, none], ["a", green], ["b", green], [null, green], [null, none]])
    );
}

fn they_are_in_frames_and_blank_documents_if_they_say_so(session: &Session<'_>, site: &Site) {
    let found = session.eval_with(
        "const [url] = args;
         const mark = (name) => ({ name, matches: ['*://127.0.0.1/*'], js: { code: `document.documentElement.dataset.${name} = ''` }, run_at: 'document_start' });
         await frame().addContentScripts([
           mark('top'),
           { ...mark('inside'), all_frames: true },
           { ...mark('blank'), allFrames: true, matchAboutBlank: true },
           { ...mark('inner'), matches: ['*://*/inner*'], all_frames: true, match_about_blank: true },
           { name: 'style', urlPatterns: ['http://*:*/inner*'], allFrames: true, css: { code: 'p { color: rgb(1, 2, 3) }' } },
         ]);
         await go(url);
         const found = await frame().executeScript({ runAt: 'document_idle', code: `
           const found = { '': Object.keys(document.documentElement.dataset) };
           for (const { id, contentDocument } of document.querySelectorAll('iframe')) {
             found[id] = contentDocument && Object.keys(contentDocument.documentElement.dataset);
           }
           const inner = document.querySelector('#inner').contentWindow;
           found.colours = [getComputedStyle(document.querySelector('p')).color, inner.getComputedStyle(inner.document.querySelector('p')).color];
           found` });
         await frame().removeContentScripts();
         return found",
        &[json!(site.url("/page"))],
    );
    assert_eq!(
        found,
        json!({
            "": ["top", "inside", "blank", "page"],
            "inner": ["inside", "blank", "inner", "page"],
            "blank": ["blank"],
            "srcdoc": ["blank"],
            // Of other rights: the page cannot look into it.
            "sandboxed": null,
            "colours": ["rgb(9, 9, 9)", "rgb(1, 2, 3)"],
        })
    );
}

fn they_are_for_the_urls_that_their_patterns_name(session: &Session<'_>, site: &Site) {
    let url = site.url("");
    let port = url.rsplit(':').next().expect("it has a port");
    let mut details = Vec::new();
    let mut expected = Vec::new();
    for (is_for, selection) in [
        (true, json!({ "matches": ["<all_urls>"] })),
        (true, json!({ "matches": [format!("http://127.0.0.1:{port}/*")] })),
        (true, json!({ "matches": ["http://127.0.0.1:*/a?b=*"] })),
        (
            true,
            json!({ "matches": ["https://other.example/*", "http://127.0.0.1/a*"] }),
        ),
        (false, json!({ "matches": ["http://127.0.0.1:1/*"] })),
        (false, json!({ "matches": ["https://127.0.0.1/*"] })),
        (false, json!({ "matches": ["*://127.0.0.1/a"] })),
        (false, json!({ "matches": ["*://*/a?b=d"] })),
        (
            false,
            json!({ "matches": ["*://*/*"], "exclude_matches": ["*://*/a?*"] }),
        ),
        (true, json!({ "matches": ["*://*/*"], "exclude_matches": ["*://*/a"] })),
        (
            true,
            json!({ "matches": ["*://*/*"], "include_globs": ["*nothing*", "http*?b=c"] }),
        ),
        (false, json!({ "matches": ["*://*/*"], "include_globs": ["*?b"] })),
        (false, json!({ "matches": ["*://*/*"], "exclude_globs": ["*b=?"] })),
        (true, json!({ "matches": ["*://*/*"], "exclude_globs": ["*b=??"] })),
        (
            true,
            json!({ "urlPatterns": [format!("http://127.0.0.1:{port}/a?b=c")] }),
        ),
        (true, json!({ "urlPatterns": [{ "search": "b=:value" }] })),
        (
            true,
            json!({ "urlPatterns": ["https://*/*", "http://*:*/:name(a|b)\\?*"] }),
        ),
        (false, json!({ "urlPatterns": ["http://127.0.0.1/a?b=c"] })),
        (
            false,
            json!({ "urlPatterns": ["http://*:*/*"], "excludeURLPatterns": [{ "pathname": "/a" }] }),
        ),
        (
            true,
            json!({ "matches": ["https://*/*"], "urlPatterns": ["http://*:*/*"] }),
        ),
    ] {
        let number = details.len();
        let code = format!("(globalThis.found ??= []).push({number})");
        let mut script = selection;
        script["name"] = json!(number.to_string());
        script["js"] = json!({ "code": code });
        details.push(script);
        if is_for {
            expected.push(number);
        }
    }
    let found = session.eval_with(
        "const [url, details] = args;
         await frame().addContentScripts(details);
         await go(url);
         const found = await frame().executeScript({ runAt: 'document_idle', code: 'globalThis.found' });
         await frame().removeContentScripts(null);
         return found",
        &[json!(site.url("/a?b=c")), json!(details)],
    );
    assert_eq!(found, json!(expected), "{details:#?}");
}

fn what_is_wrong_is_refused(session: &Session<'_>) {
    for list in [
        "",
        "null",
        "'text'",
        "[]",
        "[{}]",
        "[{ name: 'a', js: { code: '' } }]",
        "[{ name: 'a', urlPatterns: [], js: { code: '' } }]",
        "[{ name: 'a', urlPatterns: ['/relative'], js: { code: '' } }]",
        "[{ name: 'a', urlPatterns: ['https://a/('], js: { code: '' } }]",
        "[{ name: 'a', matches: ['*'], js: { code: '' } }]",
        "[{ name: 'a', matches: ['http://*a/*'], js: { code: '' } }]",
        "[{ name: 'a', matches: ['http://a'], js: { code: '' } }]",
        "[{ name: 'a', matches: ['http://a:99999/'], js: { code: '' } }]",
        "[{ name: 'a', matches: ['<all_urls>'] }]",
        "[{ name: 'a', matches: ['<all_urls>'], js: { files: [] } }]",
        "[{ name: 'a', matches: ['<all_urls>'], js: { code: '', files: ['/a.js'] } }]",
        "[{ name: 'a', matches: ['<all_urls>'], js: { files: ['/no-such-file.js'] } }]",
        "[{ name: 'a', matches: ['<all_urls>'], js: { files: ['https://example.org/a.js'] } }]",
        "[{ name: 'a', matches: ['<all_urls>'], js: { code: '' }, run_at: 'document_later' }]",
        "[{ name: 'a', matches: ['<all_urls>'], js: { code: '' } }, { name: 'a', matches: ['<all_urls>'], js: { code: '' } }]",
    ] {
        let thrown = session.thrown(&format!("await frame().addContentScripts({list})"), &[]);
        assert!(thrown.starts_with("TypeError"), "{list}: {thrown}");
    }
    let thrown = session.thrown("await frame().removeContentScripts('names')", &[]);
    assert!(thrown.starts_with("TypeError"), "{thrown}");
    let thrown = session.thrown(
        "await frame().addContentScripts([{ get name() { throw new RangeError('no') } }])",
        &[],
    );
    assert!(thrown.starts_with("RangeError"), "{thrown}");
}

fn there_are_as_many_as_there_may_be(session: &Session<'_>, site: &Site) {
    let found = session.eval_with(
        "const [url] = args;
         const script = (name, code) => ({ name, matches: ['<all_urls>'], js: { code } });
         const many = Array.from({ length: 10_000 }, (_, i) => script(`${i}`, 'globalThis.count = (globalThis.count ?? 0) + 1'));
         await frame().addContentScripts(many);
         const refused = [];
         const refusal = (promise) => promise.then(() => refused.push('taken'), ({ name }) => refused.push(name));
         await refusal(frame().addContentScripts([script('more', '')]));
         await go(url);
         const count = await frame().executeScript({ runAt: 'document_idle', code: 'globalThis.count' });
         await frame().removeContentScripts();
         await refusal(frame().addContentScripts([script('long', `globalThis.long = '${'x'.repeat(10_000_000)}'.length`)]));
         await refusal(frame().addContentScripts([script('longer', 'x'.repeat(10_000_000))]));
         await go(url);
         const long = await frame().executeScript({ runAt: 'document_idle', code: 'globalThis.long' });
         await frame().removeContentScripts();
         return { refused, count, long }",
        &[json!(site.url("/many"))],
    );
    assert_eq!(
        found,
        json!({
            "refused": ["QuotaExceededError", "taken", "QuotaExceededError"],
            "count": 10_000,
            "long": 10_000_000,
        })
    );
}

/// A blue page that tries what takes a gesture whenever it is told to, and notes when it is clicked on.
const TRIES: &str = "<!doctype html><title>tries</title>
    <body style='margin: 0; height: 100vh; background: rgb(0, 0, 255)'><script>
    const tried = [];
    const note = (...results) => {
      tried.push([navigator.userActivation.isActive, navigator.userActivation.hasBeenActive, ...results]);
      document.documentElement.dataset.tried = JSON.stringify(tried);
    };
    const attempt = async () => {
      const filled = await document.documentElement.requestFullscreen().then(() => true, () => false);
      note(filled);
    };
    addEventListener('told', attempt);
    addEventListener('click', () => note());
    attempt();
    </script>";

/// Conforms: executeScript()
#[test]
fn an_apps_script_is_no_gesture_of_the_user_and_a_click_is() {
    let world = World::new();
    let site = Site::start(|_| Reply::html(TRIES));
    let session = world.open(&app());
    session.eval_with(
        "await frame().addContentScripts([{ name: 'tells', matches: ['<all_urls>'], js: { code: `dispatchEvent(new Event('told'))` } }]);
         await go(args[0])",
        &[json!(site.url("/"))],
    );
    in_frame(&session, "dispatchEvent(new Event('told'))");
    let tried = |count: usize| {
        session.until("the page has tried", || {
            let tried = in_frame(&session, "document.documentElement.dataset.tried ?? '[]'");
            let tried: Value = serde_json::from_str(tried.as_str()?).ok()?;
            (tried.as_array()?.len() >= count).then_some(tried)
        })
    };
    let nothing = json!([false, false, false]);
    assert_eq!(tried(3), json!([nothing, nothing, nothing]));
    session.wait_for_colour(session.rect("controlledframe").inset(5.0), Colour(0, 0, 255));
    session.click("controlledframe");
    assert_eq!(tried(4)[3], json!([true, true]));
}

/// Conforms: insertCSS()
#[test]
fn scripts_and_style_sheets_under_way_are_bounded() {
    let world = World::new();
    let site = site();
    let session = world.open(&app());
    load(&session, &site.url("/"));
    let refused = session.eval_with(
        "const names = async (promises) => {
           const counts = {};
           for (const { status, reason } of await Promise.allSettled(promises)) {
             const name = status === 'fulfilled' ? status : reason.name;
             counts[name] = (counts[name] ?? 0) + 1;
           }
           return counts;
         };
         const sheets = await names(Array.from({ length: 1_100 }, () => frame().insertCSS({ code: 'b { color: red }' })));
         const waiting = names(Array.from({ length: 10_010 }, () => frame().executeScript({ code: 'new Promise(() => {})' })));
         // What they wait for never comes; another page does.
         await frame().executeScript({ code: '1' }).catch(() => {});
         await go(args[0]);
         const scripts = await waiting;
         const code = `'${'x'.repeat(10_000_000)}'.length`;
         const long = await frame().executeScript({ code });
         const tooLong = await names(Array.from({ length: 7 }, () => frame().executeScript({ code })));
         return { sheets, scripts, long, tooLong }",
        &[json!(site.url("/other"))],
    );
    assert_eq!(
        refused,
        json!({
            "sheets": { "fulfilled": 1_000, "QuotaExceededError": 100 },
            "scripts": { "OperationError": 10_000, "QuotaExceededError": 10 },
            "long": 10_000_000,
            "tooLong": { "fulfilled": 6, "QuotaExceededError": 1 },
        })
    );
    load(&session, &site.url("/next"));
    session.eval("await frame().insertCSS({ code: 'p { color: rgb(4, 5, 6) !important }', allFrames: true })");
    session.until_true("the next document has room for style sheets", || {
        in_frame(&session, "getComputedStyle(document.querySelector('p')).color") == "rgb(4, 5, 6)"
    });
}

#[test]
fn scripts_run_in_the_documents_that_are_gone_back_to() {
    let world = World::new();
    let site = site();
    let session = world.open(&app());
    load(&session, &site.url("/one"));
    in_frame(&session, "globalThis.kept = 1");
    load(&session, &site.url("/two"));
    session.eval("await frame().back()");
    // A script that is under way goes with the page that is left.
    session.until_true("the page of before is there", || {
        session.eval("return inFrame('location.pathname').catch(() => '')") == "/one"
    });
    assert_eq!(in_frame(&session, "globalThis.kept"), 1);
    in_frame(
        &session,
        "document.open(); document.write('<p>written'); document.close()",
    );
    assert_eq!(in_frame(&session, "document.querySelector('p').textContent"), "written");
}

/// Conforms: compatibility, InjectDetails.allFrames, InjectDetails.matchAboutBlank, InjectDetails.runAt
#[test]
fn an_app_that_was_made_for_chromium_gets_chromiums_answers() {
    let world = World::new();
    let site = site();
    let app = app().manifest("controlled_frame", json!({ "compatibility": "chromium" }));
    let id = world.install(&app);
    let any_port = "await frame().addContentScripts([{
           name: 'port', urlPatterns: ['http://127.0.0.1/*'], js: { code: 'document.documentElement.dataset.port = 1' } }]);
         await go(args[0]);
         return [await frame().executeScript({ code: 'document.documentElement.dataset.port ?? 0', runAt: 'document_idle' })].flat()";
    let ask = "const [url] = args;
         const run = (code, more) => frame().executeScript({ code, ...more });
         const empty = new ControlledFrame();
         const before = [frame().reload(), frame().stop(), frame().setAudioMuted(true), await empty.canGoBack(), empty.canGoBack() instanceof Promise];
         await go(url);
         const said = new Promise((resolve) => frame().addEventListener('consolemessage', resolve, { once: true }));
         const thrown = await run(`throw new RangeError('too far')`);
         const found = { before, thrown, said: [(await said).message, (await said).level],
           values: [await run('1 + 1'), await run('Promise.resolve(1)'), await run('null.x'), await run('('),
             await run('[undefined, () => 1, document.body, new Date()]'), await run('({ a: undefined, b: NaN, c: [1n] })')],
           bytes: (await run('new Uint8Array([7])'))[0] instanceof ArrayBuffer,
           frames: (await run('location.pathname', { allFrames: true })).sort() };
         const loaded = new Promise((resolve) => frame().addEventListener('loadstop', resolve, { once: true }));
         found.after = [frame().setAudioMuted(false), frame().stop(), frame().reload()];
         await loaded;
         const members = ['executeScript', 'getZoom', 'canGoBack'].map((name) => [frame(), name, {}]);
         members.push([frame().contextMenus, 'create', { id: 'a', title: 'a' }]);
         found.callbacks = members.map(([object, name, argument]) => {
           try { return typeof object[name](argument, () => {}); } catch (error) { return error.message; }
         });
         let zooms = 0;
         frame().onzoomchange = () => zooms++;
         for (const factor of [1.5, 1.5, 1]) await frame().setZoom(factor);
         found.zooms = zooms;
         const later = document.createElement('controlledframe');
         const waiting = [later.setZoom(1.25), later.executeScript({ code: 'location.pathname' })];
         later.src = url;
         document.body.append(later);
         found.later = [(await Promise.all(waiting))[1], await later.getZoom()];
         later.remove();
         found.lengths = [frame().setZoom.length, frame().setZoom.name, 'prototype' in frame().setZoom];
         return found;";
    {
        let session = Session::open(&world.home, &world.display, &id, None);
        let refused = "Callback form deprecated, see API doc for correct usage.";
        let found = session.eval_with(ask, &[json!(site.url("/page"))]);
        assert_eq!(
            found,
            json!({
                "before": [false, false, false, false, true],
                "after": [true, true, true],
                "callbacks": [refused, refused, "object", refused],
                "zooms": 3,
                "later": [["/page"], 1.25],
                "lengths": [1, "setZoom", false],
                "thrown": [null],
                "said": ["Uncaught RangeError: too far", 2],
                "values": [[2], [{}], [null], [null], [[null, null, {}, {}]], [{ "c": [null] }]],
                "bytes": true,
                "frames": ["/inner", "/page", "blank", "srcdoc", "srcdoc"],
            })
        );
        assert_eq!(session.eval_with(any_port, &[json!(site.url("/page"))]), json!(["1"]));
        // One that goes has no place any more, and keeps nobody waiting.
        let left = session.eval_with(
            "await go(args[0]);
             const run = (code) => frame().executeScript({ code, allFrames: true });
             await run(`document.querySelectorAll('iframe').forEach((it) => it.remove())`);
             return run('location.pathname')",
            &[json!(site.url("/page"))],
        );
        assert_eq!(left, json!(["/page"]));
    }
    let file = app.write_bundle(&world.home.path("bundles"));
    world
        .home
        .succeed(&["install", "--compatibility", "none", &file.display().to_string()]);
    let session = Session::open(&world.home, &world.display, &id, None);
    session.eval_with("await go(args[0])", &[json!(site.url("/page"))]);
    assert_eq!(in_frame(&session, "Promise.resolve(1)"), 1);
    assert_eq!(session.eval("return frame().canGoBack()"), false);
    assert_eq!(session.eval_with(any_port, &[json!(site.url("/page"))]), json!([0]));
    let everywhere = session.eval(
        "const run = (code, more) => frame().executeScript({ code, ...more });
         const code = 'document.documentElement.dataset.ran = location.pathname';
         const own = await run(code, { allFrames: true, runAt: 'document-end' });
         await run(code + ' + 2', { allFrames: true, matchAboutBlank: true });
         return [own, await run(`[...document.querySelectorAll('iframe')].map((it) => it.contentDocument?.documentElement.dataset.ran)`)]",
    );
    assert_eq!(everywhere, json!(["/page", ["/inner2", "blank2", "srcdoc2", null]]));
}
