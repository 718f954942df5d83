//! A folder with an app, a key, and the program to use on them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// The built program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_insula");

pub(crate) struct Machine {
    pub(crate) folder: TempDir,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) output: String,
    pub(crate) errors: String,
}

pub(crate) const MANIFEST: &str = r#"{
    "name": "Mail", "version": "1.2", "icons": [{ "src": "/icon.svg", "sizes": "any" }],
    "permissions": ["camera", "unrestricted-network"],
    "permissions_policy": { "camera": ["self"], "controlled-frame": ["self"], "unrestricted-network": ["self"] }
}"#;

impl Machine {
    /// A folder with an app in `app` and a key in `key.pem`.
    pub(crate) fn new() -> Self {
        let machine = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        machine.write("app/.well-known/manifest.webmanifest", MANIFEST);
        fs::create_dir(machine.path("policy")).unwrap();
        machine.write("app/index.html", "<!doctype html>");
        machine.write("app/icon.svg", "<svg/>");
        machine.ok(&["keygen", "-o", "DIR/key.pem"]);
        machine
    }

    /// One with the app packed in `mail.swbn`.
    pub(crate) fn with_bundle() -> Self {
        let machine = Self::new();
        machine.ok(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/mail.swbn"]);
        machine
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(PROGRAM.as_ref(), arguments)
    }

    /// The same by a copy of the program.
    pub(crate) fn command_of(&self, program: &Path, arguments: &[&str]) -> Command {
        let folder = self.folder.path().to_str().unwrap();
        let mut command = Command::new(program);
        command
            .args(arguments.iter().map(|argument| argument.replace("DIR", folder)))
            .env_clear()
            .env("INSULA_DATA_DIR", self.path("data"))
            .env("INSULA_POLICY_DIR", self.path("policy"))
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let output = self.command(arguments).output().unwrap();
        Run {
            code: output.status.code(),
            output: self.filter(&output.stdout),
            errors: self.filter(&output.stderr),
        }
    }

    /// Runs what must go well, and returns what it prints.
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let Run { code, output, errors } = self.run(arguments);
        assert_eq!((code, errors.as_str()), (Some(0), ""), "{arguments:?}");
        output
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.ok(arguments)).unwrap()
    }

    pub(crate) fn filter(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes).replace(self.folder.path().to_str().unwrap(), "DIR");
        let is_id = |word: &str| matches!(word.len(), 56 | 58) && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let mut filtered = String::new();
        for part in text.split_inclusive(|character: char| !character.is_ascii_alphanumeric()) {
            let word = part.trim_end_matches(|character: char| !character.is_ascii_alphanumeric());
            filtered.push_str(&if is_id(word) {
                part.replace(word, "ID")
            } else {
                part.to_owned()
            });
        }
        filtered
    }
}

pub(crate) fn ended(code: i32, output: &str, errors: &str) -> Run {
    Run {
        code: Some(code),
        output: output.to_owned(),
        errors: errors.to_owned(),
    }
}
