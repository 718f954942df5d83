use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use super::Answer;
use crate::output;

/// Begin an app
///
/// Makes a folder with an app that runs, its own test, and types for editors.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The folder, which must be empty or not be there yet
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// What to call the app, instead of as its folder
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

/// What the templates have in the place of the app's name.
const NAME: &str = "NAME";

/// The files, and whether the app's name stands in them.
const FILES: [(&str, &str, bool); 7] = [
    (
        ".well-known/manifest.webmanifest",
        include_str!("../../templates/app/.well-known/manifest.webmanifest"),
        true,
    ),
    ("index.html", include_str!("../../templates/app/index.html"), true),
    ("app.js", include_str!("../../templates/app/app.js"), false),
    ("style.css", include_str!("../../templates/app/style.css"), false),
    ("icon.svg", include_str!("../../templates/app/icon.svg"), false),
    (
        "jsconfig.json",
        include_str!("../../templates/app/jsconfig.json"),
        false,
    ),
    (
        ".tools/test.mjs",
        include_str!("../../templates/app/.tools/test.mjs"),
        true,
    ),
];

/// The types of what apps get, for editors.
const TYPES: [(&str, &str); 4] = [
    (".types/insula.d.ts", include_str!("../../../../js/types/insula.d.ts")),
    (".types/sockets.d.ts", include_str!("../../../../js/types/sockets.d.ts")),
    (
        ".types/controlled-frame.d.ts",
        include_str!("../../../../js/types/controlled-frame.d.ts"),
    ),
    (
        ".types/context-menus.d.ts",
        include_str!("../../../../js/types/context-menus.d.ts"),
    ),
];

pub(crate) fn run(arguments: &Arguments) -> Result<Answer> {
    let folder = &arguments.folder;
    let shown = folder.display();
    match folder.read_dir() {
        Ok(mut entries) => {
            if entries.next().is_some() {
                bail!("`{shown}` is not empty");
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("`{shown}` cannot be used")),
    }
    let name = name(arguments)?;
    for (path, content, has_name) in FILES {
        let content = if has_name {
            content.replace(NAME, &escaped(path, &name))
        } else {
            content.to_owned()
        };
        write(&folder.join(path), &content)?;
    }
    for (path, content) in TYPES {
        write(&folder.join(path), content)?;
    }
    output::print(&format!(
        "{} is there. What now:\n\n  insula dev {shown}            runs it, and again whenever you change it\n  \
         node {shown}/.tools/test.mjs   tests it\n  insula pack {shown} --key key.pem -o app.swbn\n",
        output::plain(&name)
    ))?;
    Ok(Answer::Yes)
}

fn name(arguments: &Arguments) -> Result<String> {
    let of_folder = || Some(arguments.folder.file_name()?.to_string_lossy().into_owned());
    let name = arguments.name.clone().or_else(of_folder).unwrap_or_default();
    if name.trim().is_empty() || name.chars().any(char::is_control) {
        bail!("the app needs a name: `--name NAME`");
    }
    Ok(name.trim().to_owned())
}

/// The name as it stands in a file of this kind.
fn escaped(path: &str, name: &str) -> String {
    if path.ends_with(".html") {
        return name.replace('&', "&amp;").replace('<', "&lt;");
    }
    // Within the quotation marks of JSON or of a script.
    let json = serde_json::Value::from(name).to_string();
    json[1..json.len() - 1].to_owned()
}

fn write(path: &Path, content: &str) -> Result<()> {
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        fs::write(path, content)
    };
    write().with_context(|| format!("cannot write `{}`", path.display()))
}
