//! A pointer and a keyboard, and what a user starts programs with. The devices are there for as long as the desktop: one that comes and goes with every key would have
//! programs miss what it types while they get to know it.

use std::cell::RefCell;
use std::fmt;
use std::io::Write;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Instant;

use wayland_client::globals::{GlobalListContents, registry_queue_init};
use wayland_client::protocol::wl_keyboard::KeymapFormat;
use wayland_client::protocol::wl_pointer::ButtonState;
use wayland_client::protocol::wl_registry::{self, WlRegistry};
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::{Connection, Dispatch, EventQueue, QueueHandle, delegate_noop};
use wayland_protocols::xdg::activation::v1::client::xdg_activation_token_v1::{self, XdgActivationTokenV1};
use wayland_protocols::xdg::activation::v1::client::xdg_activation_v1::XdgActivationV1;
use wayland_protocols_misc::zwp_virtual_keyboard_v1::client::zwp_virtual_keyboard_manager_v1::ZwpVirtualKeyboardManagerV1;
use wayland_protocols_misc::zwp_virtual_keyboard_v1::client::zwp_virtual_keyboard_v1::ZwpVirtualKeyboardV1;
use wayland_protocols_wlr::virtual_pointer::v1::client::zwlr_virtual_pointer_manager_v1::ZwlrVirtualPointerManagerV1;
use wayland_protocols_wlr::virtual_pointer::v1::client::zwlr_virtual_pointer_v1::ZwlrVirtualPointerV1;

use crate::session::Point;

/// The ordinary keyboard. Whoever reads it has the parts from the system's files.
const KEYMAP: &str = r#"xkb_keymap {
  xkb_keycodes { include "evdev+aliases(qwerty)" };
  xkb_types { include "complete" };
  xkb_compat { include "complete" };
  xkb_symbols { include "pc+us+inet(evdev)" };
};"#;

/// The numbers of the keys, as Linux has them: rows of letters with the number of their first, and others by name.
const ROWS: [(u32, &str); 3] = [(16, "qwertyuiop"), (30, "asdfghjkl"), (44, "zxcvbnm")];
const NAMED: [(u32, &str); 4] = [(1, "Escape"), (15, "Tab"), (28, "Return"), (57, "space")];

/// The first button of a pointer, as Linux numbers it.
const FIRST_BUTTON: u32 = 0x110;

/// The devices of one desktop.
pub(super) struct Input {
    queue: RefCell<EventQueue<Heard>>,
    pointer: ZwlrVirtualPointerV1,
    keyboard: ZwpVirtualKeyboardV1,
    activation: XdgActivationV1,
    start: Instant,
}

impl Input {
    /// Adds devices to a desktop; nothing when it does not answer yet.
    pub(super) fn connect(socket: &Path) -> Option<Self> {
        let connection = Connection::from_socket(UnixStream::connect(socket).ok()?).ok()?;
        let (globals, queue) = registry_queue_init::<Heard>(&connection).ok()?;
        let handle = queue.handle();
        let seat: WlSeat = globals.bind(&handle, 1..=1, ()).ok()?;
        let pointers: ZwlrVirtualPointerManagerV1 = globals.bind(&handle, 1..=1, ()).expect("virtual pointers");
        let keyboards: ZwpVirtualKeyboardManagerV1 = globals.bind(&handle, 1..=1, ()).expect("virtual keyboards");
        let input = Self {
            pointer: pointers.create_virtual_pointer(Some(&seat), &handle, ()),
            keyboard: keyboards.create_virtual_keyboard(&seat, &handle, ()),
            activation: globals.bind(&handle, 1..=1, ()).expect("activation"),
            queue: RefCell::new(queue),
            start: Instant::now(),
        };
        let mut keymap = tempfile::tempfile().expect("a file for the keymap");
        write!(keymap, "{KEYMAP}\0").expect("the keymap in its file");
        let size = KEYMAP.len() as u32 + 1;
        input.keyboard.keymap(KeymapFormat::XkbV1.into(), keymap.as_fd(), size);
        input.arrive();
        Some(input)
    }

    /// Moves the pointer on a screen of a size.
    pub(super) fn move_to(&self, point: Point, (width, height): (u32, u32)) {
        let (x, y) = (point.x.round() as u32, point.y.round() as u32);
        self.pointer.motion_absolute(self.time(), x, y, width, height);
        self.pointer.frame();
        self.arrive();
    }

    /// Presses and releases the first button.
    pub(super) fn click(&self) {
        for state in [ButtonState::Pressed, ButtonState::Released] {
            self.pointer.button(self.time(), FIRST_BUTTON, state);
            self.pointer.frame();
            self.arrive();
        }
    }

    /// Presses and releases a key.
    pub(super) fn key(&self, key: &str) {
        let number = number(key).unwrap_or_else(|| panic!("the keyboard has no key “{key}”"));
        for is_pressed in [1, 0] {
            self.keyboard.key(self.time(), number, is_pressed);
            self.arrive();
        }
    }

    /// What a launcher gets, so that what it starts may come to the front.
    pub(super) fn activation_token(&self) -> String {
        let token = self.activation.get_activation_token(&self.queue.borrow().handle(), ());
        token.commit();
        let heard = self.arrive();
        token.destroy();
        heard.token.expect("the compositor gives launchers a token")
    }

    /// Waits until the compositor has taken what was sent. Answers what it has said meanwhile.
    fn arrive(&self) -> Heard {
        let mut heard = Heard::default();
        let taken = self.queue.borrow_mut().roundtrip(&mut heard);
        taken.expect("the compositor takes input");
        heard
    }

    /// Milliseconds, as input has them.
    fn time(&self) -> u32 {
        self.start.elapsed().as_millis() as u32
    }
}

fn number(key: &str) -> Option<u32> {
    let letter = || {
        let find = |(first, row): (u32, &str)| Some(first + row.find(key)? as u32);
        ROWS.into_iter().find_map(find).filter(|_| key.len() == 1)
    };
    let named = NAMED.into_iter().find(|(_, name)| *name == key);
    named.map(|(number, _)| number).or_else(letter)
}

impl fmt::Debug for Input {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Input").finish_non_exhaustive()
    }
}

/// What the compositor has said, as far as it counts.
#[derive(Default)]
struct Heard {
    token: Option<String>,
}

impl Dispatch<XdgActivationTokenV1, ()> for Heard {
    fn event(
        heard: &mut Self,
        _: &XdgActivationTokenV1,
        event: xdg_activation_token_v1::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let xdg_activation_token_v1::Event::Done { token } = event {
            heard.token = Some(token);
        }
    }
}

impl Dispatch<WlRegistry, GlobalListContents> for Heard {
    fn event(
        _: &mut Self,
        _: &WlRegistry,
        _: wl_registry::Event,
        _: &GlobalListContents,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
    }
}

delegate_noop!(Heard: ignore WlSeat);
delegate_noop!(Heard: XdgActivationV1);
delegate_noop!(Heard: ZwlrVirtualPointerManagerV1);
delegate_noop!(Heard: ZwlrVirtualPointerV1);
delegate_noop!(Heard: ZwpVirtualKeyboardManagerV1);
delegate_noop!(Heard: ZwpVirtualKeyboardV1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_numbers_of_an_ordinary_keyboard() {
        let keys = ["q", "k", "m", "Return", "space"];
        assert_eq!(keys.map(number), [16, 37, 50, 28, 57].map(Some));
        assert_eq!(["we", "Q", "", "F1"].map(number), [None; 4]);
    }
}
