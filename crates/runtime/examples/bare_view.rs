//! A window with nothing but a WebKit view: what the benchmarks compare the runtime with.
//!
//! Usage: `bare_view URL`. Prints `bench: view` before it makes the view, and what the page writes to its console, until
//! it is ended.

use gtk4 as gtk;
use gtk4::glib;
use gtk4::prelude::*;
use webkit6::prelude::*;
use webkit6::{Settings, WebView};

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
    view.load_uri(&url);
    window.present();
    glib::MainLoop::new(None, false).run();
    Ok(())
}
