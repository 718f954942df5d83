//! The menu of a frame's content, with the app's items in it (Controlled Frame, section "Context menus").
//!
//! By the pointer it is the engine's own menu, whose items act on what is there. Those stay that do something in a frame; the
//! app's are in a menu of their own in it, which has the app's name, so that nobody takes them for the content's. By the
//! keyboard it is another one (`keyboard_menu`).

use super::Guest;
use gtk4::gio::SimpleAction;
use gtk4::glib::{self, VariantTy};
use gtk4::prelude::*;
use insula_bridge::{DomError, DomErrorName, FrameEvent, MediaType, MenuItem};
use insula_frame::{Mark, Menu, MenuEntry, MenuPlace};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Duration, Instant};
use webkit6::prelude::*;
use webkit6::{ContextMenu, ContextMenuAction, ContextMenuItem, HitTestResult};

/// How long ago what a document reports may be when the engine asks for the menu. It is told right before.
const FRESH: Duration = Duration::from_secs(1);

/// How much of the app's title is seen, in characters.
const LONGEST_TITLE: usize = 40;

/// How many documents inside a page have a number.
const MOST_DOCUMENTS: usize = 1000;

/// What of the engine's menu does nothing in a frame, or is not a frame's to do: open windows, go to a link, write
/// characters that direct text.
const NOT_OFFERED: [ContextMenuAction; 7] = [
    ContextMenuAction::OpenLink,
    ContextMenuAction::OpenLinkInNewWindow,
    ContextMenuAction::OpenImageInNewWindow,
    ContextMenuAction::OpenFrameInNewWindow,
    ContextMenuAction::OpenVideoInNewWindow,
    ContextMenuAction::OpenAudioInNewWindow,
    ContextMenuAction::Unicode,
];

/// The menu of a frame.
#[derive(Default)]
pub(super) struct ContentMenu {
    items: RefCell<Menu>,
    /// Where the content says that a menu is about to be opened.
    reported: RefCell<Option<(Instant, Reported)>>,
    /// The numbers of the documents inside the page, by their places.
    numbers: RefCell<HashMap<String, u32>>,
    /// Whether the page is asked where the keyboard is.
    pub(super) is_asking: Cell<bool>,
}

/// What a document reports.
struct Reported {
    url: String,
    /// Nothing for the top document.
    path: String,
    selection: String,
    media: Option<MediaType>,
}

impl ContentMenu {
    /// Another page comes.
    pub(super) fn page_ended(&self) {
        self.reported.take();
        self.numbers.borrow_mut().clear();
    }

    /// What is seen of the app's items at a place.
    pub(super) fn entries(&self, place: &MenuPlace) -> Vec<MenuEntry> {
        self.items.borrow().at(place)
    }

    /// The number of a document: 0 for the top one.
    pub(super) fn number(&self, path: &str) -> u32 {
        let mut numbers = self.numbers.borrow_mut();
        if path.is_empty() {
            return 0;
        }
        if let Some(number) = numbers.get(path) {
            return *number;
        }
        let number = numbers.len() as u32 + 1;
        if numbers.len() < MOST_DOCUMENTS {
            numbers.insert(path.to_owned(), number);
        }
        number
    }
}

impl Guest {
    /// Changes the app's items: these are all.
    ///
    /// # Errors
    /// They are too many or too large, or a pattern is none.
    pub(crate) fn set_context_menu(&self, items: Vec<MenuItem>) -> Result<(), DomError> {
        let set = self.menu.items.borrow_mut().set(items);
        set.map_err(|message| DomError::new(DomErrorName::TypeError, message))
    }

    pub(super) fn follow_menus(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        self.view.connect_context_menu(move |_, menu, place| {
            crate::guard("context-menu", false, || {
                if let Some(guest) = weak.upgrade() {
                    guest.open_menu(menu, place);
                }
                false
            })
        });
        self.view.connect_context_menu_dismissed(self.on(Self::menu_closed));
    }

    /// A menu is closed: the keyboard is back where it was, unless it is somewhere else already.
    pub(super) fn menu_closed(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        glib::idle_add_local_once(move || {
            let Some(guest) = weak.upgrade() else { return };
            let focused = guest.view.root().and_then(|root| root.focus());
            if focused.is_none_or(|focused| focused.is_ancestor(&guest.view) || focused.is_ancestor(&guest.stage)) {
                guest.view.grab_focus();
            }
        });
    }

    /// A document reports that a menu is about to be opened in it.
    pub(super) fn menu_reported(&self, property: &impl Fn(&str) -> Option<String>) {
        let Some(url) = property("menu") else { return };
        let reported = Reported {
            url,
            path: property("path").unwrap_or_default(),
            selection: property("selection").unwrap_or_default(),
            media: property("media").and_then(|name| match name.as_str() {
                "video" => Some(MediaType::Video),
                "audio" => Some(MediaType::Audio),
                _ => None,
            }),
        };
        self.menu.reported.replace(Some((Instant::now(), reported)));
    }

    fn open_menu(self: &Rc<Self>, menu: &ContextMenu, hit: &HitTestResult) {
        let is_offered = |item: &ContextMenuItem| !NOT_OFFERED.contains(&item.stock_action());
        for item in menu.items().iter().filter(|item| !is_offered(item)) {
            menu.remove(item);
        }
        tidy(menu);
        let reported = self.menu.reported.take();
        let reported = reported.filter(|(when, _)| when.elapsed() < FRESH).map(|(_, it)| it);
        let (place, frame_id) = self.place(hit, reported);
        let entries = self.menu.entries(&place);
        if !entries.is_empty() {
            let place = Rc::new((place, frame_id));
            let own = self.menu_of(&entries, &place, &mut 0);
            if menu.n_items() > 0 {
                menu.append(&ContextMenuItem::new_separator());
            }
            menu.append(&ContextMenuItem::with_submenu(&label(&self.app_title()), &own));
        }
        self.tell(FrameEvent::ContextMenuShow);
    }

    fn place(&self, hit: &HitTestResult, reported: Option<Reported>) -> (MenuPlace, u32) {
        let text = |text: Option<glib::GString>| text.map(String::from);
        let media = match &reported {
            _ if hit.context_is_image() => Some(MediaType::Image),
            // A document that runs no scripts does not say which of the two it is.
            reported if hit.context_is_media() => {
                Some(reported.as_ref().and_then(|it| it.media).unwrap_or(MediaType::Video))
            }
            _ => None,
        };
        let frame_id = reported.as_ref().map_or(0, |it| self.menu.number(&it.path));
        let place = MenuPlace {
            page_url: self.navigable.borrow().url().to_owned(),
            frame_url: reported
                .as_ref()
                .filter(|it| !it.path.is_empty())
                .map(|it| it.url.clone()),
            link_url: text(hit.link_uri()).filter(|_| hit.context_is_link()),
            media,
            src_url: match media {
                Some(MediaType::Image) => text(hit.image_uri()),
                Some(MediaType::Video | MediaType::Audio) => text(hit.media_uri()),
                None => None,
            },
            selection: reported.map(|it| it.selection).filter(|text| !text.is_empty()),
            is_editable: hit.context_is_editable(),
        };
        (place, frame_id)
    }

    fn menu_of(
        self: &Rc<Self>,
        entries: &[MenuEntry],
        place: &Rc<(MenuPlace, u32)>,
        last_action: &mut u32,
    ) -> ContextMenu {
        let menu = ContextMenu::new();
        for entry in entries {
            menu.append(&match entry {
                MenuEntry::Separator => ContextMenuItem::new_separator(),
                MenuEntry::Submenu { title, entries } => {
                    let inside = self.menu_of(entries, place, last_action);
                    ContextMenuItem::with_submenu(&label(title), &inside)
                }
                MenuEntry::Item {
                    id,
                    title,
                    is_enabled,
                    mark,
                } => {
                    *last_action += 1;
                    let (action, target) = action(*last_action, *mark);
                    action.set_enabled(*is_enabled);
                    self.connect_choice(&action, id, place);
                    ContextMenuItem::from_gaction(&action, &label(title), target.as_ref())
                }
            });
        }
        menu
    }

    /// Has an action tell that an item was chosen.
    pub(super) fn connect_choice(self: &Rc<Self>, action: &SimpleAction, id: &str, place: &Rc<(MenuPlace, u32)>) {
        let (weak, id, place) = (Rc::downgrade(self), id.to_owned(), place.clone());
        action.connect_activate(move |_, _| {
            if let Some(guest) = weak.upgrade() {
                guest.chosen(&id, &place.0, place.1);
            }
        });
    }

    /// The title of the app's menu.
    pub(super) fn app_title(&self) -> String {
        self.page.title().chars().take(LONGEST_TITLE).collect()
    }

    fn chosen(&self, id: &str, place: &MenuPlace, frame_id: u32) {
        let place = place.clone();
        self.tell(FrameEvent::ContextMenuClick {
            menu_item_id: id.to_owned(),
            editable: place.is_editable,
            frame_id,
            frame_url: place.frame_url,
            link_url: place.link_url,
            media_type: place.media,
            page_url: place.page_url,
            selection_text: place.selection,
            src_url: place.src_url,
        });
    }
}

/// The action of an item, and what it is activated with. The engine takes no states but truth values. GTK shows one that is
/// compared with a value as one of several (a radio button), and any other as something to check.
pub(super) fn action(number: u32, mark: Option<Mark>) -> (SimpleAction, Option<glib::Variant>) {
    let name = format!("insula-app-{number}");
    match mark {
        None => (SimpleAction::new(&name, None), None),
        Some(Mark::Check(checked)) => (SimpleAction::new_stateful(&name, None, &checked.to_variant()), None),
        Some(Mark::Radio(checked)) => {
            let action = SimpleAction::new_stateful(&name, Some(VariantTy::BOOLEAN), &checked.to_variant());
            (action, Some(true.to_variant()))
        }
    }
}

/// A text as GTK's menus take it: an underscore would mark a key.
pub(super) fn label(text: &str) -> String {
    text.replace('_', "__")
}

/// Takes away lines that separate nothing any more.
fn tidy(menu: &ContextMenu) {
    let mut is_after_line = true;
    for item in menu.items() {
        if item.is_separator() && is_after_line {
            menu.remove(&item);
        } else {
            is_after_line = item.is_separator();
        }
    }
    if let Some(last) = menu.last().filter(ContextMenuItem::is_separator) {
        menu.remove(&last);
    }
}
