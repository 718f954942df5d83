//! How the sheet reads where there is little room: on a narrow screen, with text of twice the size.

use super::{Purpose, Sheet, show_for};
use crate::app::App;
use crate::ask::RecentInput;
use crate::engine_harness::{Engine, with_engine_on};
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use gtk4::subclass::prelude::*;
use insula_permissions::{FirstRun, PolicySet};
use insula_testkit::{AppBuilder, Display};

/// The width of a small phone's screen, and its height, in pixels.
const NARROW: (u32, u32) = (360, 720);

/// What somebody sets who wants all text twice as large: 192 dots an inch, in parts of 1024.
const TWICE: i32 = 192 * 1024;

fn app(name: &str) -> (tempfile::TempDir, App) {
    let folder = tempfile::tempdir().expect("a folder");
    AppBuilder::new(name).write_folder(&folder.path().join("app"));
    let store = insula_apps::Store::open(insula_apps::DataDir::new(folder.path().join("data"))).expect("a store");
    let app = store.open_folder(&folder.path().join("app")).expect("an app");
    (folder, app.into())
}

/// A sheet with a row of each kind, once it is seen.
fn open(engine: &Engine, purpose: Purpose<'_>, app: &App) -> Sheet {
    let requested = ["unrestricted-network", "notifications", "clipboard-read", "push"];
    let model = FirstRun::new(&app.origin, &app.features, requested, &[], &PolicySet::default());
    let window = show_for(purpose, app, &RecentInput::none(), model, |_| ());
    let sheet: Sheet = window.downcast().expect("a sheet");
    let proceed = sheet.imp().proceed.get();
    engine.until("the sheet is seen", || {
        (proceed.is_mapped() && proceed.width() > 0).then_some(())
    });
    sheet
}

/// Everything in a widget that is shown, itself included.
fn all(widget: &gtk::Widget) -> Vec<gtk::Widget> {
    let children = std::iter::successors(widget.first_child(), gtk::Widget::next_sibling);
    let inner = children.filter(|child| child.is_mapped()).flat_map(|child| all(&child));
    [widget.clone()].into_iter().chain(inner).collect()
}

/// Whether a text has a line that ends inside of a word.
fn breaks_a_word(label: &gtk::Label) -> bool {
    let (text, layout) = (label.text(), label.layout());
    let starts = (1..layout.line_count()).filter_map(|line| layout.line_readonly(line));
    let mut starts = starts.filter_map(|line| usize::try_from(line.start_index()).ok());
    starts.any(|start| {
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        before.is_some_and(|before| !before.is_whitespace() && before != '-')
    })
}

/// What a border is drawn with that two things share, in pixels.
const EDGE: f32 = 1.0;

fn assert_reads_well(sheet: &Sheet) {
    let width = sheet.width();
    assert!(width <= NARROW.0 as i32, "the sheet is {width} wide");
    // What is around the window itself is drawn outside, and a scrollbar over its edge.
    let is_content = |widget: &gtk::Widget| widget.ancestor(gtk::Scrollbar::static_type()).is_none();
    for widget in all(sheet.upcast_ref()).into_iter().skip(1).filter(is_content) {
        let bounds = widget.compute_bounds(sheet).expect("it lies in the sheet");
        assert!(
            bounds.x() >= -EDGE && bounds.x() + bounds.width() <= width as f32 + EDGE,
            "{widget:?} reaches from {} to {} of {width}",
            bounds.x(),
            bounds.x() + bounds.width()
        );
        if let Some(label) = widget.downcast_ref::<gtk::Label>() {
            assert!(!label.layout().is_ellipsized(), "“{}” is cut", label.text());
            assert!(!breaks_a_word(label), "a word of “{}” is broken", label.text());
        }
    }
}

#[test]
fn on_a_narrow_screen_with_large_text_nothing_is_cut_and_no_word_is_broken() {
    with_engine_on(
        || Display::start_with_size(NARROW.0, NARROW.1),
        |engine| {
            let settings = gtk::Settings::default().expect("there is a display");
            let usual = settings.gtk_xft_dpi();
            let (_folder, app) = app("Long-named Communication Workbench");
            let under = gtk::Window::new();
            for dots in [usual, TWICE] {
                settings.set_gtk_xft_dpi(dots);
                for purpose in [Purpose::Ask(&under), Purpose::Install] {
                    let sheet = open(engine, purpose, &app);
                    assert_reads_well(&sheet);
                    sheet.destroy();
                }
            }
        },
    );
}

#[test]
fn the_choices_of_a_row_lie_beside_each_other_where_there_is_room_and_else_fill_the_row() {
    with_engine_on(
        || Display::start_with_size(NARROW.0, NARROW.1),
        |engine| {
            let settings = gtk::Settings::default().expect("there is a display");
            let (_folder, app) = app("Mail");
            let lie = |dots: i32| {
                settings.set_gtk_xft_dpi(dots);
                let sheet = open(engine, Purpose::Install, &app);
                let buttons: Vec<_> = all(sheet.imp().rows.upcast_ref())
                    .into_iter()
                    .filter(|widget| widget.has_css_class("insula-choice"))
                    .take(3)
                    .map(|button| button.compute_bounds(&sheet).expect("it lies in the sheet"))
                    .collect();
                sheet.destroy();
                let tops: Vec<f32> = buttons.iter().map(gtk::graphene::Rect::y).collect();
                let widths: Vec<f32> = buttons.iter().map(gtk::graphene::Rect::width).collect();
                (tops, widths)
            };
            let (tops, _) = lie(settings.gtk_xft_dpi());
            assert!(tops.iter().all(|top| *top == tops[0]), "{tops:?}");
            let (tops, widths) = lie(TWICE);
            assert!(tops.is_sorted_by(|one, next| one < next), "{tops:?}");
            assert!(widths.iter().all(|width| *width == widths[0]), "{widths:?}");
        },
    );
}

#[test]
fn a_long_name_leaves_what_is_said_about_the_app() {
    with_engine_on(
        || Display::start_with_size(NARROW.0, NARROW.1),
        |engine| {
            let (_folder, app) = app(&"Very long name\n".repeat(40));
            let under = gtk::Window::new();
            let sheet = open(engine, Purpose::Ask(&under), &app);
            let texts: Vec<glib::GString> = all(sheet.imp().head.upcast_ref())
                .iter()
                .filter_map(|widget| Some(widget.downcast_ref::<gtk::Label>()?.text()))
                .collect();
            let heading = texts.iter().find(|text| text.contains("Very long name"));
            let heading = heading.unwrap_or_else(|| panic!("{texts:?}"));
            assert!(heading.ends_with("… asks for permissions"), "{heading}");
            assert!(
                heading.lines().count() == 1 && heading.chars().count() < 100,
                "{heading}"
            );
        },
    );
}
