//! The apps that the organisation installs: `WebAppInstallForceList`, `IsolatedWebAppInstallForceList`, `WebAppSettings`.

use serde_json::{Map, Value};
use url::Url;

use super::keys::Report;
use super::{Consequence, meant};
use crate::AppOrigin;

/// Items of one list at most.
const MOST: usize = 1000;

/// How many members of an item that nobody knows are looked at, and how many characters of a name may be wrong.
const MOST_NAMES: usize = 20;
const SLIPS_IN_NAME: usize = 2;

/// An item of `WebAppInstallForceList`: a site that is installed as an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForceInstalledWebApp {
    /// Where it is installed from.
    pub url: Url,
    /// Whether it opens in a window of its own, and not in a browser's tab.
    pub opens_in_window: bool,
    /// Whether it gets an icon on the desktop.
    pub create_desktop_shortcut: bool,
    /// Its name where it cannot be loaded to say it itself.
    pub fallback_app_name: Option<String>,
    /// Its name, whatever it says.
    pub custom_name: Option<String>,
    /// Its icon, whatever it says.
    pub custom_icon: Option<CustomIcon>,
}

/// An icon that the organisation gives an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomIcon {
    /// Where it is.
    pub url: Url,
    /// The SHA-256 of its bytes, in 64 hexadecimal digits of lower case.
    pub sha256: String,
}

/// An item of `IsolatedWebAppInstallForceList`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForceInstalledIsolatedWebApp {
    /// The app's origin, whose host is its signed web bundle id.
    pub origin: AppOrigin,
    /// Where its versions are listed: https, or http on this machine.
    pub update_manifest_url: Url,
    /// The channel that it is updated from.
    pub update_channel: String,
    /// The only version that is installed.
    pub pinned_version: Option<String>,
    /// Whether that may be older than the one that is there.
    pub allow_downgrades: bool,
}

/// An item of `WebAppSettings`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAppSettings {
    /// The app's manifest id; `None` is every app that no other item is about.
    pub manifest_id: Option<Url>,
    /// Whether it starts when the user logs in; `None` says nothing of it.
    pub run_on_os_login: Option<RunOnOsLogin>,
    /// Whether the user cannot close it, as far as it starts when the user logs in; `None` says nothing of it.
    pub prevent_close: Option<bool>,
    /// Whether it has no part in the desktop: no menu entry, no protocols, no files; `None` says nothing of it.
    pub force_unregister_os_integration: Option<bool>,
}

/// Whether an app starts when the user logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunOnOsLogin {
    /// The user decides that.
    Allowed,
    /// It does not.
    Blocked,
    /// It does, in a window.
    RunWindowed,
}

/// What `WebAppSettings` says of one app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AppSettings {
    /// Whether it starts when the user logs in; `None` leaves it to the user.
    pub run_on_os_login: Option<bool>,
    /// Whether the user cannot close it. It starts at login then.
    pub prevent_close: bool,
    /// Whether it has no part in the desktop.
    pub force_unregister_os_integration: bool,
}

impl AppSettings {
    /// What an app's own item says, else what the item about every app does.
    pub(super) fn of(own: Option<&WebAppSettings>, every: Option<&WebAppSettings>) -> Self {
        fn said<T>(items: [Option<&WebAppSettings>; 2], member: impl Fn(&WebAppSettings) -> Option<T>) -> Option<T> {
            items.into_iter().flatten().find_map(member)
        }
        let items = [own, every];
        let run_on_os_login = match said(items, |item| item.run_on_os_login) {
            Some(RunOnOsLogin::RunWindowed) => Some(true),
            Some(RunOnOsLogin::Blocked) => Some(false),
            Some(RunOnOsLogin::Allowed) | None => None,
        };
        let prevent_close = said(items, |item| item.prevent_close) == Some(true);
        Self {
            run_on_os_login,
            // As in Chrome: nobody keeps an app open that nobody has start.
            prevent_close: prevent_close && run_on_os_login == Some(true),
            force_unregister_os_integration: said(items, |item| item.force_unregister_os_integration) == Some(true),
        }
    }
}

/// What the policies of one level say of it; `None` where they say nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct InstallRules {
    pub(super) web_apps: Option<Vec<ForceInstalledWebApp>>,
    pub(super) isolated_web_apps: Option<Vec<ForceInstalledIsolatedWebApp>>,
    pub(super) settings: Option<Vec<WebAppSettings>>,
}

impl ForceInstalledIsolatedWebApp {
    /// The signed web bundle id.
    pub fn web_bundle_id(&self) -> &str {
        self.origin.host()
    }
}

/// An item of a list as it is written.
struct Item<'a, 'b> {
    members: Map<String, Value>,
    index: usize,
    report: &'a mut Report<'b>,
}

impl Item<'_, '_> {
    /// What does not keep the item from being read.
    fn warn(&mut self, message: String) {
        self.report.add_item(self.index, message, Consequence::Skipped);
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match self.members.get(name)? {
            Value::Null => None,
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            _ => {
                self.warn(format!("`{name}` must be a text"));
                None
            }
        }
    }

    fn boolean(&mut self, name: &str) -> Option<bool> {
        let value = self.members.get(name).filter(|value| !value.is_null())?;
        let meant = meant::boolean(value);
        if meant.is_none() {
            self.warn(format!("`{name}` must be true or false"));
        }
        meant.map(|meant| meant.value)
    }

    /// An address that is as safe as https.
    fn url(&self, name: &str) -> Result<Url, String> {
        let text = self.members.get(name).and_then(Value::as_str);
        let text = text.ok_or_else(|| format!("it has no `{name}`"))?;
        let url: Url = text.trim().parse().map_err(|_| format!("`{name}` is no address"))?;
        match AppOrigin::of(&url) {
            Ok(origin) if !origin.is_isolated() => Ok(url),
            _ => Err(format!("`{name}` must be an https: address")),
        }
    }

    /// Tells of members that nobody knows. One whose name is nearly right is read as what is meant: an app must not be
    /// updated because of a slip in `pinned_version`.
    fn settle_names(&mut self, known: &[&str]) {
        let unknown: Vec<String> = self
            .members
            .keys()
            .filter(|name| !known.contains(&name.as_str()))
            .cloned()
            .collect();
        for name in unknown.iter().take(MOST_NAMES) {
            // In a short name less can be wrong.
            let slips = SLIPS_IN_NAME.min(name.len() / 4);
            let meant = crate::nearest::nearest(name, known.iter().copied(), slips);
            let meant = meant.filter(|meant| !self.members.contains_key(*meant));
            match meant.and_then(|meant| Some((meant, self.members.remove(name)?))) {
                Some((meant, value)) => {
                    self.members.insert(meant.to_owned(), value);
                    let message = format!("there is no member `{name}` here; `{meant}` is one");
                    self.report.add_item(self.index, message, Consequence::ReadAsMeant);
                }
                None => self.warn(format!("there is no member `{name}` here")),
            }
        }
    }
}

/// `WebAppInstallForceList`.
pub(super) fn web_apps(value: &Value, report: &mut Report<'_>) -> Option<Vec<ForceInstalledWebApp>> {
    items(value, report, |item| {
        item.settle_names(&[
            "url",
            "default_launch_container",
            "create_desktop_shortcut",
            "fallback_app_name",
            "custom_name",
            "custom_icon",
            "install_as_shortcut",
        ]);
        let container = item.text("default_launch_container");
        if let Some(other) = container.as_deref().filter(|it| !["window", "tab"].contains(it)) {
            item.warn(format!(
                "`default_launch_container` is “window” or “tab”, not “{other}”"
            ));
        }
        Ok(ForceInstalledWebApp {
            url: item.url("url")?,
            // As in Chrome: without a word it is a tab.
            opens_in_window: container.as_deref() == Some("window"),
            create_desktop_shortcut: item.boolean("create_desktop_shortcut").unwrap_or(false),
            fallback_app_name: item.text("fallback_app_name"),
            custom_name: item.text("custom_name"),
            custom_icon: custom_icon(item),
        })
    })
}

fn custom_icon(item: &mut Item<'_, '_>) -> Option<CustomIcon> {
    let icon = item.members.get("custom_icon").filter(|icon| !icon.is_null())?;
    let member = |name| icon.get(name).and_then(Value::as_str).map(str::trim);
    let url = member("url")
        .and_then(|url| Url::parse(url).ok())
        .filter(|url| url.scheme() == "https");
    let is_hash = |hash: &&str| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hash = member("hash").filter(is_hash).map(str::to_ascii_lowercase);
    let icon = url.zip(hash).map(|(url, sha256)| CustomIcon { url, sha256 });
    if icon.is_none() {
        item.warn("`custom_icon` has an https: `url`, and as `hash` its SHA-256 in hexadecimal digits".to_owned());
    }
    icon
}

/// `IsolatedWebAppInstallForceList`.
pub(super) fn isolated_web_apps(value: &Value, report: &mut Report<'_>) -> Option<Vec<ForceInstalledIsolatedWebApp>> {
    let apps = items(value, report, |item| {
        item.settle_names(&[
            "update_manifest_url",
            "web_bundle_id",
            "update_channel",
            "pinned_version",
            "allow_downgrades",
        ]);
        let id = item.text("web_bundle_id").ok_or("it has no `web_bundle_id`")?;
        let origin = format!("isolated-app://{id}").parse();
        let pinned_version = match item.members.get("pinned_version") {
            None | Some(Value::Null) => None,
            Some(version) => {
                // What was pinned must not be updated because of a slip.
                let version = version.as_str().map(str::trim).filter(|version| is_version(version));
                Some(
                    version
                        .ok_or("`pinned_version` is a version in a text: \"1.2.3\"")?
                        .to_owned(),
                )
            }
        };
        let mut allow_downgrades = item.boolean("allow_downgrades").unwrap_or(false);
        if allow_downgrades && pinned_version.is_none() {
            item.warn("`allow_downgrades` needs a `pinned_version`".to_owned());
            allow_downgrades = false;
        }
        Ok(ForceInstalledIsolatedWebApp {
            origin: origin.map_err(|_| format!("“{id}” is no signed web bundle id"))?,
            update_manifest_url: item.url("update_manifest_url")?,
            update_channel: item.text("update_channel").unwrap_or_else(|| "default".to_owned()),
            pinned_version,
            allow_downgrades,
        })
    })?;
    let mut first: Vec<ForceInstalledIsolatedWebApp> = Vec::new();
    for app in apps {
        match first.iter().any(|earlier| earlier.origin == app.origin) {
            true => report.add(
                format!("`{}` is there twice; the first counts", app.web_bundle_id()),
                Consequence::Skipped,
            ),
            false => first.push(app),
        }
    }
    Some(first)
}

/// What Chrome calls it. Insula called it `prevent_close` before.
const PREVENT_CLOSE: &str = "prevent_close_after_run_on_os_login";

/// `WebAppSettings`.
pub(super) fn settings(value: &Value, report: &mut Report<'_>) -> Option<Vec<WebAppSettings>> {
    let read = items(value, report, |item| {
        item.settle_names(&[
            "manifest_id",
            "run_on_os_login",
            PREVENT_CLOSE,
            "prevent_close",
            "force_unregister_os_integration",
        ]);
        let id = item.text("manifest_id").ok_or("it has no `manifest_id`")?;
        let manifest_id = match id.as_str() {
            "*" => None,
            id => Some(Url::parse(id).map_err(|_| format!("`manifest_id` is no address: “{id}”"))?),
        };
        let run_on_os_login = match item.text("run_on_os_login").as_deref() {
            Some("run_windowed") => Some(RunOnOsLogin::RunWindowed),
            Some("blocked") => Some(RunOnOsLogin::Blocked),
            Some("allowed") => Some(RunOnOsLogin::Allowed),
            None => None,
            Some(other) => {
                item.warn(format!(
                    "`run_on_os_login` is “allowed”, “blocked” or “run_windowed”, not “{other}”"
                ));
                None
            }
        };
        let settings = WebAppSettings {
            manifest_id,
            run_on_os_login,
            prevent_close: item.boolean(PREVENT_CLOSE).or_else(|| item.boolean("prevent_close")),
            force_unregister_os_integration: item.boolean("force_unregister_os_integration"),
        };
        Ok((item.index, settings))
    })?;
    for (index, item) in &read {
        if item.prevent_close == Some(true) && !keeps_any_open(item, &read) {
            let message = format!("`{PREVENT_CLOSE}` needs `run_on_os_login`: “run_windowed”, as in Chrome");
            report.add_item(*index, message, Consequence::Skipped);
        }
    }
    Some(read.into_iter().map(|(_, item)| item).collect())
}

/// Whether an item that says so keeps an app open: the one about every app also those whose own items only have them start.
fn keeps_any_open(item: &WebAppSettings, all: &[(usize, WebAppSettings)]) -> bool {
    let every = all.iter().map(|(_, item)| item).find(|item| item.manifest_id.is_none());
    let is_kept_open = |item: &WebAppSettings| AppSettings::of(Some(item), every).prevent_close;
    let says_nothing = |item: &&WebAppSettings| item.prevent_close.is_none();
    is_kept_open(item)
        || item.manifest_id.is_none() && all.iter().map(|(_, item)| item).filter(says_nothing).any(is_kept_open)
}

/// The items of a list that can be read; nothing where there is no list.
fn items<T>(
    value: &Value,
    report: &mut Report<'_>,
    read: impl Fn(&mut Item<'_, '_>) -> Result<T, String>,
) -> Option<Vec<T>> {
    if value.is_null() {
        report.add("it is null, which says nothing", Consequence::Meaningless);
        return None;
    }
    let Some(list) = meant::list(value) else {
        report.add("it must be a list of objects", Consequence::OrderSkipped);
        return None;
    };
    let list = report.meant(list);
    if list.len() > MOST {
        report.add(
            format!("only the first {MOST} items are read"),
            Consequence::OrderSkipped,
        );
    }
    let mut read_items = Vec::new();
    for (index, value) in list.iter().take(MOST).enumerate() {
        let Some(meant) = meant::object(value) else {
            report.add_item(index, "an item must be an object", Consequence::OrderSkipped);
            continue;
        };
        let members = report.meant(meant);
        let read_item = read(&mut Item { members, index, report });
        match read_item {
            Ok(item) => read_items.push(item),
            Err(message) => report.add_item(index, message, Consequence::OrderSkipped),
        }
    }
    Some(read_items)
}

/// One to four numbers with points between them.
fn is_version(text: &str) -> bool {
    let is_number = |part: &str| part.parse::<u32>().is_ok_and(|number| number.to_string() == part);
    text.split('.').count() <= 4 && text.split('.').all(is_number)
}
