//! The apps of `examples/`, and the programs that come with them.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::{fs, thread};

use insula_testkit::{AppBuilder, Running, wait};
use serde_json::{Map, Value};

use crate::World;

fn folder(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples")).join(name)
}

fn manifest(name: &str) -> Map<String, Value> {
    let manifest = fs::read(folder(name).join(".well-known/manifest.webmanifest")).expect("the example's manifest");
    serde_json::from_slice(&manifest).expect("a manifest is an object in JSON")
}

/// An app of `examples/`, with this in the file in which whoever sets it up says what is theirs.
pub fn example(name: &str, file: &str, settings: &Value) -> AppBuilder {
    let mut app = AppBuilder::new(name);
    for (member, value) in manifest(name) {
        app = app.manifest(&member, value);
    }
    for entry in fs::read_dir(folder(name)).expect("the example's folder").flatten() {
        if entry.path().is_file() {
            let content = fs::read(entry.path()).expect("a file of the example");
            app = app.file(&format!("/{}", entry.file_name().display()), content);
        }
    }
    // The title bar is of a colour that no page of theirs has: what is looked for on the screen is the page's.
    app.manifest("theme_color", "#ebebeb".into())
        .file(file, settings.to_string())
}

impl<D> World<D> {
    /// Packs, signs and installs an app of `examples/`, which may reach what is on this machine. Answers with its name.
    pub fn install_example(&self, name: &str) -> String {
        let place = self.home.path("bundles");
        let file = |ending: &str| place.join(format!("{name}.{ending}")).display().to_string();
        let (folder, key, bundle) = (folder(name), file("pem"), file("swbn"));
        self.home.succeed(&["keygen", "-o", &key]);
        self.home
            .succeed(&["pack", &folder.display().to_string(), "--key", &key, "-o", &bundle]);
        self.home.succeed(&["install", &bundle]);
        let app = manifest(name)["name"].as_str().expect("an app has a name").to_owned();
        self.decide(&app, "grant", "loopback-network");
        app
    }
}

/// The program at the other end of an example's connection, which takes orders as somebody types them. It ends with this
/// value.
#[derive(Debug)]
pub struct OtherEnd {
    _process: Running,
    stdin: ChildStdin,
    printed: mpsc::Receiver<String>,
    port: u16,
}

impl OtherEnd {
    /// Starts a program of an example, for Node.js, on a port of this machine that is free.
    pub fn start(example: &str, program: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new("node");
        command
            .arg(folder(example).join(".tools").join(program))
            .args(["--host", "127.0.0.1", "--port", "0"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut process = Running::start(&mut command);
        let stdin = process.child().stdin.take().expect("it was piped");
        let stdout = process.child().stdout.take().expect("it was piped");
        let (prints, printed) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // Whoever reads it may be gone.
                let _ = prints.send(line);
            }
        });
        let mut started = Self {
            _process: process,
            stdin,
            printed,
            port: 0,
        };
        started.port = started.wait_for("listening on ").parse().expect("a port");
        started
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Types a line.
    pub fn order(&mut self, line: &str) {
        writeln!(self.stdin, "{line}").expect("the program takes orders");
    }

    /// Waits until it prints something that begins so, and answers with the rest of the line.
    pub fn wait_for(&self, beginning: &str) -> String {
        loop {
            let line = self.printed.recv_timeout(wait::LONG);
            let line = line.unwrap_or_else(|_| panic!("it never printed “{beginning}”"));
            if let Some(rest) = line.strip_prefix(beginning) {
                return rest.to_owned();
            }
        }
    }
}
