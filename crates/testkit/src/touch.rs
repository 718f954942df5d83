//! A screen that can be touched: an X server in memory that has X's own driver for tests, `inputtest`.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::display::{Display, HEIGHT, WIDTH};
use crate::session::Point;
use crate::wait;

const SERVER: &str = "/usr/lib/xorg/Xorg";

/// How many positions the driver's messages have room for.
const POSITIONS: usize = 64;

/// A screen reports its whole width, and its whole height, as this.
const FULL: f64 = 65_535.0;

/// Numbers of the driver's messages (`xf86-input-inputtest-protocol.h`).
const VERSION: u32 = 0;
const WAIT_FOR_SYNC: u32 = 1;
const TOUCH: u32 = 6;

/// Numbers of X's events.
const BEGIN: u32 = 18;
const UPDATE: u32 = 19;
const END: u32 = 20;

/// How long fingers rest between two steps.
const STEP: Duration = Duration::from_millis(25);
const STEPS: u32 = 10;

/// Fingers on a screen.
#[derive(Debug)]
pub struct TouchScreen {
    driver: UnixStream,
    _folder: TempDir,
}

/// Starts a display that can be touched. Panics if Xorg or one of its drivers is missing.
pub fn start() -> (Display, TouchScreen) {
    let folder = tempfile::tempdir().expect("a folder for a display");
    let (config, socket) = (folder.path().join("xorg.conf"), folder.path().join("touch"));
    fs::write(&config, configuration(&socket)).expect("a configuration");
    let mut command = Command::new(SERVER);
    command
        .arg("-config")
        .arg(&config)
        .arg("-logfile")
        .arg(folder.path().join("log"))
        .args(["-novtswitch", "-sharevts", "-keeptty"]);
    let display = Display::of(command);
    let driver = wait::until("the driver of the screen listens", || UnixStream::connect(&socket).ok());
    let mut screen = TouchScreen {
        driver,
        _folder: folder,
    };
    screen.send(VERSION, &[1_u16.to_ne_bytes(), 1_u16.to_ne_bytes()].concat());
    screen.receive(12);
    (display, screen)
}

fn configuration(socket: &Path) -> String {
    let section = |name: &str, lines: &[&str]| format!("Section \"{name}\"\n{}\nEndSection\n", lines.join("\n"));
    let modes = format!("Modes \"{WIDTH}x{HEIGHT}\"");
    // The clock and the borders of the picture do not matter to a screen that nobody sees.
    let mode = format!("Modeline \"{WIDTH}x{HEIGHT}\" 102.10 {WIDTH} 1360 1496 1712 {HEIGHT} 961 964 994");
    let path = format!("Option \"SocketPath\" \"{}\"", socket.display());
    [
        section(
            "ServerFlags",
            &[
                "Option \"AutoAddDevices\" \"false\"",
                "Option \"AutoEnableDevices\" \"false\"",
                "Option \"AutoAddGPU\" \"false\"",
            ],
        ),
        section(
            "Device",
            &["Identifier \"memory\"", "Driver \"dummy\"", "VideoRam 32768"],
        ),
        section(
            "Monitor",
            &["Identifier \"monitor\"", "HorizSync 5-1000", "VertRefresh 5-200", &mode],
        ),
        section(
            "Screen",
            &[
                "Identifier \"screen\"",
                "Device \"memory\"",
                "Monitor \"monitor\"",
                "DefaultDepth 24",
                "SubSection \"Display\"",
                "Depth 24",
                &modes,
                "EndSubSection",
            ],
        ),
        section(
            "InputDevice",
            &[
                "Identifier \"touch\"",
                "Driver \"inputtest\"",
                &path,
                "Option \"DeviceType\" \"Touch\"",
                "Option \"TouchCount\" \"5\"",
            ],
        ),
        section(
            "ServerLayout",
            &["Identifier \"layout\"", "Screen \"screen\"", "InputDevice \"touch\""],
        ),
    ]
    .concat()
}

impl TouchScreen {
    /// Touches a point for a moment.
    pub fn tap(&mut self, point: Point) {
        self.drag(&[(point, point)]);
    }

    /// Puts a finger down, moves it, and lifts it.
    pub fn swipe(&mut self, from: Point, to: Point) {
        self.drag(&[(from, to)]);
    }

    /// Puts two fingers down around a point, so far apart, and moves them until they are as far apart as that.
    pub fn pinch(&mut self, centre: Point, from: f64, to: f64) {
        let at = |distance: f64| Point {
            x: centre.x + distance / 2.0,
            y: centre.y,
        };
        self.drag(&[(at(-from), at(-to)), (at(from), at(to))]);
    }

    /// Fingers that go down one after the other, move together, and are lifted.
    fn drag(&mut self, fingers: &[(Point, Point)]) {
        let numbered = || (1..).zip(fingers);
        for (finger, (from, _)) in numbered() {
            self.touch(finger, BEGIN, *from);
        }
        for step in 1..=STEPS {
            let part = f64::from(step) / f64::from(STEPS);
            for (finger, (from, to)) in numbered() {
                let point = Point {
                    x: from.x + (to.x - from.x) * part,
                    y: from.y + (to.y - from.y) * part,
                };
                self.touch(finger, UPDATE, point);
            }
            // A finger has a speed: what is too quick is a fling.
            std::thread::sleep(STEP);
        }
        for (finger, (_, to)) in numbered() {
            self.touch(finger, END, *to);
        }
    }

    fn touch(&mut self, finger: u32, what: u32, point: Point) {
        let mut positions = [0.0; POSITIONS];
        positions[0] = point.x / f64::from(WIDTH) * FULL;
        positions[1] = point.y / f64::from(HEIGHT) * FULL;
        let mut body = [finger, what, 0].map(u32::to_ne_bytes).concat();
        // Which positions are given, in a bit each, and what aligns the next.
        body.extend([0b11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        body.extend(positions.iter().flat_map(|position| position.to_ne_bytes()));
        body.extend([0; POSITIONS * 8]);
        self.send(TOUCH, &body);
        self.send(WAIT_FOR_SYNC, &[]);
        self.receive(8);
    }

    fn send(&mut self, kind: u32, body: &[u8]) {
        let length = u32::try_from(body.len() + 8).expect("a short message");
        let message = [&length.to_ne_bytes(), &kind.to_ne_bytes(), body].concat();
        self.driver.write_all(&message).expect("the driver takes a message");
    }

    fn receive(&mut self, length: usize) {
        self.driver
            .read_exact(&mut vec![0; length])
            .expect("the driver answers");
    }
}
