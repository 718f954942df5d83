//! What must stand in the environment before GTK and WebKit start.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Set to 1, it has WebKit do without the renderer that needs OpenGL.
const NO_RENDERER: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// What [`prepare`] changed, and what the user had there.
static CHANGED: OnceLock<Vec<(&'static str, Option<OsString>)>> = OnceLock::new();

/// Says that the environment is prepared, which [`run`](crate::run) needs.
#[derive(Debug)]
pub struct Prepared(());

/// Prepares this process's environment for [`run`](crate::run). What the user has set stays, unless it leads nowhere. `own`
/// is a folder in which what is missing is made. `accelerated` is whether pages may be drawn by OpenGL.
///
/// # Errors
/// The user has no home, and none can be made.
///
/// # Safety
/// No other thread may run yet: the environment is not guarded against them.
#[expect(
    unsafe_code,
    reason = "the environment is the only way to tell GTK and JavaScriptCore"
)]
pub unsafe fn prepare(own: &Path, accelerated: bool) -> io::Result<Prepared> {
    let mut changed = Vec::new();
    let mut change = |name: &'static str, value: Option<&OsStr>| {
        changed.push((name, env::var_os(name)));
        // SAFETY: no other thread runs, as the caller promises.
        unsafe {
            match value {
                Some(value) => env::set_var(name, value),
                None => env::remove_var(name),
            }
        }
    };
    if missing_home().is_some() {
        let home = own.join("home");
        fs::create_dir_all(&home)?;
        change("HOME", Some(home.as_os_str()));
    }
    for bus in lost_buses() {
        change(bus, None);
    }
    if !accelerated {
        change(NO_RENDERER, Some("1".as_ref()));
    }
    let mut set = |name, value: &str| {
        if env::var_os(name).is_none() {
            change(name, Some(value.as_ref()));
        }
    };
    // For the processes that WebKit starts: it has an allocator of its own, and the C library's arenas, one for each of
    // its twenty threads, cost each of them 2 to 4 MiB and gain nothing.
    set("MALLOC_ARENA_MAX", "1");
    if !has_gpu() {
        // Software OpenGL costs memory in every process and ten times the time for overlays.
        set("GSK_RENDERER", "cairo");
        set("WEBKIT_SKIA_ENABLE_CPU_RENDERING", "1");
    }
    // Only the program's start comes here, once.
    let _ = CHANGED.set(changed);
    Ok(Prepared(()))
}

/// The variables that are changed for this process and those of WebKit, with what the user's other programs are to find in
/// them: a value, or none.
pub(crate) fn of_other_programs() -> impl Iterator<Item = (&'static str, Option<&'static OsStr>)> {
    let changed = CHANGED.get().map_or(&[][..], Vec::as_slice);
    changed.iter().map(|(name, before)| (*name, before.as_deref()))
}

/// The user's home if it does not exist, as that of users for services does not. WebKit breaks (SIGSEGV) without one: in
/// its place an app gets a home of its own.
pub fn missing_home() -> Option<PathBuf> {
    env::home_dir().filter(|home| home.canonicalize().is_err())
}

/// The variables that name a bus in a folder that does not exist, as that of a session that has ended does not. WebKit ends
/// the program (SIGTRAP) when it cannot show that folder to its processes: such a variable counts as not set.
pub fn lost_buses() -> Vec<&'static str> {
    let leads_nowhere = |name: &&str| {
        let folder = env::var(name).ok().and_then(|address| folder_of(&address));
        folder.is_some_and(|folder| folder.canonicalize().is_err())
    };
    ["DBUS_SESSION_BUS_ADDRESS", "AT_SPI_BUS_ADDRESS"]
        .into_iter()
        .filter(leads_nowhere)
        .collect()
}

/// The folder in which a bus has its socket, of an address such as `unix:path=/run/user/1000/bus,guid=0`.
fn folder_of(address: &str) -> Option<PathBuf> {
    let socket = address.strip_prefix("unix:path=")?.split([',', ';']).next()?;
    Path::new(socket).parent().map(Path::to_owned)
}

/// The variable, if one is set, by which WebKit has been told to do without the renderer that can draw a page
/// transparently, as people do whose graphics driver it does not work with.
pub fn opaque_by() -> Option<&'static str> {
    let is_set = |name: &&str| env::var_os(name).is_some_and(|value| value != "0");
    [NO_RENDERER, "WEBKIT_DISABLE_COMPOSITING_MODE"]
        .into_iter()
        .find(is_set)
}

/// How much larger than it is the user wants all text. The engine enlarges whole pages by it.
pub(crate) fn text_scale() -> f32 {
    // In 1024ths of a dot an inch; without a display, and where nothing is set, it is not above 0.
    let dots = gtk4::Settings::default().map_or(0, |settings| settings.gtk_xft_dpi());
    if dots > 0 { dots as f32 / 1024.0 / 96.0 } else { 1.0 }
}

/// Whether this WebKit counts zoom in what it tells pages of boxes and of the screen's pixels. Debian 12's 2.50 does not,
/// Debian 13's 2.52 does.
pub(crate) fn counts_zoom() -> bool {
    is_newer_than_2_50()
}

/// Whether this WebKit collects the functions of a stream's source while somebody reads from the stream, and crashes when it
/// calls them. Debian 12's 2.50 does not, Debian 13's 2.52 does.
pub(crate) fn loses_streams() -> bool {
    is_newer_than_2_50()
}

fn is_newer_than_2_50() -> bool {
    (webkit6::functions::major_version(), webkit6::functions::minor_version()) >= (2, 52)
}

/// Whether there is a device that renders.
pub fn has_gpu() -> bool {
    Path::new("/dev/dri").read_dir().is_ok_and(|devices| {
        devices
            .filter_map(Result::ok)
            .any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bus_has_a_folder_if_it_has_a_path() {
        let folder = |address| folder_of(address).map(|folder| folder.display().to_string());
        assert_eq!(folder("unix:path=/run/user/1/bus"), Some("/run/user/1".to_owned()));
        assert_eq!(
            folder("unix:path=/run/at-spi/bus_0,guid=1"),
            Some("/run/at-spi".to_owned())
        );
        assert_eq!(folder("unix:abstract=/tmp/dbus-1"), None);
        assert_eq!(folder("disabled:"), None);
    }
}
