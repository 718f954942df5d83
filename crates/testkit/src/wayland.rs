//! A Wayland desktop of one's own: a compositor without a screen, a pointer and a keyboard that are not there.

mod input;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use self::input::Input;
use crate::display::{CALM, Desktop};
use crate::process::{self, Running};
use crate::screenshot::{self, Screenshot};
use crate::session::{Point, Rect};
use crate::wait;

/// Windows have the size that their programs give them, and no title bar but their own. Whoever asks for it properly comes to
/// the front. There is no X server.
const CONFIGURATION: &str = r#"
xwayland disable
output HEADLESS-1 resolution 1280x960 position 0 0
default_border none
default_floating_border none
focus_follows_mouse no
focus_on_window_activation focus
for_window [app_id=".*"] floating enable
"#;

/// What the compositor calls its first socket.
const SOCKET: &str = "wayland-1";

/// A Wayland compositor that nobody sees. It ends with this value.
#[derive(Debug)]
pub struct WaylandDisplay {
    // Fields are dropped in this order: the devices before the compositor that has them.
    input: Input,
    _compositor: Running,
    folder: TempDir,
}

/// A window on a Wayland desktop.
#[derive(Clone, Debug, PartialEq)]
pub struct WaylandWindow {
    /// Its number on the desktop.
    pub id: u64,
    /// Its title.
    pub title: String,
    /// Where it lies on the screen, with its title bar and without its shadow.
    pub rect: Rect,
    /// Whether it has the keyboard.
    pub is_focused: bool,
    /// Whether its program has asked properly for it to come to the front, and the desktop only marks it.
    pub is_urgent: bool,
    /// Whether the user can see it: it is on the workspace that is shown.
    pub is_visible: bool,
}

impl WaylandDisplay {
    /// Starts a desktop. Panics if sway is missing.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the compositor");
        let configuration = folder.path().join("config");
        fs::write(&configuration, CONFIGURATION).expect("the compositor's configuration");
        // It runs for nobody but an ordinary user.
        let mut command = process::as_ordinary_user(Path::new("sway"));
        command
            .arg("--config")
            .arg(&configuration)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", folder.path())
            .env("XDG_RUNTIME_DIR", folder.path())
            .env("SWAYSOCK", control_socket(&folder))
            .env("WLR_BACKENDS", "headless")
            .env("WLR_LIBINPUT_NO_DEVICES", "1")
            .env("WLR_RENDERER", "pixman")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.path().join("log")).expect("a log"));
        let compositor = Running::start(&mut command);
        let socket = folder.path().join(SOCKET);
        let input = wait::within(wait::LONG, || Input::connect(&socket));
        let input = input.unwrap_or_else(|| {
            let log = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
            panic!("the compositor does not answer:\n{log}")
        });
        Self {
            input,
            _compositor: compositor,
            folder,
        }
    }

    /// All windows, in the order in which they opened.
    pub fn windows(&self) -> Vec<WaylandWindow> {
        let mut windows = Vec::new();
        collect(&self.ask(&["-t", "get_tree"]), &mut windows);
        windows.sort_by_key(|window| window.id);
        windows
    }

    /// The window that has the keyboard.
    pub fn focused(&self) -> Option<WaylandWindow> {
        self.windows().into_iter().find(|window| window.is_focused)
    }

    /// Waits for a window over another one that is painted, has the keyboard, and has been there for long enough to be
    /// answered: a question takes what comes sooner for a mistake.
    pub fn wait_for_dialog_over(&self, window: &WaylandWindow) -> WaylandWindow {
        let over = || self.focused().filter(|focused| focused.id != window.id);
        let dialog = wait::until("a dialog opens over the window", over);
        self.settled();
        let stays = || over().is_some_and(|over| over.id == dialog.id);
        assert!(wait::holds_for(CALM, stays), "the dialog has gone: {dialog:?}");
        // It may have found its size only now.
        over().expect("it has just been there")
    }

    /// Shows another workspace: no window of this one is seen then.
    pub fn show_workspace(&self, number: u32) {
        self.tell(&["workspace", "number", &number.to_string()]);
    }

    /// What is on the screen now.
    pub fn screenshot(&self) -> Screenshot {
        let mut command = Command::new("grim");
        command.args(["-t", "ppm", "-"]).env("WAYLAND_DISPLAY", self.socket());
        Screenshot::from_ppm(&output(&mut command))
    }

    /// What is on the screen once it no longer changes.
    pub fn settled(&self) -> Screenshot {
        screenshot::settled(|| self.screenshot())
    }

    /// Clicks with the first button.
    pub fn click(&self, point: Point) {
        self.input.move_to(point, self.screenshot().size());
        self.input.click();
    }

    /// Presses and releases a key: a lower-case letter, `space`, `Return`, `Tab` or `Escape`.
    pub fn key(&self, key: &str) {
        self.input.key(key);
    }

    /// What a launcher of this desktop gives the program that the user starts with it, as `XDG_ACTIVATION_TOKEN`: nobody else
    /// comes to the front.
    pub fn activation_token(&self) -> String {
        self.input.activation_token()
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join(SOCKET)
    }

    fn tell(&self, command: &[&str]) {
        let answers = self.ask(command);
        assert_eq!(answers[0]["success"], true, "sway {command:?}: {answers}");
    }

    fn ask(&self, arguments: &[&str]) -> Value {
        let mut command = Command::new("swaymsg");
        command
            .arg("-s")
            .arg(control_socket(&self.folder))
            .arg("-r")
            .args(arguments);
        serde_json::from_slice(&output(&mut command)).expect("sway answers in JSON")
    }
}

impl Desktop for WaylandDisplay {
    fn admit(&self, command: &mut Command) {
        // The socket lies in the user's runtime folder, as on every desktop: WebKit's sandbox finds it nowhere else.
        command
            .env("GDK_BACKEND", "wayland")
            .env("XDG_RUNTIME_DIR", self.folder.path())
            .env("WAYLAND_DISPLAY", SOCKET);
    }
}

fn control_socket(folder: &TempDir) -> PathBuf {
    folder.path().join("sway.sock")
}

fn output(command: &mut Command) -> Vec<u8> {
    let output = command.output();
    let output = output.unwrap_or_else(|error| panic!("{command:?} does not start ({error}): run ./x setup"));
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// The windows in a part of the compositor's tree. They are what has a process.
fn collect(node: &Value, windows: &mut Vec<WaylandWindow>) {
    if node["pid"].is_u64() {
        let number = |name: &str| node["rect"][name].as_f64().unwrap_or_default();
        windows.push(WaylandWindow {
            id: node["id"].as_u64().unwrap_or_default(),
            title: node["name"].as_str().unwrap_or_default().to_owned(),
            rect: Rect {
                x: number("x"),
                y: number("y"),
                width: number("width"),
                height: number("height"),
            },
            is_focused: node["focused"] == true,
            is_urgent: node["urgent"] == true,
            is_visible: node["visible"] == true,
        });
    }
    let below = ["nodes", "floating_nodes"].map(|name| node[name].as_array());
    for node in below.into_iter().flatten().flatten() {
        collect(node, windows);
    }
}
