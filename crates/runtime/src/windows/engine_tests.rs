//! What there is to see of a window.

use super::failed;
use super::menu;
use super::picture::Picture;
use crate::app_view::AppView;
use crate::engine_age;
use crate::engine_harness::with_engine;
use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use std::cell::Cell;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::rc::Rc;
use std::thread;
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

/// What the labels in a widget say.
fn labels(widget: &gtk::Widget) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(label) = widget.downcast_ref::<gtk::Label>().filter(|label| label.is_mapped()) {
        found.push(label.text().into());
    }
    let mut child = widget.first_child();
    while let Some(inner) = child {
        found.extend(labels(&inner));
        child = inner.next_sibling();
    }
    found
}

/// Conforms: CF-T9
#[test]
fn the_app_menu_says_which_sites_are_shown() {
    with_engine(|engine| {
        let count = Rc::new(Cell::new(0));
        let shown = {
            let count = count.clone();
            move || {
                (0..count.get())
                    .map(|number| format!("https://{number}.example"))
                    .collect()
            }
        };
        let button = menu::button(shown, None, None);
        engine.show(&button);
        let menu = button.popover().expect("a menu");
        let says = |expected: &[&str]| {
            button.popup();
            engine.until("the menu is open", || {
                (labels(menu.upcast_ref()) == expected).then_some(())
            });
            button.popdown();
            engine.until("the menu is closed", || {
                labels(menu.upcast_ref()).is_empty().then_some(())
            });
        };
        says(&["Permissions"]);
        count.set(2);
        says(&[
            "Permissions",
            "Shown in this window:",
            "https://0.example",
            "https://1.example",
        ]);
        count.set(0);
        says(&["Permissions"]);
    });
}

/// Conforms: CF-T10
#[test]
fn the_app_menu_says_that_the_engine_is_too_old() {
    with_engine(|engine| {
        let advice = engine_age::advice((2, 40, 0)).expect("there is something to say");
        let button = menu::button(Vec::new, None, Some(advice.clone()));
        engine.show(&button);
        let menu = button.popover().expect("a menu");
        button.popup();
        let expected = ["Permissions".to_owned(), format!("WebKitGTK: {advice}.")];
        engine.until("the menu is open", || {
            (labels(menu.upcast_ref()) == expected).then_some(())
        });
    });
}

#[test]
fn a_page_that_cannot_be_reached_says_so_and_can_be_tried_again() {
    with_engine(|engine| {
        let view: AppView = glib::Object::new();
        failed::follow(&view, "Mail");
        engine.show(&view);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it has an address");
        drop(listener);
        view.load_uri(&format!("http://{address}/"));
        engine.wait_for_title(view.upcast_ref(), "Mail cannot be reached");
        engine.run(
            view.upcast_ref(),
            "document.title = document.querySelector('p').textContent.split(' ')[0] + ' says so'",
        );
        engine.wait_for_title(view.upcast_ref(), "127.0.0.1 says so");

        let listener = TcpListener::bind(address).expect("the port is still free");
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = stream.read(&mut [0; 4096]);
                let page = "<!doctype html><title>Inbox</title>";
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}",
                    page.len()
                );
                let _ = write!(stream, "{head}\r\nConnection: close\r\n\r\n{page}");
            }
        });
        engine.run(view.upcast_ref(), "document.querySelector('a').click()");
        engine.wait_for_title(view.upcast_ref(), "Inbox");
    });
}
