//! Controls side by side, or one beneath the other where the window is too narrow for what they say.

use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use gtk4::subclass::prelude::*;
use std::cell::Cell;

glib::wrapper! {
    /// See the [module](self).
    pub struct Abreast(ObjectSubclass<imp::Abreast>)
        @extends gtk::Widget,
        @implements gtk::Accessible, gtk::Buildable, gtk::ConstraintTarget;
}

impl Abreast {
    /// Nothing yet, with this between one thing and the next, in pixels.
    pub(super) fn new(spacing: u32) -> Self {
        glib::Object::builder().property("spacing", spacing).build()
    }

    /// Adds a control after the others.
    pub(super) fn append(&self, control: &impl IsA<gtk::Widget>) {
        control.set_parent(self);
    }
}

/// What GTK's own boxes are called that have one thing beneath the other: buttons that are linked look accordingly.
const UPRIGHT: &str = "vertical";

mod imp {
    use super::*;

    #[derive(Default, glib::Properties)]
    #[properties(wrapper_type = super::Abreast)]
    pub struct Abreast {
        #[property(get, set)]
        spacing: Cell<u32>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Abreast {
        const NAME: &'static str = "InsulaAbreast";
        type Type = super::Abreast;
        type ParentType = gtk::Widget;

        fn class_init(class: &mut Self::Class) {
            class.set_accessible_role(gtk::AccessibleRole::Group);
        }
    }

    #[glib::derived_properties]
    impl ObjectImpl for Abreast {
        fn dispose(&self) {
            while let Some(child) = self.obj().first_child() {
                child.unparent();
            }
        }
    }

    impl WidgetImpl for Abreast {
        fn request_mode(&self) -> gtk::SizeRequestMode {
            gtk::SizeRequestMode::HeightForWidth
        }

        fn measure(&self, orientation: gtk::Orientation, for_size: i32) -> (i32, i32, i32, i32) {
            let controls = self.controls();
            let (least, natural) = match orientation {
                gtk::Orientation::Horizontal => {
                    let least = controls.iter().map(|control| control.measure(orientation, -1).0).max();
                    (least.unwrap_or_default(), self.abreast(&controls))
                }
                _ if for_size < 0 || self.abreast(&controls) <= for_size => {
                    let heights = controls.iter().map(|control| control.measure(orientation, -1).1);
                    let highest = heights.max().unwrap_or_default();
                    (highest, highest)
                }
                _ => {
                    let controls = beneath(controls);
                    let heights = controls.iter().map(|control| control.measure(orientation, for_size).1);
                    let all = heights.sum::<i32>() + self.gaps(&controls);
                    (all, all)
                }
            };
            (least, natural, -1, -1)
        }

        fn size_allocate(&self, width: i32, height: i32, _baseline: i32) {
            let controls = self.controls();
            let rest = width - self.abreast(&controls);
            let (obj, is_upright) = (self.obj(), rest < 0);
            if is_upright != obj.has_css_class(UPRIGHT) {
                match is_upright {
                    true => obj.add_css_class(UPRIGHT),
                    false => obj.remove_css_class(UPRIGHT),
                }
            }
            match is_upright {
                true => self.lay_beneath(&beneath(controls), width),
                false => self.lay_abreast(&controls, width, height, rest),
            }
        }
    }

    impl Abreast {
        /// What is seen.
        fn controls(&self) -> Vec<gtk::Widget> {
            let children = std::iter::successors(self.obj().first_child(), gtk::Widget::next_sibling);
            children.filter(|child| child.should_layout()).collect()
        }

        fn gaps(&self, controls: &[gtk::Widget]) -> i32 {
            let gaps = i32::try_from(controls.len().saturating_sub(1)).unwrap_or_default();
            gaps * i32::try_from(self.spacing.get()).unwrap_or_default()
        }

        /// How wide they are side by side.
        fn abreast(&self, controls: &[gtk::Widget]) -> i32 {
            controls.iter().map(natural_width).sum::<i32>() + self.gaps(controls)
        }

        fn lay_beneath(&self, controls: &[gtk::Widget], width: i32) {
            let mut top = 0;
            for control in controls {
                let height = control.measure(gtk::Orientation::Vertical, width).1;
                control.size_allocate(&gtk::Allocation::new(0, top, width, height), -1);
                top += height + i32::try_from(self.spacing.get()).unwrap_or_default();
            }
        }

        /// Those that want it share what is left of the width.
        fn lay_abreast(&self, controls: &[gtk::Widget], width: i32, height: i32, mut rest: i32) {
            let is_rtl = self.obj().direction() == gtk::TextDirection::Rtl;
            let mut takers = controls.iter().filter(|control| control.hexpands()).count();
            let mut start = 0;
            for control in controls {
                let mut wide = natural_width(control);
                if control.hexpands() {
                    let share = rest / i32::try_from(takers.max(1)).unwrap_or(1);
                    (wide, rest, takers) = (wide + share, rest - share, takers - 1);
                }
                let x = if is_rtl { width - start - wide } else { start };
                control.size_allocate(&gtk::Allocation::new(x, 0, wide, height), -1);
                start += wide + i32::try_from(self.spacing.get()).unwrap_or_default();
            }
        }
    }

    /// What is empty only holds the others apart while they lie side by side.
    fn beneath(mut controls: Vec<gtk::Widget>) -> Vec<gtk::Widget> {
        controls.retain(|control| natural_width(control) > 0);
        controls
    }

    fn natural_width(control: &gtk::Widget) -> i32 {
        control.measure(gtk::Orientation::Horizontal, -1).1
    }
}
