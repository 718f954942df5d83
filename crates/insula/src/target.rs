use std::ffi::OsStr;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use insula_apps::{AppId, Error, InstalledApp, ServerOrigin, Store};

use url::Url;

use crate::output;

/// What a user names as an app.
#[derive(Debug)]
pub(crate) enum Target {
    /// An installed app. Only its id is known if its record is damaged.
    Installed(AppId, Option<Box<InstalledApp>>),
    /// A folder that is served as an app.
    Folder(PathBuf),
    /// A developer's server, from which an app was run.
    Server(AppId),
    /// A signed bundle.
    File(PathBuf),
}

impl Target {
    /// Finds out what is meant: a path if it is written as one, else an installed app by its name, its id or the
    /// beginning of its id, else a folder or a file in the current folder.
    ///
    /// What is installed comes first, so that a folder that happens to lie here does not take its place.
    pub(crate) fn find(store: &Store, written: &OsStr) -> Result<Self> {
        let path = Path::new(written);
        let here = Self::at(path);
        if is_written_as_path(written) {
            // An app's name may look like a path.
            let named = || store.find(written.to_str()?).ok();
            return match here.or_else(|| named().map(Self::installed)) {
                Some(target) => Ok(target),
                None if let Some(url) = url(written) => Self::at_server(store, &url),
                None => bail!("there is no file or folder `{}`", path.display()),
            };
        }
        // A name that is not text is no app's.
        let Some(query) = written.to_str() else {
            return here.ok_or_else(|| not_installed(path));
        };
        match (store.find(query), here) {
            (Ok(app), here) => {
                if here.is_some() {
                    output::warn(&format!(
                        "`{query}` is the installed app; what lies here is `./{query}`"
                    ));
                }
                Ok(Self::installed(app))
            }
            (Err(Error::NotInstalled { .. }), Some(here)) => Ok(here),
            (Err(Error::NotInstalled { .. }), None) if query.ends_with(".swbn") => {
                bail!("there is no file `{query}`")
            }
            (Err(error), _) => match query.parse() {
                Ok(id) if matches!(error, Error::DamagedRecord { .. }) => Ok(Self::Installed(id, None)),
                _ => Err(error.into()),
            },
        }
    }

    fn installed(app: InstalledApp) -> Self {
        Self::Installed(app.id.clone(), Some(Box::new(app)))
    }

    fn at_server(store: &Store, url: &Url) -> Result<Self> {
        let origin = ServerOrigin::try_from(url)
            .with_context(|| format!("`{url}` is no server from which an Isolated Web App can be run"))?;
        match store.find_server(&origin)? {
            Some(id) => Ok(Self::Server(id)),
            None => bail!("no Isolated Web App was run from `{origin}`: `insula dev {origin}` does that"),
        }
    }

    fn at(path: &Path) -> Option<Self> {
        match () {
            () if path.is_dir() => Some(Self::Folder(path.to_owned())),
            () if path.is_file() => Some(Self::File(path.to_owned())),
            () => None,
        }
    }
}

/// What is written as the address of something on the web.
pub(crate) fn url(written: &OsStr) -> Option<Url> {
    let url = Url::parse(written.to_str()?).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// With a separator, or a name that only folders have.
fn is_written_as_path(written: &OsStr) -> bool {
    let separator = MAIN_SEPARATOR as u8;
    written.as_encoded_bytes().contains(&separator) || written == "." || written == ".."
}

fn not_installed(path: &Path) -> anyhow::Error {
    let query = path.display().to_string();
    Error::NotInstalled { query }.into()
}
