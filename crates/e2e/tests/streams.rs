//! Forms and streams of a page, where the engine alone would lose what is in them.

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
