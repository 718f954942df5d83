//! One end of a socket pair, as a page's object: bytes between typed arrays and the kernel. Only what the kernel does not
//! take at once is copied here.
//!
//! Results are numbers: bytes moved, 0 at the end of the stream, or a negative `errno`, so that the hot path makes no
//! exceptions.

use crate::eager::Eager;
use crate::jsc;
use crate::outgoing::Outgoing;
use crate::poll::{self, Interest};
use crate::webkit::javascriptcore as js;
use rustix::event::{self, PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, Shutdown};
use std::cell::{Cell, RefCell};
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

/// A descriptor that a page reads and writes. It closes when the page's object is collected.
pub(crate) struct Descriptor {
    fd: RefCell<Option<OwnedFd>>,
    key: u64,
    on_readable: RefCell<Option<js::Value>>,
    on_flushed: RefCell<Option<js::Value>>,
    outgoing: RefCell<Outgoing>,
    /// Whether the next bytes are probably on their way.
    expects_bytes: Cell<bool>,
    eager_reader: Eager,
    eager_writer: Eager,
}

/// A write of this many bytes or fewer may be a message that will be answered.
const MESSAGE: usize = 4 * 1024;

/// So many bytes or more at once are a stream's, which goes on.
const STREAM: usize = 32 * 1024;

/// How long the page is held up for bytes that are expected: longer than a peer that is awake takes to answer, and
/// nothing that anybody sees.
const BYTES_MOMENT: Duration = Duration::from_micros(50);

/// How long the page is held up for room to write: the broker makes some in less.
const ROOM_MOMENT: Duration = Duration::from_millis(1);

impl Descriptor {
    /// Takes over a socket. It never blocks from then on.
    pub(crate) fn new(fd: OwnedFd) -> rustix::io::Result<Rc<Self>> {
        rustix::io::ioctl_fionbio(&fd, true)?;
        let key = poll::add(&fd)?;
        let descriptor = Rc::new(Self {
            fd: RefCell::new(Some(fd)),
            key,
            on_readable: RefCell::default(),
            on_flushed: RefCell::default(),
            outgoing: RefCell::default(),
            expects_bytes: Cell::new(false),
            eager_reader: Eager::default(),
            eager_writer: Eager::default(),
        });
        poll::set_owner(key, &descriptor);
        Ok(descriptor)
    }

    /// Closes it; whoever waits is woken and finds it closed.
    pub(crate) fn close(&self) {
        self.close_quietly();
        call(self.on_readable.take(), 0);
        call(self.on_flushed.take(), errno(Errno::BADF));
    }

    /// Closes it; those who wait are forgotten. For a document that is over, none of whose functions may run any more.
    pub(crate) fn discard(&self) {
        self.close_quietly();
        self.on_readable.take();
        self.on_flushed.take();
    }

    fn close_quietly(&self) {
        if let Some(fd) = self.fd.take() {
            poll::remove(&fd, self.key);
        }
        self.outgoing.take();
    }

    /// Sends what is held, and calls those who wait, once.
    pub(crate) fn wake(&self, readiness: Interest) {
        let flushed = if readiness.write { self.send_held() } else { None };
        // Both are taken before either is called: what the page does then has callbacks of its own.
        let flushed = flushed.map(|state| (self.on_flushed.take(), state));
        let readable = if readiness.read { self.on_readable.take() } else { None };
        self.arm();
        call(readable, 0);
        if let Some((callback, state)) = flushed {
            call(callback, state);
        }
    }

    /// Answers 0 once nothing is held any more, or a negative `errno` once it never will be.
    fn send_held(&self) -> Option<i64> {
        let result = match &*self.fd.borrow() {
            Some(fd) => self.outgoing.borrow_mut().send(|piece| send(fd, piece)),
            None => return None,
        };
        match result {
            Ok(()) => self.outgoing.borrow().is_empty().then_some(0),
            Err(error) => {
                self.outgoing.take();
                Some(errno(error))
            }
        }
    }

    fn arm(&self) {
        let interest = Interest {
            read: self.on_readable.borrow().is_some(),
            write: !self.outgoing.borrow().is_empty(),
        };
        if let Some(fd) = &*self.fd.borrow()
            && (interest.read || interest.write)
        {
            poll::arm(fd, self.key, interest);
        }
    }

    fn read(&self, buffer: &mut [u8]) -> i64 {
        let is_expected = self.expects_bytes.take();
        let read = self.with(|fd| {
            let mut receive =
                || rustix::net::recv(fd, &mut *buffer, RecvFlags::DONTWAIT).map(|(_, length)| length as i64);
            if is_expected {
                self.eager_reader.until(BYTES_MOMENT, |_| thread::yield_now(), receive)
            } else {
                receive()
            }
        });
        self.expects_bytes.set(read >= STREAM as i64);
        read
    }

    /// On a closed descriptor there is nothing to wait for: the caller reads and sees.
    fn wait_read(&self, callback: &js::Value) -> i64 {
        self.with(|_| {
            self.on_readable.replace(Some(callback.clone()));
            Ok(0)
        });
        self.arm();
        0
    }

    /// 1 if there is something to read.
    fn peek(&self) -> i64 {
        let flags = RecvFlags::DONTWAIT | RecvFlags::PEEK;
        self.with(|fd| rustix::net::recv(fd, &mut [0; 1], flags).map(|(_, length)| length as i64))
    }

    /// Nothing overtakes what is held.
    fn write(&self, bytes: &[u8]) -> i64 {
        if !self.outgoing.borrow().is_empty() {
            return errno(Errno::AGAIN);
        }
        self.expects_bytes.set(bytes.len() <= MESSAGE);
        self.with(|fd| {
            let attempt = || send(fd, bytes).map(|length| length as i64);
            if bytes.len() < STREAM {
                attempt()
            } else {
                self.eager_writer
                    .until(ROOM_MOMENT, |rest| wait_for_room(fd, rest), attempt)
            }
        })
    }

    /// Holds bytes until the kernel takes them.
    fn hold(&self, bytes: &[u8]) -> i64 {
        let held = self.with(|fd| {
            let mut outgoing = self.outgoing.borrow_mut();
            outgoing.push(bytes).map_err(|_| Errno::NOMEM)?;
            // The broker takes the first bytes while the page is still giving the last. An error comes again, and is told
            // to who waits for the end.
            let _ = outgoing.send_piece(|piece| send(fd, piece));
            Ok(0)
        });
        self.arm();
        held
    }

    /// 0 if nothing is held; else the callback is told later.
    fn flush(&self, callback: &js::Value) -> i64 {
        self.with(|_| match self.outgoing.borrow().is_empty() {
            true => Ok(0),
            false => {
                self.on_flushed.replace(Some(callback.clone()));
                Err(Errno::AGAIN)
            }
        })
    }

    fn shutdown(&self, how: i32) -> i64 {
        let how = match how {
            0 => Shutdown::Read,
            1 => Shutdown::Write,
            2 => Shutdown::Both,
            _ => return errno(Errno::INVAL),
        };
        if !matches!(how, Shutdown::Read) {
            self.outgoing.take();
            self.on_flushed.take();
        }
        self.with(|fd| rustix::net::shutdown(fd, how).map(|()| 0))
    }

    fn with(&self, operation: impl FnOnce(&OwnedFd) -> rustix::io::Result<i64>) -> i64 {
        match &*self.fd.borrow() {
            Some(fd) => operation(fd).unwrap_or_else(errno),
            None => errno(Errno::BADF),
        }
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        self.close_quietly();
    }
}

/// Sleeps until the kernel would take a good part of a buffer, or the time is over.
fn wait_for_room(fd: &OwnedFd, time: Duration) {
    let Ok(time) = Timespec::try_from(time) else { return };
    // Whatever it says, the caller tries again and sees.
    let _ = event::poll(&mut [PollFd::new(fd, PollFlags::OUT)], Some(&time));
}

fn send(fd: &OwnedFd, bytes: &[u8]) -> rustix::io::Result<usize> {
    rustix::net::send(fd, bytes, SendFlags::DONTWAIT | SendFlags::NOSIGNAL)
}

/// Calls who waited, if somebody did, with 0 or a negative `errno`.
fn call(callback: Option<js::Value>, state: i64) {
    if let Some((callback, context)) = callback.as_ref().and_then(|it| Some((it, it.context()?))) {
        jsc::call(callback, &[js::Value::new_number(&context, state as f64)]);
    }
}

fn errno(error: Errno) -> i64 {
    -i64::from(error.raw_os_error())
}

/// The page's object: `readInto`, `peek`, `waitRead`, `write`, `hold`, `flush`, `shutdown`, `close`.
pub(crate) fn object(context: &js::Context, descriptor: &Rc<Descriptor>) -> js::Value {
    let object = jsc::object(context);
    let method = |name, operation: fn(&Descriptor, &[js::Value]) -> i64| {
        let descriptor = descriptor.clone();
        jsc::set_function(context, &object, name, move |context, arguments| {
            Some(js::Value::new_number(context, operation(&descriptor, arguments) as f64))
        });
    };
    method("readInto", |descriptor, arguments| match arguments {
        [array, ..] => jsc::with_bytes(array, |bytes| descriptor.read(bytes)).unwrap_or_else(|| errno(Errno::INVAL)),
        [] => errno(Errno::INVAL),
    });
    method("peek", |descriptor, _| descriptor.peek());
    method("waitRead", |descriptor, arguments| match arguments {
        [function, ..] if function.is_function() => descriptor.wait_read(function),
        _ => errno(Errno::INVAL),
    });
    method("write", |descriptor, arguments| {
        with_part(arguments, |part| descriptor.write(part))
    });
    method("hold", |descriptor, arguments| {
        with_part(arguments, |part| descriptor.hold(part))
    });
    method("flush", |descriptor, arguments| match arguments {
        [function, ..] if function.is_function() => descriptor.flush(function),
        _ => errno(Errno::INVAL),
    });
    method("shutdown", |descriptor, arguments| {
        descriptor.shutdown(arguments.first().map_or(-1, js::Value::to_int32))
    });
    method("close", |descriptor, _| {
        descriptor.close();
        0
    });
    object
}

/// Calls with a part of an array: the array, from where, to where.
fn with_part(arguments: &[js::Value], body: impl FnOnce(&[u8]) -> i64) -> i64 {
    let [array, from, to] = arguments else {
        return errno(Errno::INVAL);
    };
    let (from, to) = (from.to_double(), to.to_double());
    let result = jsc::with_bytes(array, |bytes| bytes.get(from as usize..to as usize).map(body));
    result.flatten().unwrap_or_else(|| errno(Errno::INVAL))
}
