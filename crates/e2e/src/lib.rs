//! What the stories in `tests/` share: a user with a display, and apps with frames.

#![warn(missing_docs)]

mod example;

pub use example::{OtherEnd, example};

use std::fs;
use std::path::{Path, PathBuf};

use insula_testkit::{
    Accessible, AppBuilder, AssistiveTechnology, Display, Home, Running, Session, Site, WaylandDisplay, Window, wait,
};
use serde_json::{Value, json};

/// A user of Insula, in front of a display: an X server, where nothing else is said.
#[derive(Debug)]
pub struct World<D = Display> {
    /// The user's folders.
    pub home: Home,
    /// The user's display.
    pub display: D,
}

impl World<WaylandDisplay> {
    /// An ordinary user of a Wayland desktop, who has no apps yet.
    pub fn on_wayland() -> Self {
        let mut home = Home::new();
        home.be_ordinary();
        Self {
            home,
            display: WaylandDisplay::start(),
        }
    }
}

impl<D> World<D> {
    /// Packs, signs and installs an app. Answers with its id. One with frames may show what is on this machine, where all
    /// sites of the tests are: otherwise the user would be asked about each.
    pub fn install(&self, app: &AppBuilder) -> String {
        let id = self.install_undecided(app);
        if app.has_frames() {
            self.decide(&id, "grant", "loopback-network");
        }
        id
    }

    /// The same, with everything for the user to decide.
    pub fn install_undecided(&self, app: &AppBuilder) -> String {
        let file = app.write_bundle(&self.home.path("bundles"));
        self.home.succeed(&["install", &file.display().to_string()]);
        app.id()
    }

    /// The version of the engine, where tests differ by what it can: major and minor.
    pub fn engine(&self) -> (u32, u32) {
        let checks = self.home.run(&["doctor", "--json"]).json();
        let version = checks.as_array().and_then(|checks| {
            let webkit = checks.iter().find(|check| check["name"] == "WebKitGTK")?;
            let mut numbers = webkit["detail"].as_str()?.split('.').map(str::parse);
            Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
        });
        version.unwrap_or_else(|| panic!("doctor names no engine: {checks}"))
    }

    /// Decides about a permission from outside of the app; `verb` is `grant`, `deny` or `reset`.
    pub fn decide(&self, app: &str, verb: &str, permission: &str) {
        self.home.succeed(&["permissions", app, verb, permission]);
    }

    /// What is decided about a permission, as `insula permissions --json` says.
    pub fn decision(&self, app: &str, name: &str) -> Value {
        let listed = self.home.succeed(&["permissions", app, "--json"]).json();
        let rows = listed.as_array().expect("`permissions --json` lists rows");
        let found = rows.iter().find(|row| row["name"] == name);
        found.map_or(Value::Null, |row| row["state"].clone())
    }
}

impl World {
    /// A user who has no apps yet.
    pub fn new() -> Self {
        Self {
            home: Home::new(),
            display: Display::start(),
        }
    }

    /// Installs an app and opens it.
    pub fn open(&self, app: &AppBuilder) -> Session<'_> {
        Session::open(&self.home, &self.display, &self.install(app), None)
    }

    /// Runs an installed app as a user does until its title begins with `result: `; closes its window then and answers
    /// the rest, which is JSON.
    ///
    /// WebDriver gives the pages that it drives a profile of its own, and to print its console an app's frames keep on disk
    /// what is in memory otherwise: what an app and its frames keep is tested this way.
    pub fn result_of(&self, app: &str) -> Value {
        self.result_of_after(app, || ())
    }

    /// The same, doing something before the window is closed.
    pub fn result_of_after(&self, app: &str, before_close: impl FnOnce()) -> Value {
        let mut running = self.home.start(&self.display, &[app]);
        let result = self.wait_for_title("result: ");
        before_close();
        self.close(&mut running);
        serde_json::from_str(&result).unwrap_or_else(|error| panic!("the result is no JSON ({error}): {result}"))
    }

    /// Waits until the page of the only app that runs has a title that begins so, and answers with the rest of it.
    pub fn wait_for_title(&self, beginning: &str) -> String {
        let rest = wait::within(wait::LONG, || {
            let title = self
                .display
                .windows()
                .into_iter()
                .find(|window| !window.is_dialog)?
                .title;
            // Before it comes the app's name.
            title
                .split_once(&format!(" – {beginning}"))
                .map(|(_, rest)| rest.to_owned())
        });
        rest.unwrap_or_else(|| {
            let path = insula_testkit::session::save_failure(&self.display.screenshot());
            panic!(
                "the title never was “{beginning}”; see {path}: {}",
                self.home.log("stderr")
            )
        })
    }

    /// Closes the window of the only app that runs, and waits until the program has ended well.
    pub fn close(&self, running: &mut Running) {
        self.display.close(&self.app_window());
        let status = wait::until("the program ends when its window closes", || {
            running.child().try_wait().ok()?
        });
        assert!(status.success(), "{status}: {}", self.home.log("stderr"));
    }

    /// Opens Permissions in the app menu of the only app that runs, as a user does with the keyboard.
    pub fn open_permissions(&self) -> Window {
        self.display.wait_for_focus(&self.app_window());
        self.display.key("F10");
        // It is the first entry, which has the keyboard when the menu opens.
        self.display.settled();
        self.display.key("Return");
        let dialog = self.display.wait_for_dialog();
        // Keys that come before it has the focus, or before it is drawn, are lost.
        self.display.wait_for_focus(&dialog);
        self.display.settled();
        dialog
    }

    /// Goes on with the Tab key until what a screen reader calls so has the keyboard. Panics if nothing that can be reached
    /// is called so.
    pub fn tab_to(&self, reader: &AssistiveTechnology, name: &str) {
        let mut seen = Vec::new();
        for _ in 0..80 {
            let focused: Vec<String> = reader.programs().iter().flat_map(focused_in).collect();
            if focused.iter().any(|focused| focused == name) {
                return;
            }
            seen.push(focused);
            self.display.key("Tab");
            self.display.settled();
        }
        panic!("“{name}” is not reached: {seen:?}");
    }

    /// The window of the only app that runs, once it is open.
    pub fn app_window(&self) -> Window {
        wait::until("the app has a window", || {
            self.display.windows().into_iter().find(|window| !window.is_dialog)
        })
    }

    /// Gives the user a program for addresses of these schemes, which writes what it is to open into a file, a line each,
    /// and its environment into another beside it, `.environment`. Answers with the file.
    pub fn install_opener(&self, schemes: &[&str]) -> PathBuf {
        let opened = self.home.path("home").join("opened");
        let types: Vec<String> = schemes
            .iter()
            .map(|scheme| format!("x-scheme-handler/{scheme}"))
            .collect();
        let program = format!(
            "[Desktop Entry]\nType=Application\nName=Opener\nMimeType={};\n\
             Exec=sh -c 'env > {1}.environment; echo \"$1\" >> {1}' sh %u\n",
            types.join(";"),
            opened.display()
        );
        let defaults: String = types.iter().map(|name| format!("{name}=opener.desktop\n")).collect();
        let (programs, config) = (self.home.path("home/share/applications"), self.home.path("home/config"));
        fs::write(programs.join("opener.desktop"), program).expect("the program is installed");
        fs::write(
            config.join("mimeapps.list"),
            format!("[Default Applications]\n{defaults}"),
        )
        .expect("it is the default one");
        opened
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// What the things that have the keyboard are called.
fn focused_in(inside: &Accessible) -> Vec<String> {
    let own = inside.is_focused.then(|| inside.name.clone());
    own.into_iter()
        .chain(inside.children.iter().flat_map(focused_in))
        .collect()
}

/// Puts a `bwrap` into a folder that may not make a sandbox, as in a container.
pub fn forbid_sandboxes(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let program = folder.join("bwrap");
    let script = "#!/bin/sh\necho 'bwrap: Creating new namespace failed: Operation not permitted' >&2\nexit 1\n";
    fs::write(&program, script).expect("a program");
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).expect("it can be executed");
}

/// The files of a folder, and of all in it, that have these bytes in them.
pub fn files_with(folder: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_with(&path, bytes));
        } else if fs::read(&path).is_ok_and(|content| content.windows(bytes.len()).any(|window| window == bytes)) {
            found.push(path);
        }
    }
    found
}

/// An app with this in its page, and a script that notes the events of every frame in `log`: their type, and of their
/// fields what they have.
pub fn app_with_frames(body: &str) -> AppBuilder {
    let page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Frames</title>\
         <style>body {{ margin: 0 }} controlledframe {{ display: block; width: 400px; height: 300px }}</style>\
         <script src=/log.js></script><body>{body}"
    );
    AppBuilder::new("Frames").page(&page).file("/log.js", EVENT_LOG)
}

/// An app that shows a page in a frame, waits until that page's own scripts have put something into `data-found` of the root
/// element, and hands it as `found` to what is done then, of which the value is the [result](World::result_of).
pub fn app_that_asks_its_frame(url: &str, then: &str) -> AppBuilder {
    let script = ASK.replace("URL", &json!(url).to_string()).replace("THEN", then);
    app_with_frames("<controlledframe></controlledframe><script type=module src=/ask.js></script>")
        .file("/ask.js", script)
}

const ASK: &str = r#"
const frame = document.querySelector("controlledframe");
const happens = (type) => new Promise((resolve) => frame.addEventListener(type, resolve, { once: true }));
const loaded = happens("loadstop");
frame.src = URL;
await loaded;
const found = JSON.parse(await frame.executeScript({ code: `
  new Promise((resolve) => {
    const look = () => {
      const { found } = document.documentElement.dataset;
      if (found) resolve(found);
      else setTimeout(look, 20);
    };
    look();
  })` }));
const result = await (async () => { THEN })();
document.title = "result: " + JSON.stringify(result);
"#;

const EVENT_LOG: &str = r#"
globalThis.log = [];
for (const type of ["loadstart", "loadcommit", "contentload", "loadstop", "loadabort"]) {
  addEventListener(type, ({ type, target, url, isTopLevel, code, reason }) => {
    log.push({ type, id: target.id, url, isTopLevel, code, reason });
  }, true);
}
globalThis.types = () => log.map(({ type }) => type);
globalThis.has = (type, id = "") => log.some((event) => event.type === type && (!id || event.id === id));
globalThis.inFrame = (code) => document.querySelector("controlledframe").executeScript({ code });
"#;

/// Points the first frame of an app's page to a URL and waits until it has loaded.
pub fn load(session: &Session<'_>, url: &str) {
    session.eval_with(
        "log.length = 0; document.querySelector('controlledframe').src = args[0]",
        &[json!(url)],
    );
    session.until_true(&format!("{url} loads in the frame"), || {
        session.eval("return has('loadstop') || has('loadabort')") == true
    });
    assert_eq!(
        session.eval("return has('loadabort') ? log : 'loaded'"),
        "loaded",
        "{url}"
    );
}

/// Runs a script in the first frame and answers its value.
pub fn in_frame(session: &Session<'_>, code: &str) -> Value {
    session.eval_with("return await inFrame(args[0])", &[json!(code)])
}

/// The same, in an app that has no script of ours; `null` as long as there is no page.
pub fn in_first_frame(session: &Session<'_>, code: &str) -> Value {
    let script = "return await document.querySelector('controlledframe').executeScript({ code: args[0] })";
    session.try_eval(script, &[json!(code)]).unwrap_or_default()
}

/// A site with one page: a plain colour all over, and what is put into its body.
pub fn plain_site(colour: &str, body: &str) -> Site {
    let page = format!(
        "<!doctype html><meta charset=utf-8><title>Plain</title><style>html {{ background: {colour} }} \
         body {{ margin: 0 }}</style><body>{body}"
    );
    Site::start(move |_| insula_testkit::Reply::html(page.clone()))
}
