//! A window with nothing but a WebKit view: what the benchmarks compare the runtime with.
//!
//! Usage: `bare_view URL [SCRIPTS]`. Prints `bench: view` before it makes the view, and what the page writes to its console,
//! until it is ended. With a number of scripts it runs so many of them, one after the other, when the page has loaded, and
//! prints `bench: scripts` before the first and `bench: run` after the last.

use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use webkit6::prelude::*;
use webkit6::{LoadEvent, Settings, WebView};

#[expect(clippy::print_stdout, reason = "it is what the program is for")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("usage: bare_view URL")?;
    gtk::init()?;
    println!("bench: view");
    let settings = Settings::new();
    settings.set_enable_write_console_messages_to_stdout(true);
    // In the user's own profile: the engine keeps the console of an ephemeral one to itself.
    let view = WebView::builder().settings(&settings).build();
    let window = gtk::Window::builder()
        .default_width(1024)
        .default_height(720)
        .child(&view)
        .build();
    if let Some(scripts) = std::env::args().nth(2) {
        run_when_loaded(&view, scripts.parse()?);
    }
    view.load_uri(&url);
    window.present();
    glib::MainLoop::new(None, false).run();
    Ok(())
}

#[expect(clippy::print_stdout, reason = "it is what the program is for")]
fn run_when_loaded(view: &WebView, scripts: u32) {
    view.connect_load_changed(move |view, event| {
        if event == LoadEvent::Finished {
            let view = view.clone();
            glib::spawn_future_local(async move {
                println!("bench: scripts");
                for _ in 0..scripts {
                    // What it comes to is 2.
                    let _ = view.evaluate_javascript_future("1 + 1", None, None).await;
                }
                println!("bench: run");
            });
        }
    });
}
