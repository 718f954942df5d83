//! What the engine lets a frame's page record. Its devices do not exist.

use crate::app_view::AppView;
use crate::content::contexts;
use crate::engine_harness::{Engine, with_engine};
use crate::frames::{FrameOptions, Frames, NearFilters, Page, Sessions, Wanted};
use crate::stage::{FrameKey, Stage};
use gtk4::glib;
use insula_bridge::{
    Dialog, DialogAnswer, FrameEvent, FrameId, FramePermission, FramePermissionRequest, Layout, Messages, NewWindow,
    NewWindowAnswer, PermissionAnswer,
};
use insula_frame::Delegation;
use insula_permissions::{AddressSpace, Denial, PermissionName, Verdict};
use insula_testkit::{Reply, Site};
use serde_json::json;
use std::cell::{Cell, RefCell};
use std::future::{Future, ready};
use std::pin::Pin;
use std::rc::Rc;
use url::Url;
use webkit6::prelude::*;
use webkit6::{Download, MediaCaptureState, WebView};

const KEY: FrameKey = (1, FrameId(1));

/// A page that records what its hash says once it is there, and says in its title how that went.
const PAGE: &str = "<!doctype html><title>begun</title><script>
    const record = async (what) => {
      try {
        const stream = await navigator.mediaDevices.getUserMedia(what);
        const tracks = stream.getTracks();
        for (const track of tracks) track.onended = () => { document.title += ' ended' };
        document.title = tracks.map(({ kind, readyState }) => `${kind} ${readyState}`).sort().join(', ');
      } catch ({ name }) {
        document.title = name;
      }
    };
  </script>";

/// An app that listens.
struct App {
    asked: RefCell<Vec<FramePermission>>,
    answer: Cell<PermissionAnswer>,
    /// Whether its manifest lists the page.
    lists: Cell<bool>,
    /// What the app has itself.
    has: RefCell<Vec<PermissionName>>,
}

impl Page for App {
    fn tell(&self, _document: u64, _frame: FrameId, _event: FrameEvent) {}

    fn may_load(&self, _document: u64, _address: AddressSpace) -> Pin<Box<dyn Future<Output = bool>>> {
        Box::pin(ready(true))
    }

    fn may_load_unasked(&self, _document: u64, _address: AddressSpace) -> bool {
        true
    }

    fn title(&self) -> String {
        "App".to_owned()
    }

    fn origin(&self) -> String {
        "isolated-app://app".to_owned()
    }

    fn tell_messages(&self, _: u64, _: FrameId, _: Messages) -> Pin<Box<dyn Future<Output = ()>>> {
        Box::pin(ready(()))
    }

    fn ask_dialog(&self, _: u64, _: FrameId, _: Dialog) -> Pin<Box<dyn Future<Output = DialogAnswer>>> {
        Box::pin(ready(DialogAnswer::Cancel))
    }

    fn feature(&self, _document: u64, _feature: &str, _page: &Url) -> (bool, bool) {
        (true, self.lists.get())
    }

    fn app_may(&self, _document: u64, name: PermissionName) -> Verdict {
        match self.has.borrow().contains(&name) {
            true => Verdict::Allow,
            false => Verdict::Deny(Denial::DeniedByUser(name)),
        }
    }

    fn obtain(&self, document: u64, names: Vec<PermissionName>) -> Pin<Box<dyn Future<Output = bool>>> {
        let has = |name: &PermissionName| self.app_may(document, *name) == Verdict::Allow;
        Box::pin(ready(names.iter().all(has)))
    }

    fn ask_permission(
        &self,
        _document: u64,
        _frame: FrameId,
        request: FramePermissionRequest,
    ) -> Pin<Box<dyn Future<Output = PermissionAnswer>>> {
        self.asked.borrow_mut().push(request.permission);
        Box::pin(ready(self.answer.get()))
    }

    fn ask_new_window(&self, _: u64, _: FrameId, _: NewWindow) -> Pin<Box<dyn Future<Output = NewWindowAnswer>>> {
        Box::pin(ready(NewWindowAnswer::Discard))
    }

    fn save<'a>(&self, download: &'a Download, _name: &'a str) -> Pin<Box<dyn Future<Output = ()> + 'a>> {
        download.cancel();
        Box::pin(ready(()))
    }
}

fn layout() -> Layout {
    let layout = json!({
        "frames": [{
            "frame": 1, "x": 0, "y": 0, "width": 200, "height": 200, "scale": 1, "zoom": 1,
            "clip": { "x": 0, "y": 0, "width": 200, "height": 200, "radii": [0, 0, 0, 0] },
            "visible": true, "above": true, "opacity": 1,
            "backdrop": [255, 255, 255, 1], "through": [255, 255, 255, 1],
            "occluders": [], "tints": [], "overlays": [],
        }],
    });
    serde_json::from_value(layout).expect("it is a layout")
}

fn frames(folder: &std::path::Path, stage: &Stage, app: &Rc<App>) -> Rc<Frames> {
    let options = FrameOptions {
        sessions: Rc::new(Sessions::new(folder, false).expect("a folder")),
        near: NearFilters::new(folder),
        activity: Rc::default(),
        context: contexts::for_frames(),
        automation: false,
        developer: false,
        console: false,
        mock_devices: true,
    };
    Frames::new(stage, options, app.clone())
}

/// Loads the page anew and lets it record; answers how that went.
fn record(engine: &Engine, view: &WebView, url: &str, what: &str) -> String {
    view.load_uri(url);
    engine.wait_for_title(view, "begun");
    engine.run(view, &format!("void record({what})"));
    let title = || view.title().map(String::from).unwrap_or_default();
    engine.until("the page has recorded or not", || {
        Some(title()).filter(|title| title != "begun")
    })
}

/// Conforms: permissionrequest.media
#[test]
fn a_page_records_what_it_was_allowed_until_that_is_taken_back() {
    with_engine(|engine| {
        let site = Site::start(|request| {
            let reply = Reply::html(PAGE);
            match request.path() {
                "/deaf" => reply.header("Permissions-Policy", "microphone=()"),
                _ => reply,
            }
        });
        let folder = tempfile::tempdir().expect("a folder");
        let view: AppView = glib::Object::new();
        let stage = Stage::new(&view);
        let app = Rc::new(App {
            asked: RefCell::default(),
            answer: Cell::new(PermissionAnswer::Allow),
            lists: Cell::new(true),
            has: RefCell::new(vec![PermissionName::Camera, PermissionName::Microphone]),
        });
        let frames = frames(folder.path(), &stage, &app);
        engine.show(&stage);
        view.load_html("<body>", None);
        let wanted = Wanted {
            partition: String::new(),
            url: None,
            own_process: true,
            size: None,
            waits: false,
            user_agent: None,
        };
        frames.create(KEY, &wanted).expect("a frame");
        stage.set_layout(1, layout());
        let guest = frames.of(KEY).expect("it is there");
        let page = guest.view().clone();
        let url = site.url("/");
        let both = "{ video: true, audio: true }";
        let asked = || app.asked.take().len();

        // Nobody is asked where the feature is off.
        assert_eq!(record(engine, &page, &site.url("/deaf"), both), "NotAllowedError");
        app.lists.set(false);
        assert_eq!(record(engine, &page, &url, both), "NotAllowedError");
        guest.set_delegation(Delegation::new("camera", false));
        assert_eq!(record(engine, &page, &url, both), "NotAllowedError");
        assert_eq!(asked(), 0);

        guest.set_delegation(Delegation::new("camera; microphone", false));
        app.answer.set(PermissionAnswer::Deny);
        assert_eq!(record(engine, &page, &url, both), "NotAllowedError");
        app.answer.set(PermissionAnswer::Allow);
        app.has.borrow_mut().retain(|name| *name == PermissionName::Camera);
        assert_eq!(record(engine, &page, &url, both), "NotAllowedError");
        assert_eq!(asked(), 2);

        assert_eq!(record(engine, &page, &url, "{ video: true }"), "video live");
        app.has.borrow_mut().push(PermissionName::Microphone);
        assert_eq!(record(engine, &page, &url, both), "audio live, video live");
        assert_eq!(asked(), 2);
        app.has.borrow_mut().retain(|name| *name == PermissionName::Camera);
        guest.permissions_changed();
        engine.wait_for_title(&page, "audio live, video live ended");
        assert!(
            page.camera_capture_state() == MediaCaptureState::Active,
            "the camera goes on"
        );
        assert_eq!(record(engine, &page, &url, "{ video: true }"), "video live");
        assert_eq!(asked(), 1, "another document has to ask again");
    });
}
