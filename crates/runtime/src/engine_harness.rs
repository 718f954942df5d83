//! Where tests of the engine's glue run: a part of the runtime, the engine and a display, in one process, without the
//! program around them.
//!
//! GTK and WebKit want one thread of a process for themselves, to its end, and a display in its environment. So a test is
//! started a second time, in a process that its body has for itself. That process does not end, but is killed, with
//! those of the engine: nothing of them is left then.

use gtk4 as gtk;
use gtk4::glib::{self, MainContext};
use gtk4::prelude::*;
use insula_testkit::{Bus, Display, Home, Running, wait};
use std::any::type_name_of_val;
use std::cell::Cell;
use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};
use webkit6::WebView;
use webkit6::prelude::*;

/// Is set in the second process, to the address of its system's bus.
const SYSTEM_BUS: &str = "DBUS_SYSTEM_BUS_ADDRESS";

/// Is set there to the file in which the second process says how it went.
const OUTCOME: &str = "INSULA_ENGINE_TEST_OUTCOME";
const PASSED: &str = "passed";
const FAILED: &str = "failed";

/// How often to look again whether something is so.
const PAUSE: Duration = Duration::from_millis(10);

/// The engine, in the second process.
pub(crate) struct Engine(());

/// Runs the body of the test that calls this, with the engine.
pub(crate) fn with_engine(body: impl FnOnce(&Engine)) {
    with_engine_on(Display::start, body);
}

/// The same on a display of another kind.
pub(crate) fn with_engine_on(start: impl FnOnce() -> Display, body: impl FnOnce(&Engine)) {
    if let Some(outcome) = env::var_os(OUTCOME) {
        let passes = catch_unwind(AssertUnwindSafe(|| {
            crate::desktop::start().expect("there is a display");
            body(&Engine(()));
        }));
        let word = if passes.is_ok() { PASSED } else { FAILED };
        fs::write(outcome, word).expect("the first process can be told");
        loop {
            thread::park();
        }
    }
    // A closure's type is named after the function that it is in.
    let path = type_name_of_val(&body).trim_end_matches("::{{closure}}");
    let (_, test) = path.split_once("::").expect("a path begins with a crate");
    let (home, display, bus) = (Home::new(), start(), Bus::start());
    let outcome = home.path("outcome").join("word");
    let mut command = Command::new(env::current_exe().expect("a running program has a file"));
    home.surroundings(&mut command, &display)
        .args(["--exact", test, "--nocapture"])
        .env(OUTCOME, &outcome)
        .env(SYSTEM_BUS, bus.address())
        // As `environment::prepare` does where there is no GPU; the pictures are to be the same everywhere.
        .env("GSK_RENDERER", "cairo")
        .env("WEBKIT_SKIA_ENABLE_CPU_RENDERING", "1");
    let mut second = Running::start(&mut command);
    let word = loop {
        match fs::read_to_string(&outcome) {
            Ok(word) if [PASSED, FAILED].contains(&&*word) => break word,
            _ => thread::sleep(PAUSE),
        }
        if let Some(status) = second.child().try_wait().expect("it was started") {
            break status.to_string();
        }
    };
    assert_eq!(word, PASSED, "{test}");
}

impl Engine {
    /// The address of the system's bus, on which there is nobody yet.
    pub(crate) fn system_bus(&self) -> String {
        env::var(SYSTEM_BUS).expect("the second process has it")
    }

    /// Shows something in a window of 400 by 300 pixels without a title bar.
    pub(crate) fn show(&self, content: &impl IsA<gtk::Widget>) -> gtk::Window {
        let window = gtk::Window::builder()
            .decorated(false)
            .default_width(400)
            .default_height(300)
            .child(content)
            .build();
        window.present();
        window
    }

    /// Lets GTK and the engine do their work until a condition gives a value.
    pub(crate) fn until<T>(&self, what: &str, condition: impl FnMut() -> Option<T>) -> T {
        let found = self.within(wait::LONG, condition);
        found.unwrap_or_else(|| panic!("this did not happen: {what}"))
    }

    /// Whether a condition holds while GTK and the engine work for so long.
    pub(crate) fn holds_for(&self, time: Duration, mut condition: impl FnMut() -> bool) -> bool {
        self.within(time, || (!condition()).then_some(())).is_none()
    }

    /// Waits until a page's title ends so.
    pub(crate) fn wait_for_title(&self, view: &WebView, end: &str) {
        let title = || view.title().unwrap_or_default();
        let ends = self.within(wait::LONG, || title().ends_with(end).then_some(()));
        assert!(ends.is_some(), "“{}” does not end with “{end}”", title());
    }

    /// Runs a script in a page, in the page's own world.
    pub(crate) fn run(&self, view: &WebView, script: &str) {
        let is_done = Rc::new(Cell::new(false));
        view.evaluate_javascript(script, None, None, gtk::gio::Cancellable::NONE, {
            let is_done = is_done.clone();
            move |outcome| {
                outcome.expect("the script throws nothing");
                is_done.set(true);
            }
        });
        self.until("a script ends", || is_done.get().then_some(()));
    }

    fn within<T>(&self, time: Duration, mut condition: impl FnMut() -> Option<T>) -> Option<T> {
        let (context, start) = (MainContext::default(), Instant::now());
        // Something happens at least so often.
        let ticks = glib::timeout_add_local(PAUSE, || glib::ControlFlow::Continue);
        let found = loop {
            if let Some(found) = condition() {
                break Some(found);
            }
            if start.elapsed() > time {
                break None;
            }
            context.iteration(true);
        };
        ticks.remove();
        found
    }
}
