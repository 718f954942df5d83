//! What a developer has: an app to begin with, its test, and an app that is loaded again when it is changed.

use std::fs;
use std::path::Path;
use std::process::Command;

use insula_e2e::World;
use insula_testkit::tcp::ClosedPort;
use insula_testkit::{Reply, Running, Site, process, program, wait};
use serde_json::{Value, json};

#[test]
fn a_new_app_is_valid_and_passes_its_own_test() {
    let world = World::new();
    let folder = world.home.path("work").join("my \"app\"");
    let shown = folder.display().to_string();
    world.home.succeed(&["new", &shown, "--name", "Feeds & <more>"]);
    assert_eq!(world.home.run(&["new", &shown]).code, 2, "it is not overwritten");

    let key = world.home.path("work").join("key.pem").display().to_string();
    let bundle = world.home.path("work").join("app.swbn").display().to_string();
    world.home.succeed(&["keygen", "-o", &key]);
    let packed = world.home.succeed(&["pack", &shown, "--key", &key, "-o", &bundle]);
    assert_eq!(packed.stderr, "", "nothing to warn of");
    world.home.succeed(&["install", &bundle]);

    // As its developer runs it, with the program where it is.
    let mut test = Command::new("node");
    world.home.environment(&mut test);
    test.arg(folder.join(".tools/test.mjs"))
        .env("INSULA", program())
        .env("DISPLAY", world.display.name());
    let output = test.output().expect("node runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.trim_end().ends_with("ok"), "{output:?}");
}

#[test]
fn an_app_is_loaded_again_when_something_in_its_folder_changes() {
    let world = World::new();
    let folder = world.home.path("work/app");
    fs::remove_dir(&folder).expect("it is empty");
    let shown = folder.display().to_string();
    world.home.succeed(&["new", &shown]);
    world.decide(&shown, "deny", "unrestricted-network");
    fs::write(folder.join("app.js"), "document.title = 'result: 1'").expect("a script");
    let mut running = world.home.start_verb(&world.display, &["dev", &shown]);
    assert_eq!(world.wait_for_title("result: "), "1");
    let shows = |title: &str| {
        wait::until(title, || world.app_window().title.ends_with(title).then_some(()));
    };
    fs::write(folder.join("app.js"), "import '/parts/second.js'").expect("a script");
    fs::create_dir(folder.join("parts")).expect("a folder");
    fs::write(folder.join("parts/second.js"), "document.title = 'result: 2'").expect("a script");
    shows("result: 2");
    // In a folder that was not there at first.
    fs::write(folder.join("parts/second.js"), "document.title = 'result: 3'").expect("a script");
    shows("result: 3");
    world.close(&mut running);
}

/// What its developer has of an app: a page that loads itself again when its server says so, and reports what it sees.
const PAGE: &str = r#"<!doctype html>
<meta charset="utf-8">
<link rel="stylesheet" href="/style.css">
<script type="module" src="/client.js"></script>
<script type="module" src="/app.js"></script>
"#;

const MANIFEST: &str = r#"{ "name": "Served", "version": "0.1", "start_url": "/", "icons": [{ "src": "/icon.svg" }] }"#;

const ICON: &str =
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><rect width='9' height='9' fill='#c03060'/></svg>";

/// A worker as Vite has them from its developer's server.
const WORKER: &str = "postMessage([import.meta.url.split('/').pop(), location.search, typeof TCPSocket])";

/// Asks the server for what servers have, and says what came of it.
const CHECKS: &str = r"
const read = async (path, options) => {
    try {
        const response = await fetch(path, options);
        return [response.status, await response.text()];
    } catch (error) {
        return error.name;
    }
};
const length = async (path) => {
    let length = 0;
    for (const reader = (await fetch(path)).body.getReader(); ; ) {
        const { done, value } = await reader.read();
        if (done) {
            return length;
        }
        length += value.length;
    }
};
const throws = (work) => {
    try {
        work();
        return null;
    } catch (error) {
        return error.name;
    }
};
const policy = trustedTypes.createPolicy('checks', { createScriptURL: (url) => url });
const said = (url) => new Promise((resolve) => {
    const worker = new Worker(policy.createScriptURL(url), { type: 'module' });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => resolve(message);
});
console.log('checks: ' + JSON.stringify({
    protocol: location.protocol,
    isolated: crossOriginIsolated,
    color: getComputedStyle(document.documentElement).color,
    eval: throws(() => eval('1')),
    headers: JSON.parse((await read('/headers?a=1&b=%20', { headers: { 'X-Own': '1', Accept: 'text/plain' } }))[1]),
    range: await read('/numbers', { headers: { Range: 'bytes=2-4' } }),
    coded: await read('/coded'),
    moved: await read('/moved'),
    away: await read('/away'),
    missing: await read('/missing'),
    post: (await read('/headers', { method: 'POST', body: 'a' }))[0],
    head: await read('/style.css', { method: 'HEAD' }),
    large: await length('/large'),
    worker: await said('/worker.js?worker_file&type=module'),
    lost: await said('/none.js'),
}));
";

/// A developer's server, as `developing/server.mjs` is one.
fn serve(folder: &Path, port: u16) -> (Running, u16) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/developing/server.mjs");
    let server = Running::start(Command::new("node").arg(script).arg(folder).arg(port.to_string()));
    let port = wait::until("the server listens", || process::listening_port(server.id()));
    (server, port)
}

/// A page that counts how often it was shown, and says so beside a word.
fn saying(word: &str) -> String {
    format!(
        "localStorage.shown = Number(localStorage.shown ?? 0) + 1;
         document.title = `result: {word} ${{localStorage.shown}}`;"
    )
}

#[test]
fn an_isolated_app_comes_from_its_developers_server_which_says_when_it_has_changed() {
    let world = World::new();
    let folder = world.home.path("work/app");
    for (name, content) in [
        (".well-known/manifest.webmanifest", MANIFEST),
        ("index.html", PAGE),
        ("style.css", "html { color: rgb(1, 2, 3) }"),
        ("icon.svg", ICON),
        ("sub/index.html", "sub"),
        ("worker.js", WORKER),
    ] {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    }
    let write = |name: &str, content: &str| fs::write(folder.join(name), content).expect("a file");
    write("app.js", &format!("{}\n{CHECKS}", saying("first")));
    let (server, port) = serve(&folder, 0);
    let url = format!("http://localhost:{port}");
    // As Vite's: where the page comes from there may be no server.
    let client = format!(
        "const connect = (host, otherwise) => {{
             const socket = new WebSocket(`ws://${{host}}/`);
             socket.onopen = () => console.log('connected: ' + host);
             socket.onmessage = () => location.reload();
             socket.onerror = otherwise;
         }};
         connect(new URL(import.meta.url).host, () => connect('localhost:{port}', null));"
    );
    write("client.js", &client);

    let mut running = world.home.start_verb(&world.display, &["dev", &url]);
    assert_eq!(world.wait_for_title("result: "), "first 1");
    let told = world.home.log("stderr");
    assert!(
        told.contains(&format!("note: `{url}` is run as the Isolated Web App ")),
        "{told}"
    );

    let mut checks: Value = serde_json::from_str(&world.home.wait_for_message("checks: ")).expect("it is JSON");
    let headers = checks["headers"].take();
    assert_eq!(
        checks,
        json!({
            "protocol": "isolated-app:",
            "isolated": true,
            "color": "rgb(1, 2, 3)",
            "eval": "EvalError",
            "headers": null,
            "range": [206, "234"],
            "coded": [200, "coded"],
            "moved": [200, "sub"],
            "away": "TypeError",
            "missing": [404, "not found"],
            "post": 405,
            "head": [200, ""],
            "large": 32 << 20,
            "worker": ["worker.js?worker_file&type=module", "?worker_file&type=module", "function"],
        })
    );
    assert_eq!(
        [
            &headers["url"],
            &headers["accept"],
            &headers["x-own"],
            &headers["cookie"]
        ],
        [
            &json!("/headers?a=1&b=%20"),
            &json!("text/plain"),
            &Value::Null,
            &Value::Null
        ]
    );

    // The server's own WebSocket says that something has changed.
    assert_eq!(world.home.wait_for_message("connected: "), format!("localhost:{port}"));
    let shows = |title: &str| {
        wait::until(title, || world.app_window().title.ends_with(title).then_some(()));
    };
    write("app.js", &saying("second"));
    wait::until("the page is loaded again", || {
        world.app_window().title.contains("result: second").then_some(())
    });

    // A server that is away is missed in words, and tried again.
    drop(server);
    world.home.succeed(&["control", &url, "reload"]);
    shows("Served cannot be reached");
    let (server, _) = serve(&folder, port);
    world.display.wait_for_focus(&world.app_window());
    world.display.settled();
    world.display.key("Tab");
    world.display.key("Return");
    wait::until("the page is there again", || {
        world.app_window().title.contains("result: second").then_some(())
    });
    world.close(&mut running);

    // What it stored is there again, and goes when its developer says so.
    write("app.js", &saying("third"));
    let mut running = world.home.start_verb(&world.display, &["dev", &url]);
    let shown = world.wait_for_title("result: third ");
    assert!(shown.parse::<u32>().is_ok_and(|shown| shown > 3), "{shown}");
    world.close(&mut running);
    world.home.succeed(&["permissions", &url, "deny", "camera"]);
    let removed = world.home.succeed(&["uninstall", &url]);
    assert!(
        removed.stdout.starts_with("Removed what http://localhost"),
        "{removed:?}"
    );
    assert_ne!(
        world.home.run(&["permissions", &url]).code,
        0,
        "there is no such app any more"
    );
    drop(server);
}

#[test]
fn what_a_server_is_run_as_depends_on_what_it_has_and_is_said() {
    let world = World::new();
    let refused = |arguments: &[&str], expected: &str| {
        let outcome = world.home.run(&[&["dev"], arguments].concat());
        assert_eq!(outcome.code, 2, "{outcome:?}");
        assert!(outcome.stderr.contains(expected), "{expected}: {outcome:?}");
    };
    refused(
        &["--as", "isolated", "http://localhost/app/"],
        "more than a scheme, a host and a port",
    );
    refused(
        &["--as", "isolated", "http://me@localhost/"],
        "a user's name or password",
    );
    refused(
        &["--as", "isolated", "http://192.0.2.1/"],
        "neither https nor on this machine",
    );
    let folder = world.home.path("work");
    refused(
        &["--as", "site", &folder.display().to_string()],
        "`--as` is about addresses",
    );

    let closed = ClosedPort::new();
    refused(
        &[&format!("http://localhost:{}", closed.port())],
        "start your server first",
    );

    let site = Site::start(|request| match request.path() {
        "/plain/" => Reply::html("no app"),
        "/.well-known/manifest.webmanifest"
            if request.header("host").is_some_and(|host| host.starts_with("localhost")) =>
        {
            Reply::text("").status(503)
        }
        _ => Reply::not_found(),
    });
    refused(
        &[&site.url("/")],
        "is run as a site: `/.well-known/manifest.webmanifest` is answered with status 404",
    );
    refused(
        &[&site.url("/plain/")],
        "is run as a site: it has more than a scheme, a host and a port",
    );
    refused(
        &[&format!("http://localhost:{}", site.port())],
        "`--as site` runs it as a site",
    );
    refused(
        &["--as", "isolated", &site.url("/")],
        "`/.well-known/manifest.webmanifest`, where its manifest has to be, is answered with status 404",
    );
    let asked = site.requests_for("/.well-known/manifest.webmanifest").len();
    assert_eq!(asked, 3, "what is no server's address is not asked for");
}
