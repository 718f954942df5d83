//! What the engine lets a frame's page record, of devices that do not exist, how much memory it lets it use, and what it
//! keeps of a frame that was removed.

use crate::app_view::AppView;
use crate::content::contexts;
use crate::content::memory::MemoryLimit;
use crate::engine_harness::{Engine, with_engine};
use crate::frames::{FrameOptions, Frames, NearFilters, Page, Sessions, Wanted};
use crate::stage::{FrameKey, Stage};
use gtk4::glib;
use insula_bridge::{
    Dialog, DialogAnswer, ExitReason, FrameEvent, FrameId, FramePermission, FramePermissionRequest, Layout, Messages,
    NewWindow, NewWindowAnswer, PermissionAnswer,
};
use insula_frame::Delegation;
use insula_permissions::{AddressSpace, Denial, PermissionName, Printing, Verdict};
use insula_testkit::{ProcessTree, Reply, Site, process};
use insula_vocabulary::FrameRules;
use serde_json::json;
use std::cell::{Cell, RefCell};
use std::future::{Future, ready};
use std::pin::Pin;
use std::rc::Rc;
use url::Url;
use webkit6::prelude::*;
use webkit6::{
    Download, MediaCaptureState, UserContentInjectedFrames, UserScript, UserScriptInjectionTime, WebContext, WebView,
};

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
    /// How its frames' processes ended.
    exits: RefCell<Vec<ExitReason>>,
}

impl App {
    /// One that has these permissions, and allows all that its pages ask.
    fn with(has: Vec<PermissionName>) -> Rc<Self> {
        Rc::new(Self {
            asked: RefCell::default(),
            answer: Cell::new(PermissionAnswer::Allow),
            lists: Cell::new(true),
            has: RefCell::new(has),
            exits: RefCell::default(),
        })
    }
}

impl Page for App {
    fn tell(&self, _document: u64, _frame: FrameId, event: FrameEvent) {
        if let FrameEvent::Exit { reason, .. } = event {
            self.exits.borrow_mut().push(reason);
        }
    }

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

    fn printing(&self) -> Printing {
        Printing::Dialog
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

fn frames(folder: &std::path::Path, stage: &Stage, app: &Rc<App>, context: WebContext) -> Rc<Frames> {
    let options = FrameOptions {
        sessions: Rc::new(Sessions::new(folder, false).expect("a folder")),
        near: NearFilters::new(folder, &FrameRules::default()),
        activity: Rc::default(),
        context,
        automation: false,
        developer: false,
        console: false,
        mock_devices: true,
    };
    Frames::new(stage, options, app.clone())
}

/// A frame that goes nowhere by itself.
fn wanted() -> Wanted {
    Wanted {
        partition: String::new(),
        url: None,
        own_process: true,
        size: None,
        waits: false,
        user_agent: None,
    }
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
        let app = App::with(vec![PermissionName::Camera, PermissionName::Microphone]);
        let frames = frames(folder.path(), &stage, &app, contexts::for_frames());
        engine.show(&stage);
        view.load_html("<body>", None);
        frames.create(KEY, &wanted()).expect("a frame");
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

/// A page that takes more and more memory.
const GREEDY: &str = "<!doctype html><title>begun</title><script>
    const taken = [];
    setInterval(() => taken.push(new Uint8Array(32 << 20).fill(taken.length + 1)), 50);
  </script>";

/// Conforms: exit.oom
#[test]
fn a_page_that_takes_too_much_memory_is_ended_and_another_can_be_shown() {
    with_engine(|engine| {
        let site = Site::start(|request| match request.path() {
            "/greedy" => Reply::html(GREEDY),
            _ => Reply::html("<!doctype html><title>small</title>"),
        });
        let folder = tempfile::tempdir().expect("a folder");
        let view: AppView = glib::Object::new();
        let stage = Stage::new(&view);
        let app = App::with(Vec::new());
        let limit = MemoryLimit {
            megabytes: 600,
            interval: 1.0,
        };
        let frames = frames(folder.path(), &stage, &app, contexts::for_frames_within(&limit));
        engine.show(&stage);
        view.load_html("<body>", None);
        frames.create(KEY, &wanted()).expect("a frame");
        stage.set_layout(1, layout());
        let guest = frames.of(KEY).expect("it is there");
        for _ in 0..2 {
            guest.navigate(&site.url("/greedy"));
            engine.until("its process is ended", || {
                (app.exits.take() == [ExitReason::OutOfMemory]).then_some(())
            });
            guest.navigate(&site.url("/small"));
            engine.wait_for_title(guest.view(), "small");
        }
        assert_eq!(app.exits.take(), [], "a small page is left alone");
    });
}

#[test]
fn a_process_keeps_no_scripts_of_frames_that_were_removed() {
    const COUNT: u32 = 40;
    // Each frame has a script of 2 MiB.
    let long = format!("/* {} */", "long ".repeat((2 << 20) / 5));
    with_engine(|engine| {
        let site = Site::start(|_| Reply::html("<!doctype html><title>here</title>"));
        let folder = tempfile::tempdir().expect("a folder");
        let view: AppView = glib::Object::new();
        let stage = Stage::new(&view);
        let frames = frames(folder.path(), &stage, &App::with(Vec::new()), contexts::for_frames());
        engine.show(&stage);
        let url = site.url("/");
        let make = |number| {
            let key = (1, FrameId(number));
            let wanted = Wanted {
                url: Some(url.clone()),
                own_process: false,
                ..wanted()
            };
            frames.create(key, &wanted).expect("a frame");
            let guest = frames.of(key).expect("it is there");
            let (all, start) = (UserContentInjectedFrames::AllFrames, UserScriptInjectionTime::Start);
            guest.content.add_script(&UserScript::new(&long, all, start, &[], &[]));
            guest.navigate(&url);
            engine.wait_for_title(guest.view(), "here");
            key
        };
        make(0);
        let largest = || {
            let processes = ProcessTree::of(std::process::id()).named("WebKitWebProcess");
            processes
                .into_iter()
                .map(process::private_memory_of)
                .max()
                .unwrap_or_default()
                >> 20
        };
        let before = largest();
        for number in 1..=COUNT {
            frames.destroy(make(number));
        }
        let most = before + u64::from(COUNT);
        engine.until("it has not half of them", || (largest() < most).then_some(()));
    });
}
