//! `--console`: what the app and its frames log, as lines of JSON on standard output.
//!
//! WebKit's web processes write it to their standard error, which they inherit. So this process's is replaced by a
//! socket, in which each write stays apart from the others and comes with the number of the process that made it:
//! console messages are written to standard output, everything else to the real standard error.

mod assemble;
mod parse;
mod queue;

use assemble::{Assembler, PATIENCE};
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_passcred, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, Shutdown, SocketFlags, SocketType, recvmsg,
    shutdown, socketpair,
};
use rustix::process::Pid;
use std::fs::File;
use std::io::{self, IoSliceMut, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::thread::{self, JoinHandle};
use std::time::Instant;

/// The kernel takes no larger write to a socket.
const LARGEST_WRITE: usize = 256 * 1024;

/// While it lives, standard error is a socket. What was written to it is printed when it goes, and what the program says
/// afterwards is not lost in it.
pub(crate) struct Capture {
    real: File,
    relay: Option<JoinHandle<()>>,
}

impl Drop for Capture {
    fn drop(&mut self) {
        // A failure could only be reported to this very stream.
        let ended = shutdown(io::stderr(), Shutdown::Write);
        let _ = rustix::stdio::dup2_stderr(&self.real);
        if ended.is_ok()
            && let Some(relay) = self.relay.take()
        {
            let _ = relay.join();
        }
    }
}

/// Puts a socket in the place of standard error. Before any web process starts.
///
/// # Errors
/// There are no descriptors or threads left.
pub(crate) fn capture() -> io::Result<Capture> {
    let real = File::from(io::stderr().as_fd().try_clone_to_owned()?);
    let others = real.try_clone()?;
    let (writer, reader) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
    set_socket_passcred(&reader, true)?;
    let relay = thread::Builder::new()
        .name("insula-console".to_owned())
        .spawn(move || relay(&reader, io::stdout(), others))?;
    rustix::stdio::dup2_stderr(&writer)?;
    Ok(Capture {
        real,
        relay: Some(relay),
    })
}

/// Takes what is written as fast as it comes, whoever reads it: else pages would wait for that.
fn relay(socket: &OwnedFd, console: impl Write + Send + 'static, others: impl Write + Send + 'static) {
    let (mut queue, printer) = match queue::to(console, others) {
        Ok(queue) => queue,
        // Without a thread nothing is printed, and nobody waits either.
        Err(_) => return,
    };
    let mut assembler = Assembler::default();
    let mut buffer = vec![0; LARGEST_WRITE];
    loop {
        let (mut outputs, ended) = match receive(socket, &mut buffer) {
            Ok(Some((process, length))) => (assembler.take(process, &buffer[..length], Instant::now()), false),
            Err(Errno::AGAIN | Errno::INTR) => (Vec::new(), false),
            Ok(None) | Err(_) => (Vec::new(), true),
        };
        outputs.extend(if ended {
            assembler.rest()
        } else {
            assembler.overdue(Instant::now())
        });
        outputs.into_iter().for_each(|output| queue.push(output));
        let timeout = assembler.is_waiting().then_some(PATIENCE);
        if ended || set_socket_timeout(socket, Timeout::Recv, timeout).is_err() {
            break;
        }
    }
    drop(queue);
    let _ = printer.join();
}

/// One write: who made it, and how long it is. Nothing when nobody can write any more.
fn receive(socket: &OwnedFd, buffer: &mut [u8]) -> Result<Option<(Pid, usize)>, Errno> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmCredentials(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let received = recvmsg(socket, &mut [IoSliceMut::new(buffer)], &mut control, RecvFlags::empty())?;
    let writer = control.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmCredentials(writer) => Some(writer.pid),
        _ => None,
    });
    Ok(writer.map(|writer| (writer, received.bytes)))
}
