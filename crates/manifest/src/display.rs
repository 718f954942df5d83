use serde_json::Value;

use crate::json::{Members, item_path, kind};
use crate::warning::{Warnings, quote};
use crate::{AppKind, Manifest};

/// Most items of `display_override` that are read.
const MAXIMUM_OVERRIDES: usize = 20;

/// How much of a browser's window an app wants around itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum DisplayMode {
    /// The whole screen.
    Fullscreen,
    /// A window of its own.
    Standalone,
    /// A window of its own with a few controls for navigation.
    MinimalUi,
    /// A browser tab; the specification's default.
    #[default]
    Browser,
    /// Only in `display_override`: the app draws beside the window's buttons.
    WindowControlsOverlay,
    /// Only in `display_override`: several documents of the app in one window.
    Tabbed,
    /// Only in `display_override`: no title bar at all.
    Borderless,
}

impl DisplayMode {
    /// The specification's name, as in the manifest and in `@media (display-mode: …)`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fullscreen => "fullscreen",
            Self::Standalone => "standalone",
            Self::MinimalUi => "minimal-ui",
            Self::Browser => "browser",
            Self::WindowControlsOverlay => "window-controls-overlay",
            Self::Tabbed => "tabbed",
            Self::Borderless => "borderless",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        const ALL: [DisplayMode; 7] = [
            DisplayMode::Fullscreen,
            DisplayMode::Standalone,
            DisplayMode::MinimalUi,
            DisplayMode::Browser,
            DisplayMode::WindowControlsOverlay,
            DisplayMode::Tabbed,
            DisplayMode::Borderless,
        ];
        ALL.into_iter().find(|mode| mode.name().eq_ignore_ascii_case(name))
    }

    fn is_only_for_override(self) -> bool {
        matches!(self, Self::WindowControlsOverlay | Self::Tabbed | Self::Borderless)
    }
}

impl Manifest {
    /// The mode of the app's windows: the first of those that the app would rather have that there is, else its `display`.
    ///
    /// There are windows with controls for navigation and without. Who asks for a tab of a browser and is installed all the
    /// same gets the former, as in Chromium, where it is a site.
    pub fn window_mode(&self, kind: AppKind) -> DisplayMode {
        let of_browser = match kind {
            AppKind::WebApp => DisplayMode::MinimalUi,
            AppKind::IsolatedApp | AppKind::Folder | AppKind::Server => DisplayMode::Standalone,
        };
        let preferred = self.display_override.iter().find_map(|mode| match mode {
            DisplayMode::Standalone | DisplayMode::MinimalUi => Some(*mode),
            DisplayMode::Browser => Some(of_browser),
            _ => None,
        });
        preferred.unwrap_or(match self.display {
            DisplayMode::MinimalUi => DisplayMode::MinimalUi,
            DisplayMode::Browser => of_browser,
            _ => DisplayMode::Standalone,
        })
    }
}

pub(crate) fn read_display(members: &Members<'_>, warnings: &mut Warnings) -> DisplayMode {
    let Some(text) = members.string("display", warnings) else {
        return DisplayMode::default();
    };
    match DisplayMode::from_name(text.trim()) {
        Some(mode) if !mode.is_only_for_override() => mode,
        _ => {
            let message = format!("{} is not a display mode; “browser” is used", quote(text));
            warnings.add(&members.path("display"), message);
            DisplayMode::default()
        }
    }
}

pub(crate) fn read_overrides(members: &Members<'_>, warnings: &mut Warnings) -> Vec<DisplayMode> {
    let items = members.array("display_override", warnings).unwrap_or_default();
    let path = members.path("display_override");
    let mut modes = Vec::new();
    for (index, item) in items.iter().take(MAXIMUM_OVERRIDES).enumerate() {
        let path = item_path(&path, index);
        match item {
            Value::String(text) => match DisplayMode::from_name(text.trim()) {
                Some(mode) => modes.push(mode),
                None => warnings.add(&path, format!("{} is unknown; ignored", quote(text))),
            },
            other => warnings.add(&path, format!("is {}, not a string; ignored", kind(other))),
        }
    }
    modes
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    #[track_caller]
    fn check(json: &str, of_site: DisplayMode, of_bundle: DisplayMode) {
        let url = Url::parse("https://example.com/app.webmanifest").unwrap();
        let (manifest, _) = Manifest::parse(json.as_bytes(), &url).unwrap();
        assert_eq!(manifest.window_mode(AppKind::WebApp), of_site, "{json}");
        assert_eq!(manifest.window_mode(AppKind::IsolatedApp), of_bundle, "{json}");
    }

    #[test]
    fn windows_have_the_first_mode_that_there_is() {
        use DisplayMode::{MinimalUi, Standalone};
        check(r#"{ "display": "standalone" }"#, Standalone, Standalone);
        check(r#"{ "display": "fullscreen" }"#, Standalone, Standalone);
        check(r#"{ "display": "minimal-ui" }"#, MinimalUi, MinimalUi);
        check("{}", MinimalUi, Standalone);
        let preferring = |modes: &str| format!(r#"{{ "display": "standalone", "display_override": [{modes}] }}"#);
        check(
            &preferring(r#""window-controls-overlay", "minimal-ui""#),
            MinimalUi,
            MinimalUi,
        );
        check(&preferring(r#""tabbed""#), Standalone, Standalone);
        check(&preferring(r#""browser", "standalone""#), MinimalUi, Standalone);
    }
}
