//! A WebDriver client, as much of it as WebKit's driver answers for GTK 4.
//!
//! The driver cannot make input on this toolkit; clicks and keys come from [`Display`](crate::Display).

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::process::{ProcessTree, Running};
use crate::{process, wait};

/// A driver with one session.
#[derive(Debug)]
pub struct WebDriver {
    driver: Running,
    port: u16,
    session: String,
}

/// An error that the driver or a script answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriverError {
    /// WebDriver's code, such as `javascript error`.
    pub code: String,
    /// What it says about it.
    pub message: String,
}

/// Scripts that take longer have failed.
const SCRIPT_TIMEOUT: Duration = Duration::from_secs(60);

impl WebDriver {
    /// Starts the driver and lets it start a program. `prepare` sets the environment that the program inherits.
    ///
    /// # Errors
    /// The program did not begin a session.
    pub fn start(
        program: &Path,
        arguments: &[impl AsRef<OsStr>],
        prepare: impl FnOnce(&mut Command),
    ) -> Result<Self, DriverError> {
        let mut command = Command::new("WebKitWebDriver");
        // The kernel chooses a port that is free; the driver does not say which.
        command.arg("--port=0");
        prepare(&mut command);
        let driver = Running::start(&mut command);
        let port = wait::until("WebKitWebDriver listens", || process::listening_port(driver.id()));

        let arguments: Vec<_> = arguments
            .iter()
            .map(|argument| argument.as_ref().to_string_lossy())
            .collect();
        let capabilities = json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": {
            "binary": program.display().to_string(),
            "args": arguments,
        }}}});
        let mut webdriver = Self {
            driver,
            port,
            session: String::new(),
        };
        let answer = webdriver.exchange("POST", "/session", Some(&capabilities))?;
        webdriver.session = answer["sessionId"].as_str().expect("a session has an id").to_owned();
        let timeouts = json!({ "script": SCRIPT_TIMEOUT.as_millis(), "pageLoad": SCRIPT_TIMEOUT.as_millis() });
        webdriver
            .command("POST", "/timeouts", Some(&timeouts))
            .expect("timeouts can be set");
        Ok(webdriver)
    }

    /// The driver, the program that it started, and all below.
    pub fn tree(&self) -> ProcessTree {
        self.driver.tree()
    }

    /// The views that can be looked into: the app's, and those of its frames.
    pub fn handles(&self) -> Vec<String> {
        let handles = self
            .command("GET", "/window/handles", None)
            .expect("the views can be listed");
        texts(&handles)
    }

    /// The view that commands go to.
    pub fn handle(&self) -> String {
        let handle = self.command("GET", "/window", None).expect("there is a current view");
        handle.as_str().unwrap_or_default().to_owned()
    }

    /// Sends commands to another view.
    pub fn switch_to(&self, handle: &str) {
        self.command("POST", "/window", Some(&json!({ "handle": handle })))
            .expect("the view is there");
    }

    /// Opens a window of the app. Answers with its view, which commands do not go to yet.
    pub fn new_window(&self) -> String {
        let window = self
            .command("POST", "/window/new", Some(&json!({ "type": "window" })))
            .expect("the app has another window");
        window["handle"].as_str().unwrap_or_default().to_owned()
    }

    /// Closes the current view. Answers which are left.
    pub fn close(&self) -> Vec<String> {
        let handles = self.command("DELETE", "/window", None).expect("a view can be closed");
        texts(&handles)
    }

    /// Ends the session, and the app with it.
    ///
    /// # Errors
    /// A view did not close.
    pub fn end(&self) -> Result<(), DriverError> {
        self.command("DELETE", "", None).map(drop)
    }

    /// The URL of the current view.
    pub fn url(&self) -> String {
        let url = self.command("GET", "/url", None).expect("a view has a URL");
        url.as_str().unwrap_or_default().to_owned()
    }

    /// Runs the body of an asynchronous function with `args` and answers what it returns, or what it throws as
    /// `name: message`.
    ///
    /// # Errors
    /// The script threw (the code is then `thrown`), or did not end in time.
    pub fn run(&self, body: &str, args: &[Value]) -> Result<Value, DriverError> {
        let script = format!(
            "const args = [...arguments], done = args.pop();\n\
             (async () => {{ {body} }})().then(\n\
               (value) => done({{ value: value === undefined ? null : value }}),\n\
               (error) => done({{ error: `${{error?.name}}: ${{error?.message ?? error}}` }}));"
        );
        let request = json!({ "script": script, "args": args });
        let answer = self.command("POST", "/execute/async", Some(&request))?;
        match answer.get("error") {
            Some(error) => Err(DriverError {
                code: "thrown".to_owned(),
                message: error.as_str().unwrap_or_default().to_owned(),
            }),
            None => Ok(answer["value"].clone()),
        }
    }

    fn command(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, DriverError> {
        self.exchange(method, &format!("/session/{}{path}", self.session), body)
    }

    fn exchange(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, DriverError> {
        let broken = |error: std::io::Error| DriverError {
            code: "driver gone".to_owned(),
            message: error.to_string(),
        };
        let answer = self.send(method, path, body).map_err(broken)?;
        let value = answer.get("value").cloned().unwrap_or_default();
        match value.get("error").and_then(Value::as_str) {
            Some(code) if value.get("stacktrace").is_some() || value.get("message").is_some() => Err(DriverError {
                code: code.to_owned(),
                message: value["message"].as_str().unwrap_or_default().to_owned(),
            }),
            _ => Ok(value),
        }
    }

    fn send(&self, method: &str, path: &str, body: Option<&Value>) -> std::io::Result<Value> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(SCRIPT_TIMEOUT + wait::LONG))?;
        let body = body.map(Value::to_string).unwrap_or_default();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )?;
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        let mut line = String::new();
        while reader.read_line(&mut line)? > 2 {
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap_or(0);
            }
            line.clear();
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        serde_json::from_slice(&body).map_err(std::io::Error::other)
    }
}

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

impl Drop for WebDriver {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let mut tree = self.tree();
            tree.ids.retain(|id| *id != self.driver.id());
            let _ = self.end();
            // The program ends with its session, in its own time: what it stores is written then. If it does not end,
            // it is ended with the driver.
            wait::within(wait::LONG, || {
                (!tree.ids.iter().any(|id| process::is_alive(*id))).then_some(())
            });
        }
    }
}
