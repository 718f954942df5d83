//! Waiting for descriptors: one epoll instance, which is the main loop's only source for all of them.
//!
//! A main loop with a source for each of two thousand connections polls two thousand descriptors at every turn; with
//! an epoll instance it polls one.

use crate::descriptor::Descriptor;
use crate::webkit::glib;
use rustix::event::epoll;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::rc::{Rc, Weak};

/// What a descriptor waits for.
#[derive(Clone, Copy, Default)]
pub(crate) struct Interest {
    pub(crate) read: bool,
    pub(crate) write: bool,
}

struct Poll {
    epoll: OwnedFd,
    descriptors: RefCell<HashMap<u64, Weak<Descriptor>>>,
    last: Cell<u64>,
}

thread_local! {
    static POLL: Result<Poll, rustix::io::Errno> = Poll::new();
}

impl Poll {
    fn new() -> rustix::io::Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        source::add(epoll.as_raw_fd(), dispatch);
        Ok(Self {
            epoll,
            descriptors: RefCell::default(),
            last: Cell::new(0),
        })
    }
}

fn with_poll<T>(body: impl FnOnce(&Poll) -> rustix::io::Result<T>) -> rustix::io::Result<T> {
    POLL.with(|poll| match poll {
        Ok(poll) => body(poll),
        Err(error) => Err(*error),
    })
}

/// Registers a descriptor, waiting for nothing yet, and answers its key.
pub(crate) fn add(fd: impl AsFd) -> rustix::io::Result<u64> {
    with_poll(|poll| {
        let key = poll.last.get() + 1;
        poll.last.set(key);
        epoll::add(
            &poll.epoll,
            fd,
            epoll::EventData::new_u64(key),
            epoll::EventFlags::ONESHOT,
        )?;
        Ok(key)
    })
}

/// Says who is woken by a key.
pub(crate) fn set_owner(key: u64, descriptor: &Rc<Descriptor>) {
    let _ = with_poll(|poll| {
        poll.descriptors.borrow_mut().insert(key, Rc::downgrade(descriptor));
        Ok(())
    });
}

/// Waits, once, for what is of interest.
pub(crate) fn arm(fd: impl AsFd, key: u64, interest: Interest) {
    let mut flags = epoll::EventFlags::ONESHOT;
    flags.set(epoll::EventFlags::IN | epoll::EventFlags::RDHUP, interest.read);
    flags.set(epoll::EventFlags::OUT, interest.write);
    let _ = with_poll(|poll| epoll::modify(&poll.epoll, fd, epoll::EventData::new_u64(key), flags));
}

/// Forgets a descriptor, before it is closed.
pub(crate) fn remove(fd: impl AsFd, key: u64) {
    let _ = with_poll(|poll| {
        poll.descriptors.borrow_mut().remove(&key);
        epoll::delete(&poll.epoll, fd)
    });
}

/// Wakes every descriptor that is ready.
fn dispatch() {
    let mut ready = Vec::with_capacity(64);
    let woken: Vec<(Rc<Descriptor>, Interest)> = with_poll(|poll| {
        epoll::wait(
            &poll.epoll,
            rustix::buffer::spare_capacity(&mut ready),
            Some(&rustix::event::Timespec::default()),
        )?;
        let descriptors = poll.descriptors.borrow();
        Ok(ready
            .iter()
            .filter_map(|event| {
                let descriptor = descriptors.get(&event.data.u64())?.upgrade()?;
                let flags = event.flags;
                let over = flags.intersects(epoll::EventFlags::ERR | epoll::EventFlags::HUP);
                let read = over || flags.intersects(epoll::EventFlags::IN | epoll::EventFlags::RDHUP);
                let write = over || flags.contains(epoll::EventFlags::OUT);
                Some((descriptor, Interest { read, write }))
            })
            .collect())
    })
    .unwrap_or_default();
    for (descriptor, readiness) in woken {
        descriptor.wake(readiness);
    }
}

mod source {
    //! A main loop source for one descriptor, which glib's bindings do not offer.
    #![expect(unsafe_code, reason = "g_unix_fd_add has no binding")]

    use super::glib;
    use std::ffi::{c_int, c_uint, c_void};

    unsafe extern "C" {
        fn g_unix_fd_add(
            fd: c_int,
            condition: c_uint,
            function: unsafe extern "C" fn(c_int, c_uint, *mut c_void) -> c_int,
            data: *mut c_void,
        ) -> c_uint;
    }

    /// Calls `callback` whenever the descriptor is readable, as long as the process lives.
    pub(super) fn add(fd: c_int, callback: fn()) {
        unsafe extern "C" fn readable(_: c_int, _: c_uint, data: *mut c_void) -> c_int {
            // SAFETY: `data` is the function pointer passed below.
            let callback = unsafe { std::mem::transmute::<*mut c_void, fn()>(data) };
            crate::jsc::guard("epoll", (), callback);
            glib::ffi::GTRUE
        }
        // SAFETY: `readable` has the signature of a GUnixFDSourceFunc and data outlives the source, being a function.
        unsafe { g_unix_fd_add(fd, glib::ffi::G_IO_IN as c_uint, readable, callback as *mut c_void) };
    }
}
