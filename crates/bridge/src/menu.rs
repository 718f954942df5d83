//! The menus that an app adds to those of a frame's content (Controlled Frame, section "Context menus").

use serde::{Deserialize, Serialize};

/// An item of the app's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "typescript", ts(rename_all = "camelCase", optional_fields))]
pub struct MenuItem {
    /// What the app knows it by.
    pub id: String,
    /// Its kind.
    #[serde(rename = "type")]
    pub item_type: MenuItemType,
    /// What is written on it; `%s` stands for the selection.
    pub title: String,
    /// Where it is shown.
    pub contexts: Vec<MenuContext>,
    /// In which documents; in all without any.
    pub document_url_patterns: Vec<MenuUrlPattern>,
    /// On which links, images, videos and sounds; on all without any.
    pub target_url_patterns: Vec<MenuUrlPattern>,
    /// Whether it can be chosen.
    pub enabled: bool,
    /// Whether it is checked.
    pub checked: bool,
    /// The item in whose menu it is.
    pub parent_id: Option<String>,
}

/// Where an item is shown (Controlled Frame, enumeration `ContextType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the specification's own names")]
pub enum MenuContext {
    All,
    Page,
    Frame,
    Selection,
    Link,
    Editable,
    Image,
    Video,
    Audio,
}

/// The kinds of items (Controlled Frame, enumeration `ItemType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the specification's own names")]
pub enum MenuItemType {
    Normal,
    Checkbox,
    Radio,
    Separator,
}

/// Which URLs are meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum MenuUrlPattern {
    /// A match pattern of WebExtensions.
    Match(String),
    /// The components of a `URLPattern`.
    Components(UrlComponents),
}

/// The components of a `URLPattern`, each a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the specification's own names")]
pub struct UrlComponents {
    pub protocol: String,
    pub username: String,
    pub password: String,
    pub hostname: String,
    pub port: String,
    pub pathname: String,
    pub search: String,
    pub hash: String,
}

/// What the menu was opened on, as an image, a video or a sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the specification's own names")]
pub enum MediaType {
    Image,
    Video,
    Audio,
}
