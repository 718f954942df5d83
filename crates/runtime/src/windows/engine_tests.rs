//! What there is to see of a window.

use super::picture::Picture;
use crate::app_view::AppView;
use crate::engine_harness::with_engine;
use gtk4::glib;
use std::time::Duration;
use webkit6::prelude::*;

#[test]
fn a_window_has_a_picture_while_its_page_is_painted_again_and_again() {
    with_engine(|engine| {
        let view: AppView = glib::Object::new();
        let window = engine.show(&view);
        let picture = Picture::follow(&window);
        view.load_html(
            "<script>
               let step = 0;
               const paint = () => {
                 document.documentElement.style.background = `rgb(${++step % 256}, 0, 0)`;
                 requestAnimationFrame(paint);
               };
               paint();
             </script>",
            None,
        );
        engine.until("it is painted", || picture.png());
        let is_there = || picture.png().is_some();
        assert!(engine.holds_for(Duration::from_secs(1), is_there));
    });
}
