//! Sockets over TLS.

use insula_e2e::World;
use insula_testkit::{AppBuilder, Authority, Session, tcp::TcpServer};
use serde_json::json;

#[test]
fn a_socket_is_secured_at_once_or_later_with_certificates_that_are_trusted_or_expected() {
    let app = AppBuilder::new("Mail").page("<!doctype html><meta charset=utf-8><title>Mail</title><body>");
    let (world, authority, stranger) = (World::new(), Authority::new(), Authority::new());
    let id = world.install(&app);
    world.decide(&id, "grant", "unrestricted-network");
    world.decide(&id, "grant", "loopback-network");
    let session = Session::open_trusting(&world.home, &world.display, &id, &authority);
    session.eval(
        "globalThis.say = async ({ readable, writable }, text) => {
           const writer = writable.getWriter();
           await writer.write(new TextEncoder().encode(text));
           writer.releaseLock();
           return hear(readable);
         };
         globalThis.hear = async (readable) => {
           const reader = readable.getReader();
           const { value } = await reader.read();
           reader.releaseLock();
           return new TextDecoder().decode(value);
         };
         globalThis.failure = (promise) => promise.then(() => 'none', (error) => `${error.name} ${error.tlsError}`)",
    );
    let at_once = TcpServer::secured(&authority, true);
    let talk = session.eval_with(
        "const socket = new TCPSocket('localhost', args[0], { secureTransport: 'on' });
         const opened = await socket.opened;
         const { version, serverName, authorized, certificates } = opened.tls;
         const said = await say(opened, 'hello');
         await socket.close();
         return [said, version, serverName, authorized, certificates.length, certificates[0].rawDER.byteLength > 100]",
        &[json!(at_once.port())],
    );
    assert_eq!(talk, json!(["hello", "TLSv1.3", "localhost", true, 1, true]));

    let later = TcpServer::secured(&authority, false);
    let talk = session.eval_with(
        "const socket = new TCPSocket('localhost', args[0], { secureTransport: 'starttls' });
         const opened = await socket.opened;
         const greeting = await hear(opened.readable), answer = await say(opened, 'STLS\\r\\n');
         const secured = socket.startTls();
         const next = await secured.opened;
         await socket.closed;
         const said = await say(next, 'secret');
         await secured.close();
         return [greeting, answer, said, socket.upgraded, next.localPort === opened.localPort]",
        &[json!(later.port())],
    );
    assert_eq!(talk, json!(["+OK ready\r\n", "+OK go on\r\n", "secret", true, true]));

    let untrusted = TcpServer::secured(&stranger, true);
    let failures = session.eval_with(
        "const open = (port, tls) => new TCPSocket('localhost', port, { secureTransport: 'on', tls });
         const [port, other] = args;
         const { tls: { certificates: [{ fingerprint: { sha256 } }] } } = await open(port).opened;
         const pinned = await open(port, { pinnedSha256: ['ab'.repeat(32), sha256] }).opened;
         return [
           pinned.tls.authorized,
           await failure(open(other).opened),
           await failure(open(other, { pinnedSha256: [sha256] }).opened),
           await failure(open(port, { pinnedSha256: ['ab'] }).opened),
           await failure(open(port, { serverName: 'other.example' }).opened),
         ]",
        &[json!(at_once.port()), json!(untrusted.port())],
    );
    let expected = [
        json!(true),
        json!("NetworkError untrusted"),
        json!("NetworkError untrusted"),
        json!("TypeError undefined"),
        json!("NetworkError name-mismatch"),
    ];
    assert_eq!(failures, json!(expected));
}
