//! The app's icon in its windows.
//!
//! GTK 4 takes icons from icon themes only, so the app's is laid into one of its own.

use crate::app::App;
use crate::content::scheme::coding;
use data_url::DataUrl;
use gtk4 as gtk;
use gtk4::{gdk, glib};
use insula_apps::AppSource;
use insula_manifest::{Icon, IconPurpose};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The size that window managers like best; the nearest one at or above it is taken.
const WANTED: u32 = 128;

/// No honest icon is larger; bytes.
const MAXIMUM: usize = 4 << 20;

/// Gives the app's icon, if it has a usable one, to all windows of this process.
pub(crate) fn set_for_all_windows(app: &App) {
    let Some((format, bytes)) = best(app) else { return };
    let Some(display) = gdk::Display::default() else {
        return;
    };
    let folder = app.storage.join("icons");
    let name = format!("insula-{}", app.id);
    match lay(format, &bytes, &folder, &name) {
        Ok(()) => {
            gtk::IconTheme::for_display(&display).add_search_path(&folder);
            gtk::Window::set_default_icon_name(&name);
        }
        Err(error) => tracing::warn!("the app's icon cannot be shown: {error}"),
    }
}

/// What icon themes consist of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Png,
    Svg,
}

impl Format {
    /// The format of a picture, by what is in it (MIME Sniffing standard, section 6.1); vector pictures are text.
    fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Some(Self::Png);
        }
        let is_svg = std::str::from_utf8(bytes).is_ok_and(|text| text.contains("<svg"));
        is_svg.then_some(Self::Svg)
    }

    /// Where themes have pictures of this format. GTK scales them, whatever their own size is.
    fn place(self, folder: &Path, name: &str) -> PathBuf {
        let (size, ending) = match self {
            Self::Png => (format!("{WANTED}x{WANTED}"), "png"),
            Self::Svg => ("scalable".to_owned(), "svg"),
        };
        let folder = folder.join("hicolor").join(size).join("apps");
        folder.join(format!("{name}.{ending}"))
    }
}

/// The best icon whose picture is at hand and can be shown.
fn best(app: &App) -> Option<(Format, glib::Bytes)> {
    if let AppSource::Site(site) = &app.source {
        // It was made when the site was installed.
        return Some((Format::Png, glib::Bytes::from_owned(fs::read(site.icon()?).ok()?)));
    }
    if let AppSource::Server(server) = &app.source {
        return Some((Format::Png, glib::Bytes::from(server.icon()?)));
    }
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
    icons.into_iter().find_map(|icon| {
        let picture = picture(app, icon)?;
        Some((Format::of(&picture)?, picture))
    })
}

fn picture(app: &App, icon: &Icon) -> Option<glib::Bytes> {
    if icon.src.scheme() == "data" {
        let (bytes, _) = DataUrl::process(icon.src.as_str()).ok()?.decode_to_vec().ok()?;
        return Some(glib::Bytes::from_owned(bytes));
    }
    if !app.identity.owns(&icon.src) {
        return None;
    }
    let found = app.source.follow(&icon.src).ok()?;
    let body = glib::Bytes::from_owned(found.response.body().clone());
    coding::decode(&body, found.response.header("content-encoding"), MAXIMUM)
}

/// Lays a picture where GTK finds it under a name.
fn lay(format: Format, bytes: &[u8], folder: &Path, name: &str) -> io::Result<()> {
    for other in [Format::Png, Format::Svg] {
        if other != format {
            // An earlier version of the app may have had an icon of this format.
            let _ = fs::remove_file(other.place(folder, name));
        }
    }
    let place = format.place(folder, name);
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder)?;
    }
    let staged = place.with_extension("new");
    fs::write(&staged, bytes)?;
    fs::rename(staged, place)
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn what_no_icon_theme_has_is_left_for_the_next_icon() {
        assert_eq!(Format::of(b"\x89PNG\r\n\x1a\n...."), Some(Format::Png));
        assert_eq!(Format::of(b"<?xml version='1.0'?><svg/>"), Some(Format::Svg));
        for other in [
            &b"RIFF....WEBPVP8 "[..],
            b"\xff\xd8\xff\xe0<svg",
            b"<!doctype html>",
            b"",
        ] {
            assert_eq!(Format::of(other), None, "{other:?}");
        }
    }
}
