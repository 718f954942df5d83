//! What goes wrong while an app runs: it is said, it stays where it happened, and nothing is left over.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use insula_e2e::World;
use insula_testkit::{AppBuilder, Home, Reply, Running, Site, home, process, tcp::TcpServer, wait};
use serde_json::json;

/// An app that runs a module.
fn app(script: &str) -> AppBuilder {
    AppBuilder::new("Survivor")
        .page("<!doctype html><meta charset=utf-8><title>Survivor</title><body><script type=module src=/main.js></script>")
        .file("/main.js", script)
}

#[test]
fn an_app_that_crashes_is_loaded_again_until_it_keeps_crashing() {
    let world = World::new();
    // Without frames, so that no process for one is just starting: the engine ends with one that is killed then.
    let id = world.install(&app("console.log('loaded')").without_feature("controlled-frame"));
    let mut running = world.home.start(&world.display, &["--console", &id]);
    let loads = || {
        let console = world.home.console();
        console.iter().filter(|line| line["message"] == "loaded").count()
    };
    for time in 1..=4 {
        wait::until_true(&format!("the app loads, time {time}"), || loads() == time);
        running
            .tree()
            .named("WebKitWebProcess")
            .into_iter()
            .for_each(process::kill);
    }
    wait::until_true("the window says that the app keeps crashing", || {
        world.app_window().title.ends_with("This app keeps crashing")
    });
    assert!(
        wait::holds_for(Duration::from_secs(2), || loads() == 4),
        "it was loaded again"
    );
    world.close(&mut running);
}

/// Opens what an app can hold open, then never comes back.
const HANGING: &str = r#"
const socket = new TCPSocket("127.0.0.1", SOCKET);
const { readable } = await socket.opened;
await readable.getReader().read();
const response = await navigator.unrestrictedNetwork.fetch(SITE);
await response.body.getReader().read();
console.log("hanging");
for (;;);
"#;

#[test]
fn an_app_that_hangs_can_be_cut_off_and_closed() {
    let world = World::new();
    let server = TcpServer::endless();
    let site = Site::start(|_| Reply::Endless("text/plain"));
    let script = HANGING
        .replace("SOCKET", &server.port().to_string())
        .replace("SITE", &json!(site.url("/")).to_string());
    let id = world.install(&app(&script).without_feature("direct-sockets"));
    world.decide(&id, "grant", "unrestricted-network");
    world.decide(&id, "grant", "loopback-network");
    let mut running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("hanging");
    let tree = running.tree();
    assert_eq!(server.open(), 1);

    world.decide(&id, "deny", "unrestricted-network");
    let start = Instant::now();
    wait::until_true("its connections end", || server.open() == 0 && site.open() == 0);
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "only after {:?}",
        start.elapsed()
    );

    let permissions = world.open_permissions();
    world.display.close(&permissions);
    wait::until_true("the permissions close", || world.display.dialog().is_none());
    world.close(&mut running);
    tree.wait_for_end();
}

/// Begins everything that an app can begin. The last one waits for the user's word about the local network.
const BUSY: &str = r#"
const [idle, endless] = [IDLE, ENDLESS].map((port) => new TCPSocket("127.0.0.1", port));
await idle.opened;
const { readable } = await endless.opened;
await readable.getReader().read();
const response = await navigator.unrestrictedNetwork.fetch(SITE + "/endless");
await response.body.getReader().read();
navigator.unrestrictedNetwork.fetch(SITE + "/silent").catch(() => {});
// The endless one comes last: it leaves the others of its site, in the same process, little time.
for (const path of ["/silent", "/page", "/endless"]) {
  const frame = document.createElement("controlledframe");
  const begins = new Promise((resolve) => frame.addEventListener("loadstart", resolve, { once: true }));
  frame.src = SITE + path;
  document.body.append(frame);
  await begins;
  if (path === "/page") {
    await new Promise((resolve) => frame.addEventListener("loadstop", resolve, { once: true }));
    frame.executeScript({ code: "new Promise(() => {})" }).catch(() => {});
  }
}
new TCPSocket("192.168.0.1", 9).opened.catch(() => {});
console.log("busy");
"#;

#[test]
fn an_app_that_ends_in_the_middle_of_everything_leaves_nothing() {
    for closed in [true, false] {
        let world = World::new();
        let (idle, endless) = (TcpServer::sink(), TcpServer::endless());
        let site = Site::start(|request| match request.path() {
            "/endless" => Reply::Endless("text/html"),
            "/silent" => Reply::Silence,
            _ => Reply::html("<!doctype html><title>Page</title>"),
        });
        let script = BUSY
            .replace("IDLE", &idle.port().to_string())
            .replace("ENDLESS", &endless.port().to_string())
            .replace("SITE", &json!(site.url("")).to_string());
        let id = world.install(&app(&script));
        world.decide(&id, "grant", "unrestricted-network");
        world.decide(&id, "grant", "loopback-network");
        let mut running = world.home.start(&world.display, &["--console", &id]);
        world.home.wait_for_message("busy");
        let prompt = world.display.wait_for_dialog();
        let tree = running.tree();
        assert!(tree.named("WebKitWebProcess").len() > 1, "the frames have a process");
        if closed {
            world.display.close(&prompt);
            wait::until_true("the question closes", || world.display.dialog().is_none());
            world.close(&mut running);
        } else {
            process::terminate(running.id());
        }
        tree.wait_for_end();
        wait::until_true("every connection ends", || {
            idle.open() == 0 && endless.open() == 0 && site.open() == 0
        });
        assert!(world.display.windows().is_empty());
    }
}

#[test]
fn of_several_that_start_an_app_at_once_one_runs_it() {
    let world = World::new();
    let file = AppBuilder::new("Once").write_bundle(&world.home.path("bundles"));
    let file = file.display().to_string();
    // It is not installed yet: all of them try that too.
    let mut all: Vec<Running> = (0..4)
        .map(|_| {
            let mut command = world.home.command(&["run", &file]);
            Running::start(command.env("DISPLAY", world.display.name()))
        })
        .collect();
    let mut ended = || -> Vec<_> {
        all.iter_mut()
            .filter_map(|running| running.child().try_wait().ok()?)
            .collect()
    };
    wait::until_true("all but one end", || ended().len() == 3);
    assert!(ended().iter().all(|status| status.success()), "{:?}", ended());
    world.app_window();
    assert_eq!((ended().len(), world.display.windows().len()), (3, 1));
}

/// Asks the network every now and then, and says what it finds when that changes.
const WATCHING: &str = r#"
const socket = new TCPSocket("127.0.0.1", SOCKET);
await socket.opened;
socket.closed.then(() => console.log("socket: closed"), (error) => console.log(`socket: ${error.name}`));
console.log("open");
for (;;) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  const page = await fetch("/").then((response) => response.status, (error) => error.name);
  console.log(`now: ${navigator.unrestrictedNetwork.state} ${page}`);
}
"#;

#[test]
fn a_data_folder_that_is_deleted_takes_the_grants_with_it_and_nothing_else() {
    let world = World::new();
    let server = TcpServer::sink();
    let id = world.install(&app(&WATCHING.replace("SOCKET", &server.port().to_string())));
    world.decide(&id, "grant", "unrestricted-network");
    world.decide(&id, "grant", "loopback-network");
    let mut running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("open");
    // The engine may be writing in it meanwhile.
    wait::until_true("the folder is deleted", || {
        fs::remove_dir_all(world.home.data()).is_ok() || !world.home.data().exists()
    });
    wait::until_true("its connection ends", || server.open() == 0);
    assert!(world.home.wait_for_message("socket: ").ends_with("Error"));
    let latest = || world.home.console().pop().unwrap_or_default()["message"].clone();
    wait::until_true("nothing is granted, and the app still runs", || {
        latest() == "now: prompt 200" || latest() == "now: denied 200"
    });
    let complaints = || {
        let said = world.home.log("stderr");
        said.lines()
            .filter(|line| line.contains("decisions cannot be read"))
            .count()
    };
    // The page may have asked before it was sure that they cannot be read for good.
    wait::until_true("the administrator is told why", || complaints() > 0);
    assert!(
        wait::holds_for(Duration::from_secs(2), || complaints() == 1),
        "said again and again: {}",
        world.home.log("stderr")
    );
    world.close(&mut running);
    let again = world.home.run(&["run", &id]);
    assert!(again.code != 0 && again.stderr.contains("no app"), "{again:?}");
}

/// An app's data on a disk of its own, which is as small as a test needs.
struct SmallDisk {
    root: PathBuf,
}

impl SmallDisk {
    /// Moves what a user has to a disk of so many bytes, which the program mounts for itself.
    fn prepare(home: &mut Home, bytes: usize) {
        let (seed, data) = (home.path("seed"), home.data());
        fs::remove_dir(&seed).expect("it is empty");
        fs::rename(&data, &seed).expect("the data can be moved");
        let (seed, data, program) = (seed.display(), home.data(), home::program());
        let script = home.path("small-disk").join("insula");
        let text = format!(
            "#!/bin/sh\nexec bwrap --dev-bind / / --size {bytes} --tmpfs {data} -- \\\n\
             sh -c 'cp -a {seed}/. {data}/ && exec {program} \"$@\"' insula \"$@\"\n",
            data = data.display(),
            program = program.display(),
        );
        fs::write(&script, text).expect("a script");
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("a script that runs");
        home.set_program(script);
    }

    /// The disk of the program that runs now.
    fn of(running: &Running, data: &Path) -> Self {
        let program = wait::until("the program runs", || running.tree().named("insula").pop());
        let data = data.strip_prefix("/").expect("an absolute path");
        Self {
            root: PathBuf::from(format!("/proc/{program}/root")).join(data),
        }
    }

    /// Leaves no byte free.
    fn fill(&self) {
        use std::io::Write;
        let mut file = fs::File::create(self.root.join("filler")).expect("a file on the disk");
        for size in [4096, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }

    fn free(&self) {
        fs::remove_file(self.root.join("filler")).expect("the file can go");
    }
}

const ASKING: &str = r#"
globalThis.ask = async (times) => {
  for (let time = 1; time <= times; time++) {
    const outcome = await new TCPSocket("127.0.0.1", SOCKET).opened.then(() => "open", (error) => error.name);
    console.log(`answer ${time}: ${navigator.unrestrictedNetwork.state} ${outcome}`);
  }
};
console.log("asking");
await ask(2);
"#;

#[test]
fn a_decision_for_which_the_disk_has_no_room_is_not_made() {
    let mut world = World::new();
    let server = TcpServer::sink();
    let id = world.install(&app(&ASKING.replace("SOCKET", &server.port().to_string())));
    world.decide(&id, "grant", "unrestricted-network");
    SmallDisk::prepare(&mut world.home, 8 << 20);
    let mut running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("asking");
    let disk = SmallDisk::of(&running, &world.home.data());
    world.display.wait_for_dialog();
    disk.fill();
    world.display.key("alt+a");
    let answer = world.home.wait_for_message("answer 1: ");
    assert_eq!(
        answer, "granted InvalidAccessError",
        "what was decided before still counts"
    );
    assert_eq!(server.accepted(), 0);
    let said = world.home.log("stderr");
    assert!(said.contains("was not kept") && said.contains("no room"), "{said}");

    // The user is told before anything else is asked.
    world.display.wait_for_dialog();
    world.display.key("Escape");
    let told = wait::holds_for(Duration::from_millis(500), || {
        !world.home.log("stdout").contains("answer 2")
    });
    assert!(told, "the next question was closed");
    world.display.wait_for_dialog();
    disk.free();
    world.display.key("alt+a");
    assert_eq!(world.home.wait_for_message("answer 2: "), "granted open");
    world.close(&mut running);
}

/// Stores more than there is room for, says how that ended, and waits for room.
const STORING: &str = r#"
const open = indexedDB.open("things", 1);
open.onupgradeneeded = () => open.result.createObjectStore("things");
await new Promise((resolve, reject) => { open.onsuccess = resolve; open.onerror = reject });
const put = (key, bytes) => new Promise((resolve) => {
  const transaction = open.result.transaction("things", "readwrite", { durability: "strict" });
  transaction.objectStore("things").put(new Uint8Array(bytes).fill(key), key);
  transaction.oncomplete = () => resolve("stored");
  transaction.onabort = () => resolve(transaction.error?.name ?? "aborted");
});
const get = (key) => new Promise((resolve) => {
  const request = open.result.transaction("things").objectStore("things").get(key);
  request.onsuccess = () => resolve(request.result?.length ?? "nothing");
  request.onerror = () => resolve(request.error.name);
});
console.log(`small: ${await put(1, 1000)}`);
await new Promise((resolve) => { globalThis.onkeydown = resolve });
console.log(`large: ${await put(2, 1 << 20)}`);
console.log(`kept: ${await get(1)}`);
await new Promise((resolve) => { globalThis.onkeydown = resolve });
console.log(`again: ${await put(3, 1 << 20)}`);
"#;

#[test]
fn a_page_is_told_when_the_disk_is_full_and_keeps_what_it_had() {
    let mut world = World::new();
    let id = world.install(&app(STORING));
    SmallDisk::prepare(&mut world.home, 12 << 20);
    let mut running = world.home.start(&world.display, &["--console", &id]);
    assert_eq!(world.home.wait_for_message("small: "), "stored");
    let disk = SmallDisk::of(&running, &world.home.data());
    let window = world.app_window();
    world.display.wait_for_focus(&window);
    disk.fill();
    world.display.key("space");
    // Which error the transaction has is the engine's affair: some versions give none.
    assert_ne!(world.home.wait_for_message("large: "), "stored");
    assert_eq!(world.home.wait_for_message("kept: "), "1000");
    disk.free();
    world.display.key("space");
    assert_eq!(world.home.wait_for_message("again: "), "stored");
    world.close(&mut running);
}

#[test]
fn a_service_manager_ends_an_app_as_closing_its_window_does_but_asks_nobody() {
    let world = World::new();
    let script = "addEventListener('beforeunload', (event) => event.preventDefault());
                  addEventListener('keydown', () => {
                    localStorage.typed = 'kept';
                    document.title = 'result: typed';
                  });
                  document.title = `result: ${localStorage.typed}`";
    let id = world.install(&app(script));
    let start = || world.home.start(&world.display, &[&id]);
    let mut running = start();
    world.wait_for_title("result: undefined");
    // After that the page has something to lose.
    world.display.wait_for_focus(&world.app_window());
    world.display.key("a");
    world.wait_for_title("result: typed");
    let process = running.id().to_string();
    let sent = std::process::Command::new("kill").args(["-TERM", &process]).status();
    assert!(sent.expect("kill runs").success());
    let status = wait::until("the program ends", || running.child().try_wait().ok()?);
    assert!(status.success(), "{status}");
    let notes = world.home.path("home/run/.flatpak");
    let left: Vec<_> = notes.read_dir().expect("a folder").collect();
    assert!(left.is_empty(), "{left:?}");
    let _running = start();
    world.wait_for_title("result: kept");
}
