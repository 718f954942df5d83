//! A display of one's own: an X server in memory, a window manager, real input.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, ImageFormat, PropMode, Window as WindowId,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::process::Running;
use crate::screenshot::{self, Colour, Screenshot};
use crate::session::{Point, Rect};
use crate::wait;

/// Wide and high enough for an app's window at its first size, with room around it.
pub(crate) const WIDTH: u32 = 1280;
pub(crate) const HEIGHT: u32 = 960;

/// For how long a question takes neither press nor key, and a little more.
pub(crate) const CALM: Duration = Duration::from_millis(800);

/// Where programs can open windows.
pub trait Desktop {
    /// Has a program open its windows here.
    fn admit(&self, command: &mut Command);
}

/// An X server that nobody sees. It ends with this value.
#[derive(Debug)]
pub struct Display {
    // Fields are dropped in this order: the window manager before its server.
    connection: RustConnection,
    root: WindowId,
    _window_manager: Running,
    _server: Running,
    name: String,
}

/// A window on a display.
#[derive(Clone, Debug)]
pub struct Window {
    /// Its number on the display.
    pub id: u32,
    /// Its title.
    pub title: String,
    /// The name by which the desktop knows its program.
    pub class: String,
    /// Where its content lies on the screen.
    pub rect: Rect,
    /// Whether it belongs to another window, as a dialog does.
    pub is_dialog: bool,
}

impl Display {
    /// Starts a display on a free number. Panics if Xvfb or openbox is missing.
    pub fn start() -> Self {
        Self::start_with_size(WIDTH, HEIGHT)
    }

    /// The same with a screen of another size, in pixels.
    pub fn start_with_size(width: u32, height: u32) -> Self {
        let mut command = Command::new("Xvfb");
        command.args(["-screen", "0", &format!("{width}x{height}x24")]);
        Self::of(command)
    }

    /// The display of an X server, once that runs.
    pub(crate) fn of(mut command: Command) -> Self {
        command
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut server = Running::start(&mut command);
        let mut number = String::new();
        let stdout = server.child().stdout.take().expect("it was piped");
        BufReader::new(stdout)
            .read_line(&mut number)
            .expect("the X server names its display");
        let name = format!(":{}", number.trim());

        let (connection, screen) = x11rb::connect(Some(&name)).expect("Xvfb answers");
        let root = connection.setup().roots[screen].root;
        let mut command = Command::new("openbox");
        // Without a configuration of its own: the one of whoever runs this may bind keys and place windows.
        command
            .args(["--sm-disable", "--config-file", "/etc/xdg/openbox/rc.xml"])
            .env("DISPLAY", &name)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let window_manager = Running::start(&mut command);
        let display = Self {
            connection,
            root,
            _window_manager: window_manager,
            _server: server,
            name,
        };
        wait::until("the window manager runs", || {
            display.property(display.root, "_NET_SUPPORTING_WM_CHECK", AtomEnum::WINDOW.into())
        });
        display
    }

    /// What `DISPLAY` is to be.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All windows of programs, the topmost last.
    pub fn windows(&self) -> Vec<Window> {
        let list = self.property(self.root, "_NET_CLIENT_LIST_STACKING", AtomEnum::WINDOW.into());
        let ids = list.unwrap_or_default();
        let ids = ids
            .chunks_exact(4)
            .map(|bytes| u32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
        // A window may close between the list and the question about it.
        ids.filter_map(|id| self.window(id)).collect()
    }

    /// The colour of a window's icon in its first pixel.
    pub fn icon_of(&self, window: &Window) -> Option<Colour> {
        let icon = self.property(window.id, "_NET_WM_ICON", AtomEnum::CARDINAL.into())?;
        // Width, height, then the pixels, each a number of four bytes.
        let pixel = u32::from_ne_bytes(icon.get(8..12)?.try_into().ok()?);
        let [_, red, green, blue] = pixel.to_be_bytes();
        Some(Colour(red, green, blue))
    }

    /// The dialog on top, if there is one.
    pub fn dialog(&self) -> Option<Window> {
        self.windows().into_iter().rev().find(|window| window.is_dialog)
    }

    /// Waits for a dialog that is painted, has real keyboard focus, and has been there for long enough to be answered: a
    /// question takes what comes sooner for a mistake.
    pub fn wait_for_dialog(&self) -> Window {
        self.wait_for_question("a dialog opens", || self.dialog())
    }

    /// The same for a window of this title that asks without lying over another.
    pub fn wait_for_asking(&self, title: &str) -> Window {
        self.wait_for_question(title, || {
            self.windows().into_iter().find(|window| window.title == title)
        })
    }

    fn wait_for_question(&self, what: &str, find: impl Fn() -> Option<Window>) -> Window {
        let dialog = wait::until(what, &find);
        self.wait_for_focus(&dialog);
        // A window that does not paint yet loses the first keys.
        self.settled();
        let stays = || find().is_some();
        assert!(wait::holds_for(CALM, stays), "the dialog has gone: {dialog:?}");
        dialog
    }

    /// Waits until a window has the keyboard.
    pub fn wait_for_focus(&self, window: &Window) {
        wait::until_true("the window gets the keyboard", || {
            self.property(self.root, "_NET_ACTIVE_WINDOW", AtomEnum::WINDOW.into())
                .is_some_and(|bytes| bytes == window.id.to_ne_bytes())
        });
    }

    /// Sets what programs read as the display's resources when they start, such as `Xft.dpi: 192`.
    pub fn set_resources(&self, resources: &str) {
        let property = self.atom("RESOURCE_MANAGER");
        let set = self.connection.change_property8(
            PropMode::REPLACE,
            self.root,
            property,
            AtomEnum::STRING,
            resources.as_bytes(),
        );
        let checked = set.map_err(Into::into).and_then(|cookie| cookie.check());
        checked.expect("the X server takes a property");
    }

    /// What is on the screen now.
    pub fn screenshot(&self) -> Screenshot {
        let geometry = self.connection.get_geometry(self.root).expect("a request to Xvfb");
        let geometry = geometry.reply().expect("the size of the screen");
        self.part(0, 0, geometry.width, geometry.height)
    }

    /// One row of pixels to the right of a point: quick enough to see each picture that a program paints.
    pub fn row(&self, start: Point, width: u16) -> Vec<Colour> {
        let row = self.part(start.x.round() as i16, start.y.round() as i16, width, 1);
        let point = |x: u16| Point { x: x.into(), y: 0.0 };
        (0..width).map(|x| row.at(point(x))).collect()
    }

    fn part(&self, x: i16, y: i16, width: u16, height: u16) -> Screenshot {
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, self.root, x, y, width, height, !0)
            .expect("a request to Xvfb")
            .reply()
            .expect("the pixels of the screen");
        Screenshot::from_bgrx(width.into(), height.into(), &image.data)
    }

    /// What is on the screen once it no longer changes.
    pub fn settled(&self) -> Screenshot {
        screenshot::settled(|| self.screenshot())
    }

    /// Moves the pointer. (`--sync` would wait for ever where it already is.)
    pub fn move_to(&self, point: Point) {
        let [x, y] = [point.x, point.y].map(|number| (number.round() as i64).to_string());
        self.xdotool(&["mousemove", &x, &y]);
    }

    /// Clicks with the first button.
    pub fn click(&self, point: Point) {
        self.move_to(point);
        self.xdotool(&["click", "1"]);
    }

    /// Clicks while a key, such as `ctrl`, is held down.
    pub fn click_holding(&self, key: &str, point: Point) {
        self.move_to(point);
        self.xdotool(&["keydown", key, "click", "1", "keyup", key]);
    }

    /// Clicks with the button that opens menus.
    pub fn click_for_menu(&self, point: Point) {
        self.move_to(point);
        self.xdotool(&["click", "3"]);
    }

    /// Clicks with the button that pastes what was selected last.
    pub fn click_to_paste(&self, point: Point) {
        self.move_to(point);
        self.xdotool(&["click", "2"]);
    }

    /// Clicks so many times, as fast as a double click is.
    pub fn click_repeatedly(&self, point: Point, times: u32) {
        self.move_to(point);
        self.xdotool(&["click", "--repeat", &times.to_string(), "--delay", "80", "1"]);
    }

    /// Drags what is at a point to another, as a user does: the button goes down there and comes up here.
    pub fn drag(&self, from: Point, to: Point) {
        self.move_to(from);
        self.xdotool(&["mousedown", "1"]);
        // Whoever is dragged over learns of it step by step.
        const STEPS: u32 = 12;
        for step in 1..=STEPS {
            let part = f64::from(step) / f64::from(STEPS);
            self.move_to(Point {
                x: from.x + (to.x - from.x) * part,
                y: from.y + (to.y - from.y) * part,
            });
            self.settled();
        }
        self.xdotool(&["mouseup", "1"]);
    }

    /// Turns the wheel: down when positive, up when negative.
    pub fn wheel(&self, point: Point, clicks: i32) {
        self.move_to(point);
        let button = if clicks > 0 { "5" } else { "4" };
        self.xdotool(&["click", "--repeat", &clicks.unsigned_abs().to_string(), button]);
    }

    /// Presses and releases a key or a combination, such as `Tab`, `shift+Tab`, `alt+c`.
    pub fn key(&self, key: &str) {
        self.xdotool(&["key", key]);
    }

    /// Types a text.
    pub fn type_text(&self, text: &str) {
        self.xdotool(&["type", "--delay", "5", text]);
    }

    /// Gives a window another size.
    pub fn resize(&self, window: &Window, width: u32, height: u32) {
        let [id, width, height] = [window.id, width, height].map(|number| number.to_string());
        self.xdotool(&["windowsize", "--sync", &id, &width, &height]);
    }

    /// Takes a window from the screen, into the list of windows.
    pub fn minimize(&self, window: &Window) {
        self.xdotool(&["windowminimize", "--sync", &window.id.to_string()]);
    }

    /// Brings a window back that was taken from the screen.
    pub fn restore(&self, window: &Window) {
        self.xdotool(&["windowactivate", "--sync", &window.id.to_string()]);
    }

    /// Asks a window to close, as its close button does.
    pub fn close(&self, window: &Window) {
        let message = ClientMessageEvent::new(32, window.id, self.atom("_NET_CLOSE_WINDOW"), [0; 5]);
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        let sent = self.connection.send_event(false, self.root, mask, message);
        let checked = sent.map_err(Into::into).and_then(|cookie| cookie.check());
        checked.expect("the X server takes a message");
    }

    fn xdotool(&self, arguments: &[&str]) {
        let output = Command::new("xdotool")
            .args(arguments)
            .env("DISPLAY", &self.name)
            .output();
        let output = output.unwrap_or_else(|error| panic!("xdotool does not start ({error}): run ./x setup"));
        assert!(
            output.status.success(),
            "xdotool {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn window(&self, id: WindowId) -> Option<Window> {
        let geometry = self.connection.get_geometry(id).ok()?.reply().ok()?;
        let origin = self
            .connection
            .translate_coordinates(id, self.root, 0, 0)
            .ok()?
            .reply()
            .ok()?;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let utf8 = self.atom("UTF8_STRING");
        let class = self
            .property(id, "WM_CLASS", AtomEnum::STRING.into())
            .map(text)
            .unwrap_or_default();
        Some(Window {
            id,
            title: self.property(id, "_NET_WM_NAME", utf8).map(text).unwrap_or_default(),
            class: class.split('\0').next().unwrap_or_default().to_owned(),
            rect: Rect {
                x: origin.dst_x.into(),
                y: origin.dst_y.into(),
                width: geometry.width.into(),
                height: geometry.height.into(),
            },
            is_dialog: self.property(id, "WM_TRANSIENT_FOR", AtomEnum::WINDOW.into()).is_some(),
        })
    }

    fn property(&self, window: WindowId, name: &str, kind: Atom) -> Option<Vec<u8>> {
        let name = self.atom(name);
        let reply = self
            .connection
            .get_property(false, window, name, kind, 0, 4096)
            .ok()?
            .reply()
            .ok()?;
        (!reply.value.is_empty()).then_some(reply.value)
    }

    fn atom(&self, name: &str) -> Atom {
        let cookie = self
            .connection
            .intern_atom(false, name.as_bytes())
            .expect("a request to Xvfb");
        cookie.reply().expect("a number for a name").atom
    }
}

impl Desktop for Display {
    fn admit(&self, command: &mut Command) {
        command.env("DISPLAY", &self.name);
    }
}
