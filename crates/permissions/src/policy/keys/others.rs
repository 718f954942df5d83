//! The policies that are not about one permission.

use std::path::PathBuf;

use serde_json::Value;

use super::super::{Consequence, FirstRunMode, FirstRunOrder, Level, Rules, installs, key_rotations, meant, printing};
use super::{Report, certain};
use crate::policy::pattern::OriginPattern;

/// Where Chrome and Chromium have their policies.
const CHROME_FOLDERS: [&str; 2] = ["/etc/opt/chrome/policies", "/etc/chromium/policies"];

/// Where Firefox has them.
const FIREFOX_FILE: &str = "/etc/firefox/policies/policies.json";

/// As many other folders and files are read at most: each is watched.
const MOST_PATHS: usize = 16;

/// Every policy that is not about one permission, with what its value looks like and does, for the documentation.
pub const OTHER_KEYS: &[(&str, &str)] = &[
    (
        "ControlledFrameChromiumForUrls",
        "list of origins of apps whose frames answer as Chromium's do: see [Frames as in Chromium](chromium.md)",
    ),
    (
        "ControlledFrameChromiumBlockedForUrls",
        "list of origins of apps whose frames do not, whatever else says so",
    ),
    ("PrintingEnabled", "`false` lets no app print its frames"),
    (
        "SilentPrintingEnabled",
        "`true` prints frames without a dialog, as Edge's policy of this name does pages",
    ),
    (
        "SilentPrintingFolder",
        "with that, the folder in which each becomes a PDF file, named after its title: an absolute path, where whoever \
         runs the app can write",
    ),
    (
        "DefaultPrinterSelection",
        "with that, and without a folder, the printer, as in Chrome: `{\"namePattern\": \"Office\"}`. The pattern has to \
         be a printer's name. Without, it is the system's default printer",
    ),
    (
        "FirstRunPermissionsPromptMode",
        "0 no sheet, 1 a sheet at the first run, 2 the same in the dialog that installs an app, and at the first run \
         where there was no dialog",
    ),
    ("FirstRunPermissionsLimit", "rows in the sheet at most, 1 to 100"),
    (
        "FirstRunPermissionsOrder",
        "0 the rows in the order of the app's manifest, 1 in the order of the table above",
    ),
    (
        "OneTimePermissionsEnabled",
        "`false` lets nobody allow something only until the app ends",
    ),
    (
        "PermissionQuietingEnabled",
        "`false` lets apps ask however often the user closes the question",
    ),
    (
        "UnusedPermissionsExpiryEnabled",
        "`false` keeps what was allowed and has not been used for 60 days",
    ),
    (
        "HardwareAccelerationModeEnabled",
        "`false` draws pages without OpenGL. Without a GPU a small app was measured to need 262 MiB instead of 328, with a \
         view kept ready for its next frame, whose process needed 65 instead of 90; what lies over a frame covers it, also \
         where it is translucent",
    ),
    (
        "DataSaverEnabled",
        "`true` tells apps that have the network to transfer less (`navigator.unrestrictedNetwork.connection.saveData`)",
    ),
    (
        "WebAppInstallForceList",
        "list of sites that are to be installed as apps, as in Chrome: `{\"url\": …, \"default_launch_container\": \
         \"window\", …}`; only binding",
    ),
    (
        "IsolatedWebAppInstallForceList",
        "list of Isolated Web Apps that are to be installed, as in Chrome: `{\"web_bundle_id\": …, \"update_manifest_url\": \
         …, \"update_channel\": …, \"pinned_version\": …, \"allow_downgrades\": …}`; only binding",
    ),
    (
        "WebAppSettings",
        "list of settings of apps, as in Chrome: `{\"manifest_id\": …, \"run_on_os_login\": …, \
         \"prevent_close_after_run_on_os_login\": …, \"force_unregister_os_integration\": …}`; only binding. Of an app that is \
         not to be closed the last window stays, and says why",
    ),
    (
        key_rotations::KEY,
        "the keys that have taken the place of those that the ids of Isolated Web Apps are made of: `{\"ID\": \
         {\"expected_key\": \"…\", \"previous_key\": \"…\"}}`, in base64. What is installed may go on with the signature of \
         the previous key until there is an update with one of the expected key; `null` as the expected key withdraws the \
         app. The same object can be the whole of a file `key-rotation.json`; only binding, and only in Insula's own folder",
    ),
    (
        "ChromePolicyFolders",
        "`true` reads Chrome's policies as well, from `/etc/opt/chrome/policies` and `/etc/chromium/policies`, or a list of \
         such folders; only binding, and only in Insula's own folder",
    ),
    (
        "FirefoxPolicyFile",
        "`true` reads the `Permissions` of Firefox's policies as well, from `/etc/firefox/policies/policies.json`, or the \
         path of such a file; only binding, and only in Insula's own folder",
    ),
];

/// Reads one of these policies; answers whether it is one.
pub(super) fn read(
    key: &str,
    value: &Value,
    level: Level,
    is_own: bool,
    rules: &mut Rules,
    report: &mut Report<'_>,
) -> bool {
    match key {
        "FirstRunPermissionsPromptMode" => rules.first_run_mode = first_run_mode(value, report),
        "FirstRunPermissionsLimit" => rules.first_run_limit = first_run_limit(value, report),
        "FirstRunPermissionsOrder" => rules.first_run_order = first_run_order(value, report),
        "OneTimePermissionsEnabled" => rules.one_time = boolean(value, report),
        "PermissionQuietingEnabled" => rules.quieting = boolean(value, report),
        "UnusedPermissionsExpiryEnabled" => rules.expiry = boolean(value, report),
        "ControlledFrameChromiumForUrls" => rules.chromium = origins(value, report),
        "ControlledFrameChromiumBlockedForUrls" => rules.not_chromium = origins(value, report),
        "PrintingEnabled" => rules.printing.is_enabled = printing::enabled(value, level, report),
        "SilentPrintingEnabled" => rules.printing.is_silent = boolean(value, report),
        "DefaultPrinterSelection" => rules.printing.printer = printing::printer(value, report),
        "SilentPrintingFolder" => rules.printing.folder = printing::folder(value, report),
        "HardwareAccelerationModeEnabled" => rules.hardware_acceleration = boolean(value, report),
        "DataSaverEnabled" => rules.data_saver = boolean(value, report),
        "WebAppInstallForceList" | "IsolatedWebAppInstallForceList" | "WebAppSettings" if level != Level::Managed => {
            report.add(
                "it counts only in the folder `managed`, as in Chrome",
                Consequence::NothingRemoved,
            );
        }
        "WebAppInstallForceList" => rules.installs.web_apps = installs::web_apps(value, report),
        "IsolatedWebAppInstallForceList" => {
            rules.installs.isolated_web_apps = installs::isolated_web_apps(value, report);
        }
        "WebAppSettings" => rules.installs.settings = installs::settings(value, report),
        key_rotations::KEY | key_rotations::FILE_NAME | "ChromePolicyFolders" | "FirefoxPolicyFile"
            if level != Level::Managed || !is_own =>
        {
            report.add("it counts only in Insula's own folder `managed`", Consequence::NotRead);
        }
        // Both count, the policy before the file.
        key_rotations::KEY | key_rotations::FILE_NAME => {
            rules.key_rotations.extend(&key_rotations::read(value, report));
        }
        "ChromePolicyFolders" => rules.chrome_folders = paths(value, &CHROME_FOLDERS, report),
        "FirefoxPolicyFile" => rules.firefox_files = paths(value, &[FIREFOX_FILE], report),
        _ => return false,
    }
    true
}

/// What else is read: the usual places, or those that are named, and whether they have to be there.
fn paths(value: &Value, usual: &[&str], report: &mut Report<'_>) -> Vec<(PathBuf, bool)> {
    if let Some(meant) = meant::boolean(value) {
        return match report.meant(meant) {
            true => usual.iter().map(|path| (PathBuf::from(path), false)).collect(),
            false => Vec::new(),
        };
    }
    let list = match value {
        // A path may have any character in it.
        Value::String(path) => Some(vec![Value::String(path.clone())]),
        value => meant::list(value).map(|list| report.meant(list)),
    };
    let Some(list) = list else {
        report.add(
            "it must be true, or an absolute path, or a list of them",
            Consequence::NotRead,
        );
        return Vec::new();
    };
    if list.len() > MOST_PATHS {
        report.add(format!("only the first {MOST_PATHS} are read"), Consequence::NotRead);
    }
    let mut paths = Vec::new();
    for (index, item) in list.iter().enumerate().take(MOST_PATHS) {
        match item.as_str().map(PathBuf::from).filter(|path| path.is_absolute()) {
            Some(path) => paths.push((path, true)),
            None => report.add_item(index, format!("{item} is no absolute path"), Consequence::NotRead),
        }
    }
    paths
}

fn first_run_mode(value: &Value, report: &mut Report<'_>) -> Option<FirstRunMode> {
    let modes = [FirstRunMode::Off, FirstRunMode::FirstRun, FirstRunMode::Install];
    let message = "it must be 0 (off), 1 (first run) or 2 (install dialog)";
    choice(value, &modes, message, report)
}

fn first_run_order(value: &Value, report: &mut Report<'_>) -> Option<FirstRunOrder> {
    let orders = [FirstRunOrder::Manifest, FirstRunOrder::Table];
    choice(
        value,
        &orders,
        "it must be 0 (the manifest's) or 1 (the table's)",
        report,
    )
}

fn choice<T: Copy>(value: &Value, choices: &[T], message: &str, report: &mut Report<'_>) -> Option<T> {
    let chosen = |number: u64| choices.get(usize::try_from(number).ok()?).copied();
    let choice = meant::number(value).and_then(|number| Some((chosen(number.value)?, number)));
    match choice {
        Some((choice, number)) => {
            report.meant(number);
            Some(choice)
        }
        None => {
            report.add(message, Consequence::Skipped);
            None
        }
    }
}

fn first_run_limit(value: &Value, report: &mut Report<'_>) -> Option<usize> {
    let limit = meant::number(value).filter(|limit| (1..=100).contains(&limit.value));
    if limit.is_none() {
        report.add("it must be a number from 1 to 100", Consequence::Skipped);
    }
    limit.and_then(|limit| report.meant(limit).try_into().ok())
}

/// A list that decides about no permission: what cannot be read of it is skipped.
fn origins(value: &Value, report: &mut Report<'_>) -> Vec<OriginPattern> {
    match meant::list(value) {
        Some(items) => certain(items, report),
        None => {
            report.add("it must be a list of origin patterns", Consequence::Skipped);
            Vec::new()
        }
    }
}

fn boolean(value: &Value, report: &mut Report<'_>) -> Option<bool> {
    let meant = meant::boolean(value);
    if meant.is_none() {
        report.add("it must be true or false", Consequence::Skipped);
    }
    meant.map(|meant| report.meant(meant))
}
