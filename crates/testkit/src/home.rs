//! One user of Insula: the folders that the program keeps, and the program run with them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::display::Desktop;
use crate::process::{self, Running};
use crate::trust::Authority;
use crate::wait;

/// Folders of one user, gone when it is dropped.
#[derive(Debug)]
pub struct Home {
    folder: TempDir,
    /// What is run in the place of the built program.
    program: Option<PathBuf>,
    variables: Vec<(String, String)>,
}

/// What a program that has ended left.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its exit code; -1 when a signal ended it.
    pub code: i32,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Outcome {
    /// Its standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"))
    }
}

impl Home {
    /// A user who has nothing yet.
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder for a user"),
            program: None,
            variables: Vec::new(),
        }
    }

    /// Something else in the environment of this user's programs, such as `GDK_SCALE`.
    pub fn set_variable(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Another program in the place of the built one from now on: another installation of it, or what wraps it.
    pub fn set_program(&mut self, program: PathBuf) {
        self.program = Some(program);
    }

    fn program(&self) -> PathBuf {
        self.program.clone().unwrap_or_else(program)
    }

    /// Lets programs of this user run in a world where the system trusts an authority alone.
    pub fn trust(&mut self, authority: &Authority) {
        let (program, arguments) = authority.wrap(&self.program());
        let mut command = Command::new(program);
        command.args(arguments);
        self.wrap("trusting", &command);
    }

    /// Lets programs of this user be an ordinary user's, also where root runs the tests.
    pub fn be_ordinary(&mut self) {
        let command = process::as_ordinary_user(&self.program());
        self.wrap("ordinary", &command);
    }

    /// Puts a command into the place of the program, to which the program's own arguments are added.
    fn wrap(&mut self, name: &str, command: &Command) {
        use std::os::unix::fs::PermissionsExt;
        let quoted = |text: &std::ffi::OsStr| format!("'{}' ", text.display());
        let words: String = [command.get_program()]
            .into_iter()
            .chain(command.get_args())
            .map(quoted)
            .collect();
        let script = self.path(name).join("insula");
        fs::write(&script, format!("#!/bin/sh\nexec {words}\"$@\"\n")).expect("a script");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("it can be run");
        self.program = Some(script);
    }

    /// Any folder of this user; it is made.
    pub fn path(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(&path).expect("a folder of the user");
        path
    }

    /// What is given as `--data-dir`.
    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// What is given as `--policy-dir`.
    pub fn policy(&self) -> PathBuf {
        self.path("policy")
    }

    /// Writes a policy file as an administrator would; `level` is `managed` or `recommended`.
    pub fn write_policy(&self, level: &str, policy: &Value) {
        let folder = self.path(&format!("policy/{level}"));
        let (file, new) = (folder.join("tests.json"), folder.join("tests.json.new"));
        fs::write(&new, policy.to_string()).expect("a policy file");
        fs::rename(new, file).expect("a policy file in its place");
    }

    /// The program with this user's folders, and these arguments.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.program());
        command
            .args(self.folder_arguments())
            .args(arguments)
            .stdin(Stdio::null());
        self.environment(&mut command);
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        let output = self.command(arguments).output();
        let output = output.unwrap_or_else(|error| panic!("insula does not start ({error}): run ./x build"));
        Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs the program to its end, which must be a good one.
    pub fn succeed(&self, arguments: &[&str]) -> Outcome {
        let outcome = self.run(arguments);
        assert_eq!(outcome.code, 0, "insula {arguments:?}: {outcome:?}");
        outcome
    }

    /// Starts `insula run` on a desktop, without WebDriver.
    pub fn start(&self, desktop: &impl Desktop, arguments: &[&str]) -> Running {
        self.start_verb(desktop, &[&["run"], arguments].concat())
    }

    /// Starts the program with a verb that opens a window.
    pub fn start_verb(&self, desktop: &impl Desktop, arguments: &[&str]) -> Running {
        let mut command = self.command(arguments);
        let log = |name: &str| fs::File::create(self.folder.path().join(name)).expect("a log");
        desktop.admit(&mut command);
        command.stdout(log("stdout.log")).stderr(log("stderr.log"));
        Running::start(&mut command)
    }

    /// What the program that [`start`](Self::start) or a session started has written, to `stdout` or `stderr`.
    pub fn log(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(format!("{name}.log"))).unwrap_or_default()
    }

    /// The console of the program that was started with `--console`, so far.
    pub fn console(&self) -> Vec<Value> {
        self.log("stdout")
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }

    /// Waits for a message on the console that begins so, and answers with the rest of it.
    pub fn wait_for_message(&self, beginning: &str) -> String {
        let said = wait::within(wait::LONG, || {
            let console = self.console();
            let mut messages = console.iter().filter_map(|line| line["message"].as_str());
            messages.find_map(|message| message.strip_prefix(beginning).map(str::to_owned))
        });
        said.unwrap_or_else(|| {
            let (console, complaints) = (self.log("stdout"), self.log("stderr"));
            panic!("the app never said “{beginning}”:\n{console}{complaints}")
        })
    }

    pub(crate) fn log_file(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.log"))
    }

    /// `--data-dir` and `--policy-dir` with the folders of this user.
    pub fn folder_arguments(&self) -> Vec<String> {
        let text = |path: PathBuf| path.display().to_string();
        vec![
            "--data-dir".to_owned(),
            text(self.data()),
            "--policy-dir".to_owned(),
            text(self.policy()),
        ]
    }

    /// Gives another program this user's surroundings on a desktop.
    pub fn surroundings<'a>(&self, command: &'a mut Command, desktop: &impl Desktop) -> &'a mut Command {
        self.environment(command);
        desktop.admit(command);
        command
    }

    /// The environment of a quiet desktop: of whoever runs the tests only the places of programs come through.
    pub fn environment(&self, command: &mut Command) {
        command
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path("home"))
            .env("XDG_CONFIG_HOME", self.path("home/config"))
            .env("XDG_DATA_HOME", self.path("home/share"))
            .env("XDG_CACHE_HOME", self.path("home/cache"))
            .env("XDG_RUNTIME_DIR", runtime_folder(&self.path("home/run")))
            .env("GDK_BACKEND", "x11")
            .env("GTK_A11Y", "none")
            .env("GSETTINGS_BACKEND", "memory")
            .env("LC_ALL", "C.UTF-8")
            .env("NO_AT_BRIDGE", "1")
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
    }
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}

/// The built program: beside the tests, in the folder above theirs.
pub fn program() -> PathBuf {
    let own = env::current_exe().expect("a running program has a file");
    let folder = own.ancestors().skip(1).find(|folder| folder.join("insula").is_file());
    match folder {
        Some(folder) => folder.join("insula"),
        None => panic!("the program is not built: run ./x build"),
    }
}

/// Programs insist that only the user can enter it.
fn runtime_folder(folder: &Path) -> &Path {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).expect("a private folder");
    folder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_of_whoever_runs_the_tests_stays_out() {
        assert!(env::vars().any(|(name, _)| name.starts_with("CARGO")), "there is none");
        let home = Home::new();
        let mut command = Command::new("env");
        home.environment(&mut command);
        let output = command.output().expect("env runs");
        let variables = String::from_utf8_lossy(&output.stdout);
        assert!(
            variables.contains("HOME=") && !variables.contains("CARGO"),
            "{variables}"
        );
    }
}
