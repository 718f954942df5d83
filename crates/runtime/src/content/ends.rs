//! How the engine's processes end. The engine only says that one is gone, be it that it crashed or that somebody ended it;
//! the system knows, and tells it once: to GLib, which started the process and waits for it.
//!
//! So the two functions of the C library by which GLib waits are this program's own. They do what the library's do, and
//! keep what the system has said. (`crates/insula/build.rs` has them found by GLib.)

use gtk4::glib;
use std::collections::VecDeque;
use std::ffi::c_int;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// By itself.
    Normal,
    /// By a fault of its own.
    Crash,
    /// By somebody's signal, the system's when it has no memory left among them.
    Kill,
}

/// How long a process may be gone, as the engine sees it, before the system tells of it: what runs it in its sandbox ends
/// after it.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often it is looked for meanwhile.
const INTERVAL: Duration = Duration::from_millis(20);
/// How much earlier the system may tell, when the main thread was busy.
const EARLIER: Duration = Duration::from_millis(500);
/// How many ends are kept.
const MOST: usize = 64;

static ENDS: Mutex<VecDeque<(Instant, End)>> = Mutex::new(VecDeque::new());

/// How the process ended that the engine calls gone now; nothing when the system does not say.
pub(crate) async fn of_process_just_gone() -> Option<End> {
    let since = Instant::now().checked_sub(EARLIER)?;
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if let Some(end) = find(since, |end| end != End::Normal) {
            return Some(end);
        }
        glib::timeout_future(INTERVAL).await;
    }
    // Helpers of a process, such as its proxy to D-Bus, end normally after it.
    find(since, |_| true)
}

fn find(since: Instant, is_it: impl Fn(End) -> bool) -> Option<End> {
    let ends = ENDS.lock().unwrap_or_else(PoisonError::into_inner);
    let found = ends.iter().find(|(at, end)| *at >= since && is_it(*end));
    found.map(|(_, end)| *end)
}

fn note(end: End) {
    let mut ends = ENDS.lock().unwrap_or_else(PoisonError::into_inner);
    if ends.len() == MOST {
        ends.pop_front();
    }
    ends.push_back((Instant::now(), end));
}

/// What runs a process in its sandbox ends with 128 and the number of the signal that has ended the process, as a shell
/// would.
fn end_of(code: Option<c_int>, signal: Option<c_int>) -> End {
    match signal.or(code.filter(|code| *code > 128).map(|code| code - 128)) {
        Some(libc::SIGKILL | libc::SIGTERM | libc::SIGINT | libc::SIGHUP) => End::Kill,
        None if code == Some(0) => End::Normal,
        // The engine also ends a process by a code of its own, when something is wrong with its messages.
        _ => End::Crash,
    }
}

/// `waitid(2)`.
#[expect(unsafe_code, reason = "it stands in for a function of the C library")]
#[unsafe(no_mangle)]
unsafe extern "C" fn waitid(kind: libc::idtype_t, id: libc::id_t, info: *mut libc::siginfo_t, options: c_int) -> c_int {
    // SAFETY: the caller keeps the promises that the system call asks for, whose arguments these are.
    let result = unsafe {
        libc::syscall(
            libc::SYS_waitid,
            kind,
            id,
            info,
            options,
            std::ptr::null::<libc::rusage>(),
        )
    };
    if result == 0 && !info.is_null() && options & libc::WNOWAIT == 0 {
        // SAFETY: the system has filled it in. Without a child that has ended it says so by 0.
        let (code, child, status) = unsafe { ((*info).si_code, (*info).si_pid(), (*info).si_status()) };
        match code {
            _ if child == 0 => {}
            libc::CLD_EXITED => note(end_of(Some(status), None)),
            libc::CLD_KILLED | libc::CLD_DUMPED => note(end_of(None, Some(status))),
            _ => {}
        }
    }
    result as c_int
}

/// `waitpid(2)`.
#[expect(unsafe_code, reason = "it stands in for a function of the C library")]
#[unsafe(no_mangle)]
unsafe extern "C" fn waitpid(child: libc::pid_t, status: *mut c_int, options: c_int) -> libc::pid_t {
    let mut told = 0;
    // SAFETY: the system writes into a place of this function's own.
    let result = unsafe {
        libc::syscall(
            libc::SYS_wait4,
            child,
            &raw mut told,
            options,
            std::ptr::null::<libc::rusage>(),
        )
    };
    if result > 0 {
        if libc::WIFEXITED(told) {
            note(end_of(Some(libc::WEXITSTATUS(told)), None));
        } else if libc::WIFSIGNALED(told) {
            note(end_of(None, Some(libc::WTERMSIG(told))));
        }
        if !status.is_null() {
            // SAFETY: the caller's place for it.
            unsafe { status.write(told) };
        }
    }
    result as libc::pid_t
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_is_known_by_itself_or_by_what_a_sandbox_makes_of_it() {
        assert_eq!(end_of(None, Some(9)), End::Kill);
        assert_eq!(end_of(Some(137), None), End::Kill);
        assert_eq!(end_of(None, Some(11)), End::Crash);
        assert_eq!(end_of(Some(139), None), End::Crash);
        assert_eq!(end_of(Some(1), None), End::Crash);
        assert_eq!(end_of(Some(0), None), End::Normal);
    }
}
