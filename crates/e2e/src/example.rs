//! The apps of `examples/`, and the programs that come with them.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::{fs, thread};

use insula_testkit::{Running, wait};
use serde_json::Value;

use crate::World;

fn folder(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples")).join(name)
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
        let manifest = fs::read_to_string(folder.join(".well-known/manifest.webmanifest")).expect("a manifest");
        let manifest: Value = serde_json::from_str(&manifest).expect("a manifest is JSON");
        let app = manifest["name"].as_str().expect("an app has a name").to_owned();
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
