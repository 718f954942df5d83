//! The app's icon in its window.
//!
//! GTK 4 takes icons from icon themes only, so the app's is laid into one of its own.

use crate::app::App;
use data_url::DataUrl;
use gtk4 as gtk;
use gtk4::prelude::*;
use insula_manifest::{Icon, IconPurpose};
use std::path::Path;

/// The size that window managers like best; the nearest one at or above it is taken.
const WANTED: u32 = 128;

/// Gives a window the app's icon, if it has a usable one.
pub(crate) fn set(window: &gtk::Window, app: &App) {
    let name = format!("insula-{}", app.id);
    let folder = app.storage.join("icons");
    let Some((icon, bytes)) = best(app) else { return };
    let laid = lay(icon, &bytes, &folder, &name);
    match laid {
        Ok(()) => {
            gtk::IconTheme::for_display(&WidgetExt::display(window)).add_search_path(&folder);
            window.set_icon_name(Some(&name));
        }
        Err(error) => tracing::warn!("the app's icon cannot be shown: {error}"),
    }
}

/// The best icon whose picture is at hand.
fn best(app: &App) -> Option<(&Icon, Vec<u8>)> {
    let side = |icon: &Icon| icon.largest_side().unwrap_or(0);
    let mut icons: Vec<&Icon> = app
        .manifest
        .icons
        .iter()
        .filter(|icon| icon.purposes.contains(&IconPurpose::Any))
        .collect();
    icons.sort_by_key(|icon| {
        if side(icon) >= WANTED {
            (0, side(icon))
        } else {
            (1, u32::MAX - side(icon))
        }
    });
    icons.into_iter().find_map(|icon| Some((icon, picture(app, icon)?)))
}

fn picture(app: &App, icon: &Icon) -> Option<Vec<u8>> {
    if icon.src.scheme() == "data" {
        let (bytes, _) = DataUrl::process(icon.src.as_str()).ok()?.decode_to_vec().ok()?;
        return Some(bytes);
    }
    if !app.owns(&icon.src) {
        return None;
    }
    let found = app.source.follow(&icon.src).ok()?;
    Some(found.response.body().as_ref().to_vec())
}

fn lay(icon: &Icon, bytes: &[u8], folder: &Path, name: &str) -> std::io::Result<()> {
    let is_png = bytes.starts_with(b"\x89PNG");
    let (size, ending) = match icon.largest_side() {
        Some(side) if is_png && side < 4096 => (format!("{side}x{side}"), "png"),
        _ if is_png => (format!("{WANTED}x{WANTED}"), "png"),
        _ => ("scalable".to_owned(), "svg"),
    };
    let folder = folder.join("hicolor").join(size).join("apps");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(format!("{name}.{ending}")), bytes)
}
