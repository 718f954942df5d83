//! The app's items in the menu of a frame's content: which are shown where, and how.
//!
//! What an item is (whether it is checked, which others it excludes) is the page's to know, which tells of it as a whole
//! whenever it changes. Here is decided what of it is seen.

mod pattern;

use insula_bridge::{MediaType, MenuContext, MenuItem, MenuItemType, MenuUrlPattern};
use pattern::Pattern;
use std::collections::HashMap;
use std::rc::Rc;

/// How many items a frame has at the most, and how many patterns in all of them.
const MOST_ITEMS: usize = 1000;
const MOST_PATTERNS: usize = 1000;
/// How long a title, an id or a pattern is at the most, in bytes.
const LONGEST: usize = 4096;
/// How many menus lie in one another at the most.
const DEEPEST: usize = 10;
/// How much of a title is seen, in characters.
const LONGEST_SEEN: usize = 75;

/// The app's items for a frame.
#[derive(Debug, Default)]
pub struct Menu {
    items: Vec<MenuItem>,
    /// The items in each item's menu, in their order; those of the menu itself under none.
    children: HashMap<Option<String>, Vec<usize>>,
    patterns: HashMap<MenuUrlPattern, Rc<Pattern>>,
}

/// Where a menu is opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MenuPlace {
    /// The URL of the top document.
    pub page_url: String,
    /// The URL of the document inside it, if it is one.
    pub frame_url: Option<String>,
    /// Where the link leads.
    pub link_url: Option<String>,
    /// What the image, the video or the sound is.
    pub media: Option<MediaType>,
    /// Its URL.
    pub src_url: Option<String>,
    /// The selected text.
    pub selection: Option<String>,
    /// Whether one can write there.
    pub is_editable: bool,
}

/// What is seen of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MenuEntry {
    /// A line.
    Separator,
    /// Something to choose.
    Item {
        /// What the app knows it by.
        id: String,
        /// What is written on it.
        title: String,
        /// Whether it can be chosen.
        is_enabled: bool,
        /// Whether it is checked, if that is seen.
        mark: Option<Mark>,
    },
    /// A menu of its own.
    Submenu {
        /// What is written on it.
        title: String,
        /// What is in it.
        entries: Vec<MenuEntry>,
    },
}

/// The sign before an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// For itself.
    Check(bool),
    /// One of several.
    Radio(bool),
}

impl Menu {
    /// Takes other items than before.
    ///
    /// # Errors
    /// More than anybody could look at; a pattern that is none. The items stay as they were.
    pub fn set(&mut self, items: Vec<MenuItem>) -> Result<(), String> {
        if items.len() > MOST_ITEMS {
            return Err(format!("A frame has {MOST_ITEMS} menu items at the most."));
        }
        let mut patterns: HashMap<MenuUrlPattern, Rc<Pattern>> = HashMap::new();
        for item in &items {
            if item.title.len() > LONGEST || item.id.len() > LONGEST {
                return Err(format!("A menu item's title or id is longer than {LONGEST} bytes."));
            }
            for pattern in item.document_url_patterns.iter().chain(&item.target_url_patterns) {
                if patterns.contains_key(pattern) {
                    continue;
                }
                let read = match self.patterns.get(pattern) {
                    Some(known) => known.clone(),
                    None => Rc::new(Pattern::read(pattern, LONGEST)?),
                };
                patterns.insert(pattern.clone(), read);
            }
        }
        if patterns.len() > MOST_PATTERNS {
            return Err(format!("A frame's menu has {MOST_PATTERNS} URL patterns at the most."));
        }
        let mut children: HashMap<Option<String>, Vec<usize>> = HashMap::new();
        for (index, item) in items.iter().enumerate() {
            children.entry(item.parent_id.clone()).or_default().push(index);
        }
        *self = Self {
            items,
            children,
            patterns,
        };
        Ok(())
    }

    /// What is seen of it at a place.
    pub fn at(&self, place: &MenuPlace) -> Vec<MenuEntry> {
        self.entries(None, place, 0)
    }

    fn entries(&self, parent: Option<&str>, place: &MenuPlace, depth: usize) -> Vec<MenuEntry> {
        let mut entries = Vec::new();
        let indices = self.children.get(&parent.map(str::to_owned));
        if depth == DEEPEST {
            return entries;
        }
        for item in indices.into_iter().flatten().filter_map(|index| self.items.get(*index)) {
            if !self.is_shown(item, place) {
                continue;
            }
            if item.item_type == MenuItemType::Separator {
                // Neither at the beginning nor two in a row.
                if !matches!(entries.last(), None | Some(MenuEntry::Separator)) {
                    entries.push(MenuEntry::Separator);
                }
                continue;
            }
            let title = title(&item.title, place.selection.as_deref().unwrap_or_default());
            let inside = self.entries(Some(&item.id), place, depth + 1);
            entries.push(if inside.is_empty() {
                MenuEntry::Item {
                    id: item.id.clone(),
                    title,
                    is_enabled: item.enabled,
                    mark: match item.item_type {
                        MenuItemType::Checkbox => Some(Mark::Check(item.checked)),
                        MenuItemType::Radio => Some(Mark::Radio(item.checked)),
                        MenuItemType::Normal | MenuItemType::Separator => None,
                    },
                }
            } else {
                MenuEntry::Submenu { title, entries: inside }
            });
        }
        if entries.last() == Some(&MenuEntry::Separator) {
            entries.pop();
        }
        entries
    }

    /// Whether an item is for a place, as Chromium decides it: `page` is where there is nothing else, and the patterns of
    /// targets are about links and media alone.
    fn is_shown(&self, item: &MenuItem, place: &MenuPlace) -> bool {
        let matches = |patterns: &[MenuUrlPattern], url: &str| {
            let mut read = patterns.iter().filter_map(|pattern| self.patterns.get(pattern));
            patterns.is_empty() || read.any(|pattern| pattern.matches(url))
        };
        let document = place.frame_url.as_ref().unwrap_or(&place.page_url);
        if !matches(&item.document_url_patterns, document) {
            return false;
        }
        let has = |context| item.contexts.contains(&context);
        let has_selection = place.selection.as_ref().is_some_and(|text| !text.is_empty());
        let anything = (has(MenuContext::Selection) && has_selection)
            || (has(MenuContext::Editable) && place.is_editable)
            || (has(MenuContext::Frame) && place.frame_url.is_some());
        let is_target = |url: &Option<String>| {
            let url = url.as_deref().unwrap_or_default();
            matches(&item.target_url_patterns, url)
        };
        let on_link = has(MenuContext::Link) && place.link_url.is_some() && is_target(&place.link_url);
        let on_media = place.media.is_some_and(|media| {
            let context = match media {
                MediaType::Image => MenuContext::Image,
                MediaType::Video => MenuContext::Video,
                MediaType::Audio => MenuContext::Audio,
            };
            has(context) && is_target(&place.src_url)
        });
        let on_page = has(MenuContext::Page)
            && !has_selection
            && !place.is_editable
            && place.link_url.is_none()
            && place.media.is_none();
        has(MenuContext::All) || anything || on_link || on_media || on_page
    }
}

/// A title as it is seen: with the selection, on one line, and not longer than a menu is wide.
fn title(title: &str, selection: &str) -> String {
    let title = title.replace("%s", selection);
    let mut seen: String = String::new();
    for (index, word) in title.split_whitespace().enumerate() {
        if index > 0 {
            seen.push(' ');
        }
        seen.push_str(word);
        if seen.chars().nth(LONGEST_SEEN).is_some() {
            let shortened: String = seen.chars().take(LONGEST_SEEN - 1).collect();
            return format!("{}…", shortened.trim_end());
        }
    }
    seen
}

#[cfg(test)]
mod tests;
