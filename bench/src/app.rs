//! The benchmark app in the built program, and the bare view, each in a process of its own.

use anyhow::{Context, Result, anyhow, bail};
use insula_testkit::{Display, Home, process::Running, tcp::TcpServer, wait};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::{http, moments, plain, websocket};

/// How long one suite may take.
const PATIENCE: Duration = Duration::from_secs(180);

/// The servers, the display and the installed app.
pub(crate) struct Bench {
    home: Home,
    display: Display,
    app: String,
    tcp: TcpServer,
    http: TcpServer,
    websocket: TcpServer,
    mib: u64,
}

/// What a suite reported.
pub(crate) struct Figures(Vec<Value>);

/// Medians of the bare view, in milliseconds.
pub(crate) struct BareView {
    /// From before the view is made until its document has been parsed, which is what `contentload` tells of a frame.
    pub(crate) parsed: f64,
    /// From the start of the program to the first paint.
    pub(crate) painted: f64,
}

impl Bench {
    /// Starts the servers, and installs the app with its grant.
    pub(crate) fn new() -> Result<Self> {
        let home = Home::new();
        let key = home.path("").join("key.pem");
        let bundle = home.path("").join("bench.swbn");
        let (key, bundle) = (text(&key), text(&bundle));
        home.succeed(&["keygen", "-o", &key]);
        home.succeed(&[
            "pack",
            concat!(env!("CARGO_MANIFEST_DIR"), "/app"),
            "--key",
            &key,
            "-o",
            &bundle,
        ]);
        home.succeed(&["install", &bundle]);
        let app = "Insula Bench".to_owned();
        for name in ["unrestricted-network", "loopback-network", "local-network"] {
            home.succeed(&["permissions", &app, "grant", name]);
        }
        Ok(Self {
            home,
            display: Display::start(),
            app,
            tcp: plain::serve(),
            http: http::serve(),
            websocket: websocket::serve(),
            mib: 256,
        })
    }

    /// The port of the TCP server.
    pub(crate) fn tcp_port(&self) -> u16 {
        self.tcp.port()
    }

    /// How much a transfer transfers.
    pub(crate) fn bytes(&self) -> u64 {
        self.mib << 20
    }

    /// Runs a suite of the app to its end.
    pub(crate) fn run(&self, suite: &str) -> Result<Figures> {
        let _app = self.open(&format!("suite={suite}"));
        self.figures_until("done")
    }

    /// The proportional set size of the app's whole process tree with some frames, in bytes.
    pub(crate) fn memory(&self, frames: usize) -> Result<u64> {
        let app = self.open(&format!("suite=memory&frames={frames}"));
        self.figures_until("ready")?;
        Ok(app.tree().memory())
    }

    /// From the start of the program to the app's first paint, in milliseconds: the median of some runs.
    pub(crate) fn start(&self, runs: usize) -> Result<f64> {
        let times = (0..runs).map(|_| {
            let arguments = ["run", "--console", &self.app, "--", "/small.html"];
            let mut command = self.home.command(&arguments);
            command.env("DISPLAY", self.display.name());
            let [painted] = moments::of(command, ["bench: painted"])?;
            Ok(painted)
        });
        Ok(median(times.collect::<Result<_>>()?))
    }

    /// The same page in a window with nothing but a view.
    pub(crate) fn bare_view(&self, runs: usize) -> Result<BareView> {
        let program = bare_view_program()?;
        let (mut parsed_after, mut painted_after) = (Vec::new(), Vec::new());
        for _ in 0..runs {
            let mut command = Command::new(&program);
            self.home
                .surroundings(&mut command, &self.display)
                .arg(format!("http://127.0.0.1:{}/small.html", self.http.port()));
            let [view, parsed, painted] = moments::of(command, ["bench: view", "bench: parsed", "bench: painted"])?;
            parsed_after.push(parsed - view);
            painted_after.push(painted);
        }
        Ok(BareView {
            parsed: median(parsed_after),
            painted: median(painted_after),
        })
    }

    fn open(&self, query: &str) -> Running {
        let path = format!(
            "/?{query}&tcp={}&http={}&ws={}&mib={}",
            self.tcp.port(),
            self.http.port(),
            self.websocket.port(),
            self.mib
        );
        self.home.start(&self.display, &["--console", &self.app, "--", &path])
    }

    /// What the app has reported once it reports `last`.
    fn figures_until(&self, last: &str) -> Result<Figures> {
        let finished = wait::within(PATIENCE, || {
            let figures = reported(&self.home.log("stdout"));
            figures
                .iter()
                .any(|figure| figure["name"] == last || figure["name"] == "failed")
                .then_some(figures)
        });
        let figures = finished.ok_or_else(|| anyhow!("the app did not finish: {}", self.home.log("stderr")))?;
        match figures.iter().find(|figure| figure["name"] == "failed") {
            Some(failed) => bail!("the app failed: {}", failed["value"]),
            None => Ok(Figures(figures)),
        }
    }
}

impl Figures {
    /// One of them.
    pub(crate) fn value(&self, name: &str) -> Result<f64> {
        let figure = self.0.iter().find(|figure| figure["name"] == name);
        figure
            .and_then(|figure| figure["value"].as_f64())
            .with_context(|| format!("the app did not report {name:?}"))
    }
}

/// The figures among the console's messages.
fn reported(console: &str) -> Vec<Value> {
    console
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| serde_json::from_str(message["message"].as_str()?).ok())
        .collect()
}

/// The example of the runtime, built beside the program.
fn bare_view_program() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let program = own.with_file_name("examples").join("bare_view");
    if !program.is_file() {
        bail!("{} is missing: run `./x bench`", program.display());
    }
    Ok(program)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
