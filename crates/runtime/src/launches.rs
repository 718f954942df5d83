//! What an app is started for: a page of it, or links and files that the user opens with it. Which of its pages that comes
//! to, and which window shows it (Web App Launch Handler API, "launch handler"; File Handling).

use crate::app::App;
use gtk4::gio;
use insula_manifest::{ClientMode, FileHandler, LaunchType};
use serde::{Deserialize, Serialize};
use std::mem;
use std::path::{Path, PathBuf};
use url::Url;

/// How many links and files are opened at once.
const MOST: usize = 100;

/// What somebody starts an app for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Its start page.
    #[default]
    Start,
    /// A page, named by its path or its whole URL, or by a link that it handles.
    Page(String),
    /// What the desktop gives: links that it handles, pages, and files of this machine by path or by URL.
    Open(Vec<String>),
}

/// Why an app cannot be started for something: the caller's mistake, or the app is not for that.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LaunchError {
    /// What is to be opened is none of the app's pages, and no link that it handles.
    #[error("`{0}` is not a page of the app")]
    NotInApp(String),
    /// The manifest names no such files.
    #[error("the app opens no files like `{0}`")]
    NoHandler(String),
    /// There is no regular file that can be read.
    #[error("`{}` is not a file that can be opened", .0.display())]
    NotAFile(PathBuf),
    /// Too much at once.
    #[error("{0} files and links are too many at once: at most {MOST} are opened")]
    TooMany(usize),
}

/// One start of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Launch {
    /// The page that is for it.
    pub(crate) url: Url,
    /// The files that are opened.
    pub(crate) files: Vec<PathBuf>,
    /// Whether nothing more is asked for than the app.
    is_plain: bool,
}

/// What takes a launch, where the app runs already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    /// A new window.
    New,
    /// The window that the user was in last goes to its page.
    Navigated,
    /// The page in that window is told.
    Focused,
    /// That window comes to the front, and nobody is told.
    Shown,
}

impl Launch {
    /// What takes it, as the manifest says. Where it leaves that to us, files get a window of their own, so that the page
    /// with other files is not lost, and anything else is shown in the window that is there.
    pub(crate) fn client(&self, mode: ClientMode) -> Client {
        match mode {
            ClientMode::NavigateNew => Client::New,
            ClientMode::NavigateExisting => Client::Navigated,
            ClientMode::FocusExisting => Client::Focused,
            _ if self.is_plain => Client::Shown,
            _ if self.files.is_empty() => Client::Navigated,
            _ => Client::New,
        }
    }

    /// Makes sure that its files are there.
    ///
    /// # Errors
    /// One is not.
    pub(crate) fn check_files(&self) -> Result<(), LaunchError> {
        match self.files.iter().find(|path| !is_file(path)) {
            Some(missing) => Err(LaunchError::NotAFile(missing.clone())),
            None => Ok(()),
        }
    }
}

/// What takes each of several launches, where the app runs already. A window goes to one page: what would have it go to
/// another after that gets a window of its own.
pub(crate) fn clients(launches: &[Launch], mode: ClientMode) -> Vec<Client> {
    let mut goes = false;
    let client = |launch: &Launch| match launch.client(mode) {
        Client::Navigated if mem::replace(&mut goes, true) => Client::New,
        client => client,
    };
    launches.iter().map(client).collect()
}

/// Whether there is a regular file: nothing that waits for a writer, or has no end.
pub(crate) fn is_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file())
}

/// The starts that a purpose comes to: at least one. Files of one handler come to one page, unless the handler wants one
/// for each.
pub(crate) fn of(app: &App, purpose: &Purpose) -> Result<Vec<Launch>, LaunchError> {
    let start = |url: Url, is_plain| Launch {
        url,
        files: Vec::new(),
        is_plain,
    };
    let page = |named: &str| {
        let url = app.page(named);
        url.ok_or_else(|| LaunchError::NotInApp(named.to_owned()))
            .map(|url| start(url, false))
    };
    let opened = match purpose {
        Purpose::Page(named) => return Ok(vec![page(named)?]),
        Purpose::Open(opened) if !opened.is_empty() => opened,
        Purpose::Start | Purpose::Open(_) => return Ok(vec![start(app.start_url().clone(), true)]),
    };
    if opened.len() > MOST {
        return Err(LaunchError::TooMany(opened.len()));
    }
    let mut launches = Vec::new();
    // By handler: the start that its files are added to.
    let mut of_handlers: Vec<(&FileHandler, usize)> = Vec::new();
    for item in opened {
        let Some(path) = file(item) else {
            launches.push(page(item)?);
            continue;
        };
        let handler = handler(app, &path)?;
        let shared = of_handlers.iter().find(|(known, _)| std::ptr::eq(*known, handler));
        match shared {
            Some((_, index)) if handler.launch_type == LaunchType::SingleClient => {
                let launch: &mut Launch = &mut launches[*index];
                launch.files.push(path);
            }
            _ => {
                of_handlers.push((handler, launches.len()));
                launches.push(Launch {
                    files: vec![path],
                    ..start(handler.action.clone(), false)
                });
            }
        }
    }
    Ok(launches)
}

/// The file that is named by its path or its URL.
fn file(named: &str) -> Option<PathBuf> {
    match Url::parse(named) {
        Ok(url) if url.scheme() == "file" => url.to_file_path().ok(),
        Ok(_) => None,
        Err(_) => Some(PathBuf::from(named)).filter(|path| path.is_absolute()),
    }
}

/// The handler of the manifest that takes a file.
fn handler<'a>(app: &'a App, path: &Path) -> Result<&'a FileHandler, LaunchError> {
    // The engine takes paths as text.
    let Some((name, text)) = path.file_name().and_then(|name| name.to_str()).zip(path.to_str()) else {
        return Err(LaunchError::NotAFile(path.to_owned()));
    };
    let (kind, _) = gio::content_type_guess(Some(text), None::<&[u8]>);
    let media_type = gio::content_type_get_mime_type(&kind);
    let handlers = &app.manifest.file_handlers;
    let handler = handlers
        .iter()
        .find(|handler| handler.accepts(name, media_type.as_deref()));
    handler.ok_or_else(|| LaunchError::NoHandler(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use insula_apps::{DataDir, Store};
    use insula_testkit::AppBuilder;
    use serde_json::json;

    /// An editor of notes and pictures.
    fn editor() -> App {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let source = AppBuilder::new("Notes")
            .manifest(
                "protocol_handlers",
                json!([{ "protocol": "mailto", "url": "/write?to=%s" }]),
            )
            .manifest(
                "file_handlers",
                json!([
                    { "action": "/note", "accept": { "text/plain": [".txt", ".md"] } },
                    { "action": "/picture", "accept": { "image/png": ".png" }, "launch_type": "multiple-clients" },
                ]),
            )
            .write_folder(&folder.path().join("source"));
        let store = Store::open(DataDir::new(folder.path().join("data"))).expect("a store can be made");
        store.open_folder(&source).expect("the manifest is right").into()
    }

    fn of_open(app: &App, opened: &[&str]) -> Result<Vec<(String, Vec<String>)>, LaunchError> {
        let opened = opened.iter().map(|item| (*item).to_owned()).collect();
        let launches = of(app, &Purpose::Open(opened))?;
        let shown = |launch: &Launch| {
            let files = launch.files.iter().map(|file| file.display().to_string()).collect();
            (launch.url.path().to_owned(), files)
        };
        Ok(launches.iter().map(shown).collect())
    }

    #[test]
    fn files_come_to_the_page_that_handles_them_together_or_each_to_its_own() {
        let app = editor();
        let found = of_open(
            &app,
            &["/a.txt", "file:///b%20c.MD", "/d.png", "mailto:x@example.com", "/e.png"],
        );
        let expected = [
            ("/note", vec!["/a.txt", "/b c.MD"]),
            ("/picture", vec!["/d.png"]),
            ("/write", vec![]),
            ("/picture", vec!["/e.png"]),
        ];
        let expected = expected.map(|(page, files)| (page.to_owned(), files.into_iter().map(str::to_owned).collect()));
        assert_eq!(found, Ok(expected.to_vec()));
    }

    #[test]
    fn what_the_app_does_not_open_is_refused() {
        let app = editor();
        assert_eq!(of_open(&app, &["/a.exe"]), Err(LaunchError::NoHandler("a.exe".into())));
        let other = "https://example.com/".to_owned();
        assert_eq!(of_open(&app, &[&other]), Err(LaunchError::NotInApp(other)));
        assert_eq!(
            of_open(&app, &["a.txt"]),
            Ok(vec![("/a.txt".to_owned(), vec![])]),
            "a page by its path"
        );
        let many = vec!["/a.txt"; MOST + 1];
        assert_eq!(of_open(&app, &many), Err(LaunchError::TooMany(MOST + 1)));
    }

    #[test]
    fn who_takes_a_launch_is_the_manifests_to_say() {
        let app = editor();
        let launch = |purpose| of(&app, &purpose).expect("it is the app's").remove(0);
        let start = launch(Purpose::Start);
        let page = launch(Purpose::Page("/x".into()));
        let files = launch(Purpose::Open(vec!["/a.txt".into()]));
        let clients = |mode| [&start, &page, &files].map(|launch| launch.client(mode));
        assert_eq!(
            clients(ClientMode::Auto),
            [Client::Shown, Client::Navigated, Client::New]
        );
        assert_eq!(clients(ClientMode::NavigateNew), [Client::New; 3]);
        assert_eq!(clients(ClientMode::NavigateExisting), [Client::Navigated; 3]);
        assert_eq!(clients(ClientMode::FocusExisting), [Client::Focused; 3]);
    }

    #[test]
    fn of_several_launches_none_takes_the_window_from_another() {
        let app = editor();
        let opened = ["/a.txt", "mailto:x@example.com", "/d.png", "x"].map(str::to_owned);
        let launches = of(&app, &Purpose::Open(opened.to_vec())).expect("they are the app's");
        let clients = |mode| clients(&launches, mode);
        assert_eq!(
            clients(ClientMode::Auto),
            [Client::New, Client::Navigated, Client::New, Client::New]
        );
        assert_eq!(
            clients(ClientMode::NavigateExisting),
            [Client::Navigated, Client::New, Client::New, Client::New]
        );
        assert_eq!(clients(ClientMode::FocusExisting), [Client::Focused; 4]);
    }
}
