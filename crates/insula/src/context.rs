use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use insula_apps::{AppId, DataDir, InstallOptions, Installation, InstalledApp, NewSite, Start, Store};
use insula_permissions::{AppOrigin, Authority, PolicyFolders, StoreError};

use crate::cli::GlobalOptions;
use crate::target::Target;
use crate::{environment, output};

/// What commands need: where things are, and how to open them. Nothing is opened before it is needed.
#[derive(Debug)]
pub(crate) struct Context {
    data: Option<PathBuf>,
    policy: PolicyFolders,
}

impl Context {
    pub(crate) fn new(options: &GlobalOptions) -> Self {
        let folder = |option: &Option<PathBuf>, variable| {
            let variable = || environment::value(variable).map(PathBuf::from);
            option.clone().or_else(variable)
        };
        Self {
            data: folder(&options.data_dir, environment::DATA_DIR).or_else(default_data_dir),
            policy: PolicyFolders::new(folder(&options.policy_dir, environment::POLICY_DIR)),
        }
    }

    /// Where the organisation's policy lies.
    pub(crate) fn policy(&self) -> &PolicyFolders {
        &self.policy
    }

    /// Why there is no policy in a folder that somebody named for it.
    pub(crate) fn missing_policy(&self) -> Option<String> {
        let missing = self.policy.named().filter(|folder| !folder.is_dir())?;
        Some(format!("there is no policy folder `{}`", missing.display()))
    }

    /// The installed apps.
    pub(crate) fn store(&self) -> Result<Store> {
        let Some(data) = &self.data else {
            bail!(
                "there is no folder for apps: neither `--data-dir` nor `{}` is set",
                environment::HOME
            );
        };
        Ok(Store::open(DataDir::new(data))?)
    }

    /// The decisions about permissions, under the organisation's policy.
    pub(crate) fn authority(&self, store: &Store) -> Result<Authority> {
        let decisions = Self::decisions(store)?;
        if let Some(missing) = self.missing_policy() {
            output::warn(&missing);
        }
        let policy = self.policy.load();
        for problem in policy.problems() {
            output::warn(&problem.to_string());
        }
        Ok(Authority::new(decisions, policy))
    }

    /// The decisions about permissions by themselves.
    pub(crate) fn decisions(store: &Store) -> Result<insula_permissions::Store, StoreError> {
        let path = store.data_dir().root().join(insula_permissions::FILE_NAME);
        let decisions = insula_permissions::Store::open(&path)?;
        if let Some(set_aside) = decisions.damaged() {
            output::warn(&format!(
                "the decisions about permissions were damaged; they are set aside in `{}`, and apps ask again",
                set_aside.display()
            ));
        }
        Ok(decisions)
    }

    /// Makes what a user names ready to run: a folder, a `.swbn` file, which is installed if it is not
    /// yet, or an installed app by its name, its id, or the beginning of its id. A new version that did not start is taken
    /// back first.
    pub(crate) fn start_app(&self, store: &Store, target: &OsStr) -> Result<Start> {
        let app = match Target::find(store, target)? {
            Target::Folder(folder) => return Ok(Start::of(store.open_folder(&folder)?)),
            Target::File(file) => install(store, &file, false)?.ready,
            Target::Installed(id, _) => {
                let start = store.start(&id)?;
                if let Some(version) = start.rolled_back {
                    output::warn(&format!(
                        "version {version} of {} did not start: the one before is back",
                        start.app.name()
                    ));
                }
                return Ok(start);
            }
        };
        Ok(Start::of(app))
    }
}

/// Installs the app in a file, or updates it. Nothing is decided about one that was not installed: where a removal was
/// interrupted, decisions may be left of it.
pub(crate) fn install(store: &Store, file: &Path, allow_downgrade: bool) -> Result<Installation> {
    install_with(store, file, |options| options.allow_downgrade(allow_downgrade))
}

/// The same, as it is said.
pub(crate) fn install_with(
    store: &Store,
    file: &Path,
    how: impl for<'a> FnOnce(InstallOptions<'a>) -> InstallOptions<'a>,
) -> Result<Installation> {
    let mut forget = |id: &AppId| {
        // A bundle's id is its origin.
        let origin = id.isolated().map(|id| AppOrigin::of(&id.origin_url())).transpose()?;
        if let Some(origin) = origin {
            Context::decisions(store)?.forget(&origin)?;
        }
        Ok(())
    };
    let options = how(InstallOptions::default().before_first(&mut forget));
    Ok(store.install(file, options)?)
}

/// Installs a site, or takes over what has changed of it. Decisions about its origin that no installed app has are left
/// of one whose removal was interrupted.
pub(crate) fn install_site(store: &Store, site: NewSite<'_>) -> Result<Installation> {
    let (manifest, _) = site.manifest()?;
    let origin = AppOrigin::of(&manifest.scope)?;
    let mut forget = |_: &AppId| {
        if !is_shared(store, &origin)? {
            Context::decisions(store)?.forget(&origin)?;
        }
        Ok(())
    };
    let options = InstallOptions::default().before_first(&mut forget);
    Ok(store.install_site(site, options)?)
}

/// Whether an installed app is of an origin.
pub(crate) fn is_shared(store: &Store, origin: &AppOrigin) -> Result<bool, insula_apps::Error> {
    let of_origin = |app: &InstalledApp| AppOrigin::of(&app.origin_url()).is_ok_and(|other| other == *origin);
    Ok(store.list()?.apps.iter().any(of_origin))
}

/// The origin to which decisions about an app belong. That of a site stands in its record.
pub(crate) fn origin(store: &Store, id: &AppId) -> Result<AppOrigin> {
    let url = match id {
        AppId::Isolated(id) => id.origin_url(),
        AppId::Web(_) => {
            let not_installed = || insula_apps::Error::NotInstalled { query: id.to_string() };
            store.installed(id)?.ok_or_else(not_installed)?.origin_url()
        }
    };
    AppOrigin::of(&url).context("the app has no origin")
}

/// As the XDG Base Directory Specification has it: relative paths in the variables do not count.
fn default_data_dir() -> Option<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let data_home = absolute(environment::XDG_DATA_HOME)
        .or_else(|| absolute(environment::HOME).map(|home| home.join(".local/share")));
    data_home.map(|data_home| data_home.join("insula"))
}
