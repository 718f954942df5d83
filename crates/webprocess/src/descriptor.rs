//! One end of a socket pair, as a page's object: bytes between typed arrays and the kernel, without a copy here.
//!
//! Results are numbers: bytes moved, 0 at the end of the stream, or a negative `errno`, so that the hot path makes no
//! exceptions.

use crate::eager;
use crate::jsc;
use crate::poll::{self, Interest};
use crate::webkit::javascriptcore as js;
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, Shutdown};
use std::cell::{Cell, RefCell};
use std::os::fd::OwnedFd;
use std::rc::Rc;

/// A descriptor that a page reads and writes. It closes when the page's object is collected.
pub(crate) struct Descriptor {
    fd: RefCell<Option<OwnedFd>>,
    key: u64,
    on_readable: RefCell<Option<js::Value>>,
    on_writable: RefCell<Option<js::Value>>,
    /// Whether the next bytes are probably on their way.
    expects_bytes: Cell<bool>,
}

/// A write of this many bytes or fewer may be a message that will be answered.
const MESSAGE: usize = 4 * 1024;

/// A read of this many bytes or more is a stream's, which goes on.
const STREAM: i64 = 32 * 1024;

impl Descriptor {
    /// Takes over a socket. It never blocks from then on.
    pub(crate) fn new(fd: OwnedFd) -> rustix::io::Result<Rc<Self>> {
        rustix::io::ioctl_fionbio(&fd, true)?;
        let key = poll::add(&fd)?;
        let descriptor = Rc::new(Self {
            fd: RefCell::new(Some(fd)),
            key,
            on_readable: RefCell::default(),
            on_writable: RefCell::default(),
            expects_bytes: Cell::new(false),
        });
        poll::set_owner(key, &descriptor);
        Ok(descriptor)
    }

    /// Closes it; whoever waits is woken and finds it closed.
    pub(crate) fn close(&self) {
        self.close_quietly();
        self.wake(Interest {
            read: true,
            write: true,
        });
    }

    /// Closes it; those who wait are forgotten. For a document that is over, none of whose functions may run any more.
    pub(crate) fn discard(&self) {
        self.close_quietly();
        self.on_readable.take();
        self.on_writable.take();
    }

    fn close_quietly(&self) {
        if let Some(fd) = self.fd.take() {
            poll::remove(&fd, self.key);
        }
    }

    /// Calls those who wait, once.
    pub(crate) fn wake(&self, readiness: Interest) {
        let readable = if readiness.read { self.on_readable.take() } else { None };
        let writable = if readiness.write { self.on_writable.take() } else { None };
        self.arm();
        for callback in [readable, writable].into_iter().flatten() {
            jsc::call(&callback, &[]);
        }
    }

    fn wait(&self, callback: &RefCell<Option<js::Value>>, function: &js::Value) {
        callback.replace(Some(function.clone()));
        self.arm();
    }

    fn arm(&self) {
        let interest = Interest {
            read: self.on_readable.borrow().is_some(),
            write: self.on_writable.borrow().is_some(),
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
                eager::until_ready(receive)
            } else {
                receive()
            }
        });
        self.expects_bytes.set(read >= STREAM);
        read
    }

    /// 1 if there is something to read.
    fn peek(&self) -> i64 {
        let flags = RecvFlags::DONTWAIT | RecvFlags::PEEK;
        self.with(|fd| rustix::net::recv(fd, &mut [0; 1], flags).map(|(_, length)| length as i64))
    }

    fn write(&self, bytes: &[u8]) -> i64 {
        self.expects_bytes.set(bytes.len() <= MESSAGE);
        self.with(|fd| {
            rustix::net::send(fd, bytes, SendFlags::DONTWAIT | SendFlags::NOSIGNAL).map(|length| length as i64)
        })
    }

    fn shutdown(&self, how: i32) -> i64 {
        let how = match how {
            0 => Shutdown::Read,
            1 => Shutdown::Write,
            2 => Shutdown::Both,
            _ => return errno(Errno::INVAL),
        };
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

fn errno(error: Errno) -> i64 {
    -i64::from(error.raw_os_error())
}

/// The page's object: `readInto`, `peek`, `write`, `waitRead`, `waitWrite`, `shutdown`, `close`.
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
    method("write", |descriptor, arguments| match arguments {
        [array, from, to] => {
            let (from, to) = (from.to_double(), to.to_double());
            jsc::with_bytes(array, |bytes| match bytes.get(from as usize..to as usize) {
                Some(part) => descriptor.write(part),
                None => errno(Errno::INVAL),
            })
            .unwrap_or_else(|| errno(Errno::INVAL))
        }
        _ => errno(Errno::INVAL),
    });
    method("waitRead", |descriptor, arguments| {
        wait(descriptor, &descriptor.on_readable, arguments)
    });
    method("waitWrite", |descriptor, arguments| {
        wait(descriptor, &descriptor.on_writable, arguments)
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

/// Waits with a callback. On a closed descriptor there is nothing to wait for: the caller reads or writes and sees.
fn wait(descriptor: &Descriptor, callback: &RefCell<Option<js::Value>>, arguments: &[js::Value]) -> i64 {
    match arguments {
        [function, ..] if function.is_function() && descriptor.fd.borrow().is_some() => {
            descriptor.wait(callback, function);
            0
        }
        _ => errno(Errno::BADF),
    }
}
