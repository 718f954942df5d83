//! What documents tell of where their frames lie, and are told of how the user sees the page around them.

use super::Host;
use crate::documents::Documents;
use crate::stage::Stage;
use gtk4::prelude::*;
use insula_bridge::{Event, FrameEvent, StageEvent, StageNote};
use std::rc::Rc;
use std::time::Duration;

/// Starts telling documents what their stage does.
pub(super) fn follow(stage: &Stage, documents: &Rc<Documents>) {
    let tell = {
        let documents = Rc::downgrade(documents);
        move |document, event: Event| {
            if let Some(documents) = documents.upgrade() {
                documents.emit(document, &event);
            }
        }
    };
    renew_canvases(documents);
    stage.connect_zoom({
        let tell = tell.clone();
        move |document, zoom| tell(document, Event::Stage(StageEvent::Zoom { zoom }))
    });
    stage.connect_painted({
        let tell = tell.clone();
        move |document| tell(document, Event::Stage(StageEvent::Painted))
    });
    stage.connect_applied({
        let tell = tell.clone();
        move |document, layout| tell(document, Event::Stage(StageEvent::Applied { layout }))
    });
    stage.connect_leave(move |(document, frame), direction| {
        tell(document, Event::Frame(frame, FrameEvent::Leave { direction }));
    });
}

/// Tells documents that the view is white now: those that are there, and each page that comes, which may be before or after
/// the page with the frames has gone.
fn renew_canvases(documents: &Rc<Documents>) {
    let tell = {
        let documents = Rc::downgrade(documents);
        move || {
            let Some(documents) = documents.upgrade() else { return };
            for document in documents.all() {
                documents.emit(document.id, &Event::Stage(StageEvent::Opaque));
            }
        }
    };
    documents.view().connect_opaque(tell.clone());
    let view = documents.view().downgrade();
    documents.connect_page(move || {
        if view.upgrade().is_some_and(|view| view.is_colored()) {
            tell();
        }
    });
}

/// The shortest time after which somebody counts as idle.
const SHORTEST: Duration = Duration::from_millis(100);

/// After how much time somebody counts as idle, if at all.
pub(super) fn interval(milliseconds: u32) -> Option<Duration> {
    let interval = Duration::from_millis(milliseconds.into());
    (!interval.is_zero()).then_some(interval.max(SHORTEST))
}

/// Carries out what needs no answer.
pub(super) fn told(host: &Rc<Host>, document: u64, note: StageNote) {
    match note {
        StageNote::Layout(layout) => host.stage.set_layout(document, layout),
        StageNote::AnimationFrame => host.stage.note_animation_frame(document),
        StageNote::SetIdleInterval { milliseconds } => {
            let documents = Rc::downgrade(&host.documents);
            host.frames.follow_app(document, interval(milliseconds), move |idle| {
                if let Some(documents) = documents.upgrade() {
                    documents.emit(document, &Event::Stage(StageEvent::Idle { idle }));
                }
            });
        }
    }
}
