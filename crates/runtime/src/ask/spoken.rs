//! What screen readers say.

use gtk4 as gtk;
use gtk4::prelude::*;

/// Has the text of a button with a mnemonic said once: GTK 4.8 says it twice, first with its underscore.
pub(super) fn say_once(button: &gtk::Button) {
    let text = button.label().unwrap_or_default().replace('_', "");
    button.update_property(&[gtk::accessible::Property::Label(&text)]);
    button.reset_relation(gtk::AccessibleRelation::LabelledBy);
}
