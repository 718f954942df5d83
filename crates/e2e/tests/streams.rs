//! Forms and streams of a page, where the engine alone would lose what is in them.

use std::io::{self, BufRead, BufReader, Write};

use insula_e2e::World;
use insula_testkit::tcp::TcpServer;
use insula_testkit::{AppBuilder, Reply, Session, Site};
use serde_json::json;

/// Opens an app that may reach servers on this machine.
fn open(world: &World) -> Session<'_> {
    let app = AppBuilder::new("Streams").page("<!doctype html><meta charset=utf-8><title>Streams</title><body>");
    let id = world.install(&app);
    world.decide(&id, "grant", "unrestricted-network");
    world.decide(&id, "grant", "loopback-network");
    Session::open(&world.home, &world.display, &id, None)
}

#[test]
fn a_request_made_from_a_form_brings_its_files() {
    let world = World::new();
    let site = Site::start(|request| {
        let content_type = request.header("content-type").unwrap_or("text/plain").to_owned();
        Reply::of(&content_type, request.body.clone())
    });
    let session = open(&world);
    let received = session.eval_with(
        "const body = new FormData();
         body.append('field', '1');
         body.append('file', new File(['content'], 'name.txt'));
         const request = new Request(args[0], { method: 'POST', body });
         const received = [];
         for (const form of [request.clone(), new Request(request.clone()), request]) {
           const response = await navigator.unrestrictedNetwork.fetch(form), parsed = await response.formData();
           const file = parsed.get('file');
           received.push([parsed.get('field'), file.name, await file.text(), form.bodyUsed]);
         }
         return received",
        &[json!(site.url("/"))],
    );
    let whole = json!(["1", "name.txt", "content", true]);
    assert_eq!(received, json!([whole, whole, whole]));
}

#[test]
fn reads_into_buffers_of_the_pages_own_all_get_what_has_come() {
    let world = World::new();
    let server = TcpServer::echo();
    let session = open(&world);
    let read = session.eval_with(
        "const { readable, writable } = await new TCPSocket('127.0.0.1', args[0]).opened;
         const reader = readable.getReader({ mode: 'byob' }), writer = writable.getWriter();
         const reads = [reader.read(new Uint8Array(2)), reader.read(new Uint8Array(2))];
         await writer.write(Uint8Array.of(1, 2, 3, 4));
         return (await Promise.all(reads)).map(({ value }) => [...value])",
        &[json!(server.port())],
    );
    assert_eq!(read, json!([[1, 2], [3, 4]]));
}

#[test]
fn a_request_and_its_answer_stream_at_the_same_time() {
    let world = World::new();
    // A body in chunks, sent back as it is.
    let server = TcpServer::start(|stream| {
        let mut from = BufReader::new(stream.try_clone()?);
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            from.read_line(&mut line)?;
        }
        let mut to = stream;
        to.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        io::copy(&mut from, &mut to).map(drop)
    });
    let session = open(&world);
    let talk = session.eval_with(
        "const { readable, writable } = new TransformStream();
         const writer = writable.getWriter(), encoder = new TextEncoder(), decoder = new TextDecoder();
         const say = (text) => void writer.write(encoder.encode(text));
         say('0');
         const init = { method: 'POST', body: readable, duplex: 'half' };
         const response = await navigator.unrestrictedNetwork.fetch(args[0], init);
         const reader = response.body.getReader(), heard = [];
         for (let i = 1; i <= 20; i++) {
           heard.push(decoder.decode((await reader.read()).value));
           say(String(i));
         }
         heard.push(decoder.decode((await reader.read()).value));
         await writer.close();
         return [heard.join(' '), (await reader.read()).done]",
        &[json!(format!("http://127.0.0.1:{}/", server.port()))],
    );
    let numbers: Vec<_> = (0..=20).map(|number| number.to_string()).collect();
    assert_eq!(talk, json!([numbers.join(" "), true]));
}
