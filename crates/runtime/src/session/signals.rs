//! The signals by which others ask the program to end: a service manager, a terminal, the end of the user's session.

use gtk4::glib;
use rustix::process::Signal;
use std::fs;

/// They end the app as closing its windows does, but ask nobody.
const SIGNALS: [Signal; 3] = [Signal::TERM, Signal::INT, Signal::HUP];

/// While it lives, signals end the main loop; afterwards, at once, the program.
pub(crate) struct Signals(Vec<glib::SourceId>);

impl Drop for Signals {
    fn drop(&mut self) {
        for source in self.0.drain(..) {
            source.remove();
        }
    }
}

/// Ends the main loop at a signal.
pub(crate) fn end(main_loop: &glib::MainLoop) -> Signals {
    let ignored = ignored();
    let heeded = SIGNALS.map(Signal::as_raw).into_iter();
    let heeded = heeded.filter(|signal| ignored & (1 << (signal - 1)) == 0);
    let end = |signal| {
        let main_loop = main_loop.clone();
        glib_unix::unix_signal_add_local(signal, move || {
            main_loop.quit();
            glib::ControlFlow::Continue
        })
    };
    Signals(heeded.map(end).collect())
}

/// The signals that whoever started the program wants to be ignored, as `nohup` does; a bit each, the first for signal 1.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}
