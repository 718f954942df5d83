//! Whether WebKit can start its processes in their sandbox.
//!
//! WebKit ends the whole program (SIGTRAP) when `bwrap` does not start one of them. So `bwrap` is tried before: where a
//! container or the kernel forbids it to make namespaces, there is a sentence.

use rustix::fs::{Access, access};
use std::env;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// Why an app's processes would not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// A program is missing that WebKit starts.
    #[error("`{0}` is missing, by which WebKit starts its processes in their sandbox")]
    Missing(&'static str),
    /// There is a program, and it may not do what it is there for.
    #[error("WebKit's processes cannot have their sandbox here: {0}")]
    Refused(String),
}

/// The variable by which WebKit is told to do without its sandbox.
const OFF: &str = "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS";

/// An attempt to make a sandbox, which goes on beside what is done meanwhile.
#[derive(Debug)]
pub(crate) struct Attempt(Option<Child>);

impl Attempt {
    /// Begins one, where there is to be a sandbox.
    pub(crate) fn begin() -> Result<Self, SandboxError> {
        if is_off() {
            return Ok(Self(None));
        }
        if env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some() {
            find("xdg-dbus-proxy")?;
        }
        let bwrap = find("bwrap")?;
        // The namespaces that WebKit's sandboxes have, and that a container or a kernel may refuse.
        let child = Command::new(&bwrap)
            .args(["--die-with-parent", "--unshare-uts", "--unshare-pid", "--unshare-net"])
            .args(["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--"])
            .arg(&bwrap)
            .arg("--version")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        child
            .map(|child| Self(Some(child)))
            .map_err(|error| SandboxError::Refused(error.to_string()))
    }

    /// How it went.
    pub(crate) fn end(self) -> Result<(), SandboxError> {
        let Some(child) = self.0 else { return Ok(()) };
        let output = child.wait_with_output();
        let output = output.map_err(|error| SandboxError::Refused(error.to_string()))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(SandboxError::Refused(match said.trim() {
            "" => output.status.to_string(),
            said => said.to_owned(),
        }))
    }
}

/// Whether the user has switched the sandbox off.
fn is_off() -> bool {
    env::var_os(OFF).is_some_and(|value| value != "0")
}

/// Tries whether WebKit's processes can be started, and says which variable has switched their sandbox off, if one has.
///
/// # Errors
/// They cannot be started; see [`SandboxError`].
pub fn sandbox() -> Result<Option<&'static str>, SandboxError> {
    Attempt::begin()?.end()?;
    Ok(is_off().then_some(OFF))
}

/// Finds a program that WebKit starts. It does not look into `PATH`, but knows where its distribution has it.
fn find(program: &'static str) -> Result<PathBuf, SandboxError> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain([PathBuf::from("/usr/bin")]);
    find_in(folders, program).ok_or(SandboxError::Missing(program))
}

fn find_in(folders: impl IntoIterator<Item = PathBuf>, program: &str) -> Option<PathBuf> {
    let is_program = |path: &PathBuf| path.is_file() && access(path, Access::EXEC_OK).is_ok();
    folders.into_iter().map(|folder| folder.join(program)).find(is_program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_executed_is_a_program() {
        let folder = tempfile::tempdir().expect("a folder");
        let found = |name| find_in([folder.path().to_owned(), "/bin".into()], name);
        assert_eq!(found("sh"), Some("/bin/sh".into()));
        std::fs::write(folder.path().join("sh"), "").expect("a file");
        assert_eq!(found("sh"), Some("/bin/sh".into()));
        assert_eq!(found("no-such-program"), None);
    }
}
