//! The menu of a frame's content by the keyboard. The engine has one for the pointer alone; at the Menu key it opens one of
//! GTK's text fields, which is about nothing that is there.

use super::Guest;
use super::menu::{action, label};
use crate::environment;
use crate::frames::warm;
use crate::guard;
use gtk4::gio::{self, SimpleActionGroup};
use gtk4::glib::{self, Propagation};
use gtk4::prelude::*;
use gtk4::{EventControllerKey, PopoverMenu, PropagationPhase, gdk};
use insula_bridge::{FrameEvent, MediaType};
use insula_frame::{MenuEntry, MenuPlace};
use serde::Deserialize;
use std::rc::Rc;
use std::time::Duration;
use webkit6::prelude::*;

const FOCUSED_PLACE: &str = include_str!("../../../../../js/frame/focused-place.js");

/// How long a page may take to say where the keyboard is. Of one that does not, the menu is about the page alone.
const PATIENCE: Duration = Duration::from_millis(500);

/// The prefix of the actions in the menu.
const GROUP: &str = "content";

/// What an item does to a frame.
type Command = Box<dyn Fn(&Rc<Guest>)>;

/// Where the keyboard is in a page.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Focused {
    menu: String,
    path: String,
    selection: String,
    media: String,
    link: String,
    src: String,
    is_editable: bool,
    x: f64,
    y: f64,
}

impl Guest {
    pub(super) fn follow_menu_keys(self: &Rc<Self>) {
        let keys = EventControllerKey::new();
        keys.set_propagation_phase(PropagationPhase::Capture);
        let weak = Rc::downgrade(self);
        keys.connect_key_pressed(move |_, key, _, modifiers| {
            let modifiers = modifiers & gtk4::accelerator_get_default_mod_mask();
            let opens = (key == gdk::Key::Menu && modifiers.is_empty())
                || (key == gdk::Key::F10 && modifiers == gdk::ModifierType::SHIFT_MASK);
            let Some(guest) = weak.upgrade().filter(|_| opens) else {
                return Propagation::Proceed;
            };
            guest.ask_for_menu();
            Propagation::Stop
        });
        self.view.add_controller(keys);
    }

    fn ask_for_menu(self: &Rc<Self>) {
        if self.menu.is_asking.replace(true) {
            return;
        }
        let weak = Rc::downgrade(self);
        let asked = self
            .view
            .evaluate_javascript_future(FOCUSED_PLACE, Some(warm::WORLD), None);
        glib::spawn_future_local(async move {
            let answer = glib::future_with_timeout(PATIENCE, asked).await;
            let Some(guest) = weak.upgrade() else { return };
            guest.menu.is_asking.set(false);
            let focused = match answer {
                // The page has a menu of its own.
                Ok(Ok(json)) if json.is_string() && json.to_str().is_empty() => return,
                Ok(Ok(json)) => serde_json::from_str(&json.to_str()).unwrap_or_default(),
                // It does not answer, or runs no scripts.
                _ => Focused::default(),
            };
            guard("a menu by the keyboard", (), || guest.open_menu_at(focused));
        });
    }

    fn open_menu_at(self: &Rc<Self>, focused: Focused) {
        let given = |text: String| Some(text).filter(|text| !text.is_empty());
        let media = match focused.media.as_str() {
            "image" => Some(MediaType::Image),
            "video" => Some(MediaType::Video),
            "audio" => Some(MediaType::Audio),
            _ => None,
        };
        let frame_id = self.menu.number(&focused.path);
        let place = MenuPlace {
            page_url: self.navigable.borrow().url().to_owned(),
            frame_url: Some(focused.menu).filter(|_| frame_id > 0),
            link_url: given(focused.link),
            media,
            src_url: given(focused.src),
            selection: given(focused.selection),
            is_editable: focused.is_editable,
        };
        let (model, actions) = (gio::Menu::new(), SimpleActionGroup::new());
        self.append_commands(&model, &actions, &place);
        let entries = self.menu.entries(&place);
        if !entries.is_empty() {
            let own = gio::Menu::new();
            self.append_entries(&own, &actions, &entries, &Rc::new((place, frame_id)), &mut 0);
            let section = gio::Menu::new();
            section.append_submenu(Some(&label(&self.app_title())), &own);
            model.append_section(None, &section);
        }
        let popover = PopoverMenu::from_model(Some(&model));
        popover.insert_action_group(GROUP, Some(&actions));
        popover.set_parent(&self.view);
        popover.set_has_arrow(false);
        popover.set_halign(gtk4::Align::Start);
        let zoom = self.view.zoom_level() * f64::from(environment::text_scale());
        let [x, y] = [focused.x * zoom, focused.y * zoom].map(|number| number.clamp(0.0, 32_000.0) as i32);
        popover.set_pointing_to(Some(&gdk::Rectangle::new(x, y, 1, 1)));
        let weak = Rc::downgrade(self);
        popover.connect_closed(move |popover| {
            // The action of the item that was chosen is carried out after this.
            let popover = popover.clone();
            glib::idle_add_local_once(move || popover.unparent());
            if let Some(guest) = weak.upgrade() {
                guest.menu_closed();
            }
        });
        self.tell(FrameEvent::ContextMenuShow);
        popover.popup();
    }

    /// What can be done there, of what the engine's menu has.
    fn append_commands(self: &Rc<Self>, model: &gio::Menu, actions: &SimpleActionGroup, place: &MenuPlace) {
        let section = gio::Menu::new();
        let append = |title: &str, is_enabled: bool, perform: Command| {
            let name = format!("command-{}", section.n_items());
            let action = gio::SimpleAction::new(&name, None);
            action.set_enabled(is_enabled);
            let weak = Rc::downgrade(self);
            action.connect_activate(move |_, _| {
                if let Some(guest) = weak.upgrade() {
                    perform(&guest);
                }
            });
            actions.add_action(&action);
            section.append(Some(title), Some(&format!("{GROUP}.{name}")));
        };
        let edit =
            |command: &'static str| -> Command { Box::new(move |guest| guest.view.execute_editing_command(command)) };
        let step = |delta: i32| -> Command {
            Box::new(move |guest| {
                let guest = guest.clone();
                glib::spawn_future_local(async move { guest.go(delta).await });
            })
        };
        let has_selection = place.selection.is_some();
        if let Some(link) = place.link_url.clone() {
            append(
                "Copy Link Address",
                true,
                Box::new(move |guest| guest.view.clipboard().set_text(&link)),
            );
        }
        if let Some(src) = place.src_url.clone() {
            append(
                "Copy Address",
                true,
                Box::new(move |guest| guest.view.clipboard().set_text(&src)),
            );
        }
        if place.is_editable {
            append("Cut", has_selection, edit("Cut"));
            append("Copy", has_selection, edit("Copy"));
            append("Paste", true, edit("Paste"));
            append("Delete", has_selection, edit("Delete"));
            append("Select All", true, edit("SelectAll"));
        } else if has_selection {
            append("Copy", true, edit("Copy"));
        }
        if section.n_items() == 0 {
            append("Back", self.view.can_go_back(), step(-1));
            append("Forward", self.view.can_go_forward(), step(1));
            append("Reload", true, Box::new(|guest| guest.reload()));
        }
        model.append_section(None, &section);
    }

    fn append_entries(
        self: &Rc<Self>,
        model: &gio::Menu,
        actions: &SimpleActionGroup,
        entries: &[MenuEntry],
        place: &Rc<(MenuPlace, u32)>,
        last_action: &mut u32,
    ) {
        let mut section = gio::Menu::new();
        for entry in entries {
            match entry {
                MenuEntry::Separator => {
                    model.append_section(None, &section);
                    section = gio::Menu::new();
                }
                MenuEntry::Submenu { title, entries } => {
                    let inside = gio::Menu::new();
                    self.append_entries(&inside, actions, entries, place, last_action);
                    section.append_submenu(Some(&label(title)), &inside);
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
                    actions.add_action(&action);
                    let item = gio::MenuItem::new(Some(&label(title)), None);
                    item.set_action_and_target_value(Some(&format!("{GROUP}.{}", action.name())), target.as_ref());
                    section.append_item(&item);
                }
            }
        }
        model.append_section(None, &section);
    }
}
