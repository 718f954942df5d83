//! What pages in frames say: to their console, in dialogs, and when they close themselves.

use insula_e2e::{World, app_with_frames};
use insula_testkit::{Colour, Reply, Site, wait};
use serde_json::{Value, json};

/// Loads a page of which the script is given, and answers what the app's script comes to then.
fn result(world: &World, seed: u8, page: &str, then: &str) -> Value {
    let page = page.to_owned();
    let site = Site::start(move |request| match request.path() {
        "/page" => Reply::html(format!("<!doctype html>\n<title>page</title>\n<body>{page}")),
        _ => Reply::html("<!doctype html><title>next</title>"),
    });
    let script = format!(
        "const frame = document.querySelector('controlledframe');
         const happens = (type) => new Promise((resolve) => frame.addEventListener(type, resolve, {{ once: true }}));
         const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
         const site = {};
         const said = [];
         frame.onconsolemessage = ({{ level, message, line, sourceId, consoleMessage }}) => {{
           said.push([level, message, line, sourceId.replace(site, '/')].join(' '));
           if (consoleMessage.message !== message) said.push('another message');
         }};
         const loaded = happens('loadstop');
         frame.src = site + 'page';
         await loaded;
         const result = await (async () => {{ {then} }})();
         document.title = 'result: ' + JSON.stringify(result);",
        json!(site.url("/"))
    );
    let body = "<controlledframe></controlledframe><script type=module src=/talk.js></script>";
    let id = world.install(&app_with_frames(body).file("/talk.js", script).seed(seed));
    world.result_of(&id)
}

/// Conforms: consolemessage
/// Limit: frames-console
#[test]
fn what_a_page_writes_to_its_console_is_told() {
    let world = World::new();
    let page = "<script>
console.log('a', 1, null, undefined, { toString() { throw 1 } }, [1], new Error('why'), Symbol('s'));
console.debug('d'); console.info('i'); console.warn('w'); console.error('e');
console.assert(true, 'fine'); console.assert(false, 'bad');
  setTimeout(() => { nothing.there }, 50);
  setTimeout(() => Promise.reject(new Error('rejected')), 100);
  setTimeout(() => Promise.reject(new DOMException('left', 'AbortError')), 150);
  let rejections = 0;
  addEventListener('unhandledrejection', () => {
    if (++rejections === 2) setTimeout(() => console.log('last'));
  });
</script>";
    let said = result(
        &world,
        1,
        page,
        "while (!said.some((it) => it.includes('last'))) await pause(20);
         await frame.executeScript({ code: 'console.warn(`the app`, 2)' });
         while (!said.some((it) => it.includes('app'))) await pause(20);
         return said",
    );
    assert_eq!(
        said,
        json!([
            "0 a 1 null undefined [object Object] [object Object] Error: why Symbol(s) 4 /page",
            "-1 d 5 /page",
            "0 i 5 /page",
            "1 w 5 /page",
            "2 e 5 /page",
            "2 bad 6 /page",
            "2 Uncaught ReferenceError: Can't find variable: nothing 7 /page",
            "2 Uncaught (in promise) Error: rejected 0 ",
            "2 Uncaught (in promise) AbortError: left 0 ",
            "0 last 12 /page",
            "1 the app 2 0 ",
        ])
    );
}

/// Of each second 1,000 messages are told, of a message 65,536 characters.
/// Conforms: CF-T8
#[test]
fn a_page_cannot_tell_that_its_console_is_read_nor_flood_the_app_with_it() {
    let world = World::new();
    let page = "<script>
      const { log, table } = console;
      const { toString } = Function.prototype;
      const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
      const thrown = (act) => { try { act() } catch ({ message }) { return message.replace(/table|log/g, '') } };
      const seen = [
        toString.call(log) === toString.call(table).replace('table', 'log'),
        same(Object.getOwnPropertyDescriptor(console, 'log'), Object.getOwnPropertyDescriptor(console, 'table')),
        same(Reflect.ownKeys(log), Reflect.ownKeys(table)),
        log.name === 'log' && log.length === table.length && !('prototype' in log),
        thrown(() => new log()) === thrown(() => new table()),
        Object.keys(console).slice(0, 4).join(),
        typeof webkit,
      ];
      const touched = [];
      const note = (key) => { touched[touched.length] = String(key) };
      const trap = new Proxy({}, { get: (_, key) => note(key), getOwnPropertyDescriptor: (_, key) => note(key), getPrototypeOf: () => (note('prototype'), null) });
      for (const method of [Array.prototype, String.prototype, EventTarget.prototype, RegExp.prototype, Function.prototype]) {
        for (const name of ['push', 'join', 'slice', 'dispatchEvent', 'exec', 'apply', 'call', 'bind']) {
          const native = method[name];
          if (native) method[name] = function (...rest) { note(name); return Reflect.apply(native, this, rest) };
        }
      }
      console.log(trap, { get message() { note('message') } });
      document.documentElement.dataset.seen = JSON.stringify([...seen, touched]);
    </script>";
    let found = result(
        &world,
        1,
        page,
        "const run = (code) => frame.executeScript({ code });
         const seen = JSON.parse(await run('document.documentElement.dataset.seen'));
         said.length = 0;
         await run(`document.head.append(Object.assign(document.createElement('script'), { textContent:
           \"for (let i = 0; i < 5000; i++) console.log(i);\" }))`);
         await pause(1200);
         const many = said.length;
         said.length = 0;
         await run(`document.head.append(Object.assign(document.createElement('script'), { textContent:
           \"console.log('x'.repeat(10000000))\" }))`);
         while (!said.length) await pause(20);
         return { seen, many, longest: said[0].split(' ')[1].length }",
    );
    assert_eq!(
        found["seen"],
        json!([true, true, true, true, true, "debug,error,log,info", "undefined", []])
    );
    assert_eq!(found["longest"], 65536);
    let many = found["many"].as_u64().unwrap_or_default();
    assert!((900..=2000).contains(&many), "{many}");
}

/// A page that is deep in calls, or has opened its document anew, notices nothing either. One that has changed the built-in
/// objects of an iframe of its own before that has loaded learns how its console is read there, and gets nothing by it.
/// Limit: frames-console-seen
#[test]
fn a_page_that_finds_how_its_console_is_read_cannot_flood_the_app() {
    let world = World::new();
    let page = "<script>
      let found = 0;
      addEventListener('error', () => { found += 1 });
      const log = () => { try { console.log('deep') } catch ({ stack }) { if (stack.includes('user-script')) found += 1 } };
      (function deeper() { try { deeper() } catch {} log() })();
      const iframe = document.createElement('iframe');
      iframe.src = '/inside';
      document.documentElement.append(iframe);
      const inside = iframe.contentWindow;
      const uses = [];
      inside.CustomEvent = new Proxy(inside.CustomEvent, {
        construct: (target, values, made) => { uses.push(values); return Reflect.construct(target, values, made) },
      });
      iframe.onload = () => {
        // What was said before has its own second.
        setTimeout(() => {
          inside.console.log('inside');
          const [[name, { detail }]] = uses;
          const forge = (text) => {
            const forged = { detail: detail.replace('inside', text) };
            inside.dispatchEvent(new inside.CustomEvent(name, forged));
          };
          for (let index = 0; index < 20000; index++) forge('forged');
          setTimeout(() => {
            forge('forged' + 'x'.repeat(10000000));
            document.open();
            document.write('<script>console.log(`opened anew, found ${found}`)</scr' + 'ipt>');
            document.close();
          }, 1100);
        }, 1100);
      };
    </script>";
    let found = result(
        &world,
        1,
        page,
        "while (!said.some((it) => it.includes('opened anew'))) await pause(20);
         await pause(100);
         const those = (part) => said.filter((it) => it.includes(part));
         return {
           errors: those('Uncaught').length,
           opened: those('opened anew'),
           forged: those('forged').length,
           longest: Math.max(...said.map(({ length }) => length)),
         }",
    );
    assert_eq!(found["errors"], 0, "{found}");
    let opened = found["opened"].as_array().map(Vec::as_slice).unwrap_or_default();
    assert!(
        matches!(opened, [one] if one.as_str().is_some_and(|it| it.contains("found 0"))),
        "{found}"
    );
    let forged = found["forged"].as_u64().unwrap_or_default();
    assert!((1..=1_000).contains(&forged), "{found}");
    assert!(found["longest"].as_u64().unwrap_or_default() < 70_000, "{found}");
}

/// Conforms: close
#[test]
fn a_page_that_closes_itself_tells_the_app_and_stays() {
    let world = World::new();
    let found = result(
        &world,
        1,
        "",
        "const closed = new Promise((resolve) => (frame.onclose = resolve));
         await frame.executeScript({ code: 'setTimeout(() => close())' });
         const { type, bubbles } = await closed;
         const title = () => frame.executeScript({ code: 'document.title' });
         const stays = await title();
         const stopped = happens('loadstop');
         frame.src = site + 'next';
         await stopped;
         return [type, bubbles, frame.isConnected, stays, await title()]",
    );
    assert_eq!(found, json!(["close", true, true, "page", "next"]));
}

/// Ten dialogs of a frame come in a second; a page that shows more waits.
#[test]
fn a_flood_of_dialogs_is_slow() {
    let world = World::new();
    let found = result(
        &world,
        1,
        "",
        "let alerts = 0;
         frame.ondialog = ({ dialog }) => { alerts++; dialog.ok(); };
         const begun = performance.now();
         await frame.executeScript({ code: 'for (let i = 0; i < 25; i++) alert(i)' });
         return [alerts, performance.now() - begun > 1500]",
    );
    assert_eq!(found, json!([25, true]));
}

/// Conforms: dialog.beforeunload
#[test]
fn a_page_that_asks_whether_it_may_be_left_is_left_as_the_app_says() {
    let world = World::new();
    let site = Site::start(|request| match request.path() {
        "/page" => Reply::html(
            "<!doctype html><title>page</title><body style='background: #00c000'><script>
             onbeforeunload = (event) => { event.preventDefault(); return 'stay' };
             onclick = () => { document.title = 'clicked' }</script>",
        ),
        _ => Reply::html("<!doctype html><title>next</title>"),
    });
    let script = format!(
        "const frame = document.querySelector('controlledframe');
         const happens = (type) => new Promise((resolve) => frame.addEventListener(type, resolve, {{ once: true }}));
         const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
         const title = () => frame.executeScript({{ code: 'document.title' }});
         const loaded = happens('loadstop');
         frame.src = {};
         await loaded;
         console.log('loaded');
         while (await title() !== 'clicked') await pause(50);
         const answers = [(dialog) => dialog.cancel(), (dialog) => dialog.ok()];
         const asked = [];
         frame.ondialog = ({{ messageType, dialog }}) => {{
           asked.push(messageType);
           answers.shift()(dialog);
         }};
         const leave = async () => {{
           const stopped = happens('loadstop');
           frame.src = {};
           await Promise.race([stopped, pause(1500)]);
           return title();
         }};
         console.log('result: ' + JSON.stringify([await leave(), await leave(), asked]));",
        json!(site.url("/page")),
        json!(site.url("/next"))
    );
    let body = "<controlledframe></controlledframe><script type=module src=/leave.js></script>";
    let id = world.install(&app_with_frames(body).file("/leave.js", script));
    let mut running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("loaded");
    let window = world.app_window();
    world.display.wait_for_focus(&window);
    let inside = window.rect.point(150.0, 200.0);
    let is_seen = || world.display.screenshot().at(inside).is_near(Colour(0, 0xc0, 0), 3);
    wait::until_true("the page is seen", is_seen);
    world.display.click(inside);
    assert_eq!(
        world.home.wait_for_message("result: "),
        r#"["clicked","next",["beforeunload","beforeunload"]]"#
    );
    world.close(&mut running);
}
