//! How pages look where their authors count on what other browsers do.

use gtk4 as gtk;
use webkit6::{UserContentInjectedFrames, UserContentManager, UserStyleLevel, UserStyleSheet};

/// The style of form controls.
const CONTROLS: &str = include_str!("controls.css");

/// The style of `<controlledframe>`.
const ELEMENT: &str = include_str!("../../../../js/page/controlled-frame/style.css");

/// Shows scrollbars beside what they scroll, always: those that lie over it come only with the pointer, so that nobody sees
/// that there is more. To be called before the first page is made.
pub(crate) fn show_scrollbars() {
    if let Some(settings) = gtk::Settings::default() {
        settings.set_gtk_overlay_scrolling(false);
    }
}

/// The user style sheets of the app's own views.
pub(crate) fn for_app() -> UserContentManager {
    let styles = for_frame();
    styles.add_style_sheet(&sheet(ELEMENT));
    styles
}

/// The user style sheets of an embedded view.
pub(crate) fn for_frame() -> UserContentManager {
    let styles = UserContentManager::new();
    styles.add_style_sheet(&sheet(CONTROLS));
    styles
}

/// A style sheet that a page's own styles override.
fn sheet(source: &str) -> UserStyleSheet {
    UserStyleSheet::new(
        source,
        UserContentInjectedFrames::AllFrames,
        UserStyleLevel::User,
        &[],
        &[],
    )
}
