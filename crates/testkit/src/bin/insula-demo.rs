//! `./x demo`: the main job, from a folder to an app that a user runs.
//!
//! Packs and signs `examples/showcase`, installs it, and opens it with a site that forbids embedding, a feed from a
//! server that knows no CORS, and a TCP server, all on this machine. With a display it is the user's turn then;
//! without one the steps are done here, on a display in memory, and each leaves a picture.

#![expect(clippy::print_stdout, reason = "it tells the user what it does")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use insula_testkit::server::strict;
use insula_testkit::tcp::TcpServer;
use insula_testkit::{Display, Home, Session, Site, wait};

fn main() -> ExitCode {
    let output = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "demo-output".to_owned()));
    let demo = Demo::prepare();
    let has_display = ["WAYLAND_DISPLAY", "DISPLAY"]
        .iter()
        .any(|name| env::var_os(name).is_some_and(|it| !it.is_empty()));
    if has_display {
        return demo.show();
    }
    demo.take_pictures(&output);
    println!(
        "\nThe pictures are in {}",
        fs::canonicalize(&output).unwrap_or(output).display()
    );
    ExitCode::SUCCESS
}

/// The installed app, and what it talks to.
struct Demo {
    home: Home,
    app: String,
    path: String,
    _site: Site,
    _echo: TcpServer,
}

impl Demo {
    fn prepare() -> Self {
        let home = Home::new();
        let folder = home.path("demo");
        let text = |path: PathBuf| path.display().to_string();
        let (key, bundle) = (text(folder.join("key.pem")), text(folder.join("showcase.swbn")));
        for verb in [
            vec!["keygen", "-o", &key],
            vec!["pack", "examples/showcase", "--key", &key, "-o", &bundle],
            vec!["verify", &bundle],
            vec!["install", &bundle],
        ] {
            println!("$ insula {}", verb.join(" "));
            print!("{}", home.succeed(&verb).stdout);
        }
        let site = strict::site();
        let echo = TcpServer::echo();
        let path = format!(
            "/?site={}&feed={}&echo=127.0.0.1:{}",
            site.url("/"),
            site.url("/feed.xml"),
            echo.port()
        );
        Self {
            home,
            app: "Insula Showcase".to_owned(),
            path,
            _site: site,
            _echo: echo,
        }
    }

    /// Runs the app in the user's own session.
    fn show(&self) -> ExitCode {
        println!("$ insula run '{}' -- '{}'", self.app, self.path);
        let status = Command::new(insula_testkit::home::program())
            .args(self.home.folder_arguments())
            .args(["run", &self.app, "--", &self.path])
            .status();
        match status {
            Ok(status) if status.success() => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        }
    }

    /// Does what a user would do, and keeps a picture of each step.
    fn take_pictures(&self, output: &Path) {
        let display = Display::start();
        println!("$ insula run '{}' -- '{}'", self.app, self.path);
        let session = Session::open(&self.home, &display, &self.app, Some(&self.path));
        let mut album = Album {
            folder: output.to_owned(),
            taken: 0,
        };

        display.wait_for_dialog();
        album.take(&display, "first-run sheet");
        answer(&display, "alt+c");

        // The site of the demo is on this machine, which is a question of its own.
        display.wait_for_dialog();
        album.take(&display, "the question about this machine");
        answer(&display, "alt+a");
        session.wait_for("document.getElementById('frame-status').textContent.startsWith('Shows')");
        session.wait_for_colour(session.rect("#frame"), strict::PAGE);
        album.take(&display, "a site that forbids embedding");

        session.click("#menu-button");
        session.wait_for("document.getElementById('menu').matches(':popover-open')");
        album.take(&display, "the app's menu over the frame");
        session.click("#dialog-button");
        session.wait_for("document.getElementById('dialog').open");
        album.take(&display, "a dialog over the frame");
        session.click("#dialog button");

        session.click("#request");
        display.wait_for_dialog();
        album.take(&display, "the question");
        answer(&display, "alt+a");
        session.wait_for("document.getElementById('grant').textContent === 'granted'");

        session.click("#feed-form button");
        session.wait_for("document.querySelectorAll('#feed li').length === 2");
        album.take(&display, "a feed from a server without CORS");

        session.click("#echo-form button");
        session.wait_for("document.getElementById('echo').textContent.startsWith('The server answered')");
        album.take(&display, "an answer over TCP");
    }
}

/// Answers the dialog on top; the next may come at once. A key that comes while a dialog is young is not taken: the user
/// presses it again.
fn answer(display: &Display, key: &str) {
    let on_top = || display.dialog().map(|dialog| dialog.id);
    let asked = on_top();
    for _ in 0..5 {
        display.key(key);
        let is_closed = || (on_top() != asked).then_some(());
        if wait::within(Duration::from_secs(3), is_closed).is_some() {
            return;
        }
    }
    panic!("the dialog stays: {:?}", display.dialog());
}

/// Pictures in a folder, numbered.
struct Album {
    folder: PathBuf,
    taken: usize,
}

impl Album {
    fn take(&mut self, display: &Display, title: &str) {
        self.taken += 1;
        let path = self
            .folder
            .join(format!("{} {title}.png", self.taken).replace(' ', "-"));
        display.settled().save(&path);
        println!("  {}", path.display());
    }
}
