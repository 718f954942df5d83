use std::env;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use insula_permissions::{PrintDestination, Printing};
use serde::Serialize;

use super::Answer;
use crate::context::Context;
use crate::{environment, hints, output};

/// Check that this machine has what apps need
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Finding {
    /// As it should be.
    Good,
    /// Apps run, but something is missing or slower.
    Note,
    /// Apps do not run, or not under the organisation's orders.
    Bad,
}

#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    finding: Finding,
    detail: String,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let mut checks: Vec<Check> = insula_runtime::versions()
        .into_iter()
        .map(|(name, version)| match insula_runtime::engine_advice() {
            Some(advice) if name == "WebKitGTK" => check(name, Finding::Note, format!("{version}: {advice}")),
            _ => check(name, Finding::Good, version),
        })
        .collect();
    checks.extend([
        extension(),
        display(),
        rendering(context),
        sandbox(),
        home(),
        runtime_folder(),
        session_bus(),
        fonts(),
        apps(context),
        policies(context),
        printing(context),
        driver(),
    ]);
    if arguments.json {
        output::print_json(&checks)?;
    } else {
        let rows: Vec<Vec<String>> = checks
            .iter()
            .map(|check| {
                vec![
                    word(check.finding).to_owned(),
                    check.name.to_owned(),
                    check.detail.clone(),
                ]
            })
            .collect();
        output::print(&output::table(&rows))?;
    }
    match checks.iter().any(|check| check.finding == Finding::Bad) {
        true => Ok(Answer::No),
        false => Ok(Answer::Yes),
    }
}

fn word(finding: Finding) -> &'static str {
    match finding {
        Finding::Good => "good",
        Finding::Note => "note",
        Finding::Bad => "BAD",
    }
}

fn check(name: &'static str, finding: Finding, detail: impl Into<String>) -> Check {
    Check {
        name,
        finding,
        detail: detail.into(),
    }
}

fn extension() -> Check {
    const NAME: &str = "Web process extension";
    match insula_runtime::find_extension() {
        Ok(folder) => check(NAME, Finding::Good, folder.display().to_string()),
        Err(error) => check(
            NAME,
            Finding::Bad,
            format!("{error}; build with `./x build`, or install Insula again"),
        ),
    }
}

fn display() -> Check {
    const NAME: &str = "Display";
    let found = ["WAYLAND_DISPLAY", "DISPLAY"]
        .into_iter()
        .find_map(|name| Some((name, env::var(name).ok().filter(|value| !value.is_empty())?)));
    match found {
        Some((name, value)) => check(NAME, Finding::Good, format!("{name}={value}")),
        None => check(
            NAME,
            Finding::Bad,
            "none: neither WAYLAND_DISPLAY nor DISPLAY is set; log in to a desktop, or start Xvfb",
        ),
    }
}

fn rendering(context: &Context) -> Check {
    const NAME: &str = "Rendering";
    const POLICY: &str = "HardwareAccelerationModeEnabled";
    if !context.policy_set().hardware_acceleration() {
        let detail = format!(
            "the policy {POLICY} is false: without OpenGL, which saves memory; an app's translucent elements do not show \
             the frame below them"
        );
        return check(NAME, Finding::Note, detail);
    }
    if let Some(variable) = insula_runtime::opaque_by() {
        let detail = format!(
            "{variable} is set: an app's translucent elements do not show the frame below them, and apps are slower; \
             unset it if this machine can do without"
        );
        return check(NAME, Finding::Note, detail);
    }
    match insula_runtime::has_gpu() {
        true => check(NAME, Finding::Good, "with a GPU"),
        false => {
            let detail = format!(
                "without a GPU: in software, with cairo; the policy {POLICY}: false saves memory where no app lays \
                 anything translucent over its frames (docs/permissions.md)"
            );
            check(NAME, Finding::Note, detail)
        }
    }
}

fn sandbox() -> Check {
    const NAME: &str = "Sandbox";
    match insula_runtime::sandbox() {
        Ok(None) => check(NAME, Finding::Good, "web processes run in bubblewrap"),
        Ok(Some(variable)) => check(
            NAME,
            Finding::Note,
            format!("{variable} is set: pages are not kept from this user's files"),
        ),
        Err(error) => {
            let error = error.into();
            let said = [output::message(&error)].into_iter().chain(hints::of(&error));
            check(NAME, Finding::Bad, said.collect::<Vec<_>>().join("; "))
        }
    }
}

fn home() -> Check {
    const NAME: &str = "Home";
    match insula_runtime::missing_home() {
        None => check(
            NAME,
            Finding::Good,
            env::home_dir().map_or_else(|| "none".to_owned(), |home| home.display().to_string()),
        ),
        Some(home) => check(
            NAME,
            Finding::Note,
            format!("`{}` does not exist: each app gets a home of its own", home.display()),
        ),
    }
}

/// The folder for sockets and what lasts as long as the user is logged in.
fn runtime_folder() -> Check {
    const NAME: &str = "Runtime folder";
    let variable = environment::XDG_RUNTIME_DIR;
    let Some(folder) = environment::value(variable).map(PathBuf::from) else {
        return check(
            NAME,
            Finding::Note,
            format!("{variable} is not set: the folder for caches takes its place"),
        );
    };
    match tempfile::tempfile_in(&folder) {
        Ok(_) => check(NAME, Finding::Good, folder.display().to_string()),
        Err(error) => check(
            NAME,
            Finding::Note,
            format!(
                "{variable} names `{}`, where nothing can be written: {error}",
                folder.display()
            ),
        ),
    }
}

fn session_bus() -> Check {
    const NAME: &str = "Session bus";
    let lost = insula_runtime::lost_buses();
    if !lost.is_empty() {
        return check(
            NAME,
            Finding::Note,
            format!(
                "{} names a folder that does not exist, and counts as not set",
                lost.join(", ")
            ),
        );
    }
    let variable = environment::DBUS_SESSION_BUS_ADDRESS;
    let of_session =
        || environment::value(environment::XDG_RUNTIME_DIR).map(|folder| PathBuf::from(folder).join("bus"));
    match environment::value(variable).or_else(|| of_session().filter(|bus| bus.exists()).map(Into::into)) {
        Some(address) => check(NAME, Finding::Good, address.display().to_string()),
        None => check(NAME, Finding::Note, "none: notifications are not shown"),
    }
}

fn fonts() -> Check {
    const NAME: &str = "Fonts";
    match insula_runtime::fonts() {
        0 => check(
            NAME,
            Finding::Bad,
            "none: text is not to be seen; install some, such as fonts-dejavu-core",
        ),
        number => check(NAME, Finding::Good, format!("{number} families")),
    }
}

fn apps(context: &Context) -> Check {
    const NAME: &str = "Installed apps";
    let listing = context
        .store()
        .and_then(|store| Ok((store.data_dir().root().to_owned(), store.list()?)));
    match listing {
        Ok((folder, listing)) if listing.damaged.is_empty() => check(
            NAME,
            Finding::Good,
            format!("{} in {}", listing.apps.len(), folder.display()),
        ),
        Ok((_, listing)) => {
            let damaged: Vec<String> = listing.damaged.iter().map(|app| app.id.to_string()).collect();
            check(
                NAME,
                Finding::Note,
                format!("damaged, install again: {}", damaged.join(", ")),
            )
        }
        Err(error) => check(NAME, Finding::Bad, output::message(&error)),
    }
}

fn policies(context: &Context) -> Check {
    const NAME: &str = "Policies";
    if let Some(missing) = context.missing_policy() {
        return check(NAME, Finding::Bad, missing);
    }
    let policy = context.policy_set();
    let problems: Vec<String> = policy.problems().iter().map(ToString::to_string).collect();
    if !problems.is_empty() {
        let is_harmless = policy
            .problems()
            .iter()
            .all(|problem| problem.consequence.is_harmless());
        let finding = if is_harmless { Finding::Note } else { Finding::Bad };
        return check(NAME, finding, problems.join("; "));
    }
    let files = match policy.files().len() {
        1 => "1 file".to_owned(),
        number => format!("{number} files"),
    };
    let folders: Vec<String> = context.policy().all().map(|it| it.display().to_string()).collect();
    let read = format!("{files} in {}", folders.join(" and "));
    let mut unknown: Vec<&str> = policy
        .ignored()
        .iter()
        .filter_map(|source| source.key.as_deref())
        .collect();
    unknown.dedup();
    match unknown.as_slice() {
        [] => check(NAME, Finding::Good, read),
        // For other programs, or mistyped: who wrote them knows.
        names => check(
            NAME,
            Finding::Note,
            format!("{read}; not known here: {}", names.join(", ")),
        ),
    }
}

/// How pages in frames are printed.
fn printing(context: &Context) -> Check {
    const NAME: &str = "Printing";
    let silently = |where_to: &str| {
        check(
            NAME,
            Finding::Good,
            format!("without a dialog, as policy says: {where_to}"),
        )
    };
    match context.policy_set().printing() {
        Printing::Dialog => check(NAME, Finding::Good, "by the system's dialog"),
        Printing::Forbidden => check(NAME, Finding::Note, "nothing is printed: policy forbids it"),
        Printing::Silent(PrintDestination::DefaultPrinter) => silently("by the system's default printer"),
        Printing::Silent(PrintDestination::Printer(name)) => silently(&format!("by the printer “{name}”")),
        Printing::Silent(PrintDestination::Folder(folder)) => match tempfile::tempfile_in(&folder) {
            Ok(_) => silently(&format!("as PDF files in `{}`", folder.display())),
            Err(error) => {
                let detail = format!(
                    "the policy SilentPrintingFolder names `{}`, where nothing can be written: {error}",
                    folder.display()
                );
                check(NAME, Finding::Bad, detail)
            }
        },
    }
}

fn driver() -> Check {
    const NAME: &str = "WebDriver";
    match in_path("WebKitWebDriver") {
        true => check(NAME, Finding::Good, "WebKitWebDriver"),
        false => check(
            NAME,
            Finding::Note,
            "`WebKitWebDriver` is missing: for tests, install webkit2gtk-driver",
        ),
    }
}

fn in_path(program: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}
