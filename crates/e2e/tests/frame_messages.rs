//! Messages between an app and a frame's page: `contentWindow`.

use insula_e2e::{World, app_with_frames, load};
use insula_testkit::{Reply, Session, Site};
use serde_json::json;

/// A page that notes what it gets in its title, and answers with it.
fn site() -> Site {
    Site::start(|_| {
        Reply::html(
            "<!doctype html><meta charset=utf-8><title>none</title><script>
               globalThis.seen = [];
               addEventListener('message', ({ data, origin, source, isTrusted, ports }) => {
                 seen.push(origin);
                 document.title = `${origin} ${source === globalThis.last || !globalThis.last} ${ports.length}`;
                 globalThis.last = source;
                 if (data === 'flood') {
                   for (let i = 0; i < 5000; i++) source.postMessage(i, '*');
                 } else if (data === 'elsewhere') {
                   source.postMessage('lost', 'https://example.org');
                   source.postMessage('kept', { targetOrigin: origin });
                 } else if (data !== 'quiet') {
                   source.postMessage({ got: data, self: source !== self }, origin);
                 }
               });
             </script>",
        )
    })
}

/// Conforms: contentWindow
#[test]
fn an_app_and_a_page_send_each_other_messages() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    assert_eq!(
        session.eval("return document.querySelector('controlledframe').contentWindow"),
        json!(null)
    );
    load(&session, &site.url("/"));
    the_first_ones_come_in_their_order(&session);
    session.eval(
        "globalThis.frame = document.querySelector('controlledframe');
         globalThis.messages = [];
         addEventListener('message', (event) => messages.push(event));
         globalThis.answer = async (message, ...rest) => {
           messages.length = 0;
           frame.contentWindow.postMessage(message, ...rest);
           while (!messages.length) await new Promise((resolve) => setTimeout(resolve, 5));
           return messages[0];
         };",
    );
    values_cross_both_ways(&session, &site);
    only_the_origin_that_is_meant_gets_a_message(&session, &site);
    what_cannot_be_sent_is_refused(&session);
    nothing_else_of_the_window_is_there(&session);
    a_flood_of_answers_is_bounded(&session);
    content_scripts_hear_them_and_answer(&session, &site);
    answers_come_whatever_waits_for_the_page(&session, &site);
    the_next_page_is_reached_as_well(&session, &site);
}

/// Nothing that they pass through is in the page before the first.
fn the_first_ones_come_in_their_order(session: &Session<'_>) {
    let answers = session.eval(
        "const { contentWindow } = document.querySelector('controlledframe');
         const answers = [];
         const all = new Promise((resolve) => {
           addEventListener('message', ({ data }) => {
             answers.push(data.got);
             if (data.got === 'last') resolve();
           });
         });
         for (const message of ['first', 'second', 'third', 'last']) contentWindow.postMessage(message, '*');
         await all;
         return answers",
    );
    assert_eq!(answers, json!(["first", "second", "third", "last"]));
}

fn values_cross_both_ways(session: &Session<'_>, site: &Site) {
    let seen = session.eval(
        "const { data, origin, source } = await answer({ a: [1, new Date(5), new Map([['k', new Uint8Array([1, 2])]])] }, '*');
         return [data.got.a[0], data.got.a[1].getTime(), [...data.got.a[2].get('k')], data.self, origin,
                 source === frame.contentWindow, frame.contentWindow === frame.contentWindow];",
    );
    assert_eq!(
        seen,
        json!([1, 5, [1, 2], true, site.url("").trim_end_matches('/'), true, true])
    );
    let title = session.eval("return await frame.executeScript({ code: 'document.title' })");
    let origin = session.eval("return origin");
    assert_eq!(title, json!(format!("{} true 0", origin.as_str().unwrap_or_default())));
    // What is transferred is there, and no longer here.
    let moved = session.eval(
        "const { buffer } = new Uint8Array([7, 8]);
         const { data } = await answer(buffer, '*', [buffer]);
         return [[...new Uint8Array(data.got)], buffer.byteLength];",
    );
    assert_eq!(moved, json!([[7, 8], 0]));
}

fn only_the_origin_that_is_meant_gets_a_message(session: &Session<'_>, site: &Site) {
    let seen = session.eval_with(
        "const seen = [];
         for (const target of ['https://example.org', '/', undefined]) frame.contentWindow.postMessage('lost', target);
         seen.push((await answer('meant', args[0])).data.got);
         seen.push((await answer('meant, too', { targetOrigin: args[0] + 'path' })).data.got);
         const { data } = await answer('elsewhere', '*');
         return [...seen, data, messages.length];",
        &[json!(site.url("/"))],
    );
    assert_eq!(seen, json!(["meant", "meant, too", "kept", 1]));
}

fn what_cannot_be_sent_is_refused(session: &Session<'_>) {
    let refused = session.eval(
        "const { port1 } = new MessageChannel();
         const attempts = [
           [], ['x', 'no url'], [() => {}, '*'], [new Blob(['x']), '*'], [port1, '*', [port1]],
           ['x'.repeat(9 << 20), '*'],
         ];
         return attempts.map((args) => {
           try { frame.contentWindow.postMessage(...args); return 'sent'; } catch (error) { return error.name; }
         });",
    );
    assert_eq!(
        refused,
        json!([
            "TypeError",
            "SyntaxError",
            "DataCloneError",
            "DataCloneError",
            "DataCloneError",
            "QuotaExceededError"
        ])
    );
}

fn nothing_else_of_the_window_is_there(session: &Session<'_>) {
    let names = session.eval(
        "const window = frame.contentWindow;
         return [Object.getPrototypeOf(window), Reflect.ownKeys(window), typeof window.document, typeof window.location];",
    );
    assert_eq!(names, json!([null, ["postMessage"], "undefined", "undefined"]));
}

fn a_flood_of_answers_is_bounded(session: &Session<'_>) {
    let seen = session.eval(
        "messages.length = 0;
         frame.contentWindow.postMessage('flood', '*');
         // What comes while so many wait is lost, this one as well.
         while (messages.at(-1)?.data?.got !== 'after') {
           frame.contentWindow.postMessage('after', '*');
           await new Promise((resolve) => setTimeout(resolve, 20));
         }
         const numbers = messages.map(({ data }) => data).filter(Number.isInteger);
         return [numbers.length > 0 && numbers.length < 5000, numbers.every((number, i) => !i || number > numbers[i - 1])];",
    );
    assert_eq!(seen, json!([true, true]));
}

fn content_scripts_hear_them_and_answer(session: &Session<'_>, site: &Site) {
    session.eval(
        "await frame.addContentScripts([{ name: 'answers', matches: ['<all_urls>'], run_at: 'document_start', js: { code: `
           addEventListener('message', ({ data, origin, source }) => {
             if (data.to === 'script') source.postMessage({ script: data.value, origin }, '*');
           });` } }])",
    );
    load(session, &site.url("/scripts"));
    let seen = session.eval(
        "const { data } = await answer({ to: 'script', value: [1, 'two'] }, '*');
         await answer('quiet?', '*');
         const all = messages.concat({ data }).map(({ data }) => data);
         return [all.some(({ got }) => got), all.find(({ script }) => script)];",
    );
    let origin = session.eval("return origin");
    assert_eq!(seen, json!([true, { "script": [1, "two"], "origin": origin }]));
}

/// What an app lets wait for a page is bounded; what the runtime asks of it does not count.
fn answers_come_whatever_waits_for_the_page(session: &Session<'_>, site: &Site) {
    load(session, &site.url("/busy"));
    let seen = session.eval(
        "const script = (length) => 'new Promise(() => {})'.padEnd(length, ' ');
         const wait = (length) => frame.executeScript({ code: script(length) }).catch(({ name }) => name);
         const MIB = 1 << 20;
         for (let index = 0; index < 4; index++) void wait(15 * MIB);
         void wait(4 * MIB - 100);
         const isFull = await wait(200);
         return [isFull, (await answer('all the same', '*')).data.got];",
    );
    assert_eq!(seen, json!(["QuotaExceededError", "all the same"]));
}

fn the_next_page_is_reached_as_well(session: &Session<'_>, site: &Site) {
    load(session, &site.url("/next"));
    assert_eq!(
        session.eval("return (await answer('again', '*')).data.got"),
        json!("again")
    );
    let gone = session.eval(
        "const { contentWindow } = frame;
         frame.remove();
         contentWindow.postMessage('nobody', '*');
         return frame.contentWindow;",
    );
    assert_eq!(gone, json!(null));
}
