//! What an app learns of this machine's addresses: by the grant, and no longer than it has it.

use insula_e2e::World;
use insula_testkit::{AppBuilder, Session, wait};
use serde_json::{Value, json};
use std::env;
use std::net::{IpAddr, UdpSocket};
use std::process::Command;
use std::thread;
use std::time::Duration;

/// How long it may take until what was granted is over.
const REVOCATION: Duration = Duration::from_secs(1);

fn app() -> AppBuilder {
    AppBuilder::new("Addresses").page("<!doctype html><meta charset=utf-8><title>Addresses</title><body>")
}

/// Runs the test of this name with a network of its own, in which there is nothing but this machine, and which it may change.
fn in_a_network_of_its_own(test: &str, story: impl FnOnce()) {
    const INSIDE: &str = "INSULA_TEST_IN_ITS_OWN_NETWORK";
    if env::var_os(INSIDE).is_some() {
        ip("link set lo up");
        return story();
    }
    // An X server there takes the sockets of others for nobody's.
    let apart = "mount -t tmpfs -o mode=1777 none /tmp/.X11-unix && exec \"$@\"";
    let status = Command::new("unshare")
        .args([
            "--user",
            "--map-root-user",
            "--net",
            "--mount",
            "--",
            "sh",
            "-c",
            apart,
            "sh",
        ])
        .arg(env::current_exe().expect("a test has a file"))
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "yes")
        .status();
    assert!(
        status.expect("unshare starts: run ./x setup").success(),
        "it failed in its own network"
    );
}

/// What iproute2 does and says.
fn ip(arguments: &str) -> String {
    let output = Command::new("ip").args(arguments.split(' ')).output();
    let output = output.unwrap_or_else(|error| panic!("ip does not start ({error}): run ./x setup"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The interfaces as `ip` has them, in the form that an app gets.
fn as_ip_tells() -> Value {
    let told: Value = serde_json::from_str(&ip("-j addr")).expect("it writes JSON");
    let links = told.as_array().into_iter().flatten().map(|link| {
        let has = |flag: &str| {
            link["flags"]
                .as_array()
                .is_some_and(|flags| flags.contains(&json!(flag)))
        };
        let addresses = link["addr_info"].as_array().into_iter().flatten().map(|address| {
            json!({
                "address": address["local"],
                "family": if address["family"] == "inet" { "ipv4" } else { "ipv6" },
                "prefixLength": address["prefixlen"],
                "scope": address["scope"],
            })
        });
        json!({
            "name": link["ifname"],
            "up": has("UP") && !has("NO-CARRIER"),
            "loopback": has("LOOPBACK"),
            "addresses": addresses.collect::<Vec<_>>(),
        })
    });
    links.collect()
}

/// The interfaces as the app has them, but for what `ip` does not tell.
const INTERFACES: &str = "
const all = await navigator.unrestrictedNetwork.interfaces();
return all.map(({ type, addresses, ...own }) =>
  ({ ...own, addresses: addresses.map(({ addressSpace, ...rest }) => rest) }))";

/// A STUN server on this machine, which answers, or does not.
fn stun(answers: bool) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let port = socket.local_addr().expect("it has one").port();
    thread::spawn(move || {
        let mut question = [0; 64];
        while let Ok((20, from)) = socket.recv_from(&mut question) {
            let IpAddr::V4(address) = from.ip() else { continue };
            let mut answer = b"\x01\x01\0\x0c".to_vec();
            answer.extend(&question[4..20]);
            answer.extend(b"\0\x20\0\x08\0\x01");
            answer.extend((from.port() ^ 0x2112).to_be_bytes());
            answer.extend((u32::from(address) ^ 0x2112_a442).to_be_bytes());
            if answers {
                socket.send_to(&answer, from).expect("it is sent");
            }
        }
    });
    format!("stun:127.0.0.1:{port}")
}

const PUBLIC_ADDRESS: &str = "return await navigator.unrestrictedNetwork.publicAddress({ stunServers: args })";

#[test]
fn the_grant_shows_the_addresses_and_tells_of_changes_until_it_is_taken_back() {
    let test = "the_grant_shows_the_addresses_and_tells_of_changes_until_it_is_taken_back";
    in_a_network_of_its_own(test, || {
        let world = World::new();
        let id = world.install(&app());
        let session = Session::open(&world.home, &world.display, &id, None);
        let refused = session.thrown(INTERFACES, &[]);
        assert!(refused.starts_with("NotAllowedError"), "without the grant: {refused}");
        session.eval(
            "globalThis.changes = 0;
             navigator.unrestrictedNetwork.addEventListener('interfaceschange', () => changes++)",
        );

        world.decide(&id, "grant", "unrestricted-network");
        session.wait_for("navigator.unrestrictedNetwork.state === 'granted'");
        assert_eq!(session.eval(INTERFACES), as_ip_tells());
        ip("addr add 10.20.30.40/24 dev lo");
        session.wait_for("changes === 1");
        assert_eq!(session.eval(INTERFACES), as_ip_tells());
        ip("link add insula0 type veth peer name insula1");
        session.wait_for("changes >= 2");
        ip("addr add 2001:db8::1/64 dev insula0 nodad");
        let has_what_ip_has = || session.eval(INTERFACES) == as_ip_tells();
        ip("link set insula0 up");
        session.until_true("the app has what ip has", has_what_ip_has);
        // The other end of the cable.
        ip("link set insula1 up");
        session.until_true("the app has what ip has", has_what_ip_has);
        let described = session.eval(
            "const all = await navigator.unrestrictedNetwork.interfaces();
             const of = (name) => all.find((one) => one.name === name);
             return [of('lo'), of('insula0')].map((one) =>
               [one.type, one.up, one.addresses.map(({ addressSpace }) => addressSpace)])",
        );
        let expected = json!([
            ["loopback", true, ["loopback", "local", "loopback"]],
            ["virtual", true, ["public", "local"]],
        ]);
        assert_eq!(described, expected);

        world.decide(&id, "deny", "unrestricted-network");
        session.wait_within(REVOCATION, "navigator.unrestrictedNetwork.state === 'denied'");
        let before = session.eval("return changes");
        ip("link del insula0");
        let refused = session.thrown(INTERFACES, &[]);
        assert!(refused.starts_with("NotAllowedError"), "{refused}");

        // It tells again with the next grant, and of nothing that was before.
        world.decide(&id, "grant", "unrestricted-network");
        session.wait_for("navigator.unrestrictedNetwork.state === 'granted'");
        assert_eq!(session.eval(INTERFACES), as_ip_tells());
        assert_eq!(
            session.eval("return changes"),
            before,
            "a change while it was denied was told"
        );
        ip("addr del 10.20.30.40/24 dev lo");
        session.wait_for(&format!("changes === {}", before.as_u64().unwrap_or_default() + 1));
    });
}

#[test]
fn the_public_address_is_asked_of_the_apps_servers_under_its_grants() {
    let world = World::new();
    let id = world.install(&app());
    world.decide(&id, "deny", "loopback-network");
    let session = Session::open(&world.home, &world.display, &id, None);
    let server = stun(true);
    let thrown = |servers: &[Value]| session.thrown(PUBLIC_ADDRESS, servers);
    let refused = thrown(&[json!(server)]);
    assert!(refused.starts_with("NotAllowedError"), "without the grant: {refused}");
    world.decide(&id, "grant", "unrestricted-network");
    session.wait_for("navigator.unrestrictedNetwork.state === 'granted'");
    let nobody = thrown(&[]);
    assert!(nobody.starts_with("NotFoundError"), "{nobody}");
    let mistake = thrown(&[json!("https://stun.example")]);
    assert!(mistake.starts_with("TypeError"), "{mistake}");
    let near = thrown(&[json!(server)]);
    assert!(
        near.starts_with("InvalidAccessError"),
        "the server is on this machine: {near}"
    );
    // That was a question, and the next one has to wait.
    let soon = thrown(&[json!(server)]);
    assert!(soon.starts_with("QuotaExceededError"), "{soon}");
    drop(session);

    // Another start is another app, as far as the pause goes.
    world.decide(&id, "grant", "loopback-network");
    let session = Session::open(&world.home, &world.display, &id, None);
    let found = session.eval_with(PUBLIC_ADDRESS, &[json!(server)]);
    assert!(found["port"].as_u64().is_some_and(|port| port > 0), "{found}");
    let expected = json!({
        "address": "127.0.0.1", "port": found["port"], "family": "ipv4", "natMapped": false, "server": server,
    });
    assert_eq!(found, expected);
    drop(session);

    let session = Session::open(&world.home, &world.display, &id, None);
    session.eval_with(
        "globalThis.outcome = null;
         navigator.unrestrictedNetwork.publicAddress({ stunServers: args })
           .then(() => { outcome = 'found' }, (error) => { outcome = error.name })",
        &[json!(stun(false)), json!(stun(false))],
    );
    world.decide(&id, "deny", "unrestricted-network");
    let ended = wait::within(REVOCATION, || {
        let outcome = session.eval("return outcome");
        (outcome != Value::Null).then_some(outcome)
    });
    assert_eq!(ended, Some(json!("NotAllowedError")));
}
