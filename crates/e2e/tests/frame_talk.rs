//! What pages in frames say: to their console, in dialogs, and when they close themselves.

use insula_e2e::{World, app_with_frames};
use insula_testkit::{Reply, Site};
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
  setTimeout(() => console.log('last'), 200);
</script>";
    let said = result(
        &world,
        1,
        page,
        "while (!said.some((it) => it.includes('last'))) await pause(20); return said",
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
            "0 last 9 /page",
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
      const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
      const source = (name) => Function.prototype.toString.call(console[name]);
      const thrown = (act) => { try { act() } catch ({ message }) { return message.replace(/table|log/g, '') } };
      const touched = [];
      const trap = new Proxy({}, { get: (_, key) => touched.push(key), getOwnPropertyDescriptor: (_, key) => void touched.push(key), getPrototypeOf: () => touched.push('prototype') });
      const natives = [console.log, Object.getOwnPropertyDescriptor(Object.prototype, 'toString')];
      for (const method of [Array.prototype, String.prototype, EventTarget.prototype, RegExp.prototype, Function.prototype]) {
        for (const name of ['push', 'join', 'slice', 'dispatchEvent', 'exec', 'apply', 'call', 'bind']) {
          if (name in method) method[name] = () => touched.push(name);
        }
      }
      console.log(trap, { get message() { touched.push('message') } });
      document.documentElement.dataset.seen = JSON.stringify([
        source('log') === source('table').replace('table', 'log'),
        same(Object.getOwnPropertyDescriptor(console, 'log'), Object.getOwnPropertyDescriptor(console, 'table')),
        same(Reflect.ownKeys(log), Reflect.ownKeys(table)),
        log.name === 'log' && log.length === table.length && !('prototype' in log),
        thrown(() => new log()) === thrown(() => new table()),
        Object.keys(console).slice(0, 4).join(),
        typeof webkit, touched,
      ]);
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
    assert!((1000..=2000).contains(&many), "{many}");
}

/// Conforms: close
#[test]
fn a_page_that_closes_itself_tells_the_app_and_stays() {
    let world = World::new();
    let found = result(
        &world,
        1,
        "",
        "const closed = happens('close');
         await frame.executeScript({ code: 'setTimeout(() => close())' });
         const { type, bubbles } = await closed;
         return [type, bubbles, frame.isConnected, await frame.executeScript({ code: 'document.title' })]",
    );
    assert_eq!(found, json!(["close", true, true, "page"]));
}

/// Ten dialogs of a frame come in a second; a page that shows more waits.
/// Conforms: dialog.beforeunload
#[test]
fn a_page_that_asks_whether_it_may_be_left_is_left_as_the_app_says_and_a_flood_of_dialogs_is_slow() {
    let world = World::new();
    let page = "<script>onbeforeunload = (event) => { event.preventDefault(); return 'stay' }</script>";
    let found = result(
        &world,
        1,
        page,
        "const dialogs = [];
         let answer = (dialog) => dialog.cancel();
         frame.ondialog = ({ messageType, dialog }) => {
           dialogs.push(messageType);
           answer(dialog);
         };
         const title = () => frame.executeScript({ code: 'document.title' });
         const leave = async () => {
           const stopped = happens('loadstop');
           frame.src = site + 'next';
           await Promise.race([stopped, pause(1000)]);
           return title();
         };
         const stays = await leave();
         answer = (dialog) => dialog.ok();
         const leaves = await leave();
         dialogs.length = 0;
         const begun = performance.now();
         await frame.executeScript({ code: 'for (let i = 0; i < 25; i++) alert(i)' });
         const time = performance.now() - begun;
         return { stays, leaves, alerts: dialogs.length, slow: time > 1000, time }",
    );
    println!("{found}");
    assert_eq!(found["stays"], "page");
    assert_eq!(found["leaves"], "next");
    assert_eq!(found["alerts"], 25);
    assert_eq!(found["slow"], true);
}
