//! Apps that send and receive datagrams.

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use insula_e2e::World;
use insula_testkit::{AppBuilder, Session};
use serde_json::json;

/// Invariant: a revocation acts within a second on everything that is open.
const REVOCATION: Duration = Duration::from_secs(1);

fn peer() -> (UdpSocket, u16) {
    let peer = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    peer.set_read_timeout(Some(Duration::from_secs(20)))
        .expect("a time limit");
    let port = peer.local_addr().expect("an address").port();
    (peer, port)
}

fn receive(peer: &UdpSocket) -> (Vec<u8>, SocketAddr) {
    let mut datagram = vec![0; 70_000];
    let (length, from) = peer.recv_from(&mut datagram).expect("a datagram");
    datagram.truncate(length);
    (datagram, from)
}

#[test]
fn datagrams_go_both_ways_with_one_peer_or_many_until_that_is_taken_back() {
    let world = World::new();
    let app = AppBuilder::new("Games").page("<!doctype html><meta charset=utf-8><title>Games</title><body>");
    let id = world.install(&app);
    world.decide(&id, "grant", "loopback-network");
    let session = Session::open(&world.home, &world.display, &id, None);
    let ((one, port), (other, other_port)) = (peer(), peer());
    session.eval_with(
        "globalThis.socket = new UDPSocket({ remoteAddress: '127.0.0.1', remotePort: args[0] });
         const { readable, writable } = await socket.opened;
         globalThis.writer = writable.getWriter();
         globalThis.reader = readable.getReader();
         for (const size of [0, 3, 65507]) await writer.write({ data: new Uint8Array(size).fill(7) })",
        &[json!(port)],
    );
    for size in [0, 3, 65_507] {
        let (datagram, from) = receive(&one);
        assert_eq!(datagram, vec![7; size]);
        one.send_to(&datagram, from).expect("it is sent");
    }
    let sizes = session.eval(
        "const sizes = [];
         for (let i = 0; i < 3; i++) sizes.push((await reader.read()).value.data.length);
         return sizes",
    );
    assert_eq!(sizes, json!([0, 3, 65_507]));

    let sent = session.eval_with(
        "globalThis.bound = new UDPSocket({ localAddress: '127.0.0.1' });
         const { readable, writable, localPort } = await bound.opened;
         globalThis.many = readable.getReader();
         const writer = writable.getWriter();
         for (const remotePort of args) {
           await writer.write({ data: new TextEncoder().encode(`to ${remotePort}`), remoteAddress: 'localhost', remotePort, dnsQueryType: 'ipv4' });
         }
         return localPort",
        &[json!(port), json!(other_port)],
    );
    for (peer, port) in [(&one, port), (&other, other_port)] {
        let (datagram, from) = receive(peer);
        assert_eq!(
            (datagram, json!(from.port())),
            (format!("to {port}").into_bytes(), sent.clone())
        );
        peer.send_to(b"heard", from).expect("it is sent");
        let heard = session.eval(
            "const { value: { data, remoteAddress, remotePort } } = await many.read();
             return [new TextDecoder().decode(data), remoteAddress, remotePort]",
        );
        assert_eq!(heard, json!(["heard", "127.0.0.1", port]));
    }

    // Who sends all the time is dropped where nobody reads, and holds nothing up.
    let flooded = session.eval_with("return (await socket.opened).localPort", &[]);
    let flooded = SocketAddr::from((
        [127, 0, 0, 1],
        u16::try_from(flooded.as_u64().expect("a port")).expect("a port"),
    ));
    for _ in 0..5000 {
        one.send_to(&[1; 1400], flooded).expect("it is sent");
    }
    session.eval("await writer.write({ data: new Uint8Array([9]) })");
    assert_eq!(receive(&one).0, [9]);

    session.eval(
        "globalThis.ended = [];
         for (const it of [socket, bound]) it.closed.catch((error) => ended.push(error.name))",
    );
    world.decide(&id, "deny", "loopback-network");
    let taken_back = Instant::now();
    session.wait_for("ended.length === 2");
    assert!(taken_back.elapsed() < REVOCATION, "{:?}", taken_back.elapsed());
    assert_eq!(
        session.eval("return ended"),
        json!(["NotAllowedError", "NotAllowedError"])
    );
}

/// As two programs that speak mDNS do: both are bound to its port, and hear what is sent to its group.
#[test]
fn a_group_is_heard_by_those_who_have_joined_it() {
    let world = World::new();
    let app = AppBuilder::new("Finder").page("<!doctype html><meta charset=utf-8><title>Finder</title><body>");
    let id = world.install(&app);
    world.decide(&id, "grant", "local-network");
    let session = Session::open(&world.home, &world.display, &id, None);
    let port = peer().1;
    let heard = session.eval_with(
        "const bind = async () => {
           const options = { localAddress: '0.0.0.0', localPort: args[0], multicastAllowAddressSharing: true, multicastInterface: 'lo' };
           const { readable, writable, multicastController } = await new UDPSocket(options).opened;
           return { reader: readable.getReader(), writer: writable.getWriter(), multicastController };
         };
         const [one, other] = [await bind(), await bind()];
         for (const { multicastController } of [one, other]) {
           await multicastController.joinGroup('224.0.0.251', { interfaceName: 'lo' });
         }
         const data = new TextEncoder().encode('who is there?');
         await one.writer.write({ data, remoteAddress: '224.0.0.251', remotePort: args[0] });
         const heard = [];
         for (const { reader } of [one, other]) heard.push(new TextDecoder().decode((await reader.read()).value.data));
         const twice = await one.multicastController.joinGroup('224.0.0.251', { interfaceName: 'lo' }).catch((error) => error.name);
         const wrong = await one.multicastController.joinGroup('192.0.2.1').catch((error) => error.name);
         const { joinedGroups } = one.multicastController;
         await one.multicastController.leaveGroup('224.0.0.251', { interfaceName: 'lo' });
         return [heard, twice, wrong, joinedGroups, one.multicastController.joinedGroups]",
        &[json!(port)],
    );
    let joined = json!([{ "groupAddress": "224.0.0.251", "interfaceName": "lo" }]);
    assert_eq!(
        heard,
        json!([
            ["who is there?", "who is there?"],
            "InvalidStateError",
            "TypeError",
            joined,
            []
        ])
    );
}
