//! Processes that a test starts, and what they hold.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use crate::wait;

#[cfg(target_arch = "x86_64")]
mod by_itself;

#[cfg(target_arch = "x86_64")]
pub use by_itself::end_by_itself;

/// A process that ends with this value, together with everything that it started.
#[derive(Debug)]
pub struct Running(Child);

impl Running {
    /// Starts a command. Panics if the program is missing.
    pub fn start(command: &mut Command) -> Self {
        match command.spawn() {
            Ok(child) => Self(child),
            Err(error) => panic!("{:?} does not start ({error}): run ./x setup", command.get_program()),
        }
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// The process itself, to wait for it.
    pub fn child(&mut self) -> &mut Child {
        &mut self.0
    }

    /// It and everything that it started.
    pub fn tree(&self) -> ProcessTree {
        ProcessTree::of(self.id())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let tree = self.tree();
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
        tree.kill();
    }
}

/// A process and its descendants at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessTree {
    /// Their numbers, ancestors first.
    pub ids: Vec<u32>,
}

impl ProcessTree {
    /// The tree below a process, and the process itself.
    pub fn of(root: u32) -> Self {
        let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
        for (id, parent) in all_processes() {
            children.entry(parent).or_default().push(id);
        }
        let mut ids = vec![root];
        let mut next = 0;
        while let Some(id) = ids.get(next) {
            if let Some(below) = children.get(id) {
                ids.extend(below.clone());
            }
            next += 1;
        }
        Self { ids }
    }

    /// Those whose program has this name, as the kernel shortens it (15 bytes).
    pub fn named(&self, name: &str) -> Vec<u32> {
        let short = &name[..name.len().min(15)];
        self.ids.iter().copied().filter(|id| name_of(*id) == short).collect()
    }

    /// The proportional share of memory of all of them, in bytes.
    pub fn memory(&self) -> u64 {
        self.ids.iter().map(|id| memory_of(*id)).sum()
    }

    /// How long each of them has computed so far.
    pub fn processor_times(&self) -> HashMap<u32, Duration> {
        self.ids.iter().map(|id| (*id, processor_time(*id))).collect()
    }

    /// How many descriptors all of them have open.
    pub fn descriptors(&self) -> usize {
        self.ids.iter().map(|id| descriptors_of(*id)).sum()
    }

    /// Waits until all of them have ended.
    pub fn wait_for_end(&self) {
        let alive = || self.ids.iter().copied().filter(|id| is_alive(*id)).collect::<Vec<_>>();
        let ended = wait::within(wait::LONG, || alive().is_empty().then_some(()));
        if ended.is_none() {
            let left: Vec<String> = alive().into_iter().map(|id| format!("{} {id}", name_of(id))).collect();
            panic!("these did not end: {}", left.join(", "));
        }
    }

    /// Ends all of them at once.
    pub fn kill(&self) {
        for id in &self.ids {
            kill(*id);
        }
    }
}

/// A command that runs a program as an ordinary user. Where root runs the tests, it is told that it is somebody else, and has
/// no rights but those to root's files.
pub fn as_ordinary_user(program: &Path) -> Command {
    if !rustix::process::getuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("unshare");
    command
        .args(["--user", "--map-user=1000", "--map-group=1000", "--"])
        .arg(program);
    command
}

/// Ends a process as the kernel would end one that broke (SIGKILL).
pub fn kill(id: u32) {
    // It may be gone already, which is what was wanted.
    let _ = Command::new("kill").args(["-KILL", &id.to_string()]).output();
}

/// Ends a process as it ends itself when something is wrong with it (SIGABRT).
pub fn crash(id: u32) {
    // It may be gone already, which is what was wanted.
    let _ = Command::new("kill").args(["-ABRT", &id.to_string()]).output();
}

/// Asks a process to end, as a desktop does when the user logs out (SIGTERM).
pub fn terminate(id: u32) {
    // It may be gone already, which is what was wanted.
    let _ = Command::new("kill").args(["-TERM", &id.to_string()]).output();
}

/// Halts a process (SIGSTOP) until it may [carry on](carry_on): one that is very slow.
pub fn halt(id: u32) {
    let _ = Command::new("kill").args(["-STOP", &id.to_string()]).output();
}

/// Lets a process go on (SIGCONT).
pub fn carry_on(id: u32) {
    let _ = Command::new("kill").args(["-CONT", &id.to_string()]).output();
}

/// Whether a process exists and has not ended.
pub fn is_alive(id: u32) -> bool {
    stat(id).is_some_and(|stat| !matches!(stat.first().map(String::as_str), Some("Z" | "X")))
}

/// Does something that starts programs with a soft limit on their open descriptors, which they may raise. It is this
/// process's own for as long as that takes.
///
/// # Panics
/// When the system does not let it.
pub fn with_descriptor_limit<T>(soft: u64, start: impl FnOnce() -> T) -> T {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let own = getrlimit(Resource::Nofile);
    let lower = Rlimit {
        current: Some(soft),
        ..own
    };
    setrlimit(Resource::Nofile, lower).expect("a soft limit can be lowered");
    let started = start();
    setrlimit(Resource::Nofile, own).expect("a soft limit can be raised again");
    started
}

/// How many descriptors a process has open; none when it is gone. Those by which the engine watches the memory, which it
/// opens once, some seconds after its start, do not count.
pub fn descriptors_of(id: u32) -> usize {
    let Ok(descriptors) = fs::read_dir(format!("/proc/{id}/fd")) else {
        return 0;
    };
    let is_watch = |target: &Path| target.starts_with("/proc") || target.starts_with("/sys");
    let targets = descriptors
        .flatten()
        .filter_map(|descriptor| fs::read_link(descriptor.path()).ok());
    targets.filter(|target| !is_watch(target)).count()
}

/// Waits until one of some processes has computed for so long from now on, and twice as much as any other: one that only
/// starts computes as well.
pub fn busiest(ids: &[u32], time: Duration) -> u32 {
    let before: Vec<Duration> = ids.iter().copied().map(processor_time).collect();
    wait::until("one of the processes computes", || {
        let spent = ids.iter().zip(&before);
        let mut spent: Vec<(Duration, u32)> = spent
            .map(|(id, before)| (processor_time(*id).saturating_sub(*before), *id))
            .collect();
        spent.sort_unstable_by(|one, other| other.cmp(one));
        let second = spent.get(1).map_or(Duration::ZERO, |(spent, _)| *spent);
        let (most, id) = *spent.first()?;
        (most > time && most > 2 * second).then_some(id)
    })
}

/// All processes that have a library mapped whose file's name begins so, as far as this user may see it.
pub fn with_library(name: &str) -> Vec<u32> {
    let file = format!("/{name}");
    let maps = |id: u32| fs::read_to_string(format!("/proc/{id}/maps")).unwrap_or_default();
    let all = all_processes().into_iter().map(|(id, _)| id);
    all.filter(|id| maps(*id).contains(&file)).collect()
}

/// The port of 127.0.0.1 on which a process listens.
pub fn listening_port(id: u32) -> Option<u16> {
    let sockets = sockets_of(id);
    let table = fs::read_to_string(format!("/proc/{id}/net/tcp")).ok()?;
    // A number, the local address, the other's, the state, …; the tenth is the socket's inode.
    let mut connections = table.lines().skip(1).map(|line| line.split_whitespace().collect());
    connections.find_map(|fields: Vec<&str>| {
        let (address, state, inode) = (fields.get(1)?, fields.get(3)?, fields.get(9)?);
        let is_its_own = *state == LISTEN && sockets.iter().any(|socket| socket == inode);
        let (_, port) = address.split_once(':').filter(|_| is_its_own)?;
        u16::from_str_radix(port, 16).ok()
    })
}

/// `TCP_LISTEN` in the kernel's tables.
const LISTEN: &str = "0A";

/// The inodes of a process's sockets.
fn sockets_of(id: u32) -> Vec<String> {
    let descriptors = fs::read_dir(format!("/proc/{id}/fd")).into_iter().flatten().flatten();
    let targets = descriptors.filter_map(|entry| fs::read_link(entry.path()).ok()?.into_os_string().into_string().ok());
    targets
        .filter_map(|target| Some(target.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect()
}

/// How long a process has computed, for itself and in the kernel; nothing when it is gone.
fn processor_time(id: u32) -> Duration {
    // After the name: state, parent, …; the times in user and kernel mode are the 12th and 13th, in hundredths of a
    // second.
    let fields = stat(id).unwrap_or_default();
    let times = fields.iter().skip(11).take(2);
    let hundredths: u64 = times.filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(hundredths * 10)
}

/// The memory that a process has written and shares with nobody, in bytes; nothing when it is gone. Unlike its share of all
/// memory, it is the same whoever else runs.
pub fn private_memory_of(id: u32) -> u64 {
    memory_field(id, "Private_Dirty:")
}

fn memory_of(id: u32) -> u64 {
    memory_field(id, "Pss:")
}

fn memory_field(id: u32, name: &str) -> u64 {
    let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix(name));
    let kibibytes = line.and_then(|rest| rest.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    kibibytes.unwrap_or(0) * 1024
}

/// What a process's program is called, as the kernel shortens it (15 bytes); nothing when it is gone.
pub fn name_of(id: u32) -> String {
    let name = fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
    name.trim_end().to_owned()
}

fn all_processes() -> Vec<(u32, u32)> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|id| Some((id, stat(id)?.get(1)?.parse().ok()?)))
        .collect()
}

/// The fields of `/proc/ID/stat` after the name: state, parent, ….
fn stat(id: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name stands in parentheses and may have any character in it.
    let (_, fields) = stat.rsplit_once(") ")?;
    Some(fields.split(' ').map(str::to_owned).collect())
}
