//! The two worlds of an app: its own pages, and what it embeds.
//!
//! They are separate contexts, so that embedded content has neither the app's scheme nor its web process extension:
//! there is nothing in its processes that could be called. Only `--automation` has one context for both, because WebDriver
//! drives the views of one; there the extension's proof alone keeps embedded content out.

use crate::app::App;
use crate::content::media::MediaSources;
use crate::content::memory::MemoryLimit;
use crate::content::scheme;
use crate::environment;
use crate::session::Options;
use gtk4::glib;
use gtk4::glib::prelude::*;
use insula_bridge::NetworkState;
use insula_bridge::wire::{self, WebProcessConfig};
use insula_permissions::{Authority, PermissionName, PermissionState};
use insula_vocabulary::Compatibility;
use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};
use webkit6::{CacheModel, SecurityOrigin, Settings, WebContext};

/// What an app may do when one of its web processes starts.
pub(crate) struct InitialPermissions {
    /// How the grant of the network stands for the top document.
    pub(crate) network_state: NetworkState,
    /// The permissions that are not granted, of those that the web process guards.
    pub(crate) refused: Vec<String>,
}

/// The context of the app's own view. `extensions` is the folder with the web process extension; `permissions` tells
/// each new web process what the app may do then.
pub(crate) fn for_app(
    app: &Rc<App>,
    media: &Rc<MediaSources>,
    authority: &Arc<Authority>,
    extensions: &Path,
    options: &Options,
    permissions: impl Fn() -> InitialPermissions + 'static,
) -> WebContext {
    let context = WebContext::new();
    prefer_languages(&context);
    let (automation, compatibility) = (options.automation.is_some(), options.compatibility);
    context.set_automation_allowed(automation);
    scheme::register(&context, app);
    media.register(&context);
    context.add_path_to_sandbox(extensions, true);
    let folder = extensions.to_string_lossy().into_owned();
    tell_notifications(&context, app, authority);
    let (app, media) = (app.clone(), media.clone());
    context.connect_initialize_web_process_extensions(move |context| {
        // Plain data always serialises.
        let config =
            serde_json::to_string(&config(&app, &media, automation, compatibility, permissions())).unwrap_or_default();
        context.set_web_process_extensions_directory(&folder);
        context.set_web_process_extensions_initialization_user_data(&config.to_variant());
    });
    context
}

/// Tells each new web process that the app may show notifications (`Notification.permission`). Whoever may not learns it
/// by asking: the engine hides from a page that it was refused until it has asked. One that runs cannot be told.
fn tell_notifications(context: &WebContext, app: &Rc<App>, authority: &Arc<Authority>) {
    let (app, authority) = (app.clone(), authority.clone());
    context.connect_initialize_notification_permissions(move |context| {
        if authority.state(&app.caller(), PermissionName::Notifications) == PermissionState::Granted {
            let origin = SecurityOrigin::for_uri(app.identity.origin());
            context.initialize_notification_permissions(&[&origin], &[]);
        }
    });
}

fn config(
    app: &App,
    media: &MediaSources,
    automation: bool,
    compatibility: Compatibility,
    permissions: InitialPermissions,
) -> WebProcessConfig {
    WebProcessConfig {
        version: wire::VERSION,
        app: app.identity.clone(),
        leave_prefix: leave_prefix().to_owned(),
        media_prefix: media.prefix().to_owned(),
        media_scheme: media.scheme(),
        has_embedded_pages: automation,
        chromium: compatibility == Compatibility::Chromium,
        opaque_pages: environment::opaque_by().is_some(),
        counts_zoom: environment::counts_zoom(),
        display_mode: app.manifest.window_mode(app.identity.kind()).name().to_owned(),
        loses_streams: environment::loses_streams(),
        refused: permissions.refused,
        network_state: permissions.network_state,
    }
}

/// The scheme, with its colon, to which the web process leads what leaves the app. It is another one in each process, so
/// that no page can write it down.
pub(crate) fn leave_prefix() -> &'static str {
    static PREFIX: LazyLock<String> = LazyLock::new(|| format!("insula-leave-{}:", glib::uuid_string_random()));
    &PREFIX
}

/// The context of everything that the app embeds.
pub(crate) fn for_frames() -> WebContext {
    for_frames_within(&MemoryLimit::of_machine())
}

/// The same, with another limit.
pub(crate) fn for_frames_within(limit: &MemoryLimit) -> WebContext {
    let context = WebContext::builder()
        .memory_pressure_settings(&limit.settings())
        .build();
    prefer_languages(&context);
    context.set_cache_model(CacheModel::WebBrowser);
    context
}

/// Tells a context's pages the user's languages, in the user's order. The engine by itself would take one from the
/// C library, which knows only those that were generated on this machine, and says `C`, which is no language tag, where there
/// is none: `Intl` throws on it.
fn prefer_languages(context: &WebContext) {
    let languages = user_languages();
    context.set_preferred_languages(&languages.iter().map(String::as_str).collect::<Vec<_>>());
}

/// The user's languages, as language tags, best first.
pub fn user_languages() -> Vec<String> {
    let names = glib::language_names();
    languages(names.iter().map(|name| name.as_str()))
}

/// The language tags of names of locales.
fn languages<'a>(locales: impl Iterator<Item = &'a str>) -> Vec<String> {
    // GLib lists each locale also without its encoding (`.UTF-8`) and its variant (`@euro`).
    let is_plain = |locale: &&str| !locale.contains(['.', '@']) && !matches!(*locale, "C" | "POSIX");
    let mut languages: Vec<String> = locales
        .filter(is_plain)
        .map(|locale| locale.replace('_', "-"))
        .collect();
    if languages.is_empty() {
        languages.push("en-US".to_owned());
    }
    languages
}

/// The settings of the app's own view.
pub(crate) fn app_settings(developer: bool) -> Settings {
    let settings = Settings::new();
    // A page in the cache would keep its process, and its sockets, alive.
    settings.set_enable_page_cache(false);
    settings.set_enable_developer_extras(developer);
    settings.set_javascript_can_open_windows_automatically(true);
    enable_features(
        &settings,
        &[
            "ReadableByteStreamAPI",
            "RequestIdleCallback",
            "StorageAPI",
            "StorageAPIEstimate",
            "CloseWatcher",
            "NavigationAPI",
        ],
    );
    settings
}

/// The settings of embedded views: those of a browser.
pub(crate) fn frame_settings(developer: bool) -> Settings {
    let settings = Settings::new();
    settings.set_enable_developer_extras(developer);
    // So that `create` always fires, with its gesture flag; what opens is decided there.
    settings.set_javascript_can_open_windows_automatically(true);
    settings
}

/// Switches on what WebKit has but keeps off by default.
fn enable_features(settings: &Settings, wanted: &[&str]) {
    let Some(features) = Settings::all_features() else {
        return;
    };
    let missing = Cell::new(wanted.len());
    for feature in (0..features.length()).filter_map(|index| features.get(index)) {
        if feature
            .identifier()
            .is_some_and(|identifier| wanted.contains(&identifier.as_str()))
        {
            settings.set_feature_enabled(&feature, true);
            missing.set(missing.get() - 1);
        }
    }
    if missing.get() > 0 {
        tracing::warn!("this WebKit lacks {} of the features that apps expect", missing.get());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_tags_in_the_users_order() {
        let of = |locales: &[&'static str]| languages(locales.iter().copied()).join(" ");
        assert_eq!(of(&["de_AT.UTF-8", "de_AT", "de.UTF-8", "de", "C"]), "de-AT de");
        assert_eq!(
            of(&["fr", "tr_TR.UTF-8", "tr_TR", "tr.UTF-8", "tr", "C"]),
            "fr tr-TR tr"
        );
        assert_eq!(of(&["C.UTF-8", "C"]), "en-US");
        assert_eq!(of(&["POSIX"]), "en-US");
    }
}
