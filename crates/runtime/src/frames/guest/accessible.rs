//! What somebody learns of a frame who cannot see it.
//!
//! The engine tells of what is in the page, where GTK lets it. Here is what the runtime tells of the frame itself.

use super::Guest;
use gtk4 as gtk;
use gtk4::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use webkit6::prelude::*;

/// Of a longer title the beginning is told: pages decide how long theirs are.
const LONGEST: usize = 1000;

/// What the app calls the frame; empty for nothing.
#[derive(Default)]
pub(super) struct Label(RefCell<String>);

impl Guest {
    pub(super) fn follow_title(self: &Rc<Self>) {
        self.view
            .connect_title_notify(self.on(|guest: &Rc<Self>| guest.tell_name()));
    }

    /// The app calls the frame so.
    pub(crate) fn set_label(&self, label: &str) {
        self.label.0.replace(beginning(label).to_owned());
        self.tell_name();
    }

    /// The frame has the name that the app gave it, and else that of its page.
    fn tell_name(&self) {
        let title = self.view.title().unwrap_or_default();
        let title = beginning(&title);
        let label = self.label.0.borrow();
        let name = if label.is_empty() { title } else { &label };
        self.view.update_property(&[
            gtk::accessible::Property::Label(name),
            gtk::accessible::Property::Description(title),
        ]);
    }
}

fn beginning(text: &str) -> &str {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(index, _)| index);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_title_the_beginning_counts() {
        assert_eq!(beginning("short"), "short");
        let title = "ä".repeat(LONGEST * 2);
        assert_eq!(beginning(&title).chars().count(), LONGEST);
    }
}
