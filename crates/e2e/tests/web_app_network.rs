//! The network of an installed site, which has all of it by one grant.

use insula_e2e::World;
use insula_testkit::{Authority, Reply, Site, tcp::TcpServer};
use serde_json::json;

const MANIFEST: &str = r#"{
  "name": "Messenger", "id": "/", "start_url": "/", "display": "standalone", "icons": [{ "src": "/icon.svg", "sizes": "any" }]
}"#;

const ICON: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><rect width='9' height='9'/></svg>";

/// The page is its own server and its own peer. What fails says its name.
const STORY: &str = r#"
const network = navigator.unrestrictedNetwork;
const text = (bytes) => new TextDecoder().decode(bytes);
const bytes = (text) => new TextEncoder().encode(text);
const stories = {
  async tcp() {
    const server = new TCPServerSocket("127.0.0.1");
    const { readable: sockets, localPort } = await server.opened;
    const client = new TCPSocket("127.0.0.1", localPort);
    const [{ value: accepted }, { writable, readable }] = await Promise.all([sockets.getReader().read(), client.opened]);
    const other = await accepted.opened;
    other.readable.pipeTo(other.writable);
    const writer = writable.getWriter();
    await writer.write(bytes("by tcp"));
    await writer.close();
    return new Response(readable).text();
  },
  async udp() {
    const bound = new UDPSocket({ localAddress: "127.0.0.1" });
    const at = await bound.opened;
    const socket = new UDPSocket({ remoteAddress: "127.0.0.1", remotePort: at.localPort });
    const { writable } = await socket.opened;
    await writable.getWriter().write({ data: bytes("by udp") });
    const { value } = await at.readable.getReader().read();
    return text(value.data);
  },
  async tls() {
    const socket = new TCPSocket("127.0.0.1", tlsPort, { secureTransport: "on" });
    const error = await socket.opened.catch((error) => error);
    return error.tlsError ?? error.name;
  },
  async startTls() {
    const plain = new TCPSocket("127.0.0.1", startTlsPort, { secureTransport: "starttls" });
    const { readable, writable } = await plain.opened;
    const [reader, writer] = [readable.getReader(), writable.getWriter()];
    const greeting = text((await reader.read()).value);
    await writer.write(bytes("STLS\r\n"));
    await reader.read();
    reader.releaseLock();
    writer.releaseLock();
    const error = await plain.startTls().opened.catch((error) => error);
    return greeting + (error.tlsError ?? error.name);
  },
  async fetch() {
    return (await network.fetch(strict)).text();
  },
  async interfaces() {
    const list = await network.interfaces();
    return list.flatMap(({ addresses }) => addresses).some(({ address }) => address === "127.0.0.1");
  },
  async connection() {
    return typeof network.connection.online;
  },
};
(async () => {
  const found = { state: network.state };
  for (const [name, story] of Object.entries(stories)) found[name] = await story().catch((error) => error.name);
  document.title = "result: " + JSON.stringify(found);
})();
"#;

#[test]
fn an_installed_site_has_every_kind_of_connection_by_the_grant_and_none_without() {
    let (world, authority) = (World::new(), Authority::new());
    let (secured, startable) = (
        TcpServer::secured(&authority, true),
        TcpServer::secured(&authority, false),
    );
    let strict = Site::start(|_| Reply::text("no CORS here"));
    let known = format!(
        "const tlsPort = {}, startTlsPort = {}, strict = '{}';",
        secured.port(),
        startable.port(),
        strict.url("/")
    );
    let site = Site::start(move |request| match request.path() {
        "/" => Reply::html(
            "<!doctype html><meta charset=utf-8><title>Start</title><link rel=manifest href=/m.webmanifest>\
             <body><script src=/story.js></script>",
        )
        .header("Content-Security-Policy", "default-src 'self'"),
        "/story.js" => Reply::of("text/javascript", format!("{known}{STORY}")),
        "/m.webmanifest" => Reply::of("application/manifest+json", MANIFEST),
        "/icon.svg" => Reply::of("image/svg+xml", ICON),
        _ => Reply::not_found(),
    });
    world.home.succeed(&["install", &site.url("/")]);
    for name in ["unrestricted-network", "loopback-network"] {
        world.decide("Messenger", "deny", name);
    }
    let no = "NotAllowedError";
    assert_eq!(
        world.result_of("Messenger"),
        json!({
            "state": "denied", "tcp": no, "udp": no, "tls": no, "startTls": no, "fetch": no, "interfaces": no,
            "connection": "boolean",
        })
    );
    for name in ["unrestricted-network", "loopback-network"] {
        world.decide("Messenger", "grant", name);
    }
    assert_eq!(
        world.result_of("Messenger"),
        json!({
            "state": "granted", "tcp": "by tcp", "udp": "by udp", "tls": "untrusted",
            "startTls": "+OK ready\r\nuntrusted", "fetch": "no CORS here", "interfaces": true, "connection": "boolean",
        })
    );
}
