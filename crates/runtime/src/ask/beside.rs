//! A text with a control beside it, or beneath it where the window is too narrow for both.

use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use gtk4::subclass::prelude::*;

glib::wrapper! {
    /// See the [module](self).
    pub struct Beside(ObjectSubclass<imp::Beside>)
        @extends gtk::Widget,
        @implements gtk::Accessible, gtk::Buildable, gtk::ConstraintTarget;
}

/// Between the text and the control, in pixels.
const SPACE: i32 = 12;

/// So many characters of the text stand in a line at least, where the control is beside it.
const COMFORT: i32 = 22;

impl Beside {
    /// Puts a control beside a text.
    pub(super) fn new(text: &impl IsA<gtk::Widget>, control: &impl IsA<gtk::Widget>) -> Self {
        let beside: Self = glib::Object::new();
        text.set_parent(&beside);
        control.set_parent(&beside);
        beside
    }
}

mod imp {
    use super::*;

    #[derive(Default)]
    pub struct Beside;

    #[glib::object_subclass]
    impl ObjectSubclass for Beside {
        const NAME: &'static str = "InsulaBeside";
        type Type = super::Beside;
        type ParentType = gtk::Widget;

        fn class_init(class: &mut Self::Class) {
            class.set_accessible_role(gtk::AccessibleRole::Group);
        }
    }

    impl ObjectImpl for Beside {
        fn dispose(&self) {
            while let Some(child) = self.obj().first_child() {
                child.unparent();
            }
        }
    }

    impl WidgetImpl for Beside {
        fn request_mode(&self) -> gtk::SizeRequestMode {
            gtk::SizeRequestMode::HeightForWidth
        }

        fn measure(&self, orientation: gtk::Orientation, for_size: i32) -> (i32, i32, i32, i32) {
            let Some((text, control)) = self.parts() else {
                return (0, 0, -1, -1);
            };
            if orientation == gtk::Orientation::Horizontal {
                let (least_text, text, ..) = text.measure(orientation, -1);
                let (least_control, control, ..) = control.measure(orientation, -1);
                return (least_text.max(least_control), text + SPACE + control, -1, -1);
            }
            let height = |widget: &gtk::Widget, width: i32| widget.measure(gtk::Orientation::Vertical, width).1;
            let height = match self.beside(for_size) {
                // For as wide as it wants to be.
                Some(_) if for_size < 0 => height(&text, -1).max(height(&control, -1)),
                Some(width) => height(&text, for_size - width - SPACE).max(height(&control, width)),
                None => height(&text, for_size) + SPACE + height(&control, for_size),
            };
            (height, height, -1, -1)
        }

        fn size_allocate(&self, width: i32, height: i32, _baseline: i32) {
            let Some((text, control)) = self.parts() else { return };
            let at = |widget: &gtk::Widget, x: i32, y: i32, width: i32, height: i32| {
                widget.size_allocate(&gtk::Allocation::new(x, y, width, height), -1);
            };
            let Some(wide) = self.beside(width) else {
                let high = control.measure(gtk::Orientation::Vertical, width).1.min(height);
                at(&text, 0, 0, width, height - high - SPACE);
                at(&control, 0, height - high, width, high);
                return;
            };
            let rest = width - wide - SPACE;
            let (text_at, control_at) = match self.obj().direction() {
                gtk::TextDirection::Rtl => (wide + SPACE, 0),
                _ => (0, rest + SPACE),
            };
            at(&text, text_at, 0, rest, height);
            at(&control, control_at, 0, wide, height);
        }
    }

    impl Beside {
        fn parts(&self) -> Option<(gtk::Widget, gtk::Widget)> {
            let text = self.obj().first_child()?;
            let control = text.next_sibling()?;
            Some((text, control))
        }

        /// How wide the control is beside the text, where there is the room; for a negative width there is.
        fn beside(&self, width: i32) -> Option<i32> {
            let (text, control) = self.parts()?;
            let wide = control.measure(gtk::Orientation::Horizontal, -1).1;
            let metrics = self.obj().pango_context().metrics(None, None);
            let comfort = COMFORT * metrics.approximate_char_width() / gtk::pango::SCALE;
            let least = text.measure(gtk::Orientation::Horizontal, -1).1.min(comfort);
            (width < 0 || width >= least + SPACE + wide).then_some(wide)
        }
    }
}

#[cfg(test)]
mod engine_tests {
    use super::*;
    use crate::engine_harness::with_engine;

    #[test]
    fn a_control_lies_beside_its_text_where_there_is_room_and_beneath_it_where_not() {
        with_engine(|engine| {
            let text = gtk::Label::builder()
                .label("Connect to any server or device, see your network addresses")
                .wrap(true)
                .build();
            let control = gtk::Button::with_label("Allow or deny or ask");
            let beside = Beside::new(&text, &control);
            let window = engine.show(&beside);
            let bounds = |widget: &gtk::Widget| widget.compute_bounds(&beside);
            let lies = |is_so: &dyn Fn(&gtk::graphene::Rect, &gtk::graphene::Rect) -> bool| {
                let of_both = bounds(text.upcast_ref()).zip(bounds(control.upcast_ref()));
                of_both.is_some_and(|(text, control)| text.width() > 1.0 && is_so(&text, &control))
            };
            engine.until("the control is beside the text", || {
                lies(&|text, control| control.x() >= text.x() + text.width()).then_some(())
            });
            gtk::Widget::set_direction(beside.upcast_ref(), gtk::TextDirection::Rtl);
            engine.until("it is on the other side where one reads from the right", || {
                lies(&|text, control| control.x() + control.width() <= text.x()).then_some(())
            });
            window.set_default_size(200, 300);
            engine.until("it is beneath the text", || {
                lies(&|text, control| control.y() >= text.y() + text.height()).then_some(())
            });
        });
    }
}
