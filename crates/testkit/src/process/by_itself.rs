//! The end of a process as its own program would bring it about. No program of the engine's does so while it is needed, and no
//! signal looks like it: a debugger's means put the system call into the process.

use nix::sys::ptrace::{self, AddressType};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;

/// The machine's instruction for a system call, as a word in memory, which the process comes to next.
const SYSCALL: i64 = 0x050f;
/// `exit_group(2)`.
const EXIT_GROUP: u64 = 231;
/// What the kernel takes for a process that it has not interrupted in a system call, which would be begun again.
const NO_CALL: u64 = u64::MAX;

/// Ends a process with the code 0.
///
/// # Panics
/// When the system does not let the test change the process, or it has gone.
pub fn end_by_itself(id: u32) {
    let process = Pid::from_raw(id.cast_signed());
    ptrace::seize(process, ptrace::Options::empty()).expect("a test may trace what it has started");
    ptrace::interrupt(process).expect("a process can be interrupted");
    waitpid(process, None).expect("a process stops when it is interrupted");
    let mut registers = ptrace::getregs(process).expect("a process that has stopped has registers");
    ptrace::write(process, registers.rip as AddressType, SYSCALL).expect("the next instruction can be written");
    registers.rax = EXIT_GROUP;
    registers.rdi = 0;
    registers.orig_rax = NO_CALL;
    ptrace::setregs(process, registers).expect("registers can be set");
    ptrace::cont(process, None).expect("a process that has stopped can go on");
    let end = waitpid(process, None).expect("a process ends");
    assert_eq!(end, WaitStatus::Exited(process, 0));
}
