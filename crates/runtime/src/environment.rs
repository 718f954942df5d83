//! What must stand in the environment before GTK and WebKit start.

use std::path::Path;
use std::sync::OnceLock;

/// What the user had not set and [`prepare`] did.
static OURS: OnceLock<Vec<&'static str>> = OnceLock::new();

/// Says that the environment is prepared, which [`run`](crate::run) needs.
#[derive(Debug)]
pub struct Prepared(());

/// Prepares this process's environment for [`run`](crate::run). What the user has set stays.
///
/// # Safety
/// No other thread may run yet: the environment is not guarded against them.
#[expect(
    unsafe_code,
    reason = "the environment is the only way to tell GTK and JavaScriptCore"
)]
pub unsafe fn prepare() -> Prepared {
    let mut ours = Vec::new();
    let mut set = |name, value| {
        if std::env::var_os(name).is_none() {
            // SAFETY: no other thread runs, as the caller promises.
            unsafe { std::env::set_var(name, value) };
            ours.push(name);
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
    // Filled once: it is only called when the program starts.
    let _ = OURS.set(ours);
    Prepared(())
}

/// The variables that are for this process and those of WebKit, and not for the user's other programs.
pub(crate) fn ours() -> &'static [&'static str] {
    OURS.get().map_or(&[], Vec::as_slice)
}

/// The variable, if one is set, by which WebKit has been told to do without the renderer that can draw a page
/// transparently, as people do whose graphics driver it does not work with.
pub fn opaque_by() -> Option<&'static str> {
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| value != "0");
    ["WEBKIT_DISABLE_DMABUF_RENDERER", "WEBKIT_DISABLE_COMPOSITING_MODE"]
        .into_iter()
        .find(is_set)
}

/// Whether this WebKit counts zoom in what it tells pages of boxes and of the screen's pixels. Debian 12's 2.50 does not,
/// Debian 13's 2.52 does.
pub(crate) fn counts_zoom() -> bool {
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
