//! A view kept warm: its web process runs before a frame needs it.
//!
//! A cold view takes about ten times as long to its first load as one whose process waits at a blank page.

use super::guest::{self, APPS_WORLD};
use super::near::{Near, NearFilters};
use super::sessions::Sessions;
use crate::content::look;
use crate::stage::Stage;
use gtk4::glib;
use gtk4::prelude::*;
use insula_frame::Partition;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use webkit6::prelude::*;
use webkit6::{
    NetworkSession, Settings, UserContentInjectedFrames, UserContentManager, UserScript, UserScriptInjectionTime,
    WebContext, WebView,
};

/// The isolated world in which the runtime's own scripts run; the page cannot see into it.
pub(super) const WORLD: &str = "insula";
/// The name under which those scripts report, in that world only.
pub(super) const HANDLER: &str = "insula";

const REPORT_SUBFRAMES: &str = include_str!("../../../../js/frame/report-subframes.js");
const REPORT_CONTEXT: &str = include_str!("../../../../js/frame/report-context.js");
const REPORT_CONTENT: &str = include_str!("../../../../js/frame/report-content.js");
const CONSOLE: &str = include_str!("../../../../js/frame/console.js");
const REPORT_CONSOLE: &str = include_str!("../../../../js/frame/report-console.js");

/// How long after a frame was made the next one is prepared: after its first load, not in its way.
const DELAY: Duration = Duration::from_millis(250);

/// How long a view that nobody needs is kept: it costs some 80 MiB.
pub(super) const KEEP: Duration = Duration::from_secs(20);

/// A view for a frame, with what reports to the runtime.
#[derive(Clone)]
pub(super) struct FrameView {
    /// The view.
    pub(super) widget: WebView,
    /// Its scripts.
    pub(super) scripts: UserContentManager,
    /// What its pages load from near addresses: nothing, at first.
    pub(super) near: Near,
}

/// Makes views, and keeps one ready.
pub(super) struct Warm {
    maker: Rc<Maker>,
    ready: Rc<RefCell<Option<Ready>>>,
}

struct Ready {
    partition: Partition,
    view: FrameView,
}

impl Ready {
    /// Whether it shows what a partition keeps now: the data of one in memory may have ended in another window.
    fn is_for(&self, partition: &Partition, session: &NetworkSession) -> bool {
        self.partition == *partition && self.view.widget.network_session().as_ref() == Some(session)
    }
}

struct Maker {
    stage: Stage,
    context: WebContext,
    settings: Settings,
    near: Rc<NearFilters>,
    automation: bool,
    keep: Duration,
}

impl Warm {
    /// None is ready yet. One that nobody needs is let go after `keep`.
    pub(super) fn new(
        stage: &Stage,
        context: WebContext,
        settings: Settings,
        near: &Rc<NearFilters>,
        automation: bool,
        keep: Duration,
    ) -> Self {
        let maker = Maker {
            stage: stage.clone(),
            context,
            settings,
            near: near.clone(),
            automation,
            keep,
        };
        Self {
            maker: Rc::new(maker),
            ready: Rc::default(),
        }
    }

    /// A view in a partition: the one that is ready, or a cold one.
    pub(super) fn take(&self, partition: &Partition, session: &NetworkSession) -> FrameView {
        // One whose process is still starting is ahead of a cold one as well.
        let ready = self
            .ready
            .borrow_mut()
            .take_if(|ready| ready.is_for(partition, session));
        match ready {
            Some(ready) => {
                self.maker.stage.release_spare(&ready.view.widget);
                ready.view
            }
            None => self.maker.make(session, None),
        }
    }

    /// A view whose page is in the process of another view's, if it is of the same site.
    pub(super) fn make_beside(&self, companion: &WebView, session: &NetworkSession) -> FrameView {
        self.maker.make(session, Some(companion))
    }

    /// Whether a view is ready, for whichever partition.
    pub(super) fn is_ready(&self) -> bool {
        self.ready.borrow().is_some()
    }

    /// Keeps a view ready for a partition. Under WebDriver there is none: it would be one of the app's windows there.
    pub(super) fn prepare(&self, partition: &Partition, session: &NetworkSession) {
        prepare(&self.maker, &self.ready, partition, session);
    }

    /// The same, once the frame that was just made has loaded, if it is still there.
    pub(super) fn prepare_soon(&self, partition: &Partition, sessions: &Rc<Sessions>) {
        let (maker, ready) = (Rc::downgrade(&self.maker), Rc::downgrade(&self.ready));
        let (partition, sessions) = (partition.clone(), Rc::downgrade(sessions));
        glib::timeout_add_local_once(DELAY, move || {
            if let (Some(maker), Some(ready), Some(sessions)) = (maker.upgrade(), ready.upgrade(), sessions.upgrade())
                && let Some(session) = sessions.in_use(&partition)
            {
                prepare(&maker, &ready, &partition, &session);
            }
        });
    }

    /// Drops the view that is ready for a partition: its session ends.
    pub(super) fn forget(&self, partition: &Partition) {
        self.forget_if(|ready| ready.partition == *partition);
    }

    /// Drops the view that is ready, whatever for.
    pub(super) fn forget_any(&self) {
        self.forget_if(|_| true);
    }

    fn forget_if(&self, is_it: impl Fn(&Ready) -> bool) {
        let ready = self.ready.borrow_mut().take_if(|ready| is_it(ready));
        if let Some(ready) = ready {
            self.maker.drop_view(&ready.view);
        }
    }
}

fn prepare(maker: &Rc<Maker>, ready: &Rc<RefCell<Option<Ready>>>, partition: &Partition, session: &NetworkSession) {
    let prepared = ready
        .borrow()
        .as_ref()
        .is_some_and(|ready| ready.is_for(partition, session));
    if prepared || maker.automation {
        return;
    }
    let view = maker.make(session, None);
    maker.stage.add_spare(&view.widget);
    // Starts the web process at the initial empty document, without an entry in the session history.
    view.widget
        .evaluate_javascript("", Some(WORLD), None, gtk4::gio::Cancellable::NONE, |_| {});
    // Not held by what waits: its process would go on.
    let unused = view.widget.downgrade();
    if let Some(old) = ready.replace(Some(Ready {
        partition: partition.clone(),
        view,
    })) {
        maker.drop_view(&old.view);
    }
    let keep = maker.keep;
    let (maker, ready) = (Rc::downgrade(maker), Rc::downgrade(ready));
    glib::timeout_add_local_once(keep, move || {
        if let (Some(maker), Some(ready)) = (maker.upgrade(), ready.upgrade()) {
            let is_this = |ready: &mut Ready| unused.upgrade().as_ref() == Some(&ready.view.widget);
            let unused = ready.borrow_mut().take_if(is_this);
            if let Some(unused) = unused {
                maker.drop_view(&unused.view);
            }
        }
    });
}

/// Nobody hears a view's scripts any more. As long as a process lives, the engine keeps in it what a handler is registered
/// with, and so all scripts of the view, whose pages may have gone long before the process.
pub(super) fn release(scripts: &UserContentManager) {
    guest::release_scripts(scripts);
    scripts.unregister_script_message_handler(HANDLER, Some(WORLD));
}

impl Maker {
    fn make(&self, session: &NetworkSession, companion: Option<&WebView>) -> FrameView {
        let scripts = look::for_frame();
        guest::prepare_for_scripts(&scripts);
        scripts.register_script_message_handler(HANDLER, Some(WORLD));
        let add_to = |world: &str, source: &str, frames, time| {
            scripts.add_script(&UserScript::for_world(source, frames, time, world, &[], &[]));
        };
        let add = |source: &str, frames, time| add_to(WORLD, source, frames, time);
        add(
            REPORT_SUBFRAMES,
            UserContentInjectedFrames::AllFrames,
            UserScriptInjectionTime::Start,
        );
        add(
            REPORT_CONTEXT,
            UserContentInjectedFrames::AllFrames,
            UserScriptInjectionTime::Start,
        );
        add(
            REPORT_CONTENT,
            UserContentInjectedFrames::TopFrame,
            UserScriptInjectionTime::Start,
        );
        // The name of the event in which consoles, the page's and the app's scripts', speak to the script that reports.
        let event = glib::uuid_string_random();
        let (all, start) = (UserContentInjectedFrames::AllFrames, UserScriptInjectionTime::Start);
        let [console, report] = [CONSOLE, REPORT_CONSOLE].map(|script| script.replace("EVENT", &event));
        add(&report, all, start);
        // The app's own scripts have a console, too.
        add_to(APPS_WORLD, &console.replace("WORLD", "app"), all, start);
        let console = console.replace("WORLD", "page");
        scripts.add_script(&UserScript::new(&console, all, start, &[], &[]));
        let builder = WebView::builder()
            .user_content_manager(&scripts)
            .settings(&self.settings);
        let widget = match companion {
            // With the context and the session of the other, and controlled by WebDriver if that is.
            Some(companion) => builder.related_view(companion).build(),
            None => builder
                .is_controlled_by_automation(self.automation)
                .web_context(&self.context)
                .network_session(session)
                .build(),
        };
        widget.set_accessible_role(gtk4::AccessibleRole::Document);
        let near = Near::closed(&self.near, &scripts);
        FrameView { widget, scripts, near }
    }

    fn drop_view(&self, view: &FrameView) {
        self.stage.release_spare(&view.widget);
        view.widget.unparent();
    }
}
