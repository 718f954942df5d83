use std::cell::OnceCell;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{self, Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use insula_apps::{
    AppId, DataDir, InstallOptions, Installation, InstalledApp, LaunchableApp, NewSite, Outcome, Start, Store,
};
use insula_desktop::Desktop;
use insula_permissions::{AppOrigin, Authority, PolicyFolders, PolicySet, StoreError};

use crate::cli::GlobalOptions;
use crate::target::Target;
use crate::{environment, output, pin, unfinished};

/// What commands need: where things are, and how to open them. Nothing is opened before it is needed.
#[derive(Debug)]
pub(crate) struct Context {
    data: Option<PathBuf>,
    policy: PolicyFolders,
    read_policy: OnceCell<PolicySet>,
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
            read_policy: OnceCell::new(),
        }
    }

    /// Where the organisation's policy lies.
    pub(crate) fn policy(&self) -> &PolicyFolders {
        &self.policy
    }

    /// The organisation's policy, as it was when it was needed first.
    pub(crate) fn policy_set(&self) -> &PolicySet {
        self.read_policy.get_or_init(|| self.policy.load())
    }

    /// Why there is no policy in a folder that somebody named for it.
    pub(crate) fn missing_policy(&self) -> Option<String> {
        let missing = self.policy.named().filter(|folder| !folder.is_dir())?;
        Some(format!("there is no policy folder `{}`", missing.display()))
    }

    /// Whether no order to install an app may have been overlooked.
    pub(crate) fn knows_orders(&self, policy: &PolicySet) -> bool {
        policy.knows_force_installed() && self.missing_policy().is_none()
    }

    /// The installed apps.
    pub(crate) fn store(&self) -> Result<Store> {
        Ok(Store::open(self.data_dir()?)?.with_key_rotations(self.policy_set().key_rotations()))
    }

    /// The installed apps, perhaps another user's: nothing is changed.
    pub(crate) fn store_only_to_read(&self) -> Result<Store> {
        let data = self.data_dir()?;
        if !data.root().is_dir() {
            output::warn(&format!(
                "there is no folder `{}`: nothing is installed",
                data.root().display()
            ));
        }
        Ok(Store::only_to_read(data).with_key_rotations(self.policy_set().key_rotations()))
    }

    fn data_dir(&self) -> Result<DataDir> {
        let Some(data) = &self.data else {
            bail!(
                "there is no folder for apps: neither `--data-dir` nor `{}` is set",
                environment::HOME
            );
        };
        Ok(DataDir::new(data))
    }

    /// The user's desktop, which starts apps as this program was started; none where the user has no folder for programs.
    pub(crate) fn desktop(&self) -> Option<Desktop> {
        let desktop = Desktop::new(&data_home()?, &env::current_exe().ok()?, self.data_option());
        Some(match config_home() {
            Some(config_home) => desktop.with_config_home(&config_home),
            None => desktop,
        })
    }

    /// Has the desktop say of an app what it is now: nobody told it of an update that came by itself.
    pub(crate) fn refresh_on_desktop(&self, app: &LaunchableApp) {
        let desktop = self.desktop().filter(|desktop| desktop.is_outdated(app));
        show_on_desktop(desktop.as_ref(), self.policy_set(), app);
    }

    /// The same program, with the same folders.
    pub(crate) fn program(&self) -> Result<Command> {
        let mut program = Command::new(env::current_exe()?);
        program.args(self.data_option());
        if let Some(policy) = self.policy.named() {
            program.arg("--policy-dir").arg(policy);
        }
        Ok(program)
    }

    /// What names the folder with the apps, where it is not the usual one.
    fn data_option(&self) -> Vec<OsString> {
        match &self.data {
            Some(data) if default_data_dir().as_ref() != Some(data) => {
                let data = path::absolute(data).unwrap_or_else(|_| data.clone());
                vec!["--data-dir".into(), data.into()]
            }
            _ => Vec::new(),
        }
    }

    /// The decisions about permissions, under the organisation's policy.
    pub(crate) fn authority(&self, store: &Store) -> Result<Authority> {
        Ok(Authority::new(Self::decisions(store)?, self.told_policy()))
    }

    /// The same for an app that is to run: nothing is read about others. Grants that nobody has used for long end now.
    pub(crate) fn authority_about(&self, app: AppOrigin, store: &Store) -> Result<Authority> {
        let authority = Authority::about(app, Self::decisions(store)?, self.told_policy());
        // They count no more in any case; that this is not written down keeps nobody from running an app.
        if let Err(error) = authority.expire_unused() {
            output::warn(&error.to_string());
        }
        Ok(authority)
    }

    /// The same, where nothing is changed.
    pub(crate) fn authority_only_to_read(&self, store: &Store) -> Result<Authority> {
        let path = store.data_dir().root().join(insula_permissions::FILE_NAME);
        let decisions = insula_permissions::Store::open_only_to_read(&path)?;
        Ok(Authority::new(decisions, self.told_policy()))
    }

    /// The organisation's policy, after telling what is wrong in it.
    pub(crate) fn told_policy(&self) -> PolicySet {
        if let Some(missing) = self.missing_policy() {
            output::warn(&missing);
        }
        let policy = self.policy_set();
        for problem in policy.problems() {
            output::warn(&problem.to_string());
        }
        policy.clone()
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
            Target::Server(_) => bail!("`{}` is a server: `insula dev` runs what it has", target.display()),
            Target::File(file) => {
                pin::check_file(self.policy_set(), store, &file)?;
                install(store, &file, false)?.ready
            }
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
    Ok(installed(store, store.install(file, options)?))
}

/// Installs a site, or takes over what has changed of it. Decisions about its origin that no installed app has are left
/// of one whose removal was interrupted.
pub(crate) fn install_site(
    store: &Store,
    site: NewSite<'_>,
    how: impl for<'a> FnOnce(InstallOptions<'a>) -> InstallOptions<'a>,
) -> Result<Installation> {
    let (manifest, _) = site.manifest()?;
    let origin = AppOrigin::of(&manifest.scope)?;
    let mut forget = |_: &AppId| {
        if !is_shared(store, &origin)? {
            Context::decisions(store)?.forget(&origin)?;
        }
        Ok(())
    };
    let options = how(InstallOptions::default().before_first(&mut forget));
    Ok(installed(store, store.install_site(site, options)?))
}

/// An app that is there again is not what an interrupted removal left.
fn installed(store: &Store, installation: Installation) -> Installation {
    if installation.outcome == Outcome::Installed
        && let Err(error) = unfinished::forget(store, &installation.app.id)
    {
        output::warn(&output::message(&error));
    }
    installation
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

/// Puts an app on the user's desktop, unless the organisation wants it to have no part in it. It is installed all the same
/// where that fails.
pub(crate) fn show_on_desktop(desktop: Option<&Desktop>, policy: &PolicySet, app: &LaunchableApp) {
    let Some(desktop) = desktop else { return };
    let settings = policy.settings_of(&app.manifest.id);
    let added = match settings.force_unregister_os_integration {
        true => desktop.hide(&app.id).map(drop),
        false => desktop.add(app, insula_delivery::icon_of(app).as_deref()),
    };
    if let Err(error) = added {
        output::warn(&format!(
            "the desktop's menu does not have the app: {}",
            output::message(&error.into())
        ));
    }
}

fn default_data_dir() -> Option<PathBuf> {
    data_home().map(|data_home| data_home.join("insula"))
}

/// As the XDG Base Directory Specification has it: relative paths in the variables do not count.
fn data_home() -> Option<PathBuf> {
    user_folder(environment::XDG_DATA_HOME, ".local/share")
}

fn config_home() -> Option<PathBuf> {
    user_folder(environment::XDG_CONFIG_HOME, ".config")
}

fn user_folder(variable: &str, at_home: &str) -> Option<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute(variable).or_else(|| absolute(environment::HOME).map(|home| home.join(at_home)))
}
