//! Where a site's window is while it shows something else than the app: a bar above the page names the origin and leads
//! back. A site sends its users elsewhere and gets them back, to sign in for instance, so its window goes along
//! (Web Application Manifest, "navigation scope").
//!
//! A blank page has no address: it is written by whoever has opened it, and the bar names that.

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

/// Whose a page is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Whose {
    /// The app's.
    #[default]
    App,
    /// Another origin's.
    Other(String),
    /// The app's, or that of a site which has a document in the app's page: the engine does not say which of them it was.
    Either,
}

/// Where a window is.
pub(super) struct Place {
    app: Rc<App>,
    whose: RefCell<Whose>,
    /// The app's page that it leads back to.
    last: RefCell<String>,
}

impl Place {
    /// Where a window is that somebody has opened.
    pub(super) fn of(app: &Rc<App>, opener: Whose) -> Rc<Self> {
        Rc::new(Self {
            app: app.clone(),
            whose: RefCell::new(opener),
            last: RefCell::new(app.start_url().to_string()),
        })
    }

    /// Whose the page in it is.
    pub(super) fn whose(&self) -> Whose {
        self.whose.borrow().clone()
    }

    /// It shows what is at another URL; answers what the bar says, if there is to be one.
    fn shows(&self, url: Option<&Url>) -> Option<String> {
        let blank = match url {
            Some(url) if self.app.identity.contains(url) => {
                self.last.replace(url.as_str().to_owned());
                self.whose.replace(Whose::App);
                return None;
            }
            // Such a page is of the origin in its address, if it has one.
            Some(url) if matches!(url.scheme(), "http" | "https" | "blob") => {
                let origin = url.origin();
                let is_apps = !origin.is_tuple() || origin.ascii_serialization() == self.app.identity.origin();
                let shown = origin.ascii_serialization();
                // What is of the app's origin and out of its scope is elsewhere, too.
                if is_apps && url.scheme() == "blob" {
                    return None;
                }
                self.whose.replace(Whose::Other(shown.clone()));
                return Some(shown);
            }
            // It is whose the page before was, or whose opened the window.
            _ => self.whose.borrow(),
        };
        match &*blank {
            Whose::App => None,
            Whose::Other(origin) => Some(tr_with("Blank page of {site}", &[("site", origin)])),
            Whose::Either => Some(tr_with(
                "Blank page of {app}, or of another site in it",
                &[("app", self.app.name())],
            )),
        }
    }
}

/// Puts the bar above the content of a window of a site. That of an app on this machine never shows anything else.
pub(super) fn tell(place: &Rc<Place>, view: &AppView, content: gtk::Widget) -> gtk::Widget {
    if !place.app.identity.is_on_the_web() {
        return content;
    }
    let text = gtk::Label::builder()
        .xalign(0.0)
        .hexpand(true)
        // The end of a host's name says whose it is.
        .ellipsize(pango::EllipsizeMode::Start)
        .build();
    let back = gtk::Button::builder()
        .label(tr_with("Back to {app}", &[("app", place.app.name())]))
        .css_classes(["flat"])
        .build();
    if let Some(label) = back.child().and_downcast::<gtk::Label>() {
        label.set_ellipsize(pango::EllipsizeMode::End);
        label.set_max_width_chars(30);
    }
    let (all, bar) = under_bar(&text, &back, content);
    back.connect_clicked({
        let place = place.clone();
        glib::clone!(
            #[weak]
            view,
            move |_| view.load_uri(&place.last.borrow())
        )
    });
    let look = {
        let place = place.clone();
        move |view: &AppView| {
            let url = view.uri().and_then(|uri| Url::parse(&uri).ok());
            let said = place.shows(url.as_ref());
            bar.set_visible(said.is_some());
            text.set_label(&said.unwrap_or_default());
        }
    };
    look(view);
    view.connect_uri_notify(look);
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
