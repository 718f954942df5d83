//! The entry of an app in the desktop's menu (Desktop Entry Specification 1.5).
//!
//! An app's author writes a part of it: names of any content, of which none may become another line or another argument.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use insula_apps::{AppId, LaunchableApp};
use insula_manifest::{FileType, Manifest};
use url::Url;

/// Longest comment, in characters.
const MAXIMUM_COMMENT: usize = 200;

/// How an app is started.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The program.
    pub program: PathBuf,
    /// What it is given before its verb.
    pub options: Vec<OsString>,
}

/// The name of an app's entry and of its icon, which is also that of its windows: so the desktop knows whose they are.
pub fn name(id: &AppId) -> String {
    format!("insula-{id}")
}

/// The content of the entry.
pub fn of(app: &LaunchableApp, launch: &Launch, has_icon: bool) -> String {
    let manifest = &app.manifest;
    let name = name(&app.id);
    let types = types(manifest);
    let mut entry = String::from("[Desktop Entry]\nType=Application\nVersion=1.5\n");
    let mut line = |key: &str, value: &str| _ = writeln!(entry, "{key}={value}");
    line("Name", &string(app.name()));
    if let Some(description) = &manifest.description {
        line(
            "Comment",
            &string(&description.chars().take(MAXIMUM_COMMENT).collect::<String>()),
        );
    }
    let what = if types.is_empty() { "" } else { " \"--open\" %U" };
    line("Exec", &format!("{}{what}", exec(launch, &app.id, None)));
    line("Icon", if has_icon { &name } else { "application-x-executable" });
    line("StartupWMClass", &name);
    line("StartupNotify", "true");
    line("Terminal", "false");
    line("Categories", "Network;");
    if !types.is_empty() {
        line(
            "MimeType",
            &types
                .iter()
                .map(|kind| format!("{};", string(kind)))
                .collect::<String>(),
        );
    }
    let actions: Vec<String> = (1..=manifest.shortcuts.len())
        .map(|number| format!("shortcut-{number}"))
        .collect();
    if !actions.is_empty() {
        line("Actions", &format!("{};", actions.join(";")));
    }
    line("X-Insula-Id", app.id.as_str());
    if let Some(version) = &app.version {
        line("X-Insula-Version", &version.to_string());
    }
    for (action, shortcut) in actions.iter().zip(&manifest.shortcuts) {
        let _ = write!(
            entry,
            "\n[Desktop Action {action}]\nName={}\nExec={}\n",
            string(&shortcut.name),
            exec(launch, &app.id, Some(&shortcut.url))
        );
    }
    entry
}

/// Whether two entries say the same of an app, whichever program starts it with whatever options.
pub fn is_same(one: &str, other: &str) -> bool {
    one.lines().map(said).eq(other.lines().map(said))
}

/// What a line says of an app: of a command only the app and what it opens.
fn said(line: &str) -> &str {
    match line.strip_prefix("Exec=") {
        // Within an argument no quotation mark is without a backslash.
        Some(command) => command.split_once(" \"run\" ").map_or("", |(_, said)| said),
        None => line,
    }
}

/// The content of the entry under the app's name on the bus. No menu has it: it tells the desktop whose the notifications and
/// the sounds are that an app makes, with name and icon.
pub(crate) fn under_bus_name(app: &LaunchableApp, launch: &Launch, has_icon: bool) -> String {
    let (own, app_name, exec) = (name(&app.id), string(app.name()), exec(launch, &app.id, None));
    let icon = if has_icon { &own } else { "application-x-executable" };
    format!(
        "[Desktop Entry]\nType=Application\nVersion=1.5\nName={app_name}\nExec={exec}\nIcon={icon}\nNoDisplay=true\n\
         Terminal=false\nX-Insula-Id={}\n",
        app.id
    )
}

/// The line of an entry that the organisation wants: what the user has made has none.
pub const ORDERED: &str = "X-Insula-Ordered=true";

/// The content of the entry of an app that starts when the user logs in.
pub fn at_login(id: &AppId, app_name: &str, launch: &Launch) -> String {
    let (name, exec) = (string(app_name), exec(launch, id, None));
    format!(
        "[Desktop Entry]\nType=Application\nVersion=1.5\nName={name}\nExec={exec}\nIcon={}\nTerminal=false\n\
         X-Insula-Id={id}\n{ORDERED}\n",
        self::name(id)
    )
}

/// What the app opens, as media types.
fn types(manifest: &Manifest) -> Vec<String> {
    let schemes = manifest
        .protocol_handlers
        .iter()
        .map(|handler| format!("x-scheme-handler/{}", handler.protocol));
    let mut types: Vec<String> = Vec::new();
    for kind in schemes.chain(file_types(manifest).map(|kind| kind.media_type.clone())) {
        if !types.contains(&kind) {
            types.push(kind);
        }
    }
    types
}

/// The types of files that the app opens. The desktop takes no patterns.
fn file_types(manifest: &Manifest) -> impl Iterator<Item = &FileType> {
    let accepted = manifest.file_handlers.iter().flat_map(|handler| &handler.accept);
    accepted.filter(|kind| !kind.is_pattern())
}

/// What the app says of the types of its files, for the shared MIME-info database: what their names end with. Nothing where
/// it says nothing. What is known of an ending already comes first: no app takes files from another program.
pub(crate) fn media_types(manifest: &Manifest) -> Option<String> {
    let mut described = String::new();
    for FileType {
        media_type, endings, ..
    } in file_types(manifest).filter(|kind| !kind.endings.is_empty())
    {
        let _ = writeln!(described, "  <mime-type type=\"{}\">", in_xml(media_type));
        for ending in endings {
            // An ending has nothing that means something in a pattern.
            let _ = writeln!(described, "    <glob pattern=\"*{}\" weight=\"10\"/>", in_xml(ending));
        }
        described.push_str("  </mime-type>\n");
    }
    let begin = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <mime-info xmlns=\"http://www.freedesktop.org/standards/shared-mime-info\">\n";
    (!described.is_empty()).then(|| format!("{begin}{described}</mime-info>\n"))
}

/// A text as it stands in an attribute of XML.
fn in_xml(text: &str) -> String {
    let mut written = String::new();
    for c in text.chars() {
        match c {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            c => written.push(c),
        }
    }
    written
}

fn exec(launch: &Launch, id: &AppId, page: Option<&Url>) -> String {
    let verb = ["run", "--tell", id.as_str()].map(OsString::from);
    let page = page.into_iter().flat_map(|page| ["--".into(), page.as_str().into()]);
    command(launch, verb.into_iter().chain(page))
}

/// A command of this program, for `Exec`.
pub(crate) fn command(launch: &Launch, words: impl Iterator<Item = OsString>) -> String {
    let program = [launch.program.as_os_str()].into_iter().map(OsStr::to_owned);
    let words = program.chain(launch.options.iter().cloned()).chain(words);
    let quoted: Vec<String> = words.map(|word| argument(&word)).collect();
    // The whole is a string, too.
    string(&quoted.join(" "))
}

/// An argument of `Exec`: in quotation marks, in which four characters mean something, and no field code.
fn argument(word: &OsStr) -> String {
    let mut quoted = String::from("\"");
    for c in String::from_utf8_lossy(word.as_bytes()).chars() {
        match c {
            '"' | '`' | '$' | '\\' => quoted.extend(['\\', c]),
            '%' => quoted.push_str("%%"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A value of the type string: one line, with `\` doubled. A semicolon would begin another item of a list.
fn string(text: &str) -> String {
    let mut value = String::new();
    for c in text.chars() {
        match c {
            '\\' => value.push_str("\\\\"),
            '\n' => value.push_str("\\n"),
            '\t' => value.push_str("\\t"),
            '\r' => value.push_str("\\r"),
            c if c.is_control() => {}
            c => value.push(c),
        }
    }
    if value.starts_with(' ') {
        value.replace_range(..1, "\\s");
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn launch() -> Launch {
        Launch {
            program: "/opt/my programs/insula".into(),
            options: vec!["--data-dir".into(), "/data/100%$HOME".into()],
        }
    }

    #[test]
    fn no_argument_becomes_another_or_a_field_code() {
        let id: AppId = "agimnkijcaahngcdmfeangaknmldooml".parse().unwrap();
        let page = Url::parse("https://example.com/%u?a=\"b").unwrap();
        assert_eq!(
            exec(&launch(), &id, Some(&page)),
            r#""/opt/my programs/insula" "--data-dir" "/data/100%%\\$HOME" "run" "--tell" "agimnkijcaahngcdmfeangaknmldooml" "--" "https://example.com/%%u?a=%%22b""#
        );
    }

    #[test]
    fn how_an_app_is_started_is_nothing_that_is_said_of_it_but_the_pages_of_its_shortcuts_are() {
        let id: AppId = "agimnkijcaahngcdmfeangaknmldooml".parse().unwrap();
        let other = Launch {
            program: "/usr/bin/insula".into(),
            options: Vec::new(),
        };
        let entry = |name: &str, launch: &Launch, page: &str| {
            let page = Url::parse(page).unwrap();
            let (whole, shortcut) = (exec(launch, &id, None), exec(launch, &id, Some(&page)));
            format!("Name={name}\nExec={whole}\nName=New\nExec={shortcut}\n")
        };
        let old = entry("A", &launch(), "https://example.com/new");
        assert!(is_same(&old, &entry("A", &other, "https://example.com/new")));
        assert!(!is_same(&old, &entry("B", &launch(), "https://example.com/new")));
        assert!(!is_same(&old, &entry("A", &launch(), "https://example.com/newer")));
    }

    #[test]
    fn no_media_type_becomes_markup() {
        let manifest = br#"{ "name": "App", "start_url": "/", "file_handlers": [
            { "action": "/open", "accept": { "application/a&b": [".ab"] } }] }"#;
        let (manifest, _) =
            Manifest::parse(manifest, &Url::parse("https://example.com/manifest.json").unwrap()).unwrap();
        let described = media_types(&manifest).unwrap();
        assert!(
            described.contains(r#"<mime-type type="application/a&amp;b">"#),
            "{described}"
        );
        assert_eq!(in_xml(r#"<a b="c">&"#), "&lt;a b=&quot;c&quot;&gt;&amp;");
    }

    #[test]
    fn no_text_becomes_another_line() {
        assert_eq!(string("Mail\nExec=rm\t\u{7}"), "Mail\\nExec=rm\\t");
        assert_eq!(string(" a\\b"), "\\sa\\\\b");
    }
}
