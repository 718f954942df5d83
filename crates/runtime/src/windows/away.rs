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
            Some(url) if matches!(url.scheme(), "http" | "https" | "blob") && url.origin().is_tuple() => {
                let shown = url.origin().ascii_serialization();
                // What is of the app's origin and out of its scope is elsewhere, too.
                if shown == self.app.identity.origin() && url.scheme() == "blob" {
                    return None;
                }
                self.whose.replace(Whose::Other(shown.clone()));
                return Some(shown);
            }
            // One that has none is made in the page before, and may be a sandboxed frame's there (see
            // `Documents::is_elsewhere`).
            Some(url) if url.scheme() == "blob" => {
                let whose = self.whose.take();
                self.whose.replace(match whose {
                    Whose::App => Whose::Either,
                    others => others,
                });
                self.whose.borrow()
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

#[cfg(test)]
mod tests {
    use super::*;
    use insula_apps::{DataDir, Store};
    use insula_testkit::AppBuilder;

    #[test]
    fn a_page_without_an_origin_is_never_taken_for_the_apps() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let source = AppBuilder::new("Mail").write_folder(&folder.path().join("source"));
        let store = Store::open(DataDir::new(folder.path().join("data"))).expect("a store can be made");
        let app: App = store.open_folder(&source).expect("the manifest is right").into();
        let start = app.start_url().clone();
        let place = Place::of(&Rc::new(app), Whose::App);
        let shows = |url: &str| place.shows(Some(&Url::parse(url).expect(url)));
        let blob = "blob:null/0b6b2f0e-3c1d-4f6e-9a54-2f1d3c4b5a69";

        assert_eq!(shows("https://example.com/x").as_deref(), Some("https://example.com"));
        assert_eq!(shows(blob).as_deref(), Some("Blank page of https://example.com"));
        assert_eq!(shows(start.as_str()), None);
        assert_eq!(
            shows(blob).as_deref(),
            Some("Blank page of Mail, or of another site in it")
        );
        assert_eq!(place.whose(), Whose::Either);
        assert_eq!(shows(start.as_str()), None);
        assert_eq!(
            shows("blob:https://example.com/1").as_deref(),
            Some("https://example.com")
        );
    }
}
