//! The built program with the app installed, and the bare view.

use anyhow::{Result, bail};
use insula_testkit::process::Running;
use insula_testkit::{Display, Home};
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::app::{Engine, OpenApp, median};
use crate::moments;
use crate::servers::Servers;

/// The app's name.
const APP: &str = "Insula Bench";

/// A user of the program with a display.
pub(crate) struct Insula<'a> {
    home: Home,
    display: &'a Display,
    servers: &'a Servers,
}

/// Medians of the bare view, in milliseconds.
pub(crate) struct BareView {
    /// From before the view is made until its document has loaded, which is what `contentload` tells of a frame.
    pub(crate) loaded: f64,
    /// From the start of the program to the first paint.
    pub(crate) painted: f64,
}

impl<'a> Insula<'a> {
    /// Packs the app into a file of its own, installs it, and gives it what it needs.
    pub(crate) fn install(display: &'a Display, servers: &'a Servers) -> Result<Self> {
        let home = Home::new();
        let folder = home.path("app");
        servers.write_app(&folder)?;
        let (folder, key) = (text(&folder), text(&home.path("").join("key.pem")));
        let bundle = text(&home.path("").join("bench.swbn"));
        home.succeed(&["keygen", "-o", &key]);
        home.succeed(&["pack", &folder, "--key", &key, "-o", &bundle]);
        home.succeed(&["install", &bundle]);
        for name in ["unrestricted-network", "loopback-network", "local-network"] {
            home.succeed(&["permissions", APP, "grant", name]);
        }
        Ok(Self { home, display, servers })
    }

    /// The user.
    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// From the start of the program to the app's first paint, in milliseconds: the median of some runs.
    pub(crate) fn start(&self, runs: usize) -> Result<f64> {
        let times = (0..runs).map(|_| {
            let mut command = self.home.command(&["run", "--console", APP, "--", "/small.html"]);
            command.env("DISPLAY", self.display.name());
            let [painted] = moments::of(command, ["bench: painted"])?;
            Ok(painted)
        });
        Ok(median(times.collect::<Result<_>>()?))
    }

    /// The same page in a window with nothing but a view.
    pub(crate) fn bare_view(&self, runs: usize) -> Result<BareView> {
        let program = bare_view_program()?;
        let (mut loaded_after, mut painted_after) = (Vec::new(), Vec::new());
        for _ in 0..runs {
            let mut command = Command::new(&program);
            self.home
                .surroundings(&mut command, self.display)
                .arg(self.servers.small_page());
            let [view, loaded, painted] = moments::of(command, ["bench: view", "bench: loaded", "bench: painted"])?;
            loaded_after.push(loaded - view);
            painted_after.push(painted);
        }
        Ok(BareView {
            loaded: median(loaded_after),
            painted: median(painted_after),
        })
    }

    /// The same window, to look at it for longer.
    pub(crate) fn open_bare_view(&self) -> Result<OpenApp> {
        let console = self.home.path("").join("bare.log");
        let log = File::create(&console)?;
        let mut command = Command::new(bare_view_program()?);
        self.home
            .surroundings(&mut command, self.display)
            .arg(self.servers.small_page())
            .stdout(log.try_clone()?)
            .stderr(log);
        let view = OpenApp {
            running: Running::start(&mut command),
            console,
            message: |line| {
                line.contains("bench: loaded")
                    .then(|| r#"{"name":"loaded"}"#.to_owned())
            },
        };
        view.figures_until("loaded")?;
        Ok(view)
    }

    /// How long a bare view takes to run a script in its page and to say what it came to, in milliseconds: on average.
    pub(crate) fn bare_script(&self, rounds: u32) -> Result<f64> {
        let mut command = Command::new(bare_view_program()?);
        self.home
            .surroundings(&mut command, self.display)
            .args([self.servers.small_page(), rounds.to_string()]);
        let [begin, end] = moments::of(command, ["bench: scripts", "bench: run"])?;
        Ok((end - begin) / f64::from(rounds))
    }
}

impl Engine for Insula<'_> {
    fn open(&self, path: &str) -> Result<OpenApp> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{joint}{}", self.servers.query());
        let running = self.home.start(self.display, &["--console", APP, "--", &path]);
        Ok(OpenApp {
            running,
            console: self.home.path("").join("stdout.log"),
            message,
        })
    }
}

/// A line of `--console` is an object with the message in it.
fn message(line: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).ok()?;
    line["message"].as_str().map(str::to_owned)
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

fn text(path: &Path) -> String {
    path.display().to_string()
}
