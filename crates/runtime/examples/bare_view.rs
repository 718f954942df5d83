//! A window with nothing but a WebKit view: what the benchmarks compare the runtime with.
//!
//! Usage: `bare_view URL`. Prints, in milliseconds since its start, when the page had loaded and when it had painted
//! (`loaded 310.2`, `painted 355.0`), and ends.

use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use std::time::Instant;
use webkit6::prelude::*;
use webkit6::{LoadEvent, NetworkSession, UserContentManager, WebView};

#[expect(clippy::print_stdout, reason = "it is what the program is for")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let start = Instant::now();
    let url = std::env::args().nth(1).ok_or("usage: bare_view URL")?;
    gtk::init()?;
    let main_loop = glib::MainLoop::new(None, false);
    let messages = UserContentManager::new();
    messages.register_script_message_handler("painted", None);
    let quit = main_loop.clone();
    messages.connect_script_message_received(Some("painted"), move |_, _| {
        println!("painted {:.1}", start.elapsed().as_secs_f64() * 1e3);
        quit.quit();
    });
    let view = WebView::builder()
        .user_content_manager(&messages)
        .network_session(&NetworkSession::new_ephemeral())
        .build();
    view.connect_load_changed(move |view, event| {
        if event == LoadEvent::Finished {
            println!("loaded {:.1}", start.elapsed().as_secs_f64() * 1e3);
            const REPORT: &str =
                "requestAnimationFrame(() => requestAnimationFrame(() => webkit.messageHandlers.painted.postMessage('')))";
            view.evaluate_javascript(REPORT, None, None, gtk::gio::Cancellable::NONE, |_| {});
        }
    });
    let window = gtk::Window::builder()
        .default_width(1024)
        .default_height(720)
        .child(&view)
        .build();
    view.load_uri(&url);
    window.present();
    main_loop.run();
    Ok(())
}
