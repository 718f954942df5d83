//! Where a site's window is while it shows something else than the app: a bar above the page names the origin and leads
//! back. A site sends its users elsewhere and gets them back, to sign in for instance, so its window goes along
//! (Web Application Manifest, "navigation scope").

use crate::app::App;
use crate::app_view::AppView;
use crate::translations::tr_with;
use gtk4 as gtk;
use gtk4::prelude::*;
use gtk4::{glib, pango};
use std::cell::RefCell;
use std::rc::Rc;
use url::Url;
use webkit6::prelude::*;

/// Puts the bar above the content of a window of a site. That of an app on this machine never shows anything else.
pub(super) fn tell(app: &Rc<App>, view: &AppView, content: gtk::Widget) -> gtk::Widget {
    if !app.identity.is_on_the_web() {
        return content;
    }
    let origin = gtk::Label::builder()
        .xalign(0.0)
        .hexpand(true)
        // The end of a host's name says whose it is.
        .ellipsize(pango::EllipsizeMode::Start)
        .build();
    let back = gtk::Button::builder()
        .label(tr_with("Back to {app}", &[("app", app.name())]))
        .css_classes(["flat"])
        .build();
    if let Some(label) = back.child().and_downcast::<gtk::Label>() {
        label.set_ellipsize(pango::EllipsizeMode::End);
        label.set_max_width_chars(30);
    }
    let (all, bar) = under_bar(&origin, &back, content);
    bar.set_visible(false);
    let last = Rc::new(RefCell::new(app.start_url().to_string()));
    back.connect_clicked({
        let last = last.clone();
        glib::clone!(
            #[weak]
            view,
            move |_| view.load_uri(&last.borrow())
        )
    });
    let app = app.clone();
    view.connect_uri_notify(move |view| {
        let Some(url) = view.uri().and_then(|uri| Url::parse(&uri).ok()) else {
            return;
        };
        let is_away = matches!(url.scheme(), "http" | "https") && !app.identity.contains(&url);
        if is_away {
            origin.set_label(&url.origin().ascii_serialization());
        } else if app.identity.contains(&url) {
            last.replace(url.into());
        }
        bar.set_visible(is_away);
    });
    all
}

/// Content beneath a bar with a text and a button; all of it, and the bar.
pub(super) fn under_bar(text: &gtk::Label, button: &gtk::Button, content: gtk::Widget) -> (gtk::Widget, gtk::Widget) {
    let bar = gtk::Box::builder().spacing(12).css_classes(["toolbar"]).build();
    bar.append(text);
    bar.append(button);
    let all = gtk::Box::new(gtk::Orientation::Vertical, 0);
    all.append(&bar);
    content.set_vexpand(true);
    all.append(&content);
    (all.upcast(), bar.upcast())
}
