//! A session bus of one's own.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::process::Running;

/// A bus that nobody else is on. It ends with this value.
#[derive(Debug)]
pub struct Bus {
    _daemon: Running,
    address: String,
}

/// What a program tells on a bus from now on. It ends with this value.
#[derive(Debug)]
pub struct Told {
    _monitor: Running,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Told {
    /// The signals that have come, as `gdbus monitor` writes them, a line each.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().expect("nobody fails with the lock").clone()
    }
}

impl Bus {
    /// Starts a bus. Panics if dbus-daemon is missing.
    pub fn start() -> Self {
        let mut command = Command::new("dbus-daemon");
        command
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut daemon = Running::start(&mut command);
        let mut address = String::new();
        let stdout = daemon.child().stdout.take().expect("it was piped");
        BufReader::new(stdout)
            .read_line(&mut address)
            .expect("the bus names its address");
        Self {
            _daemon: daemon,
            address: address.trim().to_owned(),
        }
    }

    /// What `DBUS_SESSION_BUS_ADDRESS` is to be.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Listens to the signals of the program that has, or will have, a name.
    pub fn listen(&self, name: &str) -> Told {
        let mut command = Command::new("gdbus");
        command
            .args(["monitor", "--session", "--dest", name])
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .stdout(Stdio::piped());
        let mut monitor = Running::start(&mut command);
        let stdout = monitor.child().stdout.take().expect("it was piped");
        let lines = Arc::<Mutex<Vec<String>>>::default();
        let mut heard = BufReader::new(stdout).lines();
        // It says first that it listens.
        heard.next();
        thread::spawn({
            let lines = lines.clone();
            move || {
                for line in heard.map_while(Result::ok) {
                    lines.lock().expect("nobody fails with the lock").push(line);
                }
            }
        });
        Told {
            _monitor: monitor,
            lines,
        }
    }

    /// Calls a method as other programs do. Answers with the text of what it returns.
    ///
    /// # Errors
    /// What the method failed with.
    pub fn call(&self, name: &str, path: &str, method: &str, arguments: &[&str]) -> Result<String, String> {
        let output = Command::new("gdbus")
            .args([
                "call",
                "--session",
                "--dest",
                name,
                "--object-path",
                path,
                "--method",
                method,
            ])
            .args(arguments)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .output();
        let output = output.unwrap_or_else(|error| panic!("gdbus does not start ({error}): run ./x setup"));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        match output.status.success() {
            true => Ok(text(&output.stdout)),
            false => Err(text(&output.stderr)),
        }
    }
}
