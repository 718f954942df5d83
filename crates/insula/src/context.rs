use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use insula_apps::{App, DataDir, InstallOptions, Store};
use insula_permissions::{AppOrigin, Authority, PolicySet};

use crate::cli::GlobalOptions;
use crate::environment;

/// What commands need: where things are, and how to open them. Nothing is opened before it is needed.
#[derive(Debug)]
pub(crate) struct Context {
    data: Option<PathBuf>,
    policy: PathBuf,
}

impl Context {
    pub(crate) fn new(options: &GlobalOptions) -> Result<Self> {
        Ok(Self {
            data: options.data_dir.clone().or_else(default_data_dir),
            policy: options.policy_dir.clone(),
        })
    }

    /// The organisation's policy folder.
    pub(crate) fn policy_dir(&self) -> &Path {
        &self.policy
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
        let path = store.data_dir().root().join(insula_permissions::FILE_NAME);
        let decisions = insula_permissions::Store::open(&path)?;
        if let Some(set_aside) = decisions.damaged() {
            crate::output::warn(&format!(
                "the decisions about permissions were damaged; they are set aside in `{}`, and apps ask again",
                set_aside.display()
            ));
        }
        let policy = PolicySet::load(&self.policy);
        for problem in policy.problems() {
            let key = problem
                .key
                .as_deref()
                .map(|key| format!(" `{key}`:"))
                .unwrap_or_default();
            let message = format!("{}:{key} {} ({})", problem.place, problem.message, problem.consequence);
            crate::output::warn(&message);
        }
        Ok(Authority::new(decisions, policy))
    }

    /// Makes what a user names ready to run: a folder, a `.swbn` file, which is installed if it is not
    /// yet, or an installed app by its name, its id, or the beginning of its id.
    pub(crate) fn open_app(&self, store: &Store, target: &str) -> Result<App> {
        let path = Path::new(target);
        if path.is_dir() {
            return Ok(store.open_folder(path)?);
        }
        let id = match path.is_file() {
            true => store.install(path, InstallOptions::default())?.app.id,
            false => store.find(target)?.id,
        };
        Ok(store.launch(&id)?)
    }
}

/// The origin to which decisions about an app belong.
pub(crate) fn origin(id: &insula_apps::SignedWebBundleId) -> Result<AppOrigin> {
    AppOrigin::of(&id.origin_url()).context("the app has no origin")
}

/// As the XDG Base Directory Specification has it: relative paths in the variables do not count.
fn default_data_dir() -> Option<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let data_home = absolute(environment::XDG_DATA_HOME)
        .or_else(|| absolute(environment::HOME).map(|home| home.join(".local/share")));
    data_home.map(|data_home| data_home.join("insula"))
}
